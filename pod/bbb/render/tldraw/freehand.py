"""Strokes of a pen as tldraw 2 (BBB >= 3.0) draws them: input points to a filled outline.

An own implementation of the published algorithm (perfect-freehand as tldraw 2
changed it: `getStrokePoints`, `setStrokePointRadii`, `getStrokeOutlinePoints`,
`svgInk`, which is in ink.py); the package of that name follows version 1.2, whose outline differs.
Constants are theirs. A point is a complex number, pressure 0..1 beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field, replace

from pod.bbb.render.tldraw.geometry import Easing, cross, dot, unit
from pod.bbb.render.tldraw.growing import Input, common

_START_PRESSURE = 0.025
_END_PRESSURE = 0.01
_PRESSURE_RATE = 0.275
_ALMOST_PI = math.pi + 0.0001
_SAME = 1e-4  # points nearer to each other are one
_BEGINNING = 4  # the first inputs: those nearer to the beginning than the stroke is wide are passed over
_FIRST = 5  # widths of the stroke: its first pressure is an average over them


def linear(t: float) -> float:
    """No easing."""
    return t


@dataclass(frozen=True, slots=True)
class Pen:
    """How a stroke is made: `size` its width, `last` whether it is finished; else as in perfect-freehand."""

    size: float
    thinning: float = 0.5
    streamline: float = 0.5
    smoothing: float = 0.5
    easing: Easing = linear
    simulated: bool = True
    last: bool = False


@dataclass(slots=True)
class Node:
    """One point of the stroke: where, the unit vector to the one before, distances and the radius there."""

    point: complex
    input: complex
    pressure: float
    back: complex
    distance: float = 0.0
    running: float = 0.0
    radius: float = 1.0


@dataclass(slots=True)
class Trace:
    """The points of a stroke, smoothed, and what its next version can take over.

    `kept` of the nodes are those of the version before: the same objects.
    """

    pen: Pen
    nodes: list[Node]
    inputs: list[Input] = field(default_factory=list)
    marks: list[tuple[int, float]] = field(default_factory=list)  # after each input: nodes, running length
    pressures: list[float] = field(default_factory=list)  # that radii were made from; none of short strokes
    kept: int = 0

    def shared(self, inputs: Sequence[Input], pen: Pen) -> int:
        """How many inputs at the beginning of the next version give the same as here; never the last one."""
        if replace(self.pen, last=False) != replace(pen, last=False):
            return 0
        if not self.inputs or self.nodes[-1].running < max(1.0, pen.size):  # then all have one pressure
            return 0
        count = min(common(self.inputs, inputs), len(self.inputs) - 1, len(inputs) - 1)
        return count if count > _BEGINNING else 0


def nodes(points: Sequence[Input], pen: Pen) -> list[Node]:
    """The stroke's points, smoothed (streamline); their radii are not set yet."""
    return trace(points, pen).nodes if points else []


def trace(points: Sequence[Input], pen: Pen, before: Trace | None = None) -> Trace:
    """The stroke's points, smoothed, of one input at least; radii are not set yet.

    `before` is the trace of the version before: what both share is taken over from it, and
    it must not be used again. The result is the same as without it.
    """
    pts = list(points) if pen.simulated else _without_light_ends(points)
    if not pts:
        return Trace(pen, [Node(points[0][0], points[0][0], 0.15, 1 + 1j)])
    pts, dropped = _without_crowded_ends(pts, pen.size / 3)
    complete = pen.last or not pen.simulated or dropped > 0
    if len(pts) > 1 and abs(pts[-1][0] - pts[-2][0]) < pen.size:
        complete = True
    if len(pts) == 2 and pen.simulated:
        (a, pa), (b, pb) = pts
        pts = [(a, pa), *((a + (b - a) * i / 4, (pa + pb) / 2) for i in range(1, 5))]
    if complete and pen.streamline > 0:
        pts.append(pts[-1])
    made = _smoothed(pts, pen, before)
    found = made.nodes
    if len(found) > 1:
        found[0].back = found[1].back
    if found[-1].running < 1:
        strongest = max(0.5, *(node.pressure for node in found))
        for node in found:
            node.pressure = strongest
    return made


def _without_light_ends(points: Sequence[Input]) -> list[Input]:
    first, end = 0, len(points)
    while first < end and points[first][1] < _START_PRESSURE:
        first += 1
    while end > first and points[end - 1][1] < _END_PRESSURE:
        end -= 1
    return list(points[first:end])


def _without_crowded_ends(points: list[Input], near: float) -> tuple[list[Input], int]:
    """Drop points too near to the first or the last one; also give how many were dropped at the end."""
    (start, pressure), rest = points[0], 1
    while rest < len(points) and abs(points[rest][0] - start) <= near:
        pressure = max(pressure, points[rest][1])
        rest += 1
    kept = [(start, pressure), *points[rest:]]
    last = kept.pop()
    dropped = 0
    while kept and abs(kept[-1][0] - last[0]) <= near:
        kept.pop()
        dropped += 1
    return [*kept, last], dropped


def _begun(pts: list[Input], pen: Pen, before: Trace | None) -> Trace:
    """What the version before tells of the stroke's beginning; without one, its first point."""
    known = before.shared(pts, pen) if before is not None else 0
    if before is not None and known:
        count = before.marks[known - 1][0]
        pressures = before.pressures[:count]
        return Trace(pen, before.nodes[:count], pts, before.marks[:known], pressures, count)
    start, pressure = pts[0]
    return Trace(pen, [Node(start, start, 0.5 if pen.simulated else pressure, 1 + 1j)], pts, [(1, 0.0)])


def _smoothed(pts: list[Input], pen: Pen, before: Trace | None) -> Trace:
    t = 0.15 + (1 - pen.streamline) * 0.85
    made = _begun(pts, pen, before)
    found, marks = made.nodes, made.marks
    prev, total = found[-1].point, marks[-1][1]
    size, final = pen.size, len(pts) - 1
    for i in range(len(marks), len(pts)):
        at, pressure = pts[i]
        point = at if i == final and pen.last else at + (prev - at) * (1 - t)
        distance = abs(point - prev)
        if distance >= _SAME:
            total += distance
            if i >= _BEGINNING or total >= size:
                back = (prev - point) / distance
                found.append(Node(point, at, 0.5 if pen.simulated else pressure, back, distance, total))
                prev = point
        marks.append((len(found), total))
    return made


def set_radii(found: list[Node], pen: Pen) -> None:
    """Give each point its radius, from the real or the simulated pressure."""
    if found:
        set_traced_radii(Trace(pen, found))


def set_traced_radii(made: Trace) -> int:
    """Give each node of a trace its radius; give how many kept that of the version before."""
    found, pen = made.nodes, made.pen
    size, thinning, easing = pen.size, pen.thinning, pen.easing
    done, made.pressures = min(made.kept, len(made.pressures)), made.pressures[: made.kept]
    if not pen.simulated and found[-1].running < size:
        strongest = max(0.5, *(node.pressure for node in found))
        for node in found:
            node.pressure = strongest
            node.radius = size * easing(0.5 - thinning * (0.5 - strongest))
        return 0
    if not thinning:
        for node in found:
            node.radius = size / 2
        return 0
    if not done or found[done - 1].running <= size * _FIRST:
        done = 0
        made.pressures.clear()
    before = made.pressures[-1] if done else _first_pressure(found, pen)
    for node in found[done:]:
        speed = min(1.0, node.distance / size)
        aim = min(1.0, 1.0 - speed) if pen.simulated else node.pressure
        before = min(1.0, before + (aim - before) * (speed * _PRESSURE_RATE))
        node.radius = size * easing(0.5 - thinning * (0.5 - before))
        made.pressures.append(before)
    return done


def _first_pressure(found: Sequence[Node], pen: Pen) -> float:
    """An average over the beginning, so that a stroke does not start with a blot."""
    before = found[0].pressure
    for node in found:
        if node.running > pen.size * _FIRST:
            break
        speed = min(1.0, node.distance / pen.size)
        if pen.simulated:
            now = min(1.0, before + (min(1.0, 1 - speed) - before) * (speed * _PRESSURE_RATE))
        else:
            now = min(1.0, before + (node.pressure - before) * 0.5)
        before += (now - before) * 0.5
    return before


class Sides:
    """Walks along a stroke and collects the two sides of it."""

    def __init__(self, found: Sequence[Node], pen: Pen) -> None:
        self.left: list[complex] = []
        self.right: list[complex] = []
        self.at = 0  # the node that comes next
        self._heading = found[0].back
        self._left_before = self._right_before = found[0].point
        self._was_corner = False
        self._least = pen.size * pen.smoothing

    def copy(self) -> Sides:
        """A walk that goes on from the same place by itself."""
        other = copy(self)
        other.left, other.right = self.left[:], self.right[:]
        return other

    def walk(self, found: Sequence[Node], until: int) -> None:
        """Go on to the node `until`, itself left out."""
        for i in range(self.at, until):
            self._step(found, i)
        self.at = until

    def _step(self, found: Sequence[Node], i: int) -> None:
        node, last_index = found[i], len(found) - 1
        point, back = node.point, node.back
        ahead = found[i + 1].back if i < last_index else back
        turn_ahead = dot(ahead, back) if i < last_index else 1.0
        corner_ahead = turn_ahead < 0.2
        if corner_ahead or (dot(back, self._heading) < 0 and not self._was_corner):
            soft = turn_ahead > -0.62 and found[-1].running - node.running > node.radius
            _corner(node, self._heading, ahead, (self.left, self.right), soft=soft)
            self._left_before, self._right_before = self.left[-1], self.right[-1]
            self._was_corner = self._was_corner or corner_ahead
            return
        self._was_corner = False
        if i in (0, last_index):
            across = back * -1j * node.radius
            self.left.append(point - across)
            self.right.append(point + across)
            return
        across = (ahead + (back - ahead) * turn_ahead) * -1j * node.radius
        if i <= 1 or abs(self._left_before - (point - across)) > self._least:
            self._left_before = point - across
            self.left.append(self._left_before)
        if i <= 1 or abs(self._right_before - (point + across)) > self._least:
            self._right_before = point + across
            self.right.append(self._right_before)
        self._heading = back


def tracks(found: Sequence[Node], pen: Pen) -> tuple[list[complex], list[complex]]:
    """The two sides of the stroke."""
    sides = Sides(found, pen)
    sides.walk(found, len(found))
    return sides.left, sides.right


def _corner(
    node: Node, heading: complex, ahead: complex, sides: tuple[list[complex], list[complex]], *, soft: bool
) -> None:
    """A sharp turn: one point a side, or a half circle a side when the turn is nearly back."""
    left, right = sides
    if soft:
        offset = heading * node.radius * (1 if cross(heading, ahead) < 0 else -1)
        left.append(node.point + offset)
        right.append(node.point - offset)
        return
    spoke = heading * node.radius * 1j  # from the centre to where both half circles start
    for step in range(14):
        turn = _ALMOST_PI * step / 13
        left.append(node.input + spoke * complex(math.cos(turn), math.sin(turn)))
        turn = _ALMOST_PI - turn
        right.append(node.input + spoke * complex(math.cos(turn), math.sin(turn)))


def outline(found: Sequence[Node], pen: Pen) -> list[complex]:
    """The polygon round a stroke, with round caps."""
    if not found:
        return []
    first, last = found[0], found[-1]
    if len(found) == 1:
        start = unit(-1 - 1j) * -1j * -first.radius
        return [first.point + start * turned(2 * _ALMOST_PI * i / 13) for i in range(1, 14)]
    left, right = tracks(found, pen)
    start_cap = [first.point + (right[0] - first.point) * turned(_ALMOST_PI * i / 8) for i in range(1, 9)]
    spoke = -(last.back * -1j) * last.radius
    end_cap = [last.point + spoke * turned(3 * _ALMOST_PI * i / 29) for i in range(1, 30)]
    return [*left, *end_cap, *reversed(right), *start_cap]


def turned(radians: float) -> complex:
    """The unit vector in a direction."""
    return complex(math.cos(radians), math.sin(radians))
