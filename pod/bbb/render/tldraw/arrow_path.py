"""Where an arrow of tldraw 2 goes: its ends, bound to shapes or free, and the straight line or arc between.

Written after the behaviour of tldraw 2's `getStraightArrowInfo` and
`getCurvedArrowInfo`; the figures are theirs.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pod.bbb.playback.drawing import Matrix, multiply
from pod.bbb.playback.style import SAME
from pod.bbb.render.tldraw.geometry import (
    TURN,
    angle,
    apply,
    circle_through,
    clockwise,
    cross,
    inverse,
    rotated,
    unit,
)
from pod.bbb.render.tldraw.page import Page
from pod.bbb.render.tldraw.targets import Target, target
from pod.bbb.render.tldraw.values import mapping, num, pair, word

STRAIGHT_BELOW: Final = 8.0  # a smaller bend is none
_SHORTEST: Final = 10.0
_GAP: Final = 10.0  # between a pointed end and the shape it is bound to
_SAME: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Arc:
    """An arc; `sweep` is the signed angle from its start, positive clockwise."""

    centre: complex
    radius: float
    start: float
    sweep: float


@dataclass(frozen=True, slots=True)
class ArrowPath:
    """The shaft in the arrow's own space; `whole` is the arc between the handles, on which heads are bent."""

    start: complex
    end: complex
    middle: complex
    arc: Arc | None = None
    whole: Arc | None = None

    @property
    def length(self) -> float:
        """Along the shaft."""
        return abs(self.arc.sweep) * self.arc.radius if self.arc else abs(self.end - self.start)

    def at(self, part: float) -> complex:
        """A point of the shaft; 0 is its start, 1 its end."""
        if self.arc is None:
            return self.start + (self.end - self.start) * part
        return self.arc.centre + cmath.rect(self.arc.radius, self.arc.start + self.arc.sweep * part)


@dataclass(slots=True)
class _End:
    """One end: its handle, the shape it is bound to (None: free), and what became of it."""

    handle: complex
    pointed: bool  # has an arrowhead
    target: Target | None = None
    exact: bool = False
    hit: bool = False  # whether the shaft meets the shape's outline
    to_arrow: Matrix = SAME  # from the target's space to the arrow's

    @property
    def clipped(self) -> bool:
        """Whether the shaft is to end at the outline."""
        return self.target is not None and not self.exact

    @property
    def closed(self) -> bool:
        """Whether the shape it is bound to has an inside."""
        return self.target is not None and self.target.closed

    def here(self, point: complex) -> complex:
        """A point of the arrow's space in the target's."""
        return apply(inverse(self.to_arrow), point)

    def offset(self, own_stroke: float) -> tuple[float, float]:
        """How far a pointed end stays away from the outline, and how much longer the arrow must be for it."""
        strokes = own_stroke / 2 + (self.target.stroke / 2 if self.target else 0.0)
        return _GAP + strokes, strokes


def arrow_path(name: str, page: Page, stroke: float) -> ArrowPath | None:
    """The shaft of an arrow; None when both ends are one point."""
    props = page.props(name)
    start, end, relation = _ends(name, page, props)
    if abs(start.handle - end.handle) < _SAME:
        return None
    bend = num(props.get("bend"))
    if abs(bend) >= STRAIGHT_BELOW:
        found = _curved(start, end, bend, stroke, relation)
        if found is not None:
            return found
    return _straight(start, end, stroke, relation)


def _ends(name: str, page: Page, props: Mapping[str, Any]) -> tuple[_End, _End, str]:
    matrix = page.matrix(name)
    terminals = [mapping(props.get(key)) for key in ("start", "end")]
    targets = [_target_of(terminal, name, page) for terminal in terminals]
    relation = _relation(*targets)
    forced = (
        relation in {"same", "start contains end"},
        relation in {"same", "end contains start"},
    )
    found = []
    for key, terminal, bound, precise in zip(("Start", "End"), terminals, targets, forced, strict=True):
        pointed = word(props.get(f"arrowhead{key}"), "arrow" if key == "End" else "none") != "none"
        if terminal.get("type") != "binding":
            found.append(_End(pair(terminal), pointed))
        elif bound is None:
            found.append(_End(0j, pointed))  # as the player shows an arrow whose shape is gone
        else:
            use_anchor = precise or terminal.get("isPrecise", True) is not False
            anchor = pair(terminal.get("normalizedAnchor"), 0.5 + 0.5j) if use_anchor else 0.5 + 0.5j
            handle = apply(inverse(matrix), bound.at(anchor))
            to_arrow = multiply(inverse(matrix), bound.matrix)
            found.append(_End(handle, pointed, bound, terminal.get("isExact") is True, to_arrow=to_arrow))
    return found[0], found[1], relation


def _target_of(terminal: Mapping[str, Any], name: str, page: Page) -> Target | None:
    bound = word(terminal.get("boundShapeId"))
    if terminal.get("type") != "binding" or bound not in page.bound(name):
        return None
    return target(bound, page)


def _relation(start: Target | None, end: Target | None) -> str:
    if start is None or end is None:
        return "apart"
    if start.name == end.name:
        return "same"
    if start.contains(end):
        return "start contains end"
    return "end contains start" if end.contains(start) else "apart"


def _straight(start: _End, end: _End, stroke: float, relation: str) -> ArrowPath | None:
    a, b = start.handle, end.handle
    ahead = unit(b - a)
    b = _clipped(b, start.handle, end)
    a = _clipped(a, end.handle, start)
    if relation == "apart" and start.clipped and end.clipped:
        a, b = _overlapping(a, b, ahead, start, end)
    u = unit(b - a)
    flipped = abs(u - ahead) >= _SAME
    a, b = _spaced(a, b, u * (-1 if flipped else 1), (start, end), stroke, relation)
    middle = (a + b) / 2
    if flipped:
        if start.target and end.target:
            b = a - u * _SHORTEST
        middle = (start.handle + end.handle) / 2
    return ArrowPath(a, b, middle) if abs(b - a) > 0 else None


def _clipped(point: complex, opposite: complex, end: _End) -> complex:
    """The end of a straight shaft at the outline of the shape it is bound to."""
    if end.target is None or end.exact:
        return point
    origin = end.here(opposite)
    crossings = end.target.crossings(origin, end.here(point))
    if not crossings:
        return point
    end.hit = True
    return apply(end.to_arrow, min(crossings, key=lambda p: abs(p - origin)))


def _overlapping(a: complex, b: complex, ahead: complex, start: _End, end: _End) -> tuple[complex, complex]:
    """Bound shapes that overlap: a short arrow at the outline that was met."""
    if end.hit and not start.hit:
        return (b + ahead * _SHORTEST if start.closed else a), b
    if not end.hit and end.closed:
        return a, a - ahead * _SHORTEST
    return a, b


def _spaced(
    a: complex, b: complex, u: complex, ends: tuple[_End, _End], stroke: float, relation: str
) -> tuple[complex, complex]:
    """Keep pointed ends away from the shapes they point to; the other way round when there is no room."""
    offsets, least = [0.0, 0.0], _SHORTEST
    outer = ("start contains end", "end contains start")
    for i, end in enumerate(ends):
        if relation not in {"same", outer[i]} and end.clipped and end.pointed:
            offsets[i], more = end.offset(stroke)
            least += more
    if abs((b - u * offsets[1]) - (a + u * offsets[0])) < least:
        factor = -1.5 if offsets[0] and offsets[1] else -1.0
        offsets = [offset * factor for offset in offsets]
    return a + u * offsets[0], b - u * offsets[1]


# -- arcs


class _Bow:
    """A bent shaft being worked out: angles are turned in the direction of the bend."""

    def __init__(self, a: complex, b: complex, bend: float, circle: tuple[complex, float]) -> None:
        self.a, self.b = a, b
        self.clockwise = bend < 0
        self.sign = 1 if self.clockwise else -1
        self.centre, self.radius = circle

    def turn(self, frm: float, to: float) -> float:
        """How far it is from one angle to the other in the arrow's direction."""
        found = clockwise(frm, to)
        return found if self.clockwise else TURN - found

    def angle_of(self, point: complex) -> float:
        return angle(self.centre, point)

    def span(self) -> float:
        return self.turn(self.angle_of(self.a), self.angle_of(self.b))

    def at(self, radians: float) -> complex:
        return self.centre + cmath.rect(self.radius, radians)


def _curved(start: _End, end: _End, bend: float, stroke: float, relation: str) -> ArrowPath | None:
    a, b = start.handle, end.handle
    top = (a + b) / 2 + unit(b - a) * -1j * -bend
    circle = circle_through(a, b, top)
    if circle is None:
        return None
    bow = _Bow(a, b, bend, circle)
    whole = bow.span()
    offsets, least = [0.0, 0.0], _SHORTEST
    for i, bound in enumerate((start, end)):
        if not bound.clipped or not _bend_to_outline(bow, bound, at_end=i == 1) or not bound.pointed:
            continue
        offsets[i], more = bound.offset(stroke)
        least += more
    _space_bow(bow, offsets, least)
    if start.clipped and end.clipped:
        _mend_overlap(bow, (start, end), relation)
    middle = _middle(bow, whole)
    if abs(bow.a - bow.b) < _SAME:
        bow.a, bow.b = middle + (1 + 1j), middle - (1 + 1j)
    body = _arc_through(bow.a, bow.b, middle)
    if body is None:
        return None
    around = _arc_through(a, b, top)
    return ArrowPath(bow.a, bow.b, middle, body, around)


def _bend_to_outline(bow: _Bow, bound: _End, *, at_end: bool) -> bool:
    """End the bent shaft at the outline of a shape; whether it meets it."""
    if bound.target is None:
        return False
    first, last, centre = bound.here(bow.a), bound.here(bow.b), bound.here(bow.centre)
    from_angle = angle(centre, first)
    span = bow.turn(from_angle, angle(centre, last))
    crossings = [
        point
        for point in bound.target.circle_crossings(centre, bow.radius)
        if bow.turn(from_angle, angle(centre, point)) <= span
    ]
    aim = span * (0.75 if at_end else 0.25) if bound.closed else 0.0
    if crossings:
        point = min(crossings, key=lambda p: abs(bow.turn(from_angle, angle(centre, p)) - aim))
    elif bound.closed:
        return False
    else:
        point = last if at_end else first
    bound.hit = True
    if at_end:
        bow.b = apply(bound.to_arrow, point)
    else:
        bow.a = apply(bound.to_arrow, point)
    return True


def _space_bow(bow: _Bow, offsets: list[float], least: float) -> None:
    first, last = bow.angle_of(bow.a), bow.angle_of(bow.b)
    if bow.radius <= 0 or bow.turn(first, last) <= 0:
        return

    def ends() -> tuple[complex, complex]:
        return (
            bow.at(first + bow.sign * offsets[0] / bow.radius) if offsets[0] else bow.a,
            bow.at(last - bow.sign * offsets[1] / bow.radius) if offsets[1] else bow.b,
        )

    a, b = ends()
    if abs(b - a) < least:
        factor = -1.5 if offsets[0] and offsets[1] else -2.0
        offsets[:] = [offset * factor for offset in offsets]
        a, b = ends()
    bow.a, bow.b = a, b


def _mend_overlap(bow: _Bow, ends: tuple[_End, _End], relation: str) -> None:
    start, end = ends
    first, last = bow.angle_of(bow.a), bow.angle_of(bow.b)
    span = bow.turn(first, last)
    length = span * bow.radius
    if relation == "same" and length < 30:
        bow.a, bow.b = start.handle, end.handle
    elif relation == "apart":
        if not start.hit:
            bow.a = start.handle
        origin = bow.angle_of(start.handle)
        if not end.hit or bow.turn(origin, first) > bow.turn(origin, last):
            part = min(0.9, _SHORTEST / length) if length else 0.9
            bow.b = bow.at(first + span * part * bow.sign)


def _middle(bow: _Bow, whole: float) -> complex:
    """The point in the middle of the shaft; ends that passed each other are exchanged."""
    first, last = bow.angle_of(bow.a), bow.angle_of(bow.b)
    span = bow.turn(first, last)
    middle = bow.at(first + span * 0.5 * bow.sign)
    if span > whole:
        middle = rotated(middle, bow.centre, math.pi)
        bow.a, bow.b = bow.b, bow.a
    return middle


def _arc_through(a: complex, b: complex, top: complex) -> Arc | None:
    """The arc from a to b by way of `top`."""
    found = circle_through(a, b, top)
    if found is None:
        return None
    centre, radius = found
    first = angle(centre, a)
    sweep = clockwise(first, angle(centre, b))
    if cross(b - a, top - a) >= 0:  # the top lies on the other side: the other way round
        sweep -= TURN
    return Arc(centre, radius, first, sweep) if sweep and abs(sweep) < TURN else None
