"""How tldraw 2 fills a shape: not, with paper, with a tint, or hatched."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pod.bbb.playback.drawing import Command, Fill, Op, Stroke
from pod.bbb.render.tldraw import colours
from pod.bbb.render.tldraw.paths import Path

# tldraw's hatch tile is 8 units wide and holds three strokes of 4/3 x -4/3, 1.25 thick.
_TILE: Final = 8.0
_STROKES: Final = tuple((8 / 12 * x, 8 / 12 * y) for x, y in ((2, 2), (6, 6), (10, 10)))  # their middles
_HALF: Final = 8 / 12
_WIDTH: Final = 1.25
_MAX_STROKES: Final = 60_000  # of one shape; a larger one gets a flat tint
_CURVE_STEPS: Final = 8


def fill_ops(path: Path, fill: str, colour: str) -> tuple[Op, ...]:
    """The operations that fill `path`; `fill` and `colour` are tldraw's names."""
    if not path:
        return ()
    if fill == "semi":
        return (Fill(path, colours.V2_PAPER),)
    if fill == "solid":
        return (Fill(path, colours.tones(colour).semi),)
    if fill != "pattern":
        return ()
    hatch = _hatch(path)
    if hatch is None:
        return (Fill(path, colours.mixed(colours.V2_HATCH_PAPER, colours.tones(colour).pattern, 0.3)),)
    ink = colours.tones(colour).pattern
    return (Fill(path, colours.V2_HATCH_PAPER), Stroke(hatch, ink, _WIDTH)) if hatch else ()


def _hatch(path: Path) -> Path | None:
    """The strokes of the hatch whose middle is inside the path; None if they were too many."""
    rings = [np.array(ring) for ring in flattened(path)]
    rings = [ring for ring in rings if len(ring) > 2]
    if not rings:
        return ()
    corners = np.concatenate(rings)
    low = np.floor(corners.min(axis=0) / _TILE)
    high = np.ceil(corners.max(axis=0) / _TILE)
    columns, rows = (high - low).astype(int)
    if columns * rows * len(_STROKES) > _MAX_STROKES:
        return None
    x, y = np.meshgrid(np.arange(columns), np.arange(rows))
    tiles = (np.stack([x.ravel(), y.ravel()], axis=1) + low) * _TILE
    middles = np.concatenate([tiles + offset for offset in _STROKES])
    inside = middles[_inside(middles, rings)]
    out: list[Command] = []
    for mx, my in inside.tolist():
        out.append(("M", mx - _HALF, my + _HALF))
        out.append(("L", mx + _HALF, my - _HALF))
    return tuple(out)


def _inside(points: NDArray[np.float64], rings: Sequence[NDArray[np.float64]]) -> NDArray[np.bool_]:
    """Which points lie inside, by the nonzero rule."""
    winding = np.zeros(len(points), np.int32)
    x, y = points[:, 0], points[:, 1]
    for ring in rings:
        for (ax, ay), (bx, by) in zip(ring.tolist(), np.roll(ring, -1, axis=0).tolist(), strict=True):
            if ay == by:
                continue
            crossing = (y >= min(ay, by)) & (y < max(ay, by))
            right = x < ax + (y - ay) * (bx - ax) / (by - ay)
            winding += (crossing & right) * (1 if by > ay else -1)
    found: NDArray[np.bool_] = winding != 0
    return found


def flattened(path: Sequence[Command]) -> list[list[tuple[float, float]]]:
    """The path's outlines as polygons."""
    rings: list[list[tuple[float, float]]] = []
    for name, *values in path:
        v = [float(number) for number in values]
        if name == "M":
            rings.append([(v[0], v[1])])
        elif not rings:
            continue
        elif name == "L":
            rings[-1].append((v[0], v[1]))
        elif name == "C":
            rings[-1] += _curve(rings[-1][-1], v)
    return rings


def _curve(start: tuple[float, float], v: Sequence[float]) -> list[tuple[float, float]]:
    out = []
    for i in range(1, _CURVE_STEPS + 1):
        t = i / _CURVE_STEPS
        a, b, c, d = (1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t * t, t**3
        x = a * start[0] + b * v[0] + c * v[2] + d * v[4]
        y = a * start[1] + b * v[1] + c * v[3] + d * v[5]
        out.append((x, y) if math.isfinite(x + y) else start)
    return out
