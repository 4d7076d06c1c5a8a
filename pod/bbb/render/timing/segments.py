"""The recording cut into segments that are encoded apart and joined.

Where the cuts are depends on the recording alone, not on the number of processes:
one and ten give the same file. A segment begins with a key frame, so cuts
fall on slide changes where one is near.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pod.bbb.render.timing.scene import Scene
from pod.bbb.render.timing.ticks import STEP_MS, step_from
from pod.bbb.render.timing.timeline import Timeline

PARTS = 32  # at least so many segments, so that all processes end at about the same time
SHORTEST_MS, LONGEST_MS = 20_000, 120_000


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the recording, in milliseconds of it."""

    number: int
    start: int
    end: int


def cut(start: int, end: int, slide_starts: Sequence[int]) -> tuple[Segment, ...]:
    """Cut `[start, end)` into segments, at slide changes where one is near enough."""
    length = min(LONGEST_MS, max(SHORTEST_MS, (end - start) // PARTS))
    cuts = [start]
    while end - cuts[-1] > length * 1.5:
        target = cuts[-1] + length
        near = [t for t in slide_starts if cuts[-1] + length // 2 <= t <= target + length // 2 and t < end]
        cuts.append(min(near, key=lambda t: abs(t - target)) if near else target)
    return tuple(
        Segment(number, first, last)
        for number, (first, last) in enumerate(zip(cuts, [*cuts[1:], end], strict=True))
    )


@dataclass(frozen=True, slots=True)
class SceneAt:
    """A scene and the moment at which the video shows it; `key` for another slide or share."""

    ms: int
    key: bool
    scene: Scene


def scenes_of(timeline: Timeline, segment: Segment) -> list[SceneAt]:
    """Give the scenes that a segment shows, at most one each 50 ms beside slide changes.

    A slide change less than that after another one waits, too: each is a key frame.
    """
    found: list[SceneAt] = []
    last_key = -STEP_MS
    for start, _end, scene in timeline.scenes(segment.start / 1000, segment.end / 1000):
        exact = round(start * 1000)
        key = scene.key
        ms = exact if key and exact - last_key >= STEP_MS else step_from(exact)
        if found and found[-1].ms >= ms:
            key = found.pop().key or key
        found.append(SceneAt(ms, key, scene))
        last_key = ms if key else last_key
    return found
