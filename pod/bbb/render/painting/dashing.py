"""Cuts dashes out of a path: the rasteriser's own lose a little at each corner and along curves.

SVG's rules: the pattern begins at the start of each subpath, and goes on round its corners.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pod.bbb.render.canvas import CLOSE, CURVE, LINE, MOVE, POINTS_OF, Path

Points = NDArray[np.float64]  # (..., 2)
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
    if not len(path.points) or not (
        all(part >= 0 for part in lengths) and 0 < period < math.inf and math.isfinite(offset)
    ):
        return path
    lines = list(_lines(path))
    if sum(float(_steps(line).sum()) for line in lines) > period * _MOST_DASHES:
        return path
    parts = [_cut(line, lengths, offset % period) for line in lines]
    commands = np.concatenate([np.zeros(0, np.uint8), *(codes for codes, _ in parts)])
    points = np.concatenate([np.zeros((0, 2)), *(found for _, found in parts)])
    return Path(commands, np.ascontiguousarray(points, np.float32))


def _lines(path: Path) -> Iterator[Points]:
    """The subpaths as polylines."""
    commands, points = path.commands, path.points.astype(np.float64)
    first = np.cumsum(POINTS_OF[commands]) - POINTS_OF[commands]  # of each command's points
    begun = np.maximum.accumulate(np.where(commands == MOVE, np.arange(len(commands)), 0))  # its MOVE
    corners = points[first[commands == CURVE][:, None] + np.arange(-1, 3)]
    counts = np.ones(len(commands), np.int64)
    counts[commands == CURVE] = _counts(corners)
    ends = np.cumsum(counts)
    found = np.empty((int(counts.sum()), 2))
    plain = (commands == MOVE) | (commands == LINE)
    found[ends[plain] - 1] = points[first[plain]]
    found[ends[commands == CLOSE] - 1] = points[first[begun[commands == CLOSE]]]
    found[np.repeat(commands == CURVE, counts)] = _along(corners, counts[commands == CURVE])
    cuts = ends[commands == MOVE] - 1
    for start, end in pairwise([*cuts.tolist(), len(found)]):
        yield found[start:end]


def _counts(corners: Points) -> NDArray[np.int64]:
    """Into how many lines each of the curves (n, 4, 2) must be cut for the lines to be as long as it."""
    sides = np.diff(corners, axis=1)
    reach = np.hypot(sides[..., 0], sides[..., 1]).sum(axis=1)
    found: NDArray[np.int64] = np.clip(2 * np.sqrt(reach), *_STEPS).astype(np.int64)
    return found


def _along(corners: Points, counts: NDArray[np.int64]) -> Points:
    """`counts` points along each curve, its start left out; those of all curves in one array (n, 2)."""
    before = np.repeat(np.cumsum(counts) - counts, counts)
    t = ((np.arange(int(counts.sum())) - before + 1) / np.repeat(counts, counts))[:, None]
    a, b, c, d = np.repeat(corners, counts, axis=0).transpose(1, 0, 2)
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
