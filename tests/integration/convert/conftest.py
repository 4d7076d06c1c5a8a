"""Small recordings, converted once for all tests that look at them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from pod.bbb.choices import ConvertOptions
from pod.bbb.convert import ConvertReport, convert
from tests.samples import Sample, make_recording


def rgb(frame: av.VideoFrame) -> NDArray[np.uint8]:
    """Give a decoded frame's pixels (height, width, 3)."""
    return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)


@dataclass(frozen=True)
class Video:
    """A recording and the video that was made of it."""

    sample: Sample
    path: Path
    report: ConvertReport

    def packets(self, kind: str = "video") -> list[tuple[float, float, bool, bytes]]:
        """Give (second, duration, key frame, bytes) of each packet."""
        with av.open(self.path) as container:
            stream: Any = next(s for s in container.streams if s.type == kind)
            return [
                (
                    float(p.pts * stream.time_base),
                    float((p.duration or 0) * stream.time_base),
                    p.is_keyframe,
                    bytes(p),
                )
                for p in container.demux(stream)
                if p.size and p.pts is not None
            ]

    def frames(self) -> Iterator[tuple[float, NDArray[np.uint8]]]:
        """Give (second, RGB picture) of each frame."""
        with av.open(self.path) as container:
            for frame in container.decode(video=0):
                yield float(frame.time or 0), rgb(frame)

    def at(self, second: float) -> NDArray[np.uint8]:
        """Give the RGB picture shown at a second."""
        shown = None
        with av.open(self.path) as container:
            container.seek(int(second * av.time_base))
            for frame in container.decode(video=0):
                if float(frame.time or 0) > second + 1e-6:
                    break
                shown = frame
            assert shown is not None
            return rgb(shown)

    def sound(self) -> tuple[int, NDArray[np.float32]]:
        """Give the sample rate, and the first channel as a player plays it."""
        with av.open(self.path) as container:
            parts = [(f.time or 0.0, f.sample_rate, f.to_ndarray()[0]) for f in container.decode(audio=0)]
        rate = parts[0][1]
        whole = np.zeros(round((parts[-1][0] + 1) * rate), np.float32)
        for at, _rate, samples in parts:
            start = round(at * rate)
            left = max(0, -start)
            whole[start + left : start + len(samples)] = samples[left:]
        return rate, whole


def make(root: Path, kind: str, seconds: float, options: ConvertOptions, **more: Any) -> Video:
    """Make a recording of `kind` and convert it."""
    sample = make_recording(root, kind, seconds, **more)
    out = root / f"{kind}.mp4"
    return Video(sample, out, convert(str(sample.folder), out, options))


@pytest.fixture(scope="session")
def lecture(tmp_path_factory: pytest.TempPathFactory) -> Video:
    """A lecture with everything, chat and sidecar."""
    options = ConvertOptions(size=(640, 360), jobs=1, chat=True, sidecar=True)
    return make(tmp_path_factory.mktemp("lecture"), "lecture", 20.0, options, name="Algebra & more")


@pytest.fixture(scope="session")
def beeps(tmp_path_factory: pytest.TempPathFactory) -> Video:
    """Another slide and a beep every two seconds."""
    options = ConvertOptions(size=(640, 360), jobs=1, layout="content")
    return make(tmp_path_factory.mktemp("beeps"), "beeps", 14.0, options)
