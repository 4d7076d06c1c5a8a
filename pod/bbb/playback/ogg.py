"""Chained Ogg: several Ogg files one after the other in one file (RFC 3533, section 4).

FFmpeg reads on from one to the next only if codec, rate and channels stay the same. Where they
change, each of them (a link of the chain) is opened as a file of its own.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

import av
from av.container import InputContainer

MOST: Final = 500  # a meeting's sound was never put together from more
_CAPTURE, _HEAD = b"OggS", 27  # bytes of a page before its table of lengths
_BEGINS = 2  # the flag of a stream's first page


@dataclass(frozen=True, slots=True)
class Link:
    """One of the chained files: the bytes `[start, end)` of `path`; `kind` is its streams' first pages."""

    path: Path
    start: int
    end: int
    kind: bytes

    def open(self) -> InputContainer:
        """Open it as if it were alone in its file. Raises av.FFmpegError, OSError."""
        container: InputContainer = av.open(
            _Piece(self), "r", format="ogg", options={"protocol_whitelist": ""}
        )
        return container


def links(path: Path) -> tuple[Link, ...]:
    """The links of a chained file, if they differ in codec, rate or channels; else none.

    Raises OSError.
    """
    with path.open("rb") as file:
        found = list(_found(path, file, path.stat().st_size))
    return tuple(found) if len({link.kind for link in found}) > 1 else ()


def _found(path: Path, file: BinaryIO, size: int) -> Iterator[Link]:
    start, kind, beginning, count = 0, b"", True, 0
    for at, flags, body in _pages(file):
        begins = bool(flags & _BEGINS)
        if begins and not beginning:
            yield Link(path, start, at, kind)
            start, kind, count = at, b"", count + 1
            if count == MOST:
                return
        if begins:
            kind += body
        beginning = begins
    yield Link(path, start, size, kind)


def _pages(file: BinaryIO) -> Iterator[tuple[int, int, bytes]]:
    """Each page: where it is, its flags, and, of those that begin a stream, its content. Ends at damage."""
    at = 0
    while len(head := file.read(_HEAD)) == _HEAD and head.startswith(_CAPTURE):
        flags, length = head[5], sum(file.read(head[26]))
        body = file.read(length) if flags & _BEGINS else b""
        yield at, flags, body
        at += _HEAD + head[26] + length
        file.seek(at)


class _Piece(io.RawIOBase):
    """The bytes of a link as a file."""

    def __init__(self, link: Link) -> None:
        self._file = link.path.open("rb")
        self._link = link
        self._file.seek(link.start)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        left = self._link.end - self._file.tell()
        return self._file.read(max(0, left if size < 0 else min(size, left)))

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        base = {io.SEEK_SET: self._link.start, io.SEEK_CUR: self._file.tell(), io.SEEK_END: self._link.end}
        return self._file.seek(max(self._link.start, base[whence] + offset)) - self._link.start

    def tell(self) -> int:
        return self._file.tell() - self._link.start

    def close(self) -> None:
        self._file.close()
        super().close()
