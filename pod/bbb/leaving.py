"""Ctrl-C while a program still loads its modules: it ends at once, with a line instead of a traceback."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import FrameType

INTERRUPTED = 130


def leave_when_interrupted(said: str) -> Callable[[], None]:
    """Let Ctrl-C end this process with the line `said` and code 130, until the returned function is called.

    While modules load there is nothing to tidy yet, and an exception could be raised in the
    middle of any of them. Where Ctrl-C is ignored or handled already, nothing changes.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return lambda: None

    def leave(_number: int, _frame: FrameType | None) -> None:
        try:
            os.write(2, f"{said}\n".encode())
        finally:  # also when the line cannot be written
            os._exit(INTERRUPTED)

    def loaded() -> None:
        if signal.getsignal(signal.SIGINT) is leave:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, leave)
    return loaded
