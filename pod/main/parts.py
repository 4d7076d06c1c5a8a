"""Long lists in parts: a statement with too many values is slow, or refused by the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

AT_ONCE = 500
T = TypeVar("T")


def in_parts(things: Iterable[T], most: int = AT_ONCE) -> Iterator[list[T]]:
    """Yield the things in order, in lists of at most `most` (`itertools.batched` of Python 3.12)."""
    left = iter(things)
    while part := list(islice(left, most)):
        yield part
