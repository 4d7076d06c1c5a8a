"""When each version of a drawing is seen: one rule for shapes.svg and for tldraw."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Version(Generic[T]):
    """One update of a drawing as published: `undo` is math.inf when it never was undone."""

    shape: Hashable
    order: int
    start: float
    undo: float
    content: T


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
