"""How whiteboard units become pixels: the visible part fitted into the content area, as in the player."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from pod.bbb.playback.drawing import Matrix
from pod.bbb.playback.model import Rect, Whiteboard
from pod.bbb.render.canvas import Box
from pod.bbb.render.text.hinting import PLAYER

_V2_SLIDE_SHIFT: Final = 1.0  # whiteboard units, measured in the player's pictures
_V1_PADDING: Final = 64.0  # pixels, or units where a unit is larger, round each shape of tldraw 1
_SMALLEST: Final = 1e-3  # units across: no zoom of a whiteboard comes near
_NEARLY: Final = 0.002  # of the slide: what its whole view may differ from it, by rounding


@dataclass(frozen=True, slots=True)
class View:
    """How whiteboard units become pixels: by `matrix`, inside `clip`; `player` is the same in its window.

    With `whole` it shows the slide as a whole, as most views do: vectors are drawn for its very pixels.
    """

    matrix: Matrix  # uniform scale and shift
    clip: Box
    player: Matrix
    whole: bool = False


def place(view: Rect, full: Box, whiteboard: Whiteboard = Whiteboard.SVG, slide: Rect | None = None) -> View:
    """Fit and centre the visible rectangle in the content area `full` (xMidYMid meet).

    `slide` is where the slide lies, in whiteboard units too.
    """
    scale, left, top = _fitted(view, full)
    right, bottom = left + view.width * scale, top + view.height * scale
    x, y = min(max(round(left), 0), full[2] - 1), min(max(round(top), 0), full[3] - 1)
    clip = (x, y, min(max(round(right), x + 1), full[2]), min(max(round(bottom), y + 1), full[3]))
    zoom, player_left, player_top = _fitted(view, PLAYER)
    dx, dy = _nudge(zoom, player_left, whiteboard), _nudge(zoom, player_top, whiteboard)
    part = scale / zoom
    return View(
        (scale, 0.0, 0.0, scale, left + dx * part - view.x * scale, top + dy * part - view.y * scale),
        clip,
        (zoom, 0.0, 0.0, zoom, player_left + dx - view.x * zoom, player_top + dy - view.y * zoom),
        slide is not None and _nearly(view, slide),
    )


def slide_place(rect: Rect, view: View, whiteboard: Whiteboard) -> Rect:
    """Where in whiteboard space the player draws the slide whose place is `rect`."""
    if whiteboard is Whiteboard.SVG:
        return rect
    if whiteboard is Whiteboard.TLDRAW_V2:
        return Rect(rect.x + _V2_SLIDE_SHIFT, rect.y + _V2_SLIDE_SHIFT, rect.width, rect.height)
    # In tldraw 1 the slide is an image inside of a padding, and browsers put an image's edges onto
    # whole units of what it is in; the picture then covers that box.
    padding = _V1_PADDING * max(1.0, 1 / view.player[0])
    left, right, bottom = (math.floor(padding + end + 0.5) for end in (0.0, rect.width, rect.height))
    grown = max((right - left) / rect.width, (bottom - left) / rect.height)
    width, height = rect.width * grown, rect.height * grown
    x = rect.x + (left + right - width) / 2 - padding
    return Rect(x, rect.y + (left + bottom - height) / 2 - padding, width, height)


def _nearly(view: Rect, slide: Rect) -> bool:
    beside = view.x - slide.x, view.y - slide.y, view.width - slide.width, view.height - slide.height
    return max(map(abs, beside)) < _NEARLY * max(slide.width, slide.height)


def _fitted(view: Rect, full: Box) -> tuple[float, float, float]:
    scale = min(full[2] / max(view.width, _SMALLEST), full[3] / max(view.height, _SMALLEST))
    return scale, (full[2] - view.width * scale) / 2, (full[3] - view.height * scale) / 2


def _nudge(zoom: float, edge: float, whiteboard: Whiteboard) -> float:
    """How far (pixels) the player draws beside the place that arithmetic gives, along one axis.

    Browsers put the layer of a transformed whiteboard onto a whole pixel.
    tldraw 2 scales its layer about the middle of its own single pixel, and moves
    it by a fraction of a unit that depends on the zoom (its `Canvas.tsx`).
    """
    if whiteboard is Whiteboard.SVG:
        return 0.0
    snapped = math.floor(edge + 0.5) - edge  # browsers round halves up
    if whiteboard is Whiteboard.TLDRAW_V1:
        return snapped
    if zoom >= 1:
        offset = 0.125 + (min(zoom, 8.0) - 1) / 7 * 0.375
    else:
        offset = -2 + (max(zoom, 0.1) - 0.1) / 0.9 * 2.125
    return snapped + 0.5 * (1 - zoom) + zoom * offset
