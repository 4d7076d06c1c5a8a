"""H.264 as it suits slides: what changed costs, what stands still hardly does.

The settings were found by measurement (docs/adr/0005-encoding.md): a constant
quantiser spares x264 its look-ahead and the half-size copy of every frame, and
CABAC with 8x8 transforms and intra partitions, which make the file High
profile, are nearly free. Every segment is encoded with the same settings, so
the parameter sets are equal and segments join without encoding again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from pod.bbb.render.media.hints import ChangeHints, Rectangle
from pod.bbb.render.media.spool import Encoded, SpoolWriter

VIDEO_TIME_BASE = Fraction(1, 1000)  # BBB writes tenths of a second; milliseconds are exact for them
KEY_INTERVAL_MS = 10_000  # a player that seeks decodes at most this much
BT709 = 1  # AVCOL_*_BT709 and AVCOL_SPC_BT709
LIMITED = 1  # AVCOL_RANGE_MPEG
KEY_PICTURE = 1  # AV_PICTURE_TYPE_I


def _x264(quantiser: str) -> Mapping[str, str]:
    return {
        "preset": "superfast",
        "forced-idr": "1",
        "mb_info": "1",  # takes the hints of hints.py; without any, nothing changes
        "x264-params": (
            f"{quantiser}:chroma-qp-offset=-2:subme=0:partitions=none"
            ":me=umh:merange=64"  # finds where a scrolled screen went: a fifth fewer bytes, 1 % more time
            ":bframes=0:rc-lookahead=0:sync-lookahead=0:scenecut=0:mbtree=0:weightp=0:aq-mode=0"
            ":keyint=infinite"  # the pipeline says where key frames are
        ),
    }


VP9_OPTIONS = {
    "deadline": "realtime",
    "cpu-used": "8",
    "crf": "34",
    "b": "0",  # the quantiser alone decides
    "lag-in-frames": "0",
    "auto-alt-ref": "0",
    "tune-content": "screen",
    "g": "100000",
}


@dataclass(frozen=True)
class VideoCodec:
    """An encoder and its settings."""

    encoder: str
    options: Mapping[str, str]


H264 = VideoCodec("libx264", _x264("qp=29:ipratio=1.1"))
# The key frames are equal (28). Between them are strokes, the pointer and scrolled shares, whose recorded
# noise is not worth its bytes; faces would suffer.
H264_WITHOUT_WEBCAMS = VideoCodec("libx264", _x264("qp=32:ipratio=1.5"))
VP9 = VideoCodec("libvpx-vp9", VP9_OPTIONS)  # for WebM, which some callers ask for

Plane = NDArray[np.uint8]


def configure(context: Any, codec: VideoCodec, size: tuple[int, int], threads: int = 1) -> None:  # noqa: ANN401 - PyAV's stream and context share these attributes, not a type
    """Set what must be equal in every segment and in the file that joins them."""
    context.width, context.height = size
    context.pix_fmt = "yuv420p"
    context.time_base = VIDEO_TIME_BASE
    context.framerate = Fraction(20, 1)  # the most, which the level must allow: ticks are 50 ms apart
    context.color_range = LIMITED
    context.colorspace = context.color_primaries = context.color_trc = BT709
    context.thread_count = threads
    context.options = dict(codec.options)


class VideoSpooler:
    """Encode one segment's frames into a spool.

    `planes` are the Y, U and V planes of the one frame that is encoded over
    and over: the encoder copies it when it takes it, so whoever paints may go on
    painting into the same memory.
    """

    def __init__(self, codec: VideoCodec, size: tuple[int, int], spool: SpoolWriter) -> None:
        self._spool = spool
        self._context: Any = av.CodecContext.create(codec.encoder, "w")
        configure(self._context, codec, size)
        self._context.flags |= av.codec.context.Flags.global_header
        self._context.open()
        self._frame = av.VideoFrame(*size, "yuv420p")
        self._frame.time_base = VIDEO_TIME_BASE
        self.planes = writable_planes(self._frame)
        self._hints = ChangeHints(self._frame)
        self._waiting: Encoded | None = None

    def encode(self, pts_ms: int, *, key: bool, changed: Iterable[Rectangle] | None = None) -> None:
        """Encode the picture as it stands, shown from `pts_ms` on.

        `changed` are the rectangles (left, top, width, height; pixels) outside of
        which it is the picture encoded before; None when all of it may differ.
        """
        self._hints.tell(changed)
        self._frame.pts = pts_ms
        self._frame.pict_type = KEY_PICTURE if key else 0
        for packet in self._context.encode(self._frame):
            self._take(packet)

    def close(self, end_ms: int) -> None:
        """Take out what the encoder still holds; the last picture lasts until `end_ms`."""
        for packet in self._context.encode(None):
            self._take(packet)
        self._write(end_ms)

    def _take(self, packet: av.Packet[Any]) -> None:
        pts = packet.pts or 0
        self._write(pts)
        self._waiting = Encoded(pts, 0, bool(packet.is_keyframe), bytes(packet))

    def _write(self, next_ms: int) -> None:
        """Write the picture that waits for its duration: it is shown until `next_ms`."""
        if self._waiting is not None:
            duration = max(1, next_ms - self._waiting.pts)
            self._spool.write(replace(self._waiting, duration=duration))


def plane_bytes(plane: Any) -> Plane:  # noqa: ANN401 - PyAV's planes offer their memory, their stubs do not say so
    """Give a plane's memory as one array, without a copy."""
    return np.frombuffer(plane, np.uint8)


def shown_of(plane: Any) -> Plane:  # noqa: ANN401 - see above
    """Give what is seen of a plane, sharing its memory, where lines are longer than what is seen of them."""
    return plane_bytes(plane).reshape(-1, plane.line_size)[: plane.height, : plane.width]


def writable_planes(frame: av.VideoFrame) -> tuple[Plane, Plane, Plane]:
    """Give a yuv420p frame's planes as arrays that write into its memory."""
    y, u, v = map(shown_of, frame.planes)
    return y, u, v
