"""Tells whether a recorded picture differs from the one that is shown.

Codecs go on polishing a picture that stands still: nearly every decoded picture
of a screen share differs from the one before, by less than anybody sees.
"""

from __future__ import annotations

from typing import Any

import av
import numpy as np

from pod.bbb.render.encoder import Plane, plane_bytes

POLISH = 10  # of 255: a smaller change of every pixel is the codec's polishing, not a change
GLANCE = 16  # every so many rows are compared first: what moves shows there
BAND = 96  # rows compared at once: what is worked on stays in the processor's cache


class Shown:
    """The last frame of a video that was put into the picture."""

    def __init__(self) -> None:
        self.frame: av.VideoFrame | None = None
        self._seen: av.VideoFrame | None = None

    def differs(self, frame: av.VideoFrame, *, refresh: bool) -> bool:
        """Tell whether `frame` must be put into the picture, and remember that it was.

        Codecs go on polishing a picture that stands still, by less than anybody
        sees: that is left out until a key frame is due (`refresh`) or it adds up.
        """
        if self.frame is not None and not refresh:
            if frame is self._seen:
                return False
            self._seen = frame
            if _alike(frame, self.frame):
                return False
        changed = frame is not self.frame or refresh
        self.frame = self._seen = frame
        return changed


def _alike(one: av.VideoFrame, other: av.VideoFrame) -> bool:
    if (one.width, one.height, one.format.name) != (other.width, other.height, other.format.name):
        return False
    if not one.format.is_planar or one.format.components[0].bits != 8:  # a byte is not a value there
        return False
    return all(_nearly_equal(a, b) for a, b in zip(one.planes, other.planes, strict=True))


def _nearly_equal(one: Any, other: Any) -> bool:  # noqa: ANN401 - PyAV's planes
    if one.line_size != other.line_size:
        return False
    a, b = (plane_bytes(p).reshape(-1, p.line_size)[: p.height, : p.width] for p in (one, other))
    return _within(a[::GLANCE], b[::GLANCE]) and _within(a, b)


def _within(one: Plane, other: Plane) -> bool:
    for top in range(0, len(one), BAND):
        a, b = one[top : top + BAND], other[top : top + BAND]
        apart = np.maximum(a, b)  # not a - b, which is modulo 256: black would be white's neighbour
        apart -= np.minimum(a, b)
        if apart.max() > POLISH:
            return False
    return True
