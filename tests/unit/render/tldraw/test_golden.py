"""A whiteboard of tldraw 2 as it was when it was compared with the official player's picture."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pod.bbb.playback.model import Rect, Slide, SlideKind, Whiteboard
from pod.bbb.render.painting.painter import Painter
from pod.bbb.render.timing.scene import Scene
from tests.unit.render.boards import playback
from tests.unit.render.tldraw.shapes import GEO, GEO_REST, record, shape

GOLDEN = Path(__file__).parents[1] / "golden" / "board.png"
SIZE = (640, 360)
VIEW = Rect(60, 40, 1080, 607.5)  # a little zoomed in
WAVE = [{"x": i * 6, "y": 50 * math.sin(i / 5), "z": 0.5} for i in range(50)]


def _pen(**props: Any) -> dict[str, Any]:
    segments = [{"type": "free", "points": WAVE}]
    look = {"color": "red", "fill": "none", "dash": "draw", "size": "m"}
    return {**look, "segments": segments, "isComplete": True, "isClosed": False, "isPen": False, **props}


def _line() -> dict[str, Any]:
    places = ((0, 0), (120, 90), (260, 10), (330, 110))
    names = ("start", "handle:1", "handle:2", "end")
    handles = {
        name: {
            "id": name, "type": "vertex", "canBind": False, "canSnap": True, "index": f"a{number}",
            "x": x, "y": y,
        }
        for number, (name, (x, y)) in enumerate(zip(names, places, strict=True), 1)
    }  # fmt: skip
    return {"color": "green", "dash": "dotted", "size": "l", "spline": "cubic", "handles": handles}


def _arrow() -> dict[str, Any]:
    heads = {"arrowheadStart": "dot", "arrowheadEnd": "triangle"}
    ends = {"start": {"type": "point", "x": 0, "y": 0}, "end": {"type": "point", "x": 320, "y": 30}}
    look = {"color": "violet", "labelColor": "blue", "fill": "solid", "dash": "dashed", "size": "l"}
    return {**look, **heads, **ends, "font": "serif", "bend": 50, "text": "a label that is broken in two"}


def _geo(**props: Any) -> dict[str, Any]:
    return {**GEO, **GEO_REST, "growY": 0, "url": "", "w": 220, "h": 130, **props}


def board() -> list[dict[str, Any]]:
    """Shapes of many kinds, as tldraw.json holds them."""
    placed = [
        ("frame", 120, 120, 1.0, {"w": 330, "h": 170, "name": "A frame with a name"}),
        ("draw", 150, 200, 0.5, _pen(fill="semi")),
        ("draw", 500, 160, 1.0, _pen(dash="dashed", size="xl", color="orange")),
        ("line", 820, 90, 1.0, _line()),
        ("arrow", 120, 380, 1.0, _arrow()),
        ("geo", 500, 300, 1.0, _geo(text="one\nlonger", align="end-legacy", url="https://example.org")),
        ("geo", 760, 280, 1.0, _geo(geo="cloud", dash="dotted", fill="pattern", text="cloud", font="mono")),
        ("geo", 1000, 290, 0.5, _geo(geo="star", w=130, fill="solid", dash="draw", color="light-blue")),
        ("text", 150, 480, 1.0, {"text": "narrow text", "color": "black", "size": "m", "font": "sans",
                                 "w": 90.7, "autoSize": False, "scale": 1.2, "align": "end"}),
        ("note", 400, 460, 1.0, {"text": "a note", "color": "yellow", "size": "m", "font": "serif",
                                 "align": "middle", "verticalAlign": "middle", "growY": 0, "url": ""}),
        ("highlight", 660, 520, 1.0, {"color": "yellow", "size": "m", "isComplete": True, "isPen": False,
                                      "segments": [{"type": "free", "points": WAVE}]}),
    ]  # fmt: skip
    return [
        record(kind, props, id=f"shape:{kind}{n}", x=x, y=y, opacity=opacity, index=f"a{chr(65 + n)}",
               isLocked=False, meta={})
        for n, (kind, x, y, opacity, props) in enumerate(placed)
    ]  # fmt: skip


def painted(folder: Path) -> Image.Image:
    """The board as a picture."""
    slide = Slide("image1", 0.0, 10.0, "presentation/p/slide-1.png", 1440, 810, SlideKind.SLIDE)
    (folder / slide.href).parent.mkdir(parents=True)
    Image.new("RGB", (1440, 810), "white").save(folder / slide.href)
    shapes = tuple(shape(data, order) for order, data in enumerate(board()))
    scene = Scene(0.0, slide=slide, slide_rect=Rect(0, 0, 1440, 810), view=VIEW, shapes=shapes)
    pixels = Painter(playback(folder, Whiteboard.TLDRAW_V2), *SIZE).paint(scene).pixels
    return Image.fromarray(np.ascontiguousarray(pixels[..., 2::-1]))


def _small(image: Image.Image) -> NDArray[np.float32]:
    return np.asarray(image.resize((320, 180), Image.Resampling.BOX), np.float32)


def test_a_board_looks_as_it_did(tmp_path: Path) -> None:
    """Every kind of shape stands and looks as in the picture that was near the player's when it was made."""
    difference = np.abs(_small(painted(tmp_path)) - _small(Image.open(GOLDEN).convert("RGB")))
    assert difference.mean() < 0.5
    assert difference.max() < 60
