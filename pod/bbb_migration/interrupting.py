"""The signals that end a run in order."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """Let SIGTERM, and SIGHUP of a terminal that is gone, end the run as Ctrl-C does: all is left in order.

    Under nohup, which has SIGHUP ignored, it stays so.
    """

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield  # whoever runs it there handles signals
        return
    before = {each: signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGHUP)}
    heard = {each: handler for each, handler in before.items() if handler is not signal.SIG_IGN}
    try:
        for each in heard:
            signal.signal(each, interrupt)
        yield
    finally:
        for each, handler in heard.items():
            signal.signal(each, handler)
