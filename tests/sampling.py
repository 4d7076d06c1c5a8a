"""Sets of equal tests that are too long for the fifteen minutes of `.ci/run`: all of them, or a sample.

Where SAMPLE_EVERY is set, as in `.ci/run` (12), there are three kinds: pages under axe and batches of damaged
recordings (`sampled`) and hypothesis' examples (`examples`), of which each twelfth runs, of examples never
fewer than FEWEST; and tests with many values, of which each third does (`left_out`). `make test` and `make
check` by hand run all. What is left out differs from what is run by its values, not by its rule.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

EVERY = max(1, int(os.environ.get("SAMPLE_EVERY", "1")))
FEWEST = 20  # examples that show a rule
MANY = 6  # values of one test: with fewer, each tends to be a rule of its own
T = TypeVar("T")


def sampled(values: Sequence[T]) -> list[T]:
    """Give all values, or each so many."""
    return list(values[::EVERY])


def examples(count: int) -> int:
    """Give how many examples hypothesis tries of so many; fewer where sets are sampled."""
    return max(min(count, FEWEST), count // EVERY)


def left_out(names: Iterable[str]) -> set[str]:
    """Of tests with many values (`test_it[1]`, `test_it[2]`), give two of three; none where all run."""
    if EVERY == 1:
        return set()
    sets = defaultdict(list)
    for name in names:
        sets[name.partition("[")[0]].append(name)
    return {
        name
        for values in sets.values()
        if len(values) > MANY
        for index, name in enumerate(values)
        if index % 3
    }
