"""Cutting operations off at the edge of a frame."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import pairwise

from pod.bbb.playback.drawing import Command, Fill, Op, Picture, Stroke, Text
from pod.bbb.render.tldraw import paths
from pod.bbb.render.tldraw.fills import flattened
from pod.bbb.render.tldraw.geometry import IDENTITY, apply, cross, edges


def clipped(ops: Iterable[Op], corners: Sequence[complex]) -> list[Op]:
    """What of the operations is inside a convex polygon (clockwise, in whiteboard space).

    Paths are cut; a text or picture stays whole when its own corner is inside.
    """
    found: list[Op] = []
    for op in ops:
        if isinstance(op, Text | Picture):
            if _inside(apply(op.matrix or IDENTITY, complex(op.x, op.y)), corners):
                found.append(op)
            continue
        lines = [[apply(op.matrix or IDENTITY, complex(x, y)) for x, y in line] for line in _lines(op)]
        if isinstance(op, Fill):
            area = [ring for line in lines if len(ring := _cut_area(line, corners)) > 2]
            if area:
                found.append(replace(op, path=_joined(area, closed=True), matrix=None))
        else:
            found += _cut_stroke(op, lines, corners)
    return found


def _lines(op: Fill | Stroke) -> list[list[tuple[float, float]]]:
    lines = flattened(op.path)
    if isinstance(op, Stroke) and op.path[-1] == paths.CLOSE and lines:
        lines[-1].append(lines[-1][0])
    return lines


def _inside(point: complex, corners: Sequence[complex]) -> bool:
    return all(cross(b - a, point - a) >= 0 for a, b in edges(corners, closed=True))


def _cut_area(ring: Sequence[complex], corners: Sequence[complex]) -> list[complex]:
    """The part of a polygon inside the convex one (Sutherland and Hodgman)."""
    found = list(ring)
    for a, b in edges(corners, closed=True):
        before, found = found, []
        for p, q in edges(before, closed=True):
            p_in, q_in = cross(b - a, p - a) >= 0, cross(b - a, q - a) >= 0
            if p_in != q_in:
                found.append(_crossing(p, q, a, b))
            if q_in:
                found.append(q)
    return found


def _crossing(p: complex, q: complex, a: complex, b: complex) -> complex:
    from_p, from_q = cross(b - a, p - a), cross(b - a, q - a)
    return p + (q - p) * (from_p / (from_p - from_q))


def _cut_stroke(op: Stroke, lines: Sequence[Sequence[complex]], corners: Sequence[complex]) -> list[Op]:
    """The pieces of a stroke inside; each goes on with the dashes where the whole stroke had them."""
    found: list[Op] = []
    for line in lines:
        way = op.dash_offset
        for p, q in pairwise(line):
            part = _cut_segment(p, q, corners)
            if part is not None:
                offset = way + abs(part[0] - p) if op.dash else 0.0
                path = paths.polygon(part, closed=False)
                found.append(replace(op, path=path, matrix=None, dash_offset=offset))
            way += abs(q - p)
    return found if op.dash else _merged(found)


def _cut_segment(p: complex, q: complex, corners: Sequence[complex]) -> tuple[complex, complex] | None:
    for a, b in edges(corners, closed=True):
        p_in, q_in = cross(b - a, p - a) >= 0, cross(b - a, q - a) >= 0
        if not p_in and not q_in:
            return None
        if not p_in:
            p = _crossing(p, q, a, b)
        elif not q_in:
            q = _crossing(p, q, a, b)
    return p, q


def _merged(strokes: list[Op]) -> list[Op]:
    """Pieces without dashes as one operation."""
    path: list[Command] = []
    for op in strokes:
        if isinstance(op, Stroke):
            path += op.path[1:] if path and path[-1][1:] == op.path[0][1:] else op.path
    return [replace(strokes[0], path=tuple(path))] if strokes and isinstance(strokes[0], Stroke) else []


def _joined(rings: Iterable[Sequence[complex]], *, closed: bool) -> paths.Path:
    return tuple(command for ring in rings for command in paths.polygon(ring, closed=closed))
