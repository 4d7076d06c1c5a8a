"""Lines of tldraw 2: straight from handle to handle, or a spline through them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from pod.bbb.playback.drawing import Fill, Op
from pod.bbb.render.tldraw import colours, dashes
from pod.bbb.render.tldraw.freehand import Pen, nodes, outline, set_radii
from pod.bbb.render.tldraw.geo import Look
from pod.bbb.render.tldraw.paths import cubic, line, move, polygon, through_middles
from pod.bbb.render.tldraw.values import has_pair, mapping, pair, sequence, word
from pod.bbb.render.tldraw.wobble import shaken_line

_TENSION: Final = 1.25 / 6
_CURVE_POINTS: Final = 10
_MAX_HANDLES: Final = 2000
Curve = tuple[complex, complex, complex, complex]


def handles_of(props: Mapping[str, Any]) -> list[complex]:
    """The points of a line in order: `handles` (3.0) or `points` (later), sorted by their index."""
    found = props.get("handles") or props.get("points")
    items = list(mapping(found).values()) if isinstance(found, Mapping) else sequence(found)
    usable = [item for item in items if has_pair(item)][:_MAX_HANDLES]
    usable.sort(key=lambda item: word(mapping(item).get("index")))
    return [pair(item) for item in usable]


def line_ops(seed: str, props: Mapping[str, Any]) -> tuple[Op, ...]:
    """The operations of a line shape in its own space."""
    points = handles_of(props)
    if len(points) < 2:
        return ()
    look = Look.of(seed, props)
    return _curved(look, points) if props.get("spline") == "cubic" else _straight(look, points)


def vertices(props: Mapping[str, Any]) -> list[complex]:
    """The line as a polyline, for arrows that are bound to it."""
    points = handles_of(props)
    if props.get("spline") != "cubic" or len(points) < 2:
        return points
    return _along(_spline(points))


def _straight(look: Look, points: Sequence[complex]) -> tuple[Op, ...]:
    if look.dash == "draw":
        return (look.stroke(shaken_line(look.seed, points, look.width)),)
    if look.dash == "solid":
        return (look.stroke(polygon(points, closed=False)),)
    last = len(points) - 2
    ops = []
    for i, (a, b) in enumerate(pairwise(points)):
        dash = _segment_dash(look, abs(b - a), first=i == 0, last=i == last)
        ops.append(look.stroke((move(a), line(b)), dash))
    return tuple(ops)


def _curved(look: Look, points: Sequence[complex]) -> tuple[Op, ...]:
    curves = _spline(points)
    if look.dash == "draw":
        pen = Pen(look.width, 0.4, 0.0, 0.5, simulated=True, last=True)
        found = nodes([(p, 0.5) for p in _along(curves)], pen)
        set_radii(found, pen)
        path = through_middles(outline(found, pen), closed=True)
        fill = Fill(path, colours.tones(look.colour).solid)
        return (fill, replace(look, width=1.0).stroke(path))
    if look.dash == "solid":
        return (look.stroke((move(points[0]), *(cubic(b, c, d) for _, b, c, d in curves))),)
    last = len(curves) - 1
    ops = []
    for i, (a, b, c, d) in enumerate(curves):
        vertices = _along([(a, b, c, d)])
        length = sum(abs(q - p) for p, q in pairwise(vertices))
        dash = _segment_dash(look, length, first=i == 0, last=i == last)
        ops.append(look.stroke((move(a), cubic(b, c, d)), dash))
    return tuple(ops)


def _segment_dash(look: Look, length: float, *, first: bool, last: bool) -> dashes.Dash:
    return dashes.even(
        length, look.width, look.dash, start="none" if first else "outset", end="none" if last else "outset"
    )


def _spline(points: Sequence[complex]) -> list[Curve]:
    """A cubic curve from each point to the next; the first and last leave their points without a pull."""
    curves = []
    last = len(points) - 2
    for i in range(last + 1):
        p1, p2 = points[i], points[i + 1]
        a = p1 if i == 0 else p1 + (p2 - points[i - 1]) * _TENSION
        b = p2 if i == last else p2 - (points[i + 2] - p1) * _TENSION
        curves.append((p1, a, b, p2))
    return curves


def _along(curves: Sequence[Curve]) -> list[complex]:
    found = [
        (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t**3 * d
        for a, b, c, d in curves
        for t in (i / _CURVE_POINTS for i in range(_CURVE_POINTS + 1))
    ]
    return [*found, curves[-1][3]] if curves else []
