"""Encoded packets on their way from an encoder to the file, kept on disk.

Each segment of the video, and the sound, is encoded by whoever is free and
written as a spool; the joiner reads the spools one after the other and puts
their packets into the file as they are. A spool is a run of records in the
machine's own byte order: time, duration (signed 64 bit, in the time base
that both sides know), flags (bit 0: key frame), size, then the packet's bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from pod.bbb.errors import RenderError

_HEAD = struct.Struct("=qqBI")
_KEY = 1


@dataclass(frozen=True, slots=True)
class Encoded:
    """One encoded packet; times in units of its stream's time base.

    No encoder here looks ahead: packets are decoded in the order in which they are shown.
    """

    pts: int
    duration: int
    key: bool
    data: bytes


class SpoolWriter:
    """Write packets to `path`; use as a context manager."""

    def __init__(self, path: Path) -> None:
        self.count = 0
        self._file = path.open("wb", buffering=1 << 16)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, packet: Encoded) -> None:
        """Append one packet."""
        head = _HEAD.pack(packet.pts, packet.duration, _KEY * packet.key, len(packet.data))
        self._file.write(head)
        self._file.write(packet.data)
        self.count += 1


def read_spool(path: Path) -> Iterator[Encoded]:
    """Give the packets of a spool in the order in which they were written.

    Raises RenderError when the spool ends inside a packet.
    """
    with path.open("rb", buffering=1 << 16) as file:
        while head := file.read(_HEAD.size):
            if len(head) < _HEAD.size:
                raise RenderError(f"The work file {path.name} was cut short; convert the recording again.")
            pts, duration, flags, size = _HEAD.unpack(head)
            data = file.read(size)
            if len(data) < size:
                raise RenderError(f"The work file {path.name} was cut short; convert the recording again.")
            yield Encoded(pts, duration, bool(flags & _KEY), data)
