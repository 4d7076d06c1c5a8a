"""When a picture is encoded: only when something changed.

Times are milliseconds of the recording. A change of slide or stage keeps its
own moment and is a key frame; other changes are gathered on steps of 50 ms (BBB
writes tenths of a second, which are such steps already). After ten seconds
without a key frame one is made, so that players can seek.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pod.bbb.render.media.encoder import KEY_INTERVAL_MS

STEP_MS = 50  # nobody sees more than 20 changes of a whiteboard a second
WEBCAM_MS = 100  # 10 pictures a second


@dataclass(frozen=True, slots=True)
class Tick:
    """A moment at which the picture may change; `key` when a key frame is due."""

    ms: int
    key: bool


@dataclass(frozen=True, slots=True)
class Moving:
    """An interval with moving pictures, looked at every `step` milliseconds."""

    start: int
    end: int
    step: int


@dataclass(frozen=True, slots=True)
class Moments:
    """All that may change the picture, in milliseconds."""

    keys: Iterable[int]  # slide and stage changes
    changes: Iterable[int]  # strokes, cursor, views, chat
    moving: Iterable[Moving] = ()  # webcams, screen share


def ticks(moments: Moments, start: int, end: int) -> Iterator[Tick]:
    """Give the moments of `[start, end)` in order, the first of them `start`, a key frame."""
    keys = {start, *moments.keys}
    last_key = start
    for ms in sorted(ms for ms in keys | _steps(moments, start, end) if start <= ms < end):
        while ms - last_key > KEY_INTERVAL_MS:
            last_key += KEY_INTERVAL_MS
            yield Tick(last_key, key=True)
        due = ms in keys or ms - last_key == KEY_INTERVAL_MS
        if due:
            last_key = ms
        yield Tick(ms, key=due)
    while end - last_key > KEY_INTERVAL_MS:
        last_key += KEY_INTERVAL_MS
        yield Tick(last_key, key=True)


def _steps(moments: Moments, start: int, end: int) -> set[int]:
    found = {step_from(change) for change in moments.changes}
    for moving in moments.moving:
        first, last = max(moving.start, start), min(moving.end, end)
        found.update(range(step_from(first, moving.step), last, moving.step))
    return found


def step_from(ms: int, step: int = STEP_MS) -> int:
    """The first step at `ms` or after it."""
    return -(-ms // step) * step
