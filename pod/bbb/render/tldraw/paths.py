"""Builds paths: every curve becomes the four commands that the painter knows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pod.bbb.playback.drawing import Command, PackedPath
from pod.bbb.render.tldraw.geometry import angle, short_way

CLOSE: Final[Command] = ("Z",)
Path = tuple[Command, ...]


def move(p: complex) -> Command:
    """Begin at a point."""
    return ("M", p.real, p.imag)


def line(p: complex) -> Command:
    """Go straight to a point."""
    return ("L", p.real, p.imag)


def cubic(a: complex, b: complex, p: complex) -> Command:
    """Go to `p` with the control points `a` and `b`."""
    return ("C", a.real, a.imag, b.real, b.imag, p.real, p.imag)


def quadratic(start: complex, control: complex, end: complex) -> Command:
    """A quadratic curve from `start`, as a cubic one."""
    return cubic(start + (control - start) * (2 / 3), end + (control - end) * (2 / 3), end)


def polygon(points: Sequence[complex], *, closed: bool = True) -> Path:
    """Straight lines from point to point."""
    if not points:
        return ()
    path = [move(points[0]), *(line(p) for p in points[1:])]
    if closed:
        path.append(CLOSE)
    return tuple(path)


def arc(centre: complex, radius: float, start: float, sweep: float) -> list[Command]:
    """An arc of a circle that goes on from its start point; angles in radians, positive is clockwise."""
    if radius <= 0 or not sweep:
        return []
    steps = max(1, math.ceil(abs(sweep) / (math.pi / 2) - 1e-9))
    step = sweep / steps
    k = 4 / 3 * math.tan(step / 4) * radius
    out: list[Command] = []
    for i in range(steps):
        a, b = start + i * step, start + (i + 1) * step
        ca, sa, cb, sb = math.cos(a), math.sin(a), math.cos(b), math.sin(b)
        first = centre + complex(radius * ca - k * sa, radius * sa + k * ca)
        second = centre + complex(radius * cb + k * sb, radius * sb - k * cb)
        out.append(cubic(first, second, centre + complex(radius * cb, radius * sb)))
    return out


def svg_arc(start: complex, end: complex, radius: float, *, large: bool) -> list[Command]:
    """SVG's `A radius,radius 0 large,1 end`: a circle's arc between two points, drawn clockwise."""
    chord = end - start
    length = abs(chord)
    if length < 1e-9 or radius <= 0:
        return [line(end)]
    radius = max(radius, length / 2)
    height = math.sqrt(max(0.0, radius * radius - length * length / 4))
    side = -1 if large else 1
    centre = (start + end) / 2 + side * height * chord / length * 1j
    turn = short_way(angle(centre, start), angle(centre, end))
    if turn < 0:
        turn += 2 * math.pi
    return arc(centre, radius, angle(centre, start), turn)


def circle(centre: complex, radius: float) -> Path:
    """A whole circle."""
    return ellipse(centre, radius, radius)


def ellipse(centre: complex, rx: float, ry: float) -> Path:
    """A whole ellipse, begun at its left end and drawn clockwise as the player does (dashes start there)."""
    if rx <= 0 or ry <= 0:
        return ()
    out = [move(centre - rx)]
    for name, *values in arc(0j, 1.0, math.pi, 2 * math.pi):
        v = [float(number) for number in values]
        points = [centre + complex(v[i] * rx, v[i + 1] * ry) for i in (0, 2, 4)]
        out.append((name, *(n for p in points for n in (p.real, p.imag))))
    return (*out, CLOSE)


def rectangle(x: float, y: float, width: float, height: float, radius: float = 0.0) -> Path:
    """A rectangle, its corners rounded by `radius`."""
    r = min(radius, width / 2, height / 2)
    if r <= 0:
        return polygon(
            [complex(x, y), complex(x + width, y), complex(x + width, y + height), complex(x, y + height)]
        )
    out = [move(complex(x + r, y)), line(complex(x + width - r, y))]
    quarter = math.pi / 2
    out += arc(complex(x + width - r, y + r), r, -quarter, quarter)
    out += [
        line(complex(x + width, y + height - r)),
        *arc(complex(x + width - r, y + height - r), r, 0, quarter),
    ]
    out += [line(complex(x + r, y + height)), *arc(complex(x + r, y + height - r), r, quarter, quarter)]
    out += [line(complex(x, y + r)), *arc(complex(x + r, y + r), r, math.pi, quarter)]
    return (*out, CLOSE)


def stadium(width: float, height: float) -> Path:
    """A box whose two short sides are half circles."""
    if height > width:
        r = width / 2
        out = [move(complex(0, r)), *arc(complex(r, r), r, math.pi, math.pi)]
        out += [line(complex(width, height - r)), *arc(complex(r, height - r), r, 0, math.pi)]
        return (*out, CLOSE)
    r = height / 2
    out = [
        move(complex(r, 0)),
        line(complex(width - r, 0)),
        *arc(complex(width - r, r), r, -math.pi / 2, math.pi),
    ]
    out += [line(complex(r, height)), *arc(complex(r, r), r, math.pi / 2, math.pi)]
    return (*out, CLOSE)


def through_middles(points: Sequence[complex], *, closed: bool) -> Path:
    """A smooth line: curves between the middles of the sides, the points being their control points.

    An open one begins and ends at its first and last point; one of two points is straight.
    """
    n = len(points)
    if n < 2:
        return ()
    if n == 2:
        return (move(points[0]), line(points[1]))
    if closed:
        at = (points[0] + points[1]) / 2
        ring = [*points[1:], points[0]]
        out = [move(at)]
        for i, control in enumerate(ring):
            end = (control + ring[(i + 1) % n]) / 2
            out.append(quadratic(at, control, end))
            at = end
        return (*out, CLOSE)
    at = points[0]
    out = [move(at)]
    for control, following in pairwise(points[1:]):
        end = (control + following) / 2
        out.append(quadratic(at, control, end))
        at = end
    return (*out, line(points[-1]))


class Packing:
    """Builds a packed path directly: for the many points of strokes."""

    def __init__(self) -> None:
        self._codes = bytearray()
        self._points: list[NDArray[np.float32]] = []

    def straight(self, name: str, *points: complex) -> None:
        """Add commands of one point each, "M" or "L"."""
        self._add(name, np.array(points, np.complex128).view(np.float64))

    def through(self, start: complex, points: NDArray[np.complex128], *, to: complex | None = None) -> None:
        """Curves from `start`, each point the control of one, which ends halfway to the next point.

        The last of them ends at `to`; without that the last point is no control, but where the way leads.
        """
        ends = (points[:-1] + points[1:]) / 2
        controls = points[:-1]
        if to is not None:
            ends, controls = np.append(ends, to), points
        starts = np.concatenate(([start], ends[:-1]))
        parts = [
            side.view(np.float64).reshape(-1, 2) for side in (starts, np.ascontiguousarray(controls), ends)
        ]
        begin, control, end = parts
        # as `quadratic`, number for number
        first, second = begin + (control - begin) * (2 / 3), end + (control - end) * (2 / 3)
        self._add("C", np.stack((first, second, end), axis=1), size=6)

    def commands(self, path: Sequence[Command]) -> None:
        """Add commands made one by one."""
        packed = PackedPath(path)
        self.extend(packed)

    def extend(self, path: PackedPath) -> None:
        """Add what is packed already."""
        self._codes += path.codes
        self._points.append(np.frombuffer(path.points, np.float32))

    def done(self) -> PackedPath:
        """The path."""
        whole = np.concatenate(self._points) if self._points else np.empty(0, np.float32)
        return PackedPath.of(bytes(self._codes), whole.tobytes())

    def _add(self, name: str, numbers: NDArray[np.float64], size: int = 2) -> None:
        flat = numbers.reshape(-1)
        self._codes += bytes((PackedPath.CODES[name],)) * (len(flat) // size)
        self._points.append(flat.astype(np.float32))
