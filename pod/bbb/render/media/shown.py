"""Tells whether a recorded picture differs from the one that is shown.

Codecs go on polishing a picture that stands still: nearly every decoded picture
of a screen share differs from the one before, by less than anybody sees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import av
import numpy as np

from pod.bbb.render.media.encoder import Plane, shown_of

POLISH = 10  # of 255: a smaller change of every pixel is the codec's polishing, not a change
GLANCE = 16  # every so many rows are compared first: what moves shows there
BAND = 96  # rows compared at once: what is worked on stays in the processor's cache


class Shown:
    """Remembers the last frame of a recorded video that was put into the picture."""

    def __init__(self) -> None:
        self.frame: av.VideoFrame | None = None
        self._seen: av.VideoFrame | None = None

    def differs(self, frame: av.VideoFrame, *, refresh: bool) -> bool:
        """Tell whether `frame` must be put into the picture, and remember that it was.

        Polishing is left out until a key frame is due (`refresh`) or it adds up to a change.
        """
        if self.frame is not None and not refresh and self._hardly_differs(frame, self.frame):
            self._seen = frame
            return False
        changed = frame is not self.frame or refresh
        self.frame = self._seen = frame
        return changed

    def _hardly_differs(self, frame: av.VideoFrame, shown: av.VideoFrame) -> bool:
        if frame is self._seen:
            return True
        if not _agree(frame, shown, _glance):
            return False
        if self._seen is not None and _agree(frame, self._seen, _equal):
            return True  # what was seen last hardly differs from what is shown
        return _agree(frame, shown, _nearly_equal)


def _agree(one: av.VideoFrame, other: av.VideoFrame, planes_do: Callable[[Plane, Plane], bool]) -> bool:
    if (one.width, one.height, one.format.name) != (other.width, other.height, other.format.name):
        return False
    if not one.format.is_planar or one.format.components[0].bits != 8:  # a byte is not a value there
        return False
    return all(planes_do(shown_of(a), shown_of(b)) for a, b in zip(one.planes, other.planes, strict=True))


def _equal(one: Plane, other: Plane) -> bool:
    return all(bool((a == b).all()) for a, b in _bands(one, other))


def _glance(one: Plane, other: Plane) -> bool:
    return _within(one[::GLANCE], other[::GLANCE])


def _nearly_equal(one: Plane, other: Plane) -> bool:
    return all(_within(a, b) for a, b in _bands(one, other))


def _bands(one: Plane, other: Plane) -> Iterator[tuple[Plane, Plane]]:
    for top in range(0, len(one), BAND):
        yield one[top : top + BAND], other[top : top + BAND]


def _within(one: Plane, other: Plane) -> bool:
    apart = np.maximum(one, other)  # not one - other, which is modulo 256: black would be white's neighbour
    apart -= np.minimum(one, other)
    return bool(apart.max() <= POLISH)
