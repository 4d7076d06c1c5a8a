"""What is remembered of a stroke while it grows.

Each version of a stroke repeats all its points. What was computed from the points
that it shares with the version before is taken over, as far as it cannot differ:
a version then costs only what was added to it, and the result is the very same.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")
Input = tuple[complex, float]  # a point of the pen, its pressure (0 to 1)
STROKES: Final = 8  # remembered at once: as many people may draw at the same time


class Growing(Generic[T]):
    """What was made of strokes' latest versions, by the stroke's name; safe to use from several threads."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, T] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: str) -> T | None:
        """What is known of a stroke; it is the caller's alone until it is kept again."""
        with self._lock:
            return self._kept.pop(name, None)

    def keep(self, name: str, made: T) -> None:
        """Remember it for the next version."""
        with self._lock:
            self._kept[name] = made
            while len(self._kept) > STROKES:
                self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Read:
    """Published points, and those of them that can be used."""

    raw: Sequence[Any] = ()
    points: list[Input] = field(default_factory=list)

    def followed(self, raw: Sequence[Any], read: Callable[[Any], Input | None]) -> Read:
        """Read the next version; the points that it shares with this one are compared, not read again."""
        known = self if raw[: len(self.raw)] == self.raw else Read()
        more = (point for value in raw[len(known.raw) :] if (point := read(value)) is not None)
        return Read(raw, [*known.points, *more])


def common(before: Sequence[Any], after: Sequence[Any]) -> int:
    """How many values at the beginning are equal."""
    for at, (one, other) in enumerate(zip(before, after, strict=False)):
        if one is not other and one != other:
            return at
    return min(len(before), len(after))
