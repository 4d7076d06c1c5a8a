"""What the row is told while an engine works, and when an engine is taken to hang."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pod.conversion import runner, working
from pod.conversion.engines import ENGINES, Made, Work
from pod.conversion.engines.base import Cancelled as CancelledCallback
from pod.conversion.engines.base import Progress
from pod.conversion.runner import run
from pod.main.states import State
from tests.integration.conversion.conftest import Ask, make_film

pytestmark = pytest.mark.django_db
Calls = Callable[[Progress, CancelledCallback], object]


class LongEngine:
    """Calls what it is given between any two looks at it, ten times, and makes a small film."""

    name = "native"
    suffix = ".mp4"

    def __init__(self, calls: Calls) -> None:
        self.calls = calls
        self.looked, self.called = threading.Semaphore(0), threading.Semaphore(0)

    def convert(self, work: Work, *, progress: Progress, cancelled: CancelledCallback) -> Made:
        for _time in range(10):
            assert self.looked.acquire(timeout=20)
            self.calls(progress, cancelled)
            self.called.release()
        return Made(make_film(work.folder / f"{work.name}.mp4", codec="mpeg4"))


@pytest.mark.parametrize(
    "calls",
    [lambda _progress, cancelled: cancelled(), lambda progress, _cancelled: progress("converting", 1.0, 9.0)],
    ids=["asks", "tells"],
)
def test_an_engine_that_shows_life_does_not_hang_however_long_it_takes(
    ask: Ask, delivered: list[Path], monkeypatch: pytest.MonkeyPatch, calls: Calls
) -> None:
    """It asks whether to stop, or tells how far it is."""
    engine = LongEngine(calls)
    monkeypatch.setitem(ENGINES, "native", engine)
    tell = working._tell

    def look(*of: Any) -> None:
        engine.looked.release()
        engine.called.acquire(timeout=1)
        tell(*of)

    monkeypatch.setattr(working, "_tell", look)
    monkeypatch.setattr(working, "SIGN_OF_LIFE_S", 0.01)
    monkeypatch.setattr(working, "HUNG_LOOKS", 3)
    assert run(ask().pk) == State.DONE


@pytest.mark.parametrize(
    ("phase", "shown"), [("fetching", 0.0), ("converting", 3.0), ("checking", 8.0)], ids=str
)
def test_what_is_done_is_what_is_converted(phase: str, shown: float) -> None:
    """Nothing while it is fetched, and all while it is checked."""
    shared = working.Shared(total_s=8.0)
    shared.progress(phase, 3.0, 8.0)
    assert shared.done_s == shown


def test_a_film_whose_worker_was_ended_when_it_stood_there_is_not_made_again(
    ask: Ask, delivered: list[Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Before anything else could be written of it: it is known as the job's own all the same."""
    job = ask()
    place = runner._place

    def place_and_end(made: Path, target: Path, *of: Any) -> None:
        place(made, target, *of)
        raise KeyboardInterrupt

    with monkeypatch.context() as ending:
        ending.setattr(runner, "_place", place_and_end)
        ending.setattr(runner, "_convert", lambda *_of: Made(make_film(tmp_path / "film.mp4", codec="mpeg4")))
        with pytest.raises(KeyboardInterrupt):
            run(job.pk)
    assert delivered == []
    assert run(job.pk) == State.DONE
    assert delivered == [Path(job.target)]
