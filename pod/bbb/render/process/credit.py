"""A budget of processor time for work on other people's files, so that no recording takes for ever."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from typing import Final

DEBT: Final = 1.0  # seconds that a budget can be overdrawn by; what exceeds them is forgiven


class Credit:
    """The seconds that are `left`; ordinary recordings never use them up."""

    def __init__(self, first: float) -> None:
        self.left = first

    def earn(self, seconds: float) -> None:
        """Add the seconds that a piece of work earns."""
        self.left += seconds

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
