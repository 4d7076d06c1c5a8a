"""A budget of processor time for work on other people's files, so that no recording takes for ever."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Final

DEBT: Final = 1.0  # seconds that a budget can be overdrawn by; what exceeds them is forgiven


class Credit:
    """`first` seconds, and `earned` more with each piece of work; ordinary recordings never use it up."""

    def __init__(self, first: float, earned: float) -> None:
        self.left = first
        self._earned = earned

    def earn(self, pieces: float = 1.0) -> None:
        """Add what `pieces` of work earn."""
        self.left += self._earned * pieces

    def spend(self, seconds: float) -> None:
        """Subtract the seconds that a piece of work took."""
        self.left = max(-DEBT, self.left - max(0.0, seconds))

    @contextlib.contextmanager
    def spending(self) -> Iterator[None]:
        """Spend the processor time that this thread uses inside the block."""
        began = time.thread_time()
        try:
            yield
        finally:
            self.spend(time.thread_time() - began)
