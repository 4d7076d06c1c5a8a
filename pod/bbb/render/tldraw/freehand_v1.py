"""Strokes of a pen as tldraw 1 (BBB 2.6 and 2.7) draws them: perfect-freehand 1.2, written anew.

The PyPI package of that name is the same algorithm, but some thirty times
slower a point and wrong in the easing of a stroke's end; growing strokes are
drawn many times. Constants are those of version 1.2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pod.bbb.render.tldraw.freehand import Input, linear
from pod.bbb.render.tldraw.geometry import EASE_OUT_CUBIC, EASE_OUT_QUAD, Easing, dot, unit

_PRESSURE_RATE = 0.275
_ALMOST_PI = math.pi + 0.0001
_NOISE = 3.0  # the last units of a stroke, where only its very end is kept


@dataclass(frozen=True, slots=True)
class Pen:
    """Options of perfect-freehand; the tapers are lengths at both ends."""

    size: float
    thinning: float = 0.5
    streamline: float = 0.5
    smoothing: float = 0.5
    easing: Easing = linear
    simulated: bool = True
    last: bool = False
    taper_start: float = 0.0
    taper_end: float = 0.0


@dataclass(slots=True)
class Node:
    """One point of the stroke; `back` is the unit vector to the one before."""

    point: complex
    pressure: float
    back: complex
    distance: float
    running: float


def nodes(points: Sequence[Input], pen: Pen) -> list[Node]:
    """The stroke's points, smoothed (streamline)."""
    if not points:
        return []
    pts = list(points)
    if len(pts) == 2:
        (a, pressure), (b, _) = pts
        pts = [(a, pressure), *((a + (b - a) * i / 4, 0.5) for i in range(1, 5))]
    if len(pts) == 1:
        pts.append((pts[0][0] + (1 + 1j), pts[0][1]))
    t = 0.15 + (1 - pen.streamline) * 0.85
    prev = pts[0][0]
    found = [Node(prev, pts[0][1], 1 + 1j, 0.0, 0.0)]
    running, started, final = 0.0, False, len(pts) - 1
    for i in range(1, len(pts)):
        at, pressure = pts[i]
        point = at if pen.last and i == final else prev + (at - prev) * t
        if point == prev:
            continue
        distance = abs(point - prev)
        running += distance
        if i < final and not started:
            if running < pen.size:
                continue
            started = True
        found.append(Node(point, pressure, unit(prev - point), distance, running))
        prev = point
    found[0].back = found[1].back if len(found) > 1 else 0j
    return found


def _first_pressure(found: Sequence[Node], pen: Pen) -> float:
    before = found[0].pressure
    for node in found[:10]:
        pressure = node.pressure
        if pen.simulated:
            speed = min(1.0, node.distance / pen.size)
            pressure = min(1.0, before + (min(1.0, 1 - speed) - before) * (speed * _PRESSURE_RATE))
        before = (before + pressure) / 2
    return before


def _tapered(radius: float, node: Node, total: float, pen: Pen) -> float:
    start = EASE_OUT_QUAD(node.running / pen.taper_start) if node.running < pen.taper_start else 1.0
    rest = total - node.running
    end = EASE_OUT_CUBIC(rest / pen.taper_end) if rest < pen.taper_end else 1.0
    return max(0.01, radius * min(start, end))


class _Sides:
    """Walks along the stroke and collects its two sides."""

    def __init__(self, found: Sequence[Node], pen: Pen) -> None:
        self.left: list[complex] = []
        self.right: list[complex] = []
        self.first_radius: float | None = None
        self.radius = pen.size * pen.easing(0.5 - pen.thinning * (0.5 - found[-1].pressure))
        self._found, self._pen = found, pen
        self._total = found[-1].running
        self._pressure = _first_pressure(found, pen)
        self._heading = found[0].back
        self._left_before = self._right_before = found[0].point
        self._was_corner = False
        for i, node in enumerate(found):
            if i == len(found) - 1 or self._total - node.running >= _NOISE:
                self._step(i, node)

    def _radius_at(self, node: Node) -> tuple[float, float]:
        pen, pressure = self._pen, node.pressure
        if not pen.thinning:
            return pen.size / 2, pressure
        if pen.simulated:
            speed = min(1.0, node.distance / pen.size)
            aim = min(1.0, 1 - speed)
            pressure = min(1.0, self._pressure + (aim - self._pressure) * (speed * _PRESSURE_RATE))
        return pen.size * pen.easing(0.5 - pen.thinning * (0.5 - pressure)), pressure

    def _step(self, i: int, node: Node) -> None:
        radius, pressure = self._radius_at(node)
        if self.first_radius is None:
            self.first_radius = radius
        self.radius = radius = _tapered(radius, node, self._total, self._pen)
        end = i == len(self._found) - 1
        ahead = node.back if end else self._found[i + 1].back
        turn_ahead = 1.0 if end else dot(node.back, ahead)
        corner_ahead = turn_ahead < 0
        if corner_ahead or (dot(node.back, self._heading) < 0 and not self._was_corner):
            self._corner(node, radius)
            self._was_corner = self._was_corner or corner_ahead
            return
        self._was_corner = False
        if end:
            across = node.back * -1j * radius
            self.left.append(node.point - across)
            self.right.append(node.point + across)
            return
        self._regular(i, node, (ahead + (node.back - ahead) * turn_ahead) * -1j * radius)
        self._pressure, self._heading = pressure, node.back

    def _corner(self, node: Node, radius: float) -> None:
        spoke = self._heading * -1j * radius
        for step in range(14):
            turn = _ALMOST_PI * step / 13
            self.left.append(node.point - spoke * complex(math.cos(turn), math.sin(turn)))
            self.right.append(node.point + spoke * complex(math.cos(turn), -math.sin(turn)))
        self._left_before, self._right_before = self.left[-1], self.right[-1]

    def _regular(self, i: int, node: Node, across: complex) -> None:
        least = self._pen.size * self._pen.smoothing
        left, right = node.point - across, node.point + across
        if i <= 1 or abs(self._left_before - left) > least:
            self.left.append(left)
            self._left_before = left
        if i <= 1 or abs(self._right_before - right) > least:
            self.right.append(right)
            self._right_before = right


def outline(found: Sequence[Node], pen: Pen) -> list[complex]:
    """The polygon round the stroke."""
    if not found or pen.size <= 0:
        return []
    sides = _Sides(found, pen)
    first, last = found[0].point, found[-1]
    if len(found) == 1:
        start = unit(-1 - 1j) * 1j * (sides.first_radius or sides.radius)
        return [first + start * _turned(2 * _ALMOST_PI * i / 13) for i in range(1, 14)]
    start_cap: list[complex] = []
    if not pen.taper_start and sides.right:
        start_cap = [first + (sides.right[0] - first) * _turned(_ALMOST_PI * i / 13) for i in range(1, 14)]
    if pen.taper_end:
        end_cap = [last.point]
    else:
        spoke = last.back * 1j * sides.radius
        end_cap = [last.point + spoke * _turned(3 * _ALMOST_PI * i / 29) for i in range(1, 30)]
    return [*sides.left, *end_cap, *reversed(sides.right), *start_cap]


def stroke(points: Sequence[Input], pen: Pen) -> list[complex]:
    """The polygon round a stroke through `points`."""
    return outline(nodes(points, pen), pen)


def _turned(radians: float) -> complex:
    return complex(math.cos(radians), math.sin(radians))
