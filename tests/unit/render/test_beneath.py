"""What the player draws below the slide: highlights of tldraw 2, seen beside it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from pod.bbb.playback.model import Rect, Slide, TldrawShape, Whiteboard
from pod.bbb.render.painting.painter import Painter
from pod.bbb.render.timing.scene import Scene
from tests.unit.render.boards import SIZE, playback, rgb, white_slide


def highlight(order: int, *points: tuple[float, float], color: str = "orange") -> TldrawShape:
    """A version of a highlighter's stroke of tldraw 2, 20 units wide."""
    segments = [{"type": "free", "points": [{"x": x, "y": y, "z": 0.5} for x, y in points]}]
    props = {"color": color, "size": "s", "segments": segments, "isComplete": True, "isPen": False}
    data = {"id": "shape:mark", "type": "highlight", "x": 0, "y": 0, "props": props}
    return TldrawShape("shape:mark", order, 0.0, 9.0, data)


def board_of(shown: Slide, *shapes: TldrawShape) -> Scene:
    """A slide of 100 by 90 units that covers the left of a view of 160 by 90."""
    return Scene(0.0, slide=shown, slide_rect=Rect(0, 0, 100, 90), view=Rect(0, 0, *SIZE), shapes=shapes)


def test_highlight_is_dark_beside_the_slide(tmp_path: Path) -> None:
    """A highlight of tldraw 2 is drawn below the slide too: pale on it, nearly solid beside it."""
    shown = white_slide(tmp_path, (100, 90))
    painter = Painter(playback(tmp_path, Whiteboard.TLDRAW_V2), *SIZE)
    pixels = painter.paint(board_of(shown, highlight(1, (20, 45), (150, 45)))).pixels
    # Measured in the official player's pictures.
    assert np.abs(np.subtract(rgb(pixels, 60, 45), (255, 224, 166))).max() <= 2
    assert np.abs(np.subtract(rgb(pixels, 130, 45), (254, 175, 30))).max() <= 2


def test_highlight_beside_the_slide_leaves_what_it_marks(tmp_path: Path) -> None:
    """What was drawn before a highlight is seen through it beside the slide, too."""
    shown = white_slide(tmp_path, (100, 90))
    painter = Painter(playback(tmp_path, Whiteboard.TLDRAW_V2), *SIZE)
    marked = replace(highlight(1, (110, 45), (150, 45), color="black"), shape="shape:marked")
    both = painter.paint(board_of(shown, marked, highlight(2, (110, 45), (150, 45)))).pixels.copy()
    other = Painter(playback(tmp_path, Whiteboard.TLDRAW_V2), *SIZE)
    alone = other.paint(board_of(shown, highlight(2, (110, 45), (150, 45)))).pixels
    assert not np.array_equal(both[45, 130], alone[45, 130])


def test_highlight_beside_the_slide_goes_whole(tmp_path: Path) -> None:
    """A highlight that grows or is deleted leaves nothing below the slide."""
    shown = white_slide(tmp_path, (100, 90))
    painter = Painter(playback(tmp_path, Whiteboard.TLDRAW_V2), *SIZE)
    grown = highlight(2, (20, 45), (120, 45), (150, 20))
    empty = painter.paint(board_of(shown)).pixels.copy()
    painter.paint(board_of(shown, highlight(1, (20, 45), (150, 80))))
    after = painter.paint(board_of(shown, grown)).pixels.copy()
    fresh = Painter(playback(tmp_path, Whiteboard.TLDRAW_V2), *SIZE)
    assert np.array_equal(after, fresh.paint(board_of(shown, grown)).pixels)
    assert np.array_equal(painter.paint(board_of(shown)).pixels, empty)
