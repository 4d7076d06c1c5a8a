"""Arrows and lines of tldraw 1: straight, or an arc through the middle handle."""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pod.bbb.playback.drawing import Fill, Op, Stroke
from pod.bbb.render.tldraw import dashes, paths
from pod.bbb.render.tldraw.freehand_v1 import Pen, stroke
from pod.bbb.render.tldraw.geometry import (
    EASE_IN_OUT_SINE,
    EASE_OUT_QUAD,
    angle,
    bounds,
    circle_through,
    circles_meet,
    cross,
    ease_in_out_cubic,
    rotated,
    short_way,
    unit,
)
from pod.bbb.render.tldraw.v1_shapes import Style
from pod.bbb.render.tldraw.v1_text import label_ops, text_box
from pod.bbb.render.tldraw.values import mapping, pair, sequence
from pod.bbb.render.tldraw.wobble import generator

_SHORTEST: Final = 2.0  # below that the player draws nothing
_AROUND: Final = 100.0  # units round an arrow's box: of one with a label nothing is seen beyond
Head = tuple[complex, complex, complex]


@dataclass(frozen=True, slots=True)
class Bow:
    """Where an arrow goes; `arc` is (centre, radius, signed length) or None when it is straight."""

    start: complex
    bend: complex
    end: complex
    arc: tuple[complex, float, float] | None

    @property
    def length(self) -> float:
        """Along the shaft."""
        return abs(self.arc[2]) if self.arc else abs(self.end - self.start)

    def points(self) -> list[complex]:
        """The shaft as a polyline."""
        return [self.start, self.end] if self.arc is None else [self.at(i / 19) for i in range(20)]

    def at(self, part: float) -> complex:
        """A point of the shaft; 0 is its start, 1 its end."""
        if self.arc is None:
            return self.start + (self.end - self.start) * part
        centre, radius, length = self.arc
        return centre + cmath.rect(radius, angle(centre, self.start) + length / radius * part)

    def shaft(self) -> paths.Path:
        """The shaft as a path."""
        if self.arc is None:
            return (paths.move(self.start), paths.line(self.end))
        centre, radius, length = self.arc
        return (
            paths.move(self.start),
            *paths.arc(centre, radius, angle(centre, self.start), length / radius),
        )


def bow_of(data: Mapping[str, Any]) -> Bow:
    """Read an arrow's handles (or, of old lines, its first and last point)."""
    handles = mapping(data.get("handles"))
    start = pair(mapping(handles.get("start")).get("point"), 0j)
    end = pair(mapping(handles.get("end")).get("point"), 1 + 1j)
    points = sequence(data.get("points"))
    if not handles and len(points) >= 2:
        start, end = pair(points[0]), pair(points[-1])
    middle = (start + end) / 2
    bend = pair(mapping(handles.get("bend")).get("point"), middle)
    found = circle_through(start, end, bend) if abs(bend - middle) >= 1 else None
    if found is None:
        return Bow(start, bend, end, None)
    centre, radius = found
    length = radius * abs(short_way(angle(centre, start), angle(centre, end)))
    if cross(end - start, bend - start) > 0:  # bent to the right: counter-clockwise
        length = -length
    return Bow(start, bend, end, (centre, radius, length))


def bounds_of(data: Mapping[str, Any]) -> tuple[float, float, float, float]:
    """The box of the shaft in the arrow's own space."""
    return bounds(bow_of(data).points())


def arrow_ops(data: Mapping[str, Any]) -> tuple[Op, ...]:
    """An arrow or line with its label, in its own space."""
    style, bow = Style.of(data), bow_of(data)
    if abs(bow.end - bow.start) < _SHORTEST:
        return ()
    decorations = mapping(data.get("decorations"))
    at_start, at_end = bool(decorations.get("start")), bool(decorations.get("end"))
    if style.drawn:
        shaft = _inked_shaft(style, bow, at_start=at_start, at_end=at_end)
    else:
        shaft = _lined_shaft(style, bow)
    wanted = [_head(style, bow, end=end) for end, there in ((False, at_start), (True, at_end)) if there]
    heads = [style.lined(paths.polygon(head, closed=False), dashes.SOLID) for head in wanted if head]
    label, hole = _label(data, bow)
    return (*(replace(op, inside=hole) for op in (*shaft, *heads)), *label)


def _label(data: Mapping[str, Any], bow: Bow) -> tuple[tuple[Op, ...], paths.Path]:
    """The label's operations, and where the arrow is seen: all round it but in the label's box."""
    width, height = text_box(data, "label")
    scale = max(0.5, min(1.0, max(bow.length / (height + 128), bow.length / (width + 128))))
    left, top, right, bottom = bounds(bow.points())
    long, high = right - left, bottom - top
    # From the middle of the arrow's box, the size of which the player rounds down, it moves the label
    # towards the bend by as much less as it makes it smaller; the hole is where the label should be.
    middle = complex(math.floor(long), math.floor(high)) / 2
    centre = middle + scale * (bow.bend - complex(long, high) / 2)
    ops = label_ops(data, centre, math.floor(high), scale)
    if not ops:
        return (), ()
    around = paths.rectangle(left - _AROUND, top - _AROUND, long + 2 * _AROUND, high + 2 * _AROUND)
    box = complex(width, height) * scale
    corner = bow.bend - box / 2
    return ops, (*around, *paths.rectangle(corner.real, corner.imag, box.real, box.imag, 4 * scale))


def _inked_shaft(style: Style, bow: Bow, *, at_start: bool, at_end: bool) -> tuple[Fill | Stroke, ...]:
    random = generator(style.seed)
    if bow.arc is None:
        back = unit(bow.end - bow.start) * style.width
        start = bow.start + back if at_start else bow.start
        end = bow.end - back if at_end else bow.end
        pen = Pen(style.width, 0.618 + random() * 0.2, 0, easing=EASE_OUT_QUAD, simulated=True, last=True)
        return style.inked(stroke([(start, 0.25), (end, 0.5)], pen), style.wide / 2)
    easing = EASE_IN_OUT_SINE if random() > 0 else ease_in_out_cubic
    centre, radius, length = bow.arc
    random = generator(style.seed)
    start = rotated(bow.start, centre, style.width / length) if at_start else bow.start
    end = rotated(bow.end, centre, -style.width / length) if at_end else bow.end
    first = angle(centre, start)
    turn = short_way(first, angle(centre, end))
    count = min(2000, 8 + math.floor(abs(length) / 20 + random() / 2))
    points = [(centre + cmath.rect(radius, first + turn * easing(i / count)), 0.5) for i in range(count)]
    pen = Pen(1 + style.width, 0.618 + random() * 0.2, 0, easing=EASE_OUT_QUAD, simulated=False, last=True)
    return style.inked(stroke([(start, 0.25), *points, (end, 0.5)], pen), 0)


def _lined_shaft(style: Style, bow: Bow) -> tuple[Stroke, ...]:
    """The shaft as a plain stroke."""
    if bow.arc is None:
        dash = style.even(bow.length, snap=2, outset=False)
    else:
        dash = dashes.even_v1(bow.length, style.wide, style.dash, snap=2, outset=False)
    return (style.lined(bow.shaft(), dash),)


def _head(style: Style, bow: Bow, *, end: bool) -> Head | None:
    """The two strokes of an arrowhead."""
    tip, other = (bow.end, bow.start) if end else (bow.start, bow.end)
    length = min(abs(bow.end - bow.start) / 3, style.width * 8)
    if bow.arc is None:
        inner = tip + unit(other - tip) * length
        return rotated(inner, tip, math.pi / 6), tip, rotated(inner, tip, -math.pi / 6)
    centre, radius, signed = bow.arc
    meets = circles_meet(tip, length * 0.618, centre, radius)
    if meets is None:
        return None
    inner = meets[0] if (signed >= 0 if end else signed < 0) else meets[1]
    wings = [rotated(inner, tip, side * math.pi / 6) for side in (1, -1)]
    left, right = (wing + unit(tip - wing) * length * -0.382 for wing in wings)
    return left, tip, right
