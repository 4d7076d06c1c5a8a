"""Helpers that hang, as in a library or on a disk that does not answer, or that the machine kills."""

from __future__ import annotations

import errno
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from pod.bbb import convert
from pod.bbb.errors import KilledError, RenderError
from pod.bbb.render.images.picture_process import PictureProcess
from pod.bbb.render.images.picture_worker import Drawer, _answer
from pod.bbb.render.timing.segments import Segment
from pod.bbb.render.work import parallel
from pod.bbb.render.work.helpers import Helper
from pod.bbb.render.work.parallel import Pool, Progress


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

    def was_killed(self) -> bool:
        """Not by the machine."""
        return False

    def stop(self) -> None:
        """End."""
        self.ended.set()


PARTS = [Segment(0, 0, 1000), Segment(1, 1000, 2000)]


@pytest.fixture(autouse=True)
def _nothing_to_encode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel.Worker, "run", lambda *_arguments: 0)


def pool_of(helper: Any, cancelled: Callable[[], bool]) -> Pool:
    """This process, whose part is done at once, and one helper."""
    no_work: Any = None
    return Pool(no_work, [helper], Progress(2.0, audio=False, tell=lambda _seconds: None), cancelled)


def test_a_helper_that_hangs_ends_the_conversion(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who waits for it asks whether to stop, and so looked well for ever: the job never ended."""
    monkeypatch.setattr(parallel, "MOST_LOOKS", 3)
    asked: list[bool] = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) > 100

    hung = Hung("at 1.0")
    with pytest.raises(RenderError, match="has hung"):
        pool_of(hung, cancelled).run(PARTS, None)
    assert hung.ended.is_set()


def test_a_helper_that_the_machine_killed_says_nothing_of_the_recording(tmp_path: Path) -> None:
    """The error says so, and who runs the conversion may try again."""
    with Helper(tmp_path / "helper.log") as helper:
        process: subprocess.Popen[bytes] = helper._process
        process.kill()
        process.wait()
        with pytest.raises(KilledError, match="was killed"):
            pool_of(helper, lambda: False).run(PARTS, None)


def test_a_picture_whose_drawing_was_killed_is_drawn_again(tmp_path: Path) -> None:
    """A machine that is short of memory kills what takes most of it: the film had no slide then."""
    slide = tmp_path / "slide.svg"
    slide.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50"/>')
    drawing = PictureProcess(tmp_path)
    process = drawing._running()
    process.kill()
    process.wait()
    drawn = drawing.svg(slide, 100, (100, 50))
    assert (drawn.raster.image.width, drawn.notes) == (100, [])
    drawing.close()


def test_a_picture_that_the_disk_does_not_give_is_not_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that draws it says so to the conversion, which ends and is tried again."""

    class Unanswered(Drawer):
        def draw(self, *_given: object) -> NoReturn:
            raise OSError(errno.EIO, "Input/output error")

    def ask(
        _drawing: PictureProcess, _process: object, request: dict[str, Any]
    ) -> tuple[dict[str, Any], bytes]:
        answer, pixels = _answer(Unanswered(), request, print)
        return {**answer, "last": False}, pixels

    monkeypatch.setattr(PictureProcess, "_ask", ask)
    drawing = PictureProcess(tmp_path)
    with pytest.raises(OSError, match="Input/output error") as raised:
        drawing.svg(tmp_path / "slide.svg", 100, (100, 50))
    assert raised.value.errno == errno.EIO
    drawing.close()


def test_want_of_memory_is_not_the_recordings_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is asked to report the recording; and the job is tried again, when others have ended."""

    def none_left(*_arguments: object) -> NoReturn:
        raise MemoryError

    monkeypatch.setattr(convert, "_bring", none_left)
    with pytest.raises(KilledError, match="want of memory"):
        convert.convert(str(tmp_path), tmp_path / "film.mp4")
