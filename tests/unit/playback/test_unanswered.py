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
    given = Path.open

    def opened(path: Path, *arguments: Any, **options: Any) -> Any:
        if path.name == name:
            raise OSError(number, "the disk does not answer", str(path))
        return given(path, *arguments, **options)

    monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(PlaybackError) as raised:
        read_playback(folder)
    assert isinstance(raised.value.__cause__, OSError)
    assert raised.value.__cause__.errno == number
