"""Exhaustive sets of tests, all of them or a sample.

`make test` and `make check` run every one. Where there is little time, as in `.ci/run`, SAMPLE_EVERY=12
takes each twelfth, of other tests with many values each third, and fewer of hypothesis' examples: what is
left out differs from what is run by its values, not by its rule.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

import pytest

EVERY = max(1, int(os.environ.get("SAMPLE_EVERY", "1")))
FEWEST = 20  # examples that show a rule
MANY = 6  # values of one test, of which each third does where sets are sampled
T = TypeVar("T")


def sampled(values: Sequence[T]) -> list[T]:
    """Give all values, or each so many."""
    return list(values[::EVERY])


def examples(count: int) -> int:
    """Give how many examples hypothesis tries of so many; fewer where sets are sampled."""
    return max(min(count, FEWEST), count // EVERY)


def sampled_items(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Give all tests; where sets are sampled, of those with many values each third."""
    if EVERY == 1:
        return list(items)
    sets: dict[str, list[pytest.Item]] = {}
    for item in items:
        sets.setdefault(item.nodeid.partition("[")[0], []).append(item)
    taken = {item for same in sets.values() for item in (same[::3] if len(same) > MANY else same)}
    return [item for item in items if item in taken]
