"""A bar on a terminal while a recording is converted."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator

LABELS = {"fetching": "Fetching", "converting": "Converting", "checking": "Checking"}


@contextlib.contextmanager
def terminal_progress() -> Iterator[Callable[[str, float, float], None] | None]:
    """Give a progress function that draws on stderr, or None when stderr is no terminal."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console  # noqa: PLC0415 - only a terminal pays for loading it
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415 - as above

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(LABELS["fetching"], total=None)

        def tell(phase: str, done: float, total: float) -> None:
            bar.update(task, description=LABELS.get(phase, phase), completed=done, total=total or None)

        yield tell
