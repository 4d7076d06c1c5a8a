"""Sets of equal tests that are too long for the fifteen minutes of `.ci/run`: all of them, or a sample.

There are two kinds, and only those that name a function below are sampled: pages under axe and
batches of damaged recordings (`sampled`), and hypothesis' examples (`examples`). `.ci/run` sets
SAMPLE_EVERY=12: each twelfth runs, of examples never fewer than FEWEST. `make test` and `make check`
by hand run all. What is left out differs from what is run by its values, not by its rule.
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
