"""Strokes of a pen as tldraw 1 (BBB 2.6 and 2.7) draws them: perfect-freehand 1.2, written anew.

The PyPI package of that name is the same algorithm, but some thirty times
slower a point and wrong in the easing of a stroke's end; growing strokes are
drawn many times. Constants are those of version 1.2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, replace

from pod.bbb.render.tldraw import freehand
from pod.bbb.render.tldraw.freehand import turned
from pod.bbb.render.tldraw.geometry import EASE_OUT_CUBIC, EASE_OUT_QUAD, dot, unit
from pod.bbb.render.tldraw.growing import Input, common

_PRESSURE_RATE = 0.275
_ALMOST_PI = math.pi + 0.0001
_NOISE = 3.0  # the last units of a stroke, where only its very end is kept
_FIRST = 10  # nodes: the first pressure is an average over them


@dataclass(frozen=True, slots=True)
class Pen(freehand.Pen):
    """The same options, and tapers: lengths at both ends over which the stroke becomes thin."""

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


@dataclass(slots=True)
class Trace:
    """The points of a stroke, smoothed, and what its next version can take over."""

    pen: Pen
    inputs: list[Input]
    nodes: list[Node]
    # after each input: nodes, running length, whether it is longer than the stroke is wide
    marks: list[tuple[int, float, bool]]
    kept: int = 0  # nodes that are those of the version before: the same objects
    sides: _Sides | None = field(default=None)  # as far as the stroke's end does not influence them

    def shared(self, inputs: Sequence[Input], pen: Pen) -> int:
        """How many inputs at the beginning of the next version give the same as here; never the last one."""
        if replace(self.pen, last=False) != replace(pen, last=False):
            return 0
        return min(common(self.inputs, inputs), len(self.inputs) - 1, len(inputs) - 1)


def nodes(points: Sequence[Input], pen: Pen) -> list[Node]:
    """The stroke's points, smoothed (streamline)."""
    return trace(points, pen).nodes if points else []


def trace(points: Sequence[Input], pen: Pen, before: Trace | None = None) -> Trace:
    """The stroke's points, smoothed, of one input at least.

    `before` is the trace of the version before: what both share is taken over from it, and
    it must not be used again. The result is the same as without it.
    """
    pts = list(points)
    if len(pts) == 2:
        (a, pressure), (b, _) = pts
        pts = [(a, pressure), *((a + (b - a) * i / 4, 0.5) for i in range(1, 5))]
    if len(pts) == 1:
        pts.append((pts[0][0] + (1 + 1j), pts[0][1]))
    made = _begun(pts, pen, before)
    t = 0.15 + (1 - pen.streamline) * 0.85
    found, marks, final = made.nodes, made.marks, len(pts) - 1
    prev, (_, running, started) = found[-1].point, marks[-1]
    for i in range(len(marks), len(pts)):
        at, pressure = pts[i]
        point = at if pen.last and i == final else prev + (at - prev) * t
        if point != prev:
            distance = abs(point - prev)
            running += distance
            started = started or (i < final and running >= pen.size)
            if started or i == final:
                found.append(Node(point, pressure, unit(prev - point), distance, running))
                prev = point
        marks.append((len(found), running, started))
    found[0].back = found[1].back if len(found) > 1 else 0j
    return made


def _begun(pts: list[Input], pen: Pen, before: Trace | None) -> Trace:
    """What the version before tells of the stroke's beginning; without one, its first point."""
    known = before.shared(pts, pen) if before is not None else 0
    if before is not None and known > 0:
        count = before.marks[known - 1][0]
        return Trace(pen, pts, before.nodes[:count], before.marks[:known], count, before.sides)
    first = Node(pts[0][0], pts[0][1], 1 + 1j, 0.0, 0.0)
    return Trace(pen, pts, [first], [(1, 0.0, False)])


def _first_pressure(found: Sequence[Node], pen: Pen) -> float:
    before = found[0].pressure
    for node in found[:_FIRST]:
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
        self.at = 0  # the node that comes next
        self._pen = pen
        self._pressure = _first_pressure(found, pen)
        self._heading = found[0].back
        self._left_before = self._right_before = found[0].point
        self._was_corner = False
        self.grow(found)

    def grow(self, found: Sequence[Node]) -> None:
        """The stroke has these nodes by now."""
        self._found, self._total = found, found[-1].running
        self.radius = self._pen.size * self._pen.easing(0.5 - self._pen.thinning * (0.5 - found[-1].pressure))

    def copy(self) -> _Sides:
        """A walk that goes on from the same place by itself."""
        other = copy(self)
        other.left, other.right = self.left[:], self.right[:]
        return other

    def ended(self, node: Node) -> bool:
        """Whether a node is among the last ones, of which only the very last is kept."""
        return self._total - node.running < _NOISE

    def walk(self, until: int) -> None:
        """Go on to the node `until`, itself left out."""
        for i in range(self.at, until):
            node = self._found[i]
            if i == len(self._found) - 1 or not self.ended(node):
                self._step(i, node)
        self.at = until

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
    return _round(found, pen, _Sides(found, pen))


def traced_outline(made: Trace) -> list[complex]:
    """The polygon round a stroke without tapers; what it shares with the version before is taken over."""
    found, pen = made.nodes, made.pen
    sides = made.sides
    # the node behind those passed must be there already, and none of them among the last ones
    if sides is not None and _FIRST <= sides.at < made.kept:
        sides.grow(found)
    if sides is None or not _FIRST <= sides.at < made.kept or sides.ended(found[sides.at - 1]):
        sides = _Sides(found, pen)
    until = max(sides.at, len(found) - 2)
    while until > sides.at and sides.ended(found[until - 1]):
        until -= 1
    sides.walk(until)
    made.sides = sides
    return _round(found, pen, sides.copy())


def _round(found: Sequence[Node], pen: Pen, sides: _Sides) -> list[complex]:
    sides.walk(len(found))
    first, last = found[0].point, found[-1]
    if len(found) == 1:
        start = unit(-1 - 1j) * 1j * (sides.first_radius or sides.radius)
        return [first + start * turned(2 * _ALMOST_PI * i / 13) for i in range(1, 14)]
    start_cap: list[complex] = []
    if not pen.taper_start and sides.right:
        start_cap = [first + (sides.right[0] - first) * turned(_ALMOST_PI * i / 13) for i in range(1, 14)]
    if pen.taper_end:
        end_cap = [last.point]
    else:
        spoke = last.back * 1j * sides.radius
        end_cap = [last.point + spoke * turned(3 * _ALMOST_PI * i / 29) for i in range(1, 30)]
    return [*sides.left, *end_cap, *reversed(sides.right), *start_cap]


def stroke(points: Sequence[Input], pen: Pen) -> list[complex]:
    """The polygon round a stroke through `points`."""
    return outline(nodes(points, pen), pen)
