"""Dash patterns that come out even at both ends of a side (tldraw's `getPerfectDashProps`, both versions)."""

from __future__ import annotations

import math
from typing import Literal

Dash = tuple[tuple[float, ...], float]  # lengths of dash and gap, offset
SOLID: Dash = ((), 0.0)
End = Literal["outset", "skip", "none"]
_MAX_DASHES = 4000  # along one path: more means a damaged size, and would take a rasteriser very long


def even(
    length: float,
    width: float,
    style: str,
    *,
    snap: int = 1,
    start: End = "outset",
    end: End = "outset",
    closed: bool = False,
) -> Dash:
    """Dashes of tldraw 2 for a path of `length`; `style` is dashed, dotted, or anything else for none."""
    if style not in {"dashed", "dotted"} or length <= 0 or width <= 0 or length / width > _MAX_DASHES:
        return SOLID
    ratio = 1 if style == "dashed" else 100
    dash = min(width * 2, length / 4) if style == "dashed" else width / ratio
    offset = 0.0
    if not closed:
        grown = {"outset": dash / 2, "skip": -dash, "none": 0.0}
        length += grown[start] + grown[end]
        offset = grown[start]
    count = math.floor(length / dash / (2 * ratio))
    count -= count % snap
    if count < 3 and style == "dashed":
        if length / width < 5:
            return SOLID
        return _checked(length * 0.333, length * 0.333, offset)
    count = max(count, 3)
    dash = length / count / (2 * ratio)
    if closed:
        return _checked(dash, (length - count * dash) / count, dash / 2)
    return _checked(dash, (length - count * dash) / max(1, count - 1), offset)


def even_v1(length: float, width: float, style: str, *, snap: int, outset: bool) -> Dash:
    """Dashes of tldraw 1 for a path of `length`."""
    if style not in {"dashed", "dotted"} or length <= 0 or width <= 0 or length / width > _MAX_DASHES:
        return SOLID
    dash, ratio = (width * 2, 1) if style == "dashed" else (width / 100, 100)
    count = math.floor(length / dash / (2 * ratio))
    count = max(count - count % snap, 4)
    gap = max(dash, (length - count * dash) / (count if outset else count - 1))
    return _checked(dash, gap, dash / 2 if outset and style == "dashed" else 0.0)


def _checked(dash: float, gap: float, offset: float) -> Dash:
    if dash <= 0 or gap <= 0 or not math.isfinite(dash + gap + offset):
        return SOLID
    return (dash, gap), offset
