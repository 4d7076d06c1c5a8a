"""When each version of a drawing is seen: one rule for shapes.svg and for tldraw."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pod.bbb.playback.notes import Notes
from pod.bbb.playback.packed import Packed, Sharing

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Version(Generic[T]):
    """One update of a drawing as published: `undo` is math.inf when it never was undone."""

    shape: Hashable
    order: int
    start: float
    undo: float
    content: T


class Room:
    """How many drawings of a recording are kept: every process of a conversion has them in memory.

    The longest lectures have sixty thousand versions of a few thousand drawings.
    """

    VERSIONS, BYTES = 100_000, 40 * 1024 * 1024  # of the whole recording, packed
    SHAPES, SEEN = 10_000, 32 * 1024 * 1024  # of one slide, which are seen at once; bytes of their text
    LARGEST = 400_000  # bytes of one version's text: some ten thousand points

    def __init__(self, name: str, notes: Notes) -> None:
        """`name` is that of the file, for the notes on what was left out of it."""
        self._name = name
        self._notes = notes
        self._versions = self._bytes = 0
        self._shapes: dict[str, dict[Hashable, int]] = {}
        self._seen: Counter[str] = Counter()
        self._sharing = Sharing()

    def admits(self, page: str, shape: Hashable, content: Packed) -> bool:
        """Whether one more version of `shape` on a page is kept."""
        shapes = self._shapes.setdefault(page, {})
        more = max(0, content.length - shapes.get(shape, 0))
        if content.length > self.LARGEST:
            reason = f"a drawing of more than {self.LARGEST} bytes: it is left out"
        elif self._versions >= self.VERSIONS or self._bytes + content.size > self.BYTES:
            reason = "more drawings than can be kept: the rest is left out"
        elif (shape not in shapes and len(shapes) >= self.SHAPES) or self._seen[page] + more > self.SEEN:
            reason = "more drawings on a slide than can be shown: the rest is left out"
        else:
            shapes[shape] = shapes.get(shape, 0) + more
            self._seen[page] += more
            self._versions += 1
            self._bytes += content.size - self._sharing.add((page, shape), content)
            return True
        self._notes.add(f"{self._name} holds {reason}.")
        return False


def undo_time(value: float | None) -> float:
    """The published `undo`: -1 (or nothing readable) means never."""
    return math.inf if value is None or value < 0 else value


def intervals(versions: Iterable[Version[T]]) -> list[tuple[Version[T], float]]:
    """Each version with the second at which it ends, in document order.

    BigBlueButton writes every update of a drawing with the same identity and
    leaves the earlier ones without an end. At any time only the latest version
    that has begun counts; when that one is undone nothing of the shape is seen.
    So a version ends when the next one begins, or when it is undone before;
    one whose end is not after its start is never seen.
    """
    following: dict[Hashable, float] = {}
    ends: list[tuple[Version[T], float]] = []
    for version in sorted(versions, key=lambda one: (one.start, one.order), reverse=True):
        next_start = following.get(version.shape, math.inf)
        ends.append((version, min(version.undo, next_start)))
        following[version.shape] = version.start
    ends.sort(key=lambda pair: pair[0].order)
    return ends
