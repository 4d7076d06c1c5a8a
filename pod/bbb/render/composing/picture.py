"""The one picture that is shown, as Y, U and V planes, and how things get into it.

Colours arrive as BGRA from the painters (sRGB, full range) or as YUV from the
webcams and the screen share (BT.601 unless the file says otherwise) and end as
BT.709 of limited range: what every player takes a 720p video for.
"""

from __future__ import annotations

from dataclasses import dataclass

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from pod.bbb.render.media.encoder import Plane, shown_of
from pod.bbb.render.media.hints import Rectangle
from pod.bbb.render.media.scaling import AREA, Scaler
from pod.bbb.render.timing.scene import BACKGROUND


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of the output in pixels; all four numbers are even."""

    x: int
    y: int
    width: int
    height: int


def even(number: float) -> int:
    """Round down to an even number: chroma has half the pixels."""
    return int(number) // 2 * 2


def fit(width: float, height: float, box: Area) -> Area:
    """Fit a picture of `width` x `height` into `box`, centred, its aspect kept."""
    if width <= 0 or height <= 0:
        return box
    scale = min(box.width / width, box.height / height)
    w = max(2, min(box.width, even(width * scale + 1)))
    h = max(2, min(box.height, even(height * scale + 1)))
    return Area(box.x + even((box.width - w) / 2), box.y + even((box.height - h) / 2), w, h)


class Picture:
    """Writes into the planes of the frame that the encoder is given, and remembers where."""

    def __init__(self, planes: tuple[Plane, Plane, Plane]) -> None:
        self.planes = planes
        self._written: list[Rectangle] = []
        self._bgra = VideoReformatter()
        self._scaler = Scaler()

    def take_written(self) -> list[Rectangle]:
        """Give the rectangles that were written into since this was asked last."""
        written, self._written = self._written, []
        return written

    def fill(self, box: Area, colour: tuple[int, int, int] = BACKGROUND) -> None:
        """Fill `box` with one colour (red, green, blue)."""
        self._written.append((box.x, box.y, box.width, box.height))
        for plane, value, shift in zip(self.planes, yuv(colour), (0, 1, 1), strict=True):
            x, y, w, h = box.x >> shift, box.y >> shift, box.width >> shift, box.height >> shift
            plane[y : y + h, x : x + w] = value

    def put_bgra(self, pixels: NDArray[np.uint8], box: Area, dirty: tuple[int, int, int, int]) -> None:
        """Put the `dirty` part (left, top, right, bottom) of BGRA `pixels` (height, width, 4) into `box`.

        The part is widened to even pixels; what lies outside `box` is left out.
        """
        left, top = even(max(0, dirty[0])), even(max(0, dirty[1]))
        right, bottom = min(box.width, even(dirty[2] + 1)), min(box.height, even(dirty[3] + 1))
        if right <= left or bottom <= top:
            return
        part = np.ascontiguousarray(pixels[top:bottom, left:right])
        frame = av.VideoFrame.from_numpy_buffer(part, format="bgra")  # without a copy
        converted = self._bgra.reformat(
            frame,
            format="yuv420p",
            src_colorspace=Colorspace.ITU709,
            dst_colorspace=Colorspace.ITU709,
            src_color_range=ColorRange.JPEG,
            dst_color_range=ColorRange.MPEG,
            interpolation=AREA,
            threads=1,
        )
        self._put(converted, box.x + left, box.y + top)

    def put_frame(self, frame: av.VideoFrame, box: Area) -> None:
        """Put a decoded frame into `box`, scaled to fill it."""
        self._put(self._scaler.scale(frame, box.width, box.height), box.x, box.y)

    def _put(self, frame: av.VideoFrame, x: int, y: int) -> None:
        self._written.append((x, y, frame.width, frame.height))
        for target, plane, shift in zip(self.planes, frame.planes, (0, 1, 1), strict=True):
            left, top = x >> shift, y >> shift
            target[top : top + plane.height, left : left + plane.width] = shown_of(plane)


def yuv(colour: tuple[int, int, int]) -> tuple[int, int, int]:
    """Give the BT.709 limited range values of an sRGB colour."""
    red, green, blue = (value / 255 for value in colour)
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return (
        round(16 + 219 * luma),
        round(128 + 224 * (blue - luma) / 1.8556),
        round(128 + 224 * (red - luma) / 1.5748),
    )
