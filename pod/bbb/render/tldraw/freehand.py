"""Strokes of a pen as tldraw 2 (BBB >= 3.0) draws them: input points to a filled outline.

An own implementation of the published algorithm (perfect-freehand as tldraw 2
changed it: `getStrokePoints`, `setStrokePointRadii`, `getStrokeOutlinePoints`,
`svgInk`); the package of that name follows version 1.2, whose outline differs.
Constants are theirs. A point is a complex number, pressure 0..1 beside it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pod.bbb.playback.drawing import Command
from pod.bbb.render.tldraw.geometry import Easing, angle, cross, dot, short_way, unit
from pod.bbb.render.tldraw.paths import CLOSE, Path, arc, circle, line, move, quadratic

Input = tuple[complex, float]  # point, pressure
_START_PRESSURE = 0.025
_END_PRESSURE = 0.01
_PRESSURE_RATE = 0.275
_ALMOST_PI = math.pi + 0.0001
_SAME = 1e-4  # points nearer than that are one


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


def nodes(points: Sequence[Input], pen: Pen) -> list[Node]:
    """The stroke's points, smoothed (streamline); their radii are not set yet."""
    if not points:
        return []
    pts = list(points) if pen.simulated else _without_light_ends(points)
    if not pts:
        return [Node(points[0][0], points[0][0], 0.15, 1 + 1j)]
    pts, dropped = _without_crowded_ends(pts, pen.size / 3)
    complete = pen.last or not pen.simulated or dropped > 0
    if len(pts) > 1 and abs(pts[-1][0] - pts[-2][0]) < pen.size:
        complete = True
    if len(pts) == 2 and pen.simulated:
        (a, pa), (b, pb) = pts
        pts = [(a, pa), *((a + (b - a) * i / 4, (pa + pb) / 2) for i in range(1, 5))]
    if complete and pen.streamline > 0:
        pts.append(pts[-1])
    found = _smoothed(pts, pen)
    if len(found) > 1:
        found[0].back = found[1].back
    if found[-1].running < 1:
        strongest = max(0.5, *(node.pressure for node in found))
        for node in found:
            node.pressure = strongest
    return found


def _without_light_ends(points: Sequence[Input]) -> list[Input]:
    first, end = 0, len(points)
    while first < end and points[first][1] < _START_PRESSURE:
        first += 1
    while end > first and points[end - 1][1] < _END_PRESSURE:
        end -= 1
    return list(points[first:end])


def _without_crowded_ends(points: list[Input], near: float) -> tuple[list[Input], int]:
    """Drop what is too near to the first and to the last point; how many were dropped at the end."""
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


def _smoothed(pts: Sequence[Input], pen: Pen) -> list[Node]:
    t = 0.15 + (1 - pen.streamline) * 0.85
    start, pressure = pts[0]
    prev = start
    found = [Node(start, start, 0.5 if pen.simulated else pressure, 1 + 1j)]
    total, size, final = 0.0, pen.size, len(pts) - 1
    for i in range(1, len(pts)):
        at, pressure = pts[i]
        point = at if i == final and pen.last else at + (prev - at) * (1 - t)
        distance = abs(point - prev)
        if distance < _SAME:
            continue
        total += distance
        if i < 4 and total < size:
            continue
        back = (prev - point) / distance
        found.append(Node(point, at, 0.5 if pen.simulated else pressure, back, distance, total))
        prev = point
    return found


def set_radii(found: list[Node], pen: Pen) -> None:
    """Give each point its radius, from the real or the simulated pressure."""
    if not found:
        return
    size, thinning, easing = pen.size, pen.thinning, pen.easing
    if not pen.simulated and found[-1].running < size:
        strongest = max(0.5, *(node.pressure for node in found), 0.5)
        for node in found:
            node.pressure = strongest
            node.radius = size * easing(0.5 - thinning * (0.5 - strongest))
        return
    if not thinning:
        for node in found:
            node.radius = size / 2
        return
    before = _first_pressure(found, pen)
    for node in found:
        speed = min(1.0, node.distance / size)
        aim = min(1.0, 1.0 - speed) if pen.simulated else node.pressure
        before = min(1.0, before + (aim - before) * (speed * _PRESSURE_RATE))
        node.radius = size * easing(0.5 - thinning * (0.5 - before))


def _first_pressure(found: Sequence[Node], pen: Pen) -> float:
    """An average over the beginning, so that a stroke does not start with a blot."""
    before = found[0].pressure
    for node in found:
        if node.running > pen.size * 5:
            break
        speed = min(1.0, node.distance / pen.size)
        if pen.simulated:
            now = min(1.0, before + (min(1.0, 1 - speed) - before) * (speed * _PRESSURE_RATE))
        else:
            now = min(1.0, before + (node.pressure - before) * 0.5)
        before += (now - before) * 0.5
    return before


def tracks(found: Sequence[Node], pen: Pen) -> tuple[list[complex], list[complex]]:
    """The two sides of the stroke."""
    left: list[complex] = []
    right: list[complex] = []
    total, least = found[-1].running, (pen.size * pen.smoothing)
    last_index = len(found) - 1
    heading = found[0].back
    left_before = right_before = found[0].point
    was_corner = False
    for i, node in enumerate(found):
        point, back = node.point, node.back
        ahead = found[i + 1].back if i < last_index else back
        turn_ahead = dot(ahead, back) if i < last_index else 1.0
        corner_ahead = turn_ahead < 0.2
        if corner_ahead or (dot(back, heading) < 0 and not was_corner):
            soft = turn_ahead > -0.62 and total - node.running > node.radius
            _corner(node, heading, ahead, (left, right), soft=soft)
            left_before, right_before = left[-1], right[-1]
            was_corner = was_corner or corner_ahead
            continue
        was_corner = False
        if i in (0, last_index):
            across = back * -1j * node.radius
            left.append(point - across)
            right.append(point + across)
            continue
        across = (ahead + (back - ahead) * turn_ahead) * -1j * node.radius
        if i <= 1 or abs(left_before - (point - across)) > least:
            left_before = point - across
            left.append(left_before)
        if i <= 1 or abs(right_before - (point + across)) > least:
            right_before = point + across
            right.append(right_before)
        heading = back
    return left, right


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
        return [first.point + start * _turned(2 * _ALMOST_PI * i / 13) for i in range(1, 14)]
    left, right = tracks(found, pen)
    start_cap = [first.point + (right[0] - first.point) * _turned(_ALMOST_PI * i / 8) for i in range(1, 9)]
    spoke = -(last.back * -1j) * last.radius
    end_cap = [last.point + spoke * _turned(3 * _ALMOST_PI * i / 29) for i in range(1, 30)]
    return [*left, *end_cap, *reversed(right), *start_cap]


def _turned(radians: float) -> complex:
    return complex(math.cos(radians), math.sin(radians))


def ink(points: Sequence[Input], pen: Pen) -> Path:
    """The outline of a stroke of the `draw` dash, cut at elbows so that turns stay sharp."""
    found = nodes(points, pen)
    set_radii(found, pen)
    path: list[Command] = []
    for part in _cut_at_elbows(found):
        path += _part_outline(part, pen)
    return tuple(path)


def _cut_at_elbows(found: list[Node]) -> list[list[Node]]:
    if len(found) <= 2:
        return [found]
    parts: list[list[Node]] = []
    part = [found[0]]
    for before, here, after in zip(found, found[1:], found[2:], strict=False):
        turn = abs(short_way(angle(before.point, here.point), angle(here.point, after.point))) / math.pi
        if turn > 0.8:
            elbow = replace(here, point=here.input)
            parts.append(_tidied([*part, elbow]))
            part = [elbow]
            continue
        part.append(here)
        if turn < 0.25:
            continue
        radius = (before.radius + here.radius + after.radius) / 3
        if radius and (abs(before.point - here.point) + abs(here.point - after.point)) / radius < 1.5:
            parts.append(_tidied([*part, here]))
            part = [here]
    parts.append(_tidied([*part, found[-1]]))
    return parts


def _tidied(part: list[Node]) -> list[Node]:
    """Drop what crowds the ends of a part, and let its end vectors point along it."""

    def crowds(a: Node, b: Node) -> bool:
        return abs(a.point - b.point) < (a.radius + b.radius) / 4

    first, end = 1, len(part) - 1
    while end - first >= 1 and crowds(part[0], part[first]):
        first += 1
    while end - first >= 1 and crowds(part[-1], part[end - 1]):
        end -= 1
    kept = [part[0], *part[first:end], part[-1]] if len(part) > 1 else part
    if len(kept) > 1:
        kept[0] = replace(kept[0], back=_turned(angle(kept[1].point, kept[0].point)))
        kept[-1] = replace(kept[-1], back=_turned(angle(kept[-1].point, kept[-2].point)))
    return kept


def _part_outline(part: list[Node], pen: Pen) -> list[Command]:
    if not part:
        return []
    if len(part) == 1:
        return list(circle(part[0].point, part[0].radius))
    left, right = tracks(part, pen)
    right.reverse()
    path, at = [move(left[0])], left[0]
    for side, node, sign in ((left, part[-1], 1), (right, part[0], -1)):
        for i in range(1, len(side)):
            middle = (side[i - 1] + side[i]) / 2
            path.append(line(middle) if i == 1 else quadratic(at, side[i - 1], middle))
            at = middle
        spoke = node.back * 1j * sign * node.radius
        path.append(quadratic(at, side[-1], node.point + spoke))
        path += arc(node.point, node.radius, math.atan2(spoke.imag, spoke.real), math.pi)
        at = node.point - spoke
    return [*path, CLOSE]
