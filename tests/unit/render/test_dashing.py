"""Dashes cut out of paths."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from pod.bbb.playback.drawing import Command
from pod.bbb.render.canvas import Path, compile_path
from pod.bbb.render.painting.dashing import dashed


def dashes(commands: tuple[Command, ...], pattern: tuple[float, ...], offset: float = 0.0) -> list[Path]:
    """Each dash by itself."""
    found = dashed(compile_path(commands), pattern, offset)
    starts = [*np.flatnonzero(found.commands == 1).tolist(), len(found.points)]
    return [Path(found.commands[a:b], found.points[a:b]) for a, b in pairwise(starts)]


def spans(found: list[Path]) -> list[tuple[float, float]]:
    """Where dashes along the x axis begin and end."""
    return [(round(float(one.points[0, 0]), 2), round(float(one.points[-1, 0]), 2)) for one in found]


def test_dashes_and_gaps_take_turns() -> None:
    """The pattern begins with a dash; the last one is cut at the path's end."""
    assert spans(dashes((("M", 0, 0), ("L", 25, 0)), (6, 4))) == [(0, 6), (10, 16), (20, 25)]


def test_offset_begins_inside_the_pattern() -> None:
    """An offset says where in the pattern the path begins; the negative one of a gap first."""
    line = (("M", 0, 0), ("L", 20, 0))
    assert spans(dashes(line, (6, 4), 3)) == [(0, 3), (7, 13), (17, 20)]
    assert spans(dashes(line, (6, 4), -4)) == [(4, 10), (14, 20)]


def test_dashes_go_on_round_corners() -> None:
    """A dash that meets a corner has it as a point; dashes are no shorter for the corners of a line."""
    straight = dashes((("M", 0, 0), ("L", 400, 0)), (0.1, 8.7))
    broken = dashes((("M", 0, 0), *(("L", 10 * i, 0) for i in range(1, 41))), (0.1, 8.7))
    assert spans(broken) == spans(straight)
    [bent] = dashes((("M", 0, 0), ("L", 5, 0), ("L", 5, 5)), (20, 5))
    assert bent.points.tolist() == [[0, 0], [5, 0], [5, 5]]


def test_dashes_are_evenly_far_along_a_curve() -> None:
    """Along a quarter of a circle the dashes begin at equal angles."""
    k = 100 * 4 / 3 * math.tan(math.pi / 8)
    quarter = (("M", 100, 0), ("C", 100, k, k, 100, 0, 100))
    found = dashes(quarter, (0.5, math.pi * 5 - 0.5))
    angles = [math.degrees(math.atan2(float(one.points[0, 1]), float(one.points[0, 0]))) for one in found]
    assert angles == pytest.approx([9 * i for i in range(len(angles))], abs=0.1)
    assert len(angles) in {10, 11}


def test_each_closed_part_has_its_own_dashes() -> None:
    """The side that closes a part has dashes too, and the next part begins anew."""
    square = (("M", 0, 0), ("L", 4, 0), ("L", 4, 4), ("L", 0, 4), ("Z",), ("M", 50, 0), ("L", 54, 0))
    starts = [one.points[0].tolist() for one in dashes(square, (2, 2))]
    assert starts == [[0, 0], [4, 0], [4, 4], [0, 4], [50, 0]]


@pytest.mark.parametrize("pattern", [(1e-9,), (0.0,), (math.nan, 1.0), (-3.0, 1.0), (math.inf, 1.0)])
def test_pattern_that_cannot_be_seen_leaves_the_line(pattern: tuple[float, ...]) -> None:
    """A pattern too fine or senseless is drawn as a whole line at once."""
    path = compile_path((("M", 5, 15), ("L", 35, 15)))
    assert dashed(path, pattern, 0.0) is path
