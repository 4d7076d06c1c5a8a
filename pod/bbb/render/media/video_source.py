"""Pictures of a recorded video at a given second: the webcams, the screen share.

Reading goes forward; a jump seeks to the key frame before it. What cannot be
decoded is skipped and counted, and after the last picture the last one stays:
a truncated file still gives a usable video.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import av.error
from av.video.reformatter import Colorspace

from pod.bbb.render.media.streams import open_stream

USUAL = 3840 * 2176  # pixels; of 3840x2160, also upright, as decoders hold it
SEEK_AHEAD_S = 20.0  # decoding this far is cheaper than a seek that finds no key frame on the way
_UNSAID = 2  # AVCOL_SPC_UNSPECIFIED
_LARGE = 720  # rows from which on a browser takes a picture for BT.709


class VideoSource:
    """The video stream of one file, asked for pictures by time."""

    def __init__(self, path: Path, pixels: int = 0) -> None:
        """Pictures may become larger on the way, up to `pixels` each, or `USUAL`."""
        self._path = path
        self._most = max(pixels, USUAL)
        self._container: Any = None
        self._frames: Iterator[tuple[float, av.VideoFrame]] = iter(())
        self._now: tuple[float, av.VideoFrame] | None = None
        self._next: tuple[float, av.VideoFrame] | None = None
        self._sought = 0.0  # the second that was looked for last
        self._first = 0.0  # that of the first picture found there: between the two there is none
        self.broken = 0  # packets that could not be decoded

    def close(self) -> None:
        """Close the file."""
        if self._container is not None:
            self._container.close()
            self._container = None

    def at(self, seconds: float) -> av.VideoFrame | None:
        """Give the picture shown at `seconds`, the first one before the first; None without any.

        The same object comes back as long as the picture is the same.
        """
        if self._container is None:
            self._start(seconds)
        elif self._must_seek(seconds):
            self._seek(seconds)
        while self._next is not None and (self._now is None or self._next[0] <= seconds):
            self._now, self._next = self._next, next(self._frames, None)
        return self._now[1] if self._now else None

    def _must_seek(self, seconds: float) -> bool:
        if self._now is not None and seconds < self._now[0]:
            return seconds < self._sought or self._now[0] > self._first
        return self._next is not None and seconds > self._next[0] + SEEK_AHEAD_S

    def _start(self, seconds: float) -> None:
        self._container, stream = open_stream(self._path, "video")
        stream.codec_context.thread_count = 1  # processes run side by side, see parallel.py
        # what becomes too large on the way counts as broken
        stream.codec_context.options = {"max_pixels": str(self._most)}
        self._stream = stream
        if seconds > SEEK_AHEAD_S:
            self._seek(seconds)
        else:
            self._follow()

    def _seek(self, seconds: float) -> None:
        try:
            self._container.seek(int(seconds / self._stream.time_base), stream=self._stream)
        except av.error.FFmpegError:
            self._container.seek(0)
        self._follow(seconds)

    def _follow(self, sought: float = 0.0) -> None:
        self._frames = self._decode()
        self._now, self._next = None, next(self._frames, None)
        self._sought, self._first = sought, self._next[0] if self._next else 0.0

    def _decode(self) -> Iterator[tuple[float, av.VideoFrame]]:
        codec = self._stream.codec_context
        up, down = self._stream.time_base.as_integer_ratio()
        for packet in self._packets():
            try:
                frames = codec.decode(packet)
            except av.error.FFmpegError:
                self.broken += 1
                continue
            for frame in frames:
                if frame.pts is not None:
                    _say_matrix(frame, codec.name)
                    # Divided, not multiplied: 24400 * 0.001 is a little more than 24.4, and comes too late.
                    yield frame.pts * up / down, frame

    def _packets(self) -> Iterator[Any]:
        try:
            for packet in self._container.demux(self._stream):
                yield packet if packet.size else None
        except av.error.FFmpegError:
            self.broken += 1


def _say_matrix(frame: av.VideoFrame, codec: str) -> None:
    """Say BT.709 of a large picture where Chromium takes it for that: its file says no matrix, or is VP8.

    The decoder of VP8 says BT.601 by a bit that browsers do not look at; VP9 that says nothing is BT.601.
    """
    unsaid = int(frame.colorspace) == _UNSAID and "vp9" not in codec
    if frame.height >= _LARGE and (unsaid or "vp8" in codec):
        frame.colorspace = Colorspace.ITU709
