"""Which process does which task next, when several work at one recording.

Each has a run of neighbouring tasks of its own: a process that goes on where it
stopped need not seek in the recorded videos, and after a seek everything from the
key frame before must be decoded, which in a webcams file may be half a minute. A
process that has none left takes over the later half of the longest run.
"""

from __future__ import annotations

import itertools
import threading
from collections import deque
from collections.abc import Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Schedule(Generic[Item]):
    """Hands out `items`, in their order, to `workers` numbered from 0; safe to ask from several threads."""

    def __init__(self, items: Sequence[Item], workers: int) -> None:
        edges = [len(items) * worker // workers for worker in range(workers + 1)]
        self._rows = [deque(items[first:last]) for first, last in itertools.pairwise(edges)]
        self._lock = threading.Lock()

    def put_first(self, worker: int, item: Item) -> None:
        """Let `worker` do `item` before all that it has to do."""
        with self._lock:
            self._rows[worker].appendleft(item)

    def put_last(self, worker: int, item: Item) -> None:
        """Let `worker` do `item` when its own run is done."""
        with self._lock:
            self._rows[worker].append(item)

    def take(self, worker: int) -> Item | None:
        """Give what `worker` does next; None when nothing is left."""
        with self._lock:
            own = self._rows[worker]
            if not own:
                self._take_over(own)
            return own.popleft() if own else None

    def _take_over(self, own: deque[Item]) -> None:
        longest = max(self._rows, key=len)
        for _ in range((len(longest) + 1) // 2):
            own.appendleft(longest.pop())
