"""Arrows and lines of tldraw 1: straight, or an arc through the middle handle."""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pod.bbb.playback.drawing import Op
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
_SAMPLES: Final = 300  # along a shaft that a label covers in part
_HEAD_SAMPLES: Final = 32  # along each side of a head
Head = tuple[complex, complex, complex]
Gap = tuple[float, float, complex]  # half width, half height and middle of a label


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

    def part(self, a: float, b: float) -> paths.Path:
        """The shaft from one part of its way to another."""
        if self.arc is None:
            return (paths.move(self.at(a)), paths.line(self.at(b)))
        centre, radius, length = self.arc
        turn = length / radius
        start = angle(centre, self.start) + turn * a
        return (paths.move(self.at(a)), *paths.arc(centre, radius, start, turn * (b - a)))


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
    gap, label = _label(data, bow)
    if gap is None and style.drawn:
        shaft = _inked_shaft(style, bow, at_start=at_start, at_end=at_end)
    else:
        shaft = _lined_shaft(style, bow, gap)
    heads = [
        head
        for head, wanted in ((_head(style, bow, end=False), at_start), (_head(style, bow, end=True), at_end))
        if wanted
    ]
    strokes = [
        style.lined(paths.polygon(part, closed=False), dashes.SOLID)
        for head in heads
        if head
        for part in _beside(head, gap)
    ]
    return (*shaft, *strokes, *label)


def _label(data: Mapping[str, Any], bow: Bow) -> tuple[Gap | None, tuple[Op, ...]]:
    """The hole that the label leaves in the shaft, and its operations."""
    width, height = text_box(data, "label")
    scale = max(0.5, min(1.0, max(bow.length / (height + 128), bow.length / (width + 128))))
    left, top, right, bottom = bounds(bow.points())
    long, high = right - left, bottom - top
    # The player puts it beside the middle of the arrow's box, the size of which it rounds down.
    moved = complex((math.floor(long) - long) / 2, (math.floor(high) - high) / 2)
    ops = label_ops(data, bow.bend + moved, math.floor(high), scale)
    return ((width * scale / 2, height * scale / 2, bow.bend) if ops else None), ops


def _inked_shaft(style: Style, bow: Bow, *, at_start: bool, at_end: bool) -> tuple[Op, ...]:
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


def _lined_shaft(style: Style, bow: Bow, gap: Gap | None) -> tuple[Op, ...]:
    """The shaft as a plain stroke, without what the label covers; its dashes go on behind the label."""
    if bow.arc is None:
        dash, offset = style.even(bow.length, snap=2, outset=False)
    else:
        dash, offset = dashes.even_v1(bow.length, style.wide, style.dash, snap=2, outset=False)
    return tuple(
        style.lined(bow.part(a, b), (dash, offset + a * bow.length if dash else 0.0))
        for a, b in _free(bow, gap)
    )


def _free(bow: Bow, gap: Gap | None) -> list[tuple[float, float]]:
    """The parts of the shaft (from, to; 0..1) beside the label."""
    if gap is None:
        return [(0.0, 1.0)]
    parts: list[tuple[float, float]] = []
    start: float | None = None
    for i in range(_SAMPLES + 1):
        if _covered(bow.at(i / _SAMPLES), gap):
            if start is not None:
                parts.append((start, (i - 1) / _SAMPLES))
            start = None
        elif start is None:
            start = i / _SAMPLES
    if start is not None:
        parts.append((start, 1.0))
    return [(a, b) for a, b in parts if b > a]


def _covered(point: complex, gap: Gap) -> bool:
    half_width, half_height, middle = gap
    away = point - middle
    return abs(away.real) < half_width and abs(away.imag) < half_height


def _beside(head: Head, gap: Gap | None) -> list[list[complex]]:
    """The parts of a head that the label does not cover."""
    if gap is None or not any(_covered(point, gap) for point in _fine(head)):
        return [list(head)]
    parts: list[list[complex]] = [[]]
    for point in _fine(head):
        if not _covered(point, gap):
            parts[-1].append(point)
        elif parts[-1]:
            parts.append([])
    return [part for part in parts if len(part) > 1]


def _fine(head: Head) -> list[complex]:
    left, tip, right = head
    steps = [i / _HEAD_SAMPLES for i in range(_HEAD_SAMPLES + 1)]
    return [left + (tip - left) * t for t in steps] + [tip + (right - tip) * t for t in steps[1:]]


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
