"""The outline of a pen's stroke as tldraw 2 fills it (its `svgInk`), cut at elbows so that turns stay sharp.

A growing stroke takes over from its version before what lies before the points
that were added (see growing.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pod.bbb.playback.drawing import PackedPath
from pod.bbb.render.tldraw.freehand import Node, Pen, Sides, Trace, set_traced_radii, trace, turned
from pod.bbb.render.tldraw.geometry import angle, short_way
from pod.bbb.render.tldraw.growing import Input, common
from pod.bbb.render.tldraw.paths import CLOSE, Packing, arc, circle, move

_ENDING: Final = 4  # nodes at the end of a version that the next one usually changes


@dataclass(frozen=True, slots=True)
class Cut:
    """Where one part of a stroke ends and the next one begins: which node, and whether it is an elbow."""

    at: int
    elbow: bool


@dataclass(slots=True)
class Walked:
    """The last part of a stroke, and its two sides up to the node from which the next version may differ."""

    nodes: list[Node]
    sides: Sides


@dataclass(slots=True)
class Inked:
    """A version of a stroke: its outline, and what the next version can take over."""

    trace: Trace
    path: PackedPath
    cuts: list[Cut]
    parts: list[PackedPath]  # that end at the cuts
    last: Walked | None  # the part after the last cut


def inked(points: Sequence[Input], pen: Pen, before: Inked | None = None) -> Inked:
    """The outline of a stroke of the `draw` dash, of at least one point.

    `before` is what this gave for the version before: it is used up.
    """
    line = trace(points, pen, before.trace if before else None)
    same = set_traced_radii(line)
    if before is None or not same:
        before = Inked(line, PackedPath(()), [], [], None)
    found = line.nodes
    cuts = [cut for cut in before.cuts if cut.at < same - 1]  # of the others the node that follows may differ
    kept = len(cuts)
    cuts += _cuts(found, max(1, same - 1))
    parts = before.parts[:kept]
    for number in range(kept, len(cuts)):
        part = _tidied(_part(found, cuts[number - 1] if number else None, cuts[number]))
        parts.append(_outline(part, Sides(part, pen)))
    part = _part(found, cuts[-1] if cuts else None, None)
    part = _tidied(part) if len(found) > 2 else part
    last = _walked(part, pen, before.last if kept == len(before.cuts) == len(cuts) else None)
    whole = Packing()
    for done in parts:
        whole.extend(done)
    whole.extend(_outline(part, last.sides.copy()))
    return Inked(line, whole.done(), cuts, parts, last)


def _cuts(found: Sequence[Node], first: int) -> Iterator[Cut]:
    """Where the stroke is cut, from the node `first` on."""
    for at in range(first, len(found) - 1):
        before, here, after = found[at - 1], found[at], found[at + 1]
        turn = abs(short_way(angle(before.point, here.point), angle(here.point, after.point))) / math.pi
        if turn > 0.8:
            yield Cut(at, elbow=True)
        elif turn >= 0.25:
            radius = (before.radius + here.radius + after.radius) / 3
            if radius and (abs(before.point - here.point) + abs(here.point - after.point)) / radius < 1.5:
                yield Cut(at, elbow=False)


def _part(found: Sequence[Node], begin: Cut | None, end: Cut | None) -> list[Node]:
    """The nodes between two cuts, or the stroke's ends; at an elbow the pen's own point."""
    if begin is None:
        first, at = found[0], 0
    else:
        first, at = _corner(found, begin), begin.at
    if end is None:
        return [first, *found[at + 1 :]]
    last = _corner(found, end)
    return [first, *found[at + 1 : end.at], *([last] if end.elbow else [last, last])]


def _corner(found: Sequence[Node], cut: Cut) -> Node:
    node = found[cut.at]
    return replace(node, point=node.input) if cut.elbow else node


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
        kept[0] = replace(kept[0], back=turned(angle(kept[1].point, kept[0].point)))
        kept[-1] = replace(kept[-1], back=turned(angle(kept[-1].point, kept[-2].point)))
    return kept


def _walked(part: list[Node], pen: Pen, before: Walked | None) -> Walked:
    """Both sides of the last part, up to a stroke's width before its end: the rest depends on the end."""
    limit = part[-1].running - pen.size
    sides = Sides(part, pen)
    if before is not None:
        at = before.sides.at
        if at < common(before.nodes, part) and at < len(part) - 1 and part[at - 1].running < limit:
            sides = before.sides
    until = max(sides.at, len(part) - _ENDING)
    while until > sides.at and part[until - 1].running >= limit:
        until -= 1
    sides.walk(part, until)
    return Walked(part, sides)


def _outline(part: list[Node], sides: Sides) -> PackedPath:
    """The outline of a part; `sides` may have walked along some of it, and is used up."""
    packing = Packing()
    if len(part) == 1:
        return PackedPath(circle(part[0].point, part[0].radius))
    sides.walk(part, len(part))
    left, right = np.array(sides.left), np.array(sides.right[::-1])
    packing.commands([move(sides.left[0])])
    at = sides.left[0]
    for side, node, sign in ((left, part[-1], 1), (right, part[0], -1)):
        spoke = node.back * 1j * sign * node.radius
        if len(side) > 1:
            at = complex(side[0] + side[1]) / 2
            packing.straight("L", at)
        packing.through(at, side[1:] if len(side) > 1 else side, to=node.point + spoke)
        packing.commands(arc(node.point, node.radius, math.atan2(spoke.imag, spoke.real), math.pi))
        at = node.point - spoke
    packing.commands([CLOSE])
    return packing.done()
