"""Standard files whose other end may be gone."""

from __future__ import annotations

import os


def write_into_nothing(descriptor: int) -> None:
    """Point a file at nothing: the interpreter would fail to write what is left to it when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
