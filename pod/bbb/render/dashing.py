"""Dashes cut out of a path here: the rasteriser loses a little at each corner of a line, and along curves.

SVG's rules: the pattern begins at the start of each subpath, and goes on round its corners.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pod.bbb.render.canvas import CLOSE, CURVE, LINE, MOVE, POINTS_OF, Path

Points = NDArray[np.float64]  # (n, 2)
_MOST_DASHES: Final = 20_000  # of one path: more would take for ever
_STEPS: Final = 4, 64  # lines in place of a curve, at least and at most
_START, _CORNER, _END = 0, 1, 2


def dashed(path: Path, pattern: Sequence[float], offset: float) -> Path:
    """The dashes of `path` as lines; `pattern` and `offset` are lengths along it.

    Gives the whole path where the pattern makes no sense or would give too many dashes.
    """
    lengths = [float(part) for part in pattern]
    lengths = lengths if len(lengths) % 2 == 0 else lengths * 2
    period = sum(lengths)
    if not (all(part >= 0 for part in lengths) and 0 < period < math.inf and math.isfinite(offset)):
        return path
    lines = list(_lines(path))
    if sum(float(_steps(line).sum()) for line in lines) > period * _MOST_DASHES:
        return path
    parts = [_cut(line, lengths, offset % period) for line in lines]
    commands = np.concatenate([np.zeros(0, np.uint8), *(codes for codes, _ in parts)])
    points = np.concatenate([np.zeros((0, 2)), *(found for _, found in parts)])
    return Path(commands, np.ascontiguousarray(points, np.float32))


def _lines(path: Path) -> Iterator[Points]:
    """The subpaths as polylines of two points or more."""
    points, done = path.points.astype(np.float64), 0
    found: list[Points] = []
    for code in path.commands.tolist():
        own = points[done : done + int(POINTS_OF[code])]
        if code == MOVE and found:
            yield np.concatenate(found)
            found = []
        if code == CURVE:
            own = _along(points[done - 1 : done + 3])
        elif code == CLOSE and found:
            own = found[0][:1]
        done += int(POINTS_OF[code])
        if code in {MOVE, LINE, CURVE, CLOSE} and len(own):
            found.append(own)
        if code == CLOSE and found:
            yield np.concatenate(found)
            found = [found[0][:1]]
    if found:
        yield np.concatenate(found)


def _along(corners: Points) -> Points:
    """Points of a cubic curve after its first one, so many that its length is that of the lines."""
    count = int(min(_STEPS[1], max(_STEPS[0], 2 * math.sqrt(float(_steps(corners).sum())))))
    t = np.arange(1, count + 1)[:, None] / count
    a, b, c, d = corners
    along: Points = (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t * t * c + t**3 * d
    return along


def _steps(line: Points) -> NDArray[np.float64]:
    """The length of each side of a polyline."""
    sides = np.diff(line, axis=0)
    return np.hypot(sides[:, 0], sides[:, 1])


def _cut(line: Points, lengths: Sequence[float], offset: float) -> tuple[NDArray[np.uint8], Points]:
    """The dashes of one polyline: commands and points."""
    at = np.concatenate(([0.0], np.cumsum(_steps(line))))
    total = float(at[-1])
    edges = np.cumsum([0.0, *lengths])
    turns = np.arange(math.floor((total + offset) / edges[-1]) + 1)[:, None] * edges[-1] - offset
    starts, ends = (turns + edges[:-1:2]).ravel(), (turns + edges[1::2]).ravel()
    seen = (starts < total) & ((ends > 0) | ((starts == ends) & (starts >= 0)))
    starts, ends = np.maximum(starts[seen], 0.0), np.minimum(ends[seen], total)
    within = np.searchsorted(starts, at, "right") - 1
    corners = at[(within >= 0) & (at > starts[within]) & (at < ends[within])] if len(starts) else at[:0]
    places = np.concatenate((starts, corners, ends))
    kinds = np.repeat((_START, _CORNER, _END), (len(starts), len(corners), len(ends)))
    order = np.lexsort((kinds, places))
    places, kinds = places[order], kinds[order]
    points = np.stack([np.interp(places, at, line[:, axis]) for axis in (0, 1)], axis=1)
    return np.where(kinds == _START, MOVE, LINE).astype(np.uint8), points
