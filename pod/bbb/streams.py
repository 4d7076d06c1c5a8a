"""Standard files whose other end may be gone."""

from __future__ import annotations

import os


def write_into_nothing(descriptor: int) -> None:
    """Let what is still written to a file go nowhere: the interpreter would try, and fail, at its end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
