"""Which results in a row end a run."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime
from typing import Any

import pytest

from pod.bbb_migration.plan import Outcome
from pod.bbb_migration.results import Result
from pod.bbb_migration.stopping import IN_A_ROW, Row, StoppedError
from pod.conversion.causes import PASSING, Cause

AWAY, OTHER = sorted(PASSING)[:2]


def result(why: str, position: int = 1, outcome: Outcome = Outcome.FAIL, **values: Any) -> Result:
    """Return what came of a recording."""
    start = datetime(2021, 5, 3, 8, 30, tzinfo=UTC)
    return Result(position, "r", "m", "Algebra", start, 60.0, outcome, why=why, **values)


def stops(*results: Result) -> bool:
    """Whether these results, one after the other, end a run."""
    with contextlib.suppress(StoppedError):
        row = Row()
        for one in results:
            row.add(one)
        return False
    return True


def test_the_same_common_cause_a_few_times_in_a_row_ends_the_run() -> None:
    """Not before."""
    assert stops(*[result(AWAY)] * IN_A_ROW)
    assert not stops(*[result(AWAY)] * (IN_A_ROW - 1))


@pytest.mark.parametrize("between", [result(OTHER), result("", outcome=Outcome.DOWNLOAD, done=True)])
def test_anything_else_in_between_begins_a_new_row(between: Result) -> None:
    """What worked meanwhile, or failed otherwise, shows that not everything is away."""
    assert not stops(*[result(AWAY)] * (IN_A_ROW - 1), between, result(AWAY))


def test_what_nobody_was_asked_for_interrupts_no_row() -> None:
    """What is there already says nothing about the servers."""
    there = result("", outcome=Outcome.EXISTS, done=True)
    assert stops(*[result(AWAY)] * (IN_A_ROW - 1), there, result(AWAY))


def test_no_space_ends_the_run_at_once() -> None:
    """Each further recording would only fail, too."""
    assert stops(result(Cause.FULL))
