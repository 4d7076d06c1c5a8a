"""Recorded pictures brought to the size and the colours of the video.

The size first, the colours after: of a webcam shown at half its size a quarter
is left by then. FFmpeg's `colorspace` filter goes from one YUV to the other
directly, to half a step of 255; swscale goes by RGB, which takes longer and
darkens by two steps. Only what that filter does not take (full range, RGB) goes there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import av
import av.filter
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter

AREA = int(Interpolation.AREA)  # averages exactly when chroma is halved, and is as fast as any
MOST = 8  # graphs kept: a file seldom has more than one size
_BT709 = 1  # AVCOL_SPC_BT709
_DIRECT = ("yuv4", "yuva4")  # not yuvj4, which is of full range, nor RGB
_FROM_BT601 = (
    "ispace=smpte170m:iprimaries=bt709:itrc=bt709:irange=tv:space=bt709:primaries=bt709:trc=bt709:range=tv"
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a graph is made for."""

    width: int
    height: int
    pixels: str
    to_width: int
    to_height: int
    matrix: int  # AVCOL_SPC_*, as the frame says
    range: int  # AVCOL_RANGE_*, as the frame says


class Scaler:
    """Scales decoded frames; keeps what it needs for each kind of frame."""

    def __init__(self) -> None:
        self._graphs: dict[_Kind, _Graph] = {}
        self._scaler = VideoReformatter()
        self._matrix = VideoReformatter()

    def scale(self, frame: av.VideoFrame, width: int, height: int) -> av.VideoFrame:
        """Give `frame` as yuv420p, BT.709 of limited range, `width` x `height` pixels.

        What the frame does not say is taken for BT.601 of limited range; of
        large pictures `video_source.py` says what browsers take them for.
        """
        pixels = frame.format.name
        if int(frame.color_range) == int(ColorRange.JPEG) or not pixels.startswith(_DIRECT):
            return self._by_rgb(frame, width, height)
        says = int(frame.colorspace), int(frame.color_range)
        kind = _Kind(frame.width, frame.height, pixels, width, height, *says)
        graph = self._graphs.get(kind)
        if graph is None:
            if len(self._graphs) >= MOST:
                self._graphs.clear()
            graph = self._graphs[kind] = _Graph(kind)
        return graph.run(frame)

    def _by_rgb(self, frame: av.VideoFrame, width: int, height: int) -> av.VideoFrame:
        scaled = self._scaler.reformat(frame, width, height, "yuv420p", interpolation=AREA, threads=1)
        bt709 = int(frame.colorspace) == _BT709
        full = int(frame.color_range) == int(ColorRange.JPEG) or frame.format.name.startswith("yuvj")
        return self._matrix.reformat(
            scaled,
            src_colorspace=Colorspace.ITU709 if bt709 else Colorspace.ITU601,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG if full else ColorRange.MPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=AREA,
            threads=1,
        )


class _Graph:
    """FFmpeg's filters for one kind of frame."""

    def __init__(self, kind: _Kind) -> None:
        graph = av.filter.Graph()
        graph.threads = 1  # processes run side by side, see parallel.py
        self._source: Any = graph.add(
            "buffer",
            f"video_size={kind.width}x{kind.height}:pix_fmt={kind.pixels}:time_base=1/1000"
            f":colorspace={kind.matrix}:range={kind.range}",
        )
        # the same matrix on both sides: `scale` would else turn what the frame says into its own default
        matrix = "bt709" if kind.matrix == _BT709 else "bt601"
        size = f"{kind.to_width}:{kind.to_height}"
        steps = [
            ("scale", f"{size}:flags=area:in_color_matrix={matrix}:out_color_matrix={matrix}"),
            ("format", "yuv420p"),
        ]
        if kind.matrix != _BT709:
            steps.append(("colorspace", _FROM_BT601))
        last = self._source
        for name, options in steps:
            step = graph.add(name, options)
            last.link_to(step)
            last = step
        self._sink: Any = graph.add("buffersink")
        last.link_to(self._sink)
        graph.configure()
        self._graph = graph

    def run(self, frame: av.VideoFrame) -> av.VideoFrame:
        self._source.push(frame)
        scaled: av.VideoFrame = self._sink.pull()
        return scaled
