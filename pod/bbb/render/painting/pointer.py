"""The pointer of a whiteboard, as the official player draws it."""

from __future__ import annotations

import math
from typing import Final

import numpy as np

from pod.bbb.playback.model import Whiteboard
from pod.bbb.render.canvas import Box, Pixels, within
from pod.bbb.render.painting.view import View

_COLOURS: Final = {  # red, green, blue
    Whiteboard.SVG: (223, 39, 33),
    Whiteboard.TLDRAW_V1: (199, 0, 57),
    Whiteboard.TLDRAW_V2: (224, 49, 49),
}
_SVG_RADIUS: Final = 8.0  # slide pixels: 0.5rem inside the viewBox, so it grows with the zoom
_V1_RADIUS: Final = 5.0  # screen pixels, at any zoom
_V2_SIZE: Final = 2.5  # whiteboard units: an ellipse of that width and height, its top left at the pointer
_V2_STROKE: Final = 10.0  # whiteboard units: the outline of size xl around it


def draw_pointer(target: Pixels, at: tuple[float, float], view: View, whiteboard: Whiteboard) -> Box | None:
    """Draw the pointer that is `at` a place of the whiteboard; the pixels it touched, None if none."""
    scale, _, _, _, dx, dy = view.matrix
    x, y = at[0] * scale + dx, at[1] * scale + dy
    if whiteboard is Whiteboard.SVG:
        radius = _SVG_RADIUS * scale
    elif whiteboard is Whiteboard.TLDRAW_V1:
        radius = _V1_RADIUS * scale / view.player[0]
    else:
        half = _V2_SIZE / 2
        x, y = x + half * scale, y + half * scale
        radius = (half + _V2_STROKE / 2) * scale
    return _disc(target, (x, y), radius, _COLOURS[whiteboard], view.clip)


def _disc(
    target: Pixels, centre: tuple[float, float], radius: float, colour: tuple[int, int, int], clip: Box
) -> Box | None:
    """Draw a disc with soft edges; the pixels it touched, None if none."""
    x, y = centre
    if not all(math.isfinite(v) and abs(v) < 1e7 for v in (x, y, radius)):
        return None
    reach = radius + 1
    box = within(
        (math.floor(x - reach), math.floor(y - reach), math.ceil(x + reach), math.ceil(y + reach)), clip
    )
    left, top, right, bottom = box
    if right <= left or bottom <= top:
        return None
    across = np.arange(left, right, dtype=np.float32) + np.float32(0.5 - x)
    down = np.arange(top, bottom, dtype=np.float32) + np.float32(0.5 - y)
    distance = np.sqrt(across * across + (down * down)[:, None])
    cover = np.clip(np.float32(radius + 0.5) - distance, 0.0, 1.0)[:, :, None]
    under = target[top:bottom, left:right, :3]
    ink = np.array(colour[::-1], np.float32)
    under[...] = (under + cover * (ink - under) + np.float32(0.5)).astype(np.uint8)
    return box
