"""Ctrl-C while a program's modules load: it leaves at once, with a line instead of a traceback."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import FrameType

INTERRUPTED = 130


def leave_when_interrupted(said: str) -> Callable[[], None]:
    """Let Ctrl-C end this process with a line and code 130, until the function that this gives is called.

    While modules load there is nothing to tidy yet, and an exception could come up in the
    middle of any of them. Who has Ctrl-C ignored, or handles it, keeps it so.
    """
    if signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        return lambda: None

    def leave(_number: int, _frame: FrameType | None) -> None:
        try:
            os.write(2, f"{said}\n".encode())
        finally:  # also where nobody can be told
            os._exit(INTERRUPTED)

    def loaded() -> None:
        if signal.getsignal(signal.SIGINT) is leave:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGINT, leave)
    return loaded
