"""Which colours a recorded picture has where its file does not say it."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from pod.bbb.render.media.encoder import writable_planes
from pod.bbb.render.media.video_source import VideoSource

_BT709, _UNSAID, _BT601 = 1, 2, 5  # AVCOL_SPC_*


@pytest.mark.parametrize(
    ("codec", "height", "matrix"),
    [
        ("libx264", 720, _BT709), ("libvpx", 720, _BT709), ("libvpx-vp9", 720, _UNSAID),
        ("libx264", 480, _UNSAID), ("libvpx", 480, _BT601), ("libvpx-vp9", 480, _UNSAID),
    ],
)  # fmt: skip
def test_a_large_picture_without_a_matrix_has_the_browsers(
    tmp_path: Path, codec: str, height: int, matrix: int
) -> None:
    """From 720 rows on Chromium takes H.264 and VP8 for BT.709, VP9 never: measured in its pictures."""
    path = tmp_path / "share.mkv"
    with av.open(path, "w") as container:
        stream: Any = container.add_stream(codec, rate=5)
        stream.width, stream.height = 640, height
        for number in range(2):
            frame = av.VideoFrame(640, height, "yuv420p")
            for plane in writable_planes(frame):
                plane[...] = 90
            frame.pts, frame.time_base = number, Fraction(1, 5)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    source = VideoSource(path)
    try:
        shown = source.at(0.0)
        assert shown is not None
        assert int(shown.colorspace) == matrix
    finally:
        source.close()
