"""A helper that hangs, as in a library or on a disk that does not answer."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from pod.bbb.errors import RenderError
from pod.bbb.render.work import parallel
from pod.bbb.render.work.parallel import Pool, Progress, Task


class Hung:
    """In place of a helper: says `words`, and nothing more until it is ended."""

    def __init__(self, *words: str) -> None:
        self.words = words
        self.ended = threading.Event()

    def send(self, thing: object) -> None:
        """Take it."""

    def said(self) -> str:
        """Complain of nothing."""
        return ""

    def lines(self) -> Iterator[str]:
        """Say the words, then hang."""
        yield from self.words
        self.ended.wait(30)

    def stop(self) -> None:
        """End."""
        self.ended.set()


def test_a_helper_that_hangs_ends_the_conversion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for it asks whether to stop, and so looked well for ever: the job never ended."""
    monkeypatch.setattr(parallel, "MOST_LOOKS", 3)
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) > 100

    hung = Hung("at 1.0")
    progress = Progress(2.0, audio=False, tell=lambda _seconds: None)
    helper: Any = hung
    no_work: Any = None
    pool = Pool(no_work, [helper], progress, cancelled)
    with pytest.raises(RenderError, match="has hung"):
        pool.run([Task(), Task()], None)
    assert hung.ended.is_set()
