"""The corners of tldraw 2's geometric shapes (`GeoShapeUtil.getGeometry`), in the shape's own space."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import Final

Corners = list[complex]
_SLANT: Final = 0.38
_SHAFT: Final = 0.16


def _points(*pairs: tuple[float, float]) -> Corners:
    return [complex(x, y) for x, y in pairs]


def _regular(width: float, height: float, sides: int) -> Corners:
    """A regular polygon with one corner up, moved to the top left of its box (it may not fill the width)."""
    points = [
        complex(
            width / 2 * (1 + math.cos(2 * math.pi * i / sides - math.pi / 2)),
            height / 2 * (1 + math.sin(2 * math.pi * i / sides - math.pi / 2)),
        )
        for i in range(sides)
    ]
    corner = complex(min(p.real for p in points), min(p.imag for p in points))
    return [p - corner for p in points]


def _star(width: float, height: float) -> Corners:
    """Five points; stretched so that the points, not their circle, fill the box."""
    step = math.pi / 5
    outer = [cmath.rect(1, -math.pi / 2 + i * 2 * step) for i in range(5)]
    left, right = min(p.real for p in outer), max(p.real for p in outer)
    top, bottom = min(p.imag for p in outer), max(p.imag for p in outer)
    span_x, span_y = (right - left) / 2, (bottom - top) / 2  # parts of the width and height it would fill
    ox, oy = width * (2 - span_x) / 2, height * (2 - span_y) / 2
    cx = width / 2 - width * (left + right) / 4
    cy = height / 2 - height * (top + bottom) / 4
    points = []
    for i in range(10):
        spoke = cmath.rect(1.0 if i % 2 == 0 else 0.5, -math.pi / 2 + i * step)
        points.append(complex(cx + ox * spoke.real, cy + oy * spoke.imag))
    return points


def _arrow_right(w: float, h: float) -> Corners:
    ox, oy = min(w, h) * _SLANT, h * _SHAFT
    return _points((0, oy), (w - ox, oy), (w - ox, 0), (w, h / 2), (w - ox, h), (w - ox, h - oy), (0, h - oy))


def _arrow_left(w: float, h: float) -> Corners:
    ox, oy = min(w, h) * _SLANT, h * _SHAFT
    return _points((ox, 0), (ox, oy), (w, oy), (w, h - oy), (ox, h - oy), (ox, h), (0, h / 2))


def _arrow_up(w: float, h: float) -> Corners:
    ox, oy = w * _SHAFT, min(w, h) * _SLANT
    return _points((w / 2, 0), (w, oy), (w - ox, oy), (w - ox, h), (ox, h), (ox, oy), (0, oy))


def _arrow_down(w: float, h: float) -> Corners:
    ox, oy = w * _SHAFT, min(w, h) * _SLANT
    return _points((ox, 0), (w - ox, 0), (w - ox, h - oy), (w, h - oy), (w / 2, h), (0, h - oy), (ox, h - oy))


def _slanted(w: float, h: float, *, top: tuple[int, int], bottom: tuple[int, int]) -> Corners:
    """A quadrilateral whose corners are 0 or 1 slants in from the box's."""
    o = min(w, h) * _SLANT
    return _points((top[0] * o, 0), (w - top[1] * o, 0), (w - bottom[1] * o, h), (bottom[0] * o, h))


def _rectangle(w: float, h: float) -> Corners:
    return _points((0, 0), (w, 0), (w, h), (0, h))


POLYGONS: Final[dict[str, Callable[[float, float], Corners]]] = {
    "rectangle": _rectangle,
    "x-box": _rectangle,
    "check-box": _rectangle,
    "triangle": lambda w, h: _points((w / 2, 0), (w, h), (0, h)),
    "diamond": lambda w, h: _points((w / 2, 0), (w, h / 2), (w / 2, h), (0, h / 2)),
    "pentagon": lambda w, h: _regular(w, h, 5),
    "hexagon": lambda w, h: _regular(w, h, 6),
    "octagon": lambda w, h: _regular(w, h, 8),
    "star": _star,
    "rhombus": lambda w, h: _slanted(w, h, top=(1, 0), bottom=(0, 1)),
    "rhombus-2": lambda w, h: _slanted(w, h, top=(0, 1), bottom=(1, 0)),
    "trapezoid": lambda w, h: _slanted(w, h, top=(1, 1), bottom=(0, 0)),
    "arrow-right": _arrow_right,
    "arrow-left": _arrow_left,
    "arrow-up": _arrow_up,
    "arrow-down": _arrow_down,
}


def ellipse_polygon(width: float, height: float, perimeter: float) -> Corners:
    """An ellipse as the polygon that arrows end at: a corner every 20 units, at least 8."""
    count = min(400, max(8, math.ceil(perimeter / 20)))
    centre = complex(width / 2, height / 2)
    turns = [2 * math.pi * i / count for i in range(count)]
    return [centre + complex(width / 2 * math.cos(t), height / 2 * math.sin(t)) for t in turns]


def stadium_polygon(width: float, height: float) -> Corners:
    """A stadium (geo "oval") as a polygon of 18 corners."""
    steps = [math.pi * i / 8 for i in range(9)]
    if height > width:
        r = width / 2
        first = [complex(r, r) + cmath.rect(r, t - math.pi) for t in steps]
        return first + [complex(r, height - r) + cmath.rect(r, t) for t in steps]
    r = height / 2
    first = [complex(width - r, r) + cmath.rect(r, t - math.pi / 2) for t in steps]
    return first + [complex(r, r) + cmath.rect(r, t + math.pi / 2) for t in steps]


def x_lines(w: float, h: float, width: float, dash: str) -> list[tuple[complex, complex]]:
    """The cross of an x-box; dashed ones meet in the middle."""
    if dash == "dashed":
        middle = complex(w / 2, h / 2)
        return [(corner, middle) for corner in _points((0, 0), (w, h), (0, h), (w, 0))]
    inset = width * 0.62 if dash == "draw" else 0.0
    x0, y0 = min(w, inset), min(h, inset)
    x1, y1 = max(0.0, w - inset), max(0.0, h - inset)
    return [(complex(x0, y0), complex(x1, y1)), (complex(x0, y1), complex(x1, y0))]


def check_lines(w: float, h: float) -> list[tuple[complex, complex]]:
    """The tick of a check-box."""
    size = min(w, h) * 0.82
    corner = complex((w - size) / 2, (h - size) / 2)
    a, b, c = (corner + size * p for p in (0.25 + 0.52j, 0.45 + 0.82j, 0.82 + 0.22j))
    return [(a, b), (b, c)]
