"""The button of tldraw 2 that shows that a shape leads to an address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pod.bbb.playback.drawing import Colour, Command, Fill, Op, Stroke
from pod.bbb.render.tldraw import colours, paths
from pod.bbb.render.tldraw.labels import tidy

_INK: Final = colours.from_hex("#2d2d2d")
_TILE: Final = 38.0, 6.0, 32.0, 4.0  # from the right, from the top, side, radius of the corners
_ICON: Final = 31.0, 13.0, 0.6  # from the right, from the top, units a step of its drawing
_BEND: Final = 2 * 0.5523  # of a quarter circle of radius 2
# A page with its upper right corner open, and an arrow that leaves it there.
_PAGE: Final[tuple[Command, ...]] = (
    ("M", 13, 5), ("L", 7, 5), ("C", 7 - _BEND, 5, 5, 7 - _BEND, 5, 7), ("L", 5, 23),
    ("C", 5, 23 + _BEND, 7 - _BEND, 25, 7, 25), ("L", 23, 25),
    ("C", 23 + _BEND, 25, 25, 23 + _BEND, 25, 23), ("L", 25, 17),
)  # fmt: skip
_ARROW: Final[tuple[Command, ...]] = (
    ("M", 19, 5), ("L", 25, 5), ("L", 25, 11), ("M", 25, 5), ("L", 13, 17),
)  # fmt: skip


def link_ops(props: Mapping[str, Any], width: float, paper: Colour = colours.V2_BACKGROUND) -> tuple[Op, ...]:
    """The button at the top right of a shape of `width`, in the shape's space; nothing without an address."""
    if not tidy(props.get("url")):
        return ()
    right, top, side, radius = _TILE
    tile = paths.rectangle(width - right, top, side, side, radius)
    left, down, scale = width - _ICON[0], _ICON[1], _ICON[2]
    icon = Stroke(_PAGE + _ARROW, _INK, 2.0, matrix=(scale, 0.0, 0.0, scale, left, down))
    return Fill(tile, paper), icon
