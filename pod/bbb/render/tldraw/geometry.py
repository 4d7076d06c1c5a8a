"""Plane geometry for whiteboard shapes. A point is a complex number: x + y*1j, y downwards."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Final

from pod.bbb.playback.drawing import Matrix
from pod.bbb.playback.style import SAME

TURN: Final = 2 * math.pi
Easing = Callable[[float], float]


def unit(v: complex) -> complex:
    """The vector of length 1 in the direction of `v`; 0 for the zero vector."""
    length = abs(v)
    return v / length if length > 1e-12 else 0j


def dot(a: complex, b: complex) -> float:
    """The scalar product."""
    return a.real * b.real + a.imag * b.imag


def cross(a: complex, b: complex) -> float:
    """The third coordinate of the vector product."""
    return a.real * b.imag - a.imag * b.real


def angle(a: complex, b: complex) -> float:
    """The direction from `a` to `b` in radians."""
    return math.atan2(b.imag - a.imag, b.real - a.real)


def rotated(point: complex, centre: complex, radians: float) -> complex:
    """`point` turned about `centre` (clockwise on the screen for positive angles)."""
    return centre + (point - centre) * cmath.rect(1.0, radians)


def full_turn(radians: float) -> float:
    """The same angle within 0 <= a < 2 pi."""
    return radians % TURN


def clockwise(a: float, b: float) -> float:
    """How far to turn clockwise (y downwards) from angle `a` to angle `b`."""
    return full_turn(full_turn(b) - full_turn(a))


def short_way(a: float, b: float) -> float:
    """The signed shortest turn from angle `a` to angle `b`."""
    da = math.fmod(b - a, TURN)
    return math.fmod(2 * da, TURN) - da


def circle_through(a: complex, b: complex, c: complex) -> tuple[complex, float] | None:
    """Centre and radius of the circle through three points; None when they lie on a line."""
    u, v = b - a, c - a
    d = 2 * cross(u, v)
    if abs(d) < 1e-9:
        return None
    uu, vv = dot(u, u), dot(v, v)
    centre = complex(v.imag * uu - u.imag * vv, u.real * vv - v.real * uu) / d
    radius = abs(centre)
    return (a + centre, radius) if math.isfinite(radius) and radius < 1e7 else None


def ellipse_perimeter(rx: float, ry: float) -> float:
    """Ramanujan's approximation of an ellipse's perimeter."""
    if rx + ry <= 0:
        return 0.0
    h = (rx - ry) ** 2 / (rx + ry) ** 2
    return math.pi * (rx + ry) * (1 + 3 * h / (10 + math.sqrt(4 - 3 * h)))


def bounds(points: Sequence[complex]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of some points; zeros for none."""
    if not points:
        return 0.0, 0.0, 0.0, 0.0
    xs, ys = [p.real for p in points], [p.imag for p in points]
    return min(xs), min(ys), max(xs), max(ys)


# -- affine maps, as in SVG: x' = a*x + c*y + e, y' = b*x + d*y + f


def placed(origin: complex, radians: float = 0.0) -> Matrix:
    """Turn about the origin, then move it to `origin`."""
    if not radians:
        return (1.0, 0.0, 0.0, 1.0, origin.real, origin.imag)
    s, c = math.sin(radians), math.cos(radians)
    return (c, s, -s, c, origin.real, origin.imag)


def scaled(factor: float) -> Matrix:
    """Enlarge by `factor` about the origin."""
    return (factor, 0.0, 0.0, factor, 0.0, 0.0)


def inverse(matrix: Matrix) -> Matrix:
    """The inverse map; the identity for a map that has none."""
    a, b, c, d, e, f = matrix
    det = a * d - b * c
    if abs(det) < 1e-12:
        return SAME
    return (d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det)


def apply(matrix: Matrix, point: complex) -> complex:
    """The image of `point`."""
    a, b, c, d, e, f = matrix
    x, y = point.real, point.imag
    return complex(a * x + c * y + e, b * x + d * y + f)


# -- intersections


def segments_cross(a: complex, b: complex, c: complex, d: complex) -> complex | None:
    """Where the segments ab and cd meet; None for none, parallel or merely touching ones."""
    r, s = b - a, d - c
    k = cross(r, s)
    if k == 0:
        return None
    t, u = cross(c - a, s) / k, cross(c - a, r) / k
    return a + t * r if 0 <= t <= 1 and 0 <= u <= 1 else None


def segment_meets_circle(a: complex, b: complex, centre: complex, radius: float) -> list[complex]:
    """Where the segment ab crosses a circle (none for a tangent)."""
    d, f = b - a, a - centre
    aa = dot(d, d)
    bb, cc = 2 * dot(f, d), dot(f, f) - radius * radius
    root = bb * bb - 4 * aa * cc
    if aa <= 0 or root <= 0:
        return []
    e = math.sqrt(root)
    return [a + d * t for t in ((-bb + e) / (2 * aa), (-bb - e) / (2 * aa)) if 0 <= t <= 1]


def edges(points: Sequence[complex], *, closed: bool) -> list[tuple[complex, complex]]:
    """The sides of a polygon, or of an open line."""
    pairs = list(pairwise(points))
    if closed and len(points) > 1:
        pairs.append((points[-1], points[0]))
    return pairs


def circles_meet(c1: complex, r1: float, c2: complex, r2: float) -> tuple[complex, complex] | None:
    """The two points where two circles meet; None when they do not."""
    d = abs(c2 - c1)
    if d <= 0:
        return None
    x = (d * d - r2 * r2 + r1 * r1) / (2 * d)
    yy = r1 * r1 - x * x
    if yy < 0:
        return None
    along, y = (c2 - c1) / d, math.sqrt(yy)
    return c1 + along * complex(x, y), c1 + along * complex(x, -y)


EASE_OUT_SINE: Final[Easing] = lambda t: math.sin(t * math.pi / 2)  # noqa: E731 - a table of formulas
EASE_IN_OUT_SINE: Final[Easing] = lambda t: (1 - math.cos(math.pi * t)) / 2  # noqa: E731 - see above
EASE_OUT_QUAD: Final[Easing] = lambda t: t * (2 - t)  # noqa: E731 - see above
EASE_OUT_CUBIC: Final[Easing] = lambda t: (t - 1) ** 3 + 1  # noqa: E731 - see above


def ease_in_out_cubic(t: float) -> float:
    """Slow at both ends, third power."""
    return 4 * t**3 if t < 0.5 else (t - 1) * (2 * t - 2) ** 2 + 1
