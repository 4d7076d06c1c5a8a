"""Pictures of a film, taken at its key frames, within bounds of what is read, decoded and waited for."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import av
from av.container import InputContainer
from PIL import Image

from pod.bbb.playback.media import INPUT_OPTIONS, MOST_PIXELS, is_known

MOST_READ = 256_000_000  # bytes; the index of a day of film is a tenth of it
MOST_SECONDS = 10.0
MOST_PACKETS = 3_000  # without a key frame among them


class Patience:
    """A file that refuses to be read once too much was read of it, or for too long (OSError)."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._left = MOST_READ
        self._until = time.monotonic() + MOST_SECONDS

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes."""
        if self._left <= 0 or time.monotonic() > self._until:
            raise OSError("reading a picture took too much")
        found = self._file.read(size)
        self._left -= len(found)
        return found

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Return the place."""
        return self._file.tell()


@contextmanager
def _opened(media: Path) -> Iterator[InputContainer]:
    with media.open("rb") as file, av.open(Patience(file), "r", options=INPUT_OPTIONS) as film:
        yield film


def length(media: Path) -> float:
    """Return the seconds that the film's header tells, 0 when it tells none.

    Raises av.FFmpegError or OSError.
    """
    with _opened(media) as film:
        return (film.duration or 0) / av.time_base


def still(media: Path, second: float, size: tuple[int, int]) -> Image.Image:
    """Return the key frame at or before a second of the film, no larger than `size`.

    Raises av.FFmpegError, OSError or ValueError when there is none to have.
    """
    with _opened(media) as film:
        if not (film.streams.video and is_known(film.streams.video[0])):
            raise ValueError("no picture")
        film.seek(int(second * av.time_base))
        frame = _key_frame(film)
        scale = min(1.0, size[0] / frame.width, size[1] / frame.height)
        width, height = max(1, int(frame.width * scale)), max(1, int(frame.height * scale))
        small = frame.reformat(width=width, height=height, format="rgb24")
        return Image.fromarray(small.to_ndarray())


def _key_frame(film: InputContainer) -> av.VideoFrame:
    """Decode the next key frame alone; the decoder is flushed so that it does not wait for others."""
    stream = film.streams.video[0]
    decoder = stream.codec_context
    decoder.options = {"max_pixels": str(MOST_PIXELS)}
    decoder.thread_count = 1
    for number, packet in enumerate(film.demux(stream)):
        if number > MOST_PACKETS:
            break
        if packet.is_keyframe and packet.size:
            for frame in (*decoder.decode(packet), *decoder.decode(None)):
                return frame
            decoder.flush_buffers()
    raise ValueError("no picture")
