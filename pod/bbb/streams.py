"""Standard files whose other end may be gone."""

from __future__ import annotations

import io
import os
from typing import Any


def write_into_nothing(descriptor: int) -> None:
    """Point a file at nothing: the interpreter would fail to write what is left to it when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def take_every_letter(stream: Any, **more: Any) -> None:  # noqa: ANN401 - a text stream, or what stands for one
    """Write a question mark for what the terminal's encoding lacks: a name must not end a command.

    `more` is what else `reconfigure` is to be told, by streams that have one.
    """
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="replace", **more)


class _Unheard(io.FileIO):
    """A file whose reader may be gone, or its disk full: what it cannot take goes nowhere."""

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - what holds bytes has no type in Python 3.11
        """Write what can be written."""
        try:
            return super().write(data)
        except OSError:
            return memoryview(data).nbytes


def forgiving(stream: io.TextIOWrapper) -> io.TextIOWrapper:
    """Give another end of the same file, for which it is no failure that nobody reads what is said."""
    raw = _Unheard(stream.fileno(), "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=stream.encoding, errors="backslashreplace", line_buffering=True
    )
