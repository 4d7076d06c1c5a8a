"""Exhaustive sets of tests, all of them or a sample.

`make check` runs every one. Where there is little time, as in `.ci/run`, SAMPLE_EVERY=12 takes each
twelfth, and fewer of hypothesis' examples: what is left out differs from what is run by its values,
not by its rule.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TypeVar

EVERY = max(1, int(os.environ.get("SAMPLE_EVERY", "1")))
FEWEST = 20  # examples that show a rule
T = TypeVar("T")


def sampled(values: Sequence[T]) -> list[T]:
    """Give all values, or each so many."""
    return list(values[::EVERY])


def examples(count: int) -> int:
    """Give how many examples hypothesis tries of so many; fewer where sets are sampled."""
    return max(min(count, FEWEST), count // EVERY)
