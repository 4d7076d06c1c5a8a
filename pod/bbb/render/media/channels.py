"""Makes one channel of two, or two of one, as loud as before.

FFmpeg's own mix of two equal channels is 3 dB louder, so that loud voices are cut off, and
one channel on two speakers 3 dB quieter.
"""

from __future__ import annotations

from typing import Any

import av
import numpy as np


class Channels:
    """Gives frames `count` channels, 1 or 2: the mean of two, or one twice. Others stay as they are."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._plain: Any = av.AudioResampler("fltp")

    def put(self, frame: Any) -> Any:  # noqa: ANN401 - PyAV's frames
        """Give a frame of float planes in the place of a frame; None stays None."""
        if frame is None or {frame.layout.nb_channels, self._count} != {1, 2}:
            return frame
        (plain,) = self._plain.resample(frame)
        samples = plain.to_ndarray()
        mixed = samples.mean(axis=0, keepdims=True) if self._count == 1 else np.repeat(samples, 2, axis=0)
        one = av.AudioFrame.from_ndarray(mixed, "fltp", "mono" if self._count == 1 else "stereo")
        one.sample_rate, one.pts, one.time_base = frame.sample_rate, frame.pts, frame.time_base
        return one
