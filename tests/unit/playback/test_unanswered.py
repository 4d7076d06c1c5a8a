"""A disk that does not answer: what it holds is not damaged, and nothing of it may be left out for good."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from pod.bbb.errors import PlaybackError
from pod.bbb.playback.read import read_playback
from tests.samples import make_recording


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording with everything in it."""
    made = tmp_path_factory.mktemp("published")
    sample = make_recording(made, "lecture", 2.0)
    return made / "presentation" / sample.record_id


@pytest.mark.parametrize("number", [errno.EIO, errno.ESTALE])
@pytest.mark.parametrize(
    "name",
    [
        "metadata.xml",
        "shapes.svg",
        "cursor.xml",
        "slides_new.xml",
        "captions.json",
        "caption_en.vtt",
        "notes.html",
    ],
)
def test_a_file_that_the_disk_does_not_give_is_not_left_out(
    name: str, number: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The conversion would be done, without drawings or chat, and nobody would try it again."""
    does_not_answer(monkeypatch, "open", name, number)
    refused(folder, number)


@pytest.mark.parametrize("number", [errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN])
@pytest.mark.parametrize(
    "name", ["cursor.xml", "captions.json", "caption_en.vtt", "notes.html", "webcams.webm"]
)
def test_a_file_is_not_absent_because_its_disk_is(
    name: str, number: int, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of another machine, which was switched off: its files would seem not to be there."""
    does_not_answer(monkeypatch, "stat", name, number)
    refused(folder, number)


def does_not_answer(monkeypatch: pytest.MonkeyPatch, call: str, name: str, number: int) -> None:
    """Let a call fail for each file of this name."""
    given = getattr(Path, call)

    def failing(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == name:
            raise OSError(number, "the disk does not answer", str(path))
        return given(path, *arguments, **options)

    monkeypatch.setattr(Path, call, failing)


def refused(folder: Path, number: int) -> None:
    """Assert that the recording is not read, and that it says why."""
    with pytest.raises(PlaybackError) as raised:
        read_playback(folder)
    assert isinstance(raised.value.__cause__, OSError)
    assert raised.value.__cause__.errno == number
