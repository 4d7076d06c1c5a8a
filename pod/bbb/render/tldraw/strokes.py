"""Pen strokes and highlights of tldraw 2."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pod.bbb.playback.drawing import Fill, Op, Stroke
from pod.bbb.render.tldraw import colours
from pod.bbb.render.tldraw.fills import fill_ops
from pod.bbb.render.tldraw.freehand import Node, Pen, linear, nodes
from pod.bbb.render.tldraw.geo import Look
from pod.bbb.render.tldraw.geometry import EASE_OUT_SINE
from pod.bbb.render.tldraw.growing import Growing, Input, Read
from pod.bbb.render.tldraw.ink import Inked, inked
from pod.bbb.render.tldraw.labels import TEXT_SIZES
from pod.bbb.render.tldraw.paths import Path, circle, through_middles
from pod.bbb.render.tldraw.values import (
    LARGEST,
    MAX_POINTS,
    by_size,
    has_pair,
    mapping,
    num,
    pair,
    sequence,
    word,
)
from pod.bbb.render.tldraw.wobble import wide_generator

_NUMBERS: Final = (int, float)
OVERLAY: Final = 0.35  # a highlight over what it marks
UNDERLAY: Final = 0.82  # the same once more, below the slide: seen where there is no slide


@dataclass(slots=True)
class _Grown:
    """What is known of a stroke from the version of it drawn last."""

    reads: list[Read] = field(default_factory=list)  # by segment
    inked: Inked | None = None


_growing: Final = Growing[_Grown]()


def _pen_easing(t: float) -> float:
    return t * 0.65 + math.sin(t * math.pi / 2) * 0.35


def _ease(t: float) -> float:
    return 2 * t * t if t < 0.5 else -1 + (4 - 2 * t) * t


def points_of(props: Mapping[str, Any], known: list[Read] | None = None) -> list[Input]:
    """The stroke's points with their pressure; straight segments get points between their ends.

    `known` is what was read of the segments of the version before, and becomes what was read of these.
    """
    found: list[Input] = []
    reads = known if known is not None else []
    for number, segment in enumerate(sequence(props.get("segments"))):
        part = mapping(segment)
        read = reads[number] if number < len(reads) else Read()
        reads[number:] = [read := read.followed(sequence(part.get("points")), _point)]
        points = read.points
        if part.get("type") == "straight" and len(points) >= 2:
            points = _between(points[0][0], points[1][0])
        found += points
        if len(found) > MAX_POINTS:
            return found[:MAX_POINTS]
    return found


def _point(p: Any) -> Input | None:  # noqa: ANN401 - JSON
    """A point with its pressure; None for anything else. Most of a whiteboard's data passes here."""
    if isinstance(p, dict):
        x, y, z = p.get("x"), p.get("y"), p.get("z", 0.5)
        if isinstance(x, _NUMBERS) and isinstance(y, _NUMBERS) and isinstance(z, _NUMBERS) and 0 <= z <= 1:
            at = complex(x, y) if abs(x) <= LARGEST and abs(y) <= LARGEST else None
            return None if at is None else (at, float(z))
    return (pair(p), min(1.0, max(0.0, num(mapping(p).get("z"), 0.5)))) if has_pair(p) else None


def _between(a: complex, b: complex) -> list[Input]:
    """Points along a straight segment, denser at its start; their pressure sinks towards the middle."""
    count = min(1000, max(4, int(abs(b - a) / 16)))
    found = []
    for i in range(count):
        t = (i / (count - 1)) ** 2
        found.append((a + (b - a) * t, min(1.0, 0.5 + abs(0.5 - _ease(t)) * 0.65)))
    return found


def _finished(props: Mapping[str, Any]) -> bool:
    segments = sequence(props.get("segments"))
    straight = bool(segments) and mapping(segments[-1]).get("type") == "straight"
    return props.get("isComplete") is True or straight


def _pen(props: Mapping[str, Any], width: float, dash: str) -> Pen:
    last = _finished(props)
    if dash == "draw" and props.get("isPen") is True:
        return Pen(1 + width * 1.2, 0.62, 0.62, 0.62, _pen_easing, simulated=False, last=last)
    streamline = 0.62 + (1 + width) / 8 * 0.06
    if dash == "draw":
        return Pen(1 + width, 0.5, streamline, 0.62, EASE_OUT_SINE, simulated=True, last=last)
    return Pen(1 + width, 0.0, streamline, 0.62, linear, simulated=False, last=last)


def _smooth(found: list[Node], *, closed: bool) -> Path:
    return through_middles([node.point for node in found], closed=closed and len(found) > 2)


def draw_ops(seed: str, props: Mapping[str, Any]) -> tuple[Op, ...]:
    """A pen stroke in its own space: a filled outline, or a line for the other dashes."""
    grown = _growing.take(seed) or _Grown()
    points = points_of(props, grown.reads)
    found = _draw(seed, props, points, grown) if points else ()
    _growing.keep(seed, grown)
    return found


def _draw(seed: str, props: Mapping[str, Any], points: list[Input], grown: _Grown) -> tuple[Op, ...]:
    look = Look.of(seed, props)
    closed = props.get("isClosed") is True
    width = look.width
    if look.dash == "draw":
        if len(points) == 1 and props.get("isPen") is not True:
            width += wide_generator(seed)() * width / 6
        pen = _pen(props, width, "draw")
        area = _smooth(nodes(points, pen), closed=True) if closed and len(points) > 1 else ()
        grown.inked = inked(points, pen, grown.inked)
        body = Fill(grown.inked.path, colours.tones(look.colour).solid)
        return (*fill_ops(area, look.fill, look.colour), body)
    found = nodes(points, _pen(props, width, look.dash))
    if len(found) < 2:
        return (Fill(circle(points[0][0], (1 + width) / 2), colours.tones(look.colour).solid),)
    line = _smooth(found, closed=closed)
    dash = {"dotted": (0.1, width * 2), "dashed": (width * 2, width * 2)}.get(look.dash, ())
    return (*(fill_ops(line, look.fill, look.colour) if closed else ()), look.stroke(line, (dash, 0.0)))


def outline_of(props: Mapping[str, Any]) -> tuple[list[complex], bool]:
    """The line that arrows bound to a stroke end at, and whether it is closed."""
    points = points_of(props)
    found = nodes(points, _pen(props, Look.of("", props).width, "solid"))
    return [node.point for node in found], props.get("isClosed") is True


def highlight_ops(seed: str, props: Mapping[str, Any]) -> tuple[Op, ...]:
    """A highlighter's stroke in its own space."""
    points = points_of(props)
    if not points:
        return ()
    width = by_size(TEXT_SIZES, props) * 1.12
    if len(points) == 1 and props.get("isPen") is not True:
        width += wide_generator(seed)() * width / 6
    pen = Pen(1 + width, 0.0, 0.5, 0.5, EASE_OUT_SINE, simulated=False, last=_finished(props))
    found = nodes(points, pen)
    colour = colours.faded(colours.tones(word(props.get("color"), "black")).highlight, OVERLAY)
    if len(found) < 2:
        return (Fill(circle(points[0][0], 0.1 + width / 2), colour),)
    line = _smooth(found, closed=False)
    return (Stroke(line, colour, width),)
