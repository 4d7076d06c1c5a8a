"""Results kept by the identity of what they were made from."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Cache(Generic[T]):
    """Keeps results up to a total weight; the least recently used goes first.

    The key is which objects a result was made from, not what they hold: shape
    data is large and never changes. The objects are held, so that no other one
    can take their place in memory.
    """

    def __init__(self, *, limit: int, weight: Callable[[T], int]) -> None:
        """Keep results of at most `limit` together, as `weight` says of each."""
        self._limit, self._weigh = limit, weight
        self._kept: OrderedDict[tuple[object, ...], tuple[tuple[object, ...], T, int]] = OrderedDict()
        self._total = 0
        self._lock = threading.Lock()

    def get(self, sources: tuple[object, ...], use: str, make: Callable[[], T]) -> T:
        """The result of `make` for `sources` and the `use` made of them, kept or new."""
        key = (use, *map(id, sources))
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found[1]
        result = make()
        weight = self._weigh(result)
        with self._lock:
            if key not in self._kept:
                self._total += weight
            self._kept[key] = (sources, result, weight)
            while self._total > self._limit and len(self._kept) > 1:
                self._total -= self._kept.popitem(last=False)[1][2]
        return result
