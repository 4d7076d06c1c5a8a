"""Processor time that work on hostile input may take, so that no recording takes for ever."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Final

DEBT: Final = 1.0  # seconds: what took longer than was left is forgiven beyond these


class Credit:
    """So many seconds at first, and a few more with each piece of work; honest input never uses it up."""

    def __init__(self, first: float, earned: float) -> None:
        self.left = first
        self._earned = earned

    def earn(self, pieces: float = 1.0) -> None:
        """Add what so many pieces of work earn."""
        self.left += self._earned * pieces

    def spend(self, seconds: float) -> None:
        """Take what a piece of work took."""
        self.left = max(-DEBT, self.left - max(0.0, seconds))

    @contextlib.contextmanager
    def spending(self) -> Iterator[None]:
        """Take the time that this thread works inside."""
        began = time.thread_time()
        try:
            yield
        finally:
            self.spend(time.thread_time() - began)
