"""Which files of a recording can be read."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from pod.bbb.playback.notes import Notes
from pod.bbb.playback.paths import inside, usable


@pytest.mark.parametrize("name", ["absent", "folder", "loop", "file/below", "é" * 199])
def test_what_is_no_file_is_absent(tmp_path: Path, name: str) -> None:
    """A link in a circle, a name below a file, or one that is longer than disks take: none is a failure."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("text")
    (tmp_path / "loop").symlink_to("loop")
    assert inside(tmp_path, name) is None


def test_what_may_not_be_looked_at_is_absent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rights of one folder may be wrong, while the rest of the recording can be read."""

    def refuse(_path: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "stat", refuse)
    assert inside(tmp_path, "file") is None


@pytest.mark.parametrize(("size", "found"), [(0, False), (1, True), (3, True), (4, False)])
def test_a_file_is_used_up_to_its_largest_size(tmp_path: Path, size: int, found: bool) -> None:  # noqa: FBT001 - a column of the table
    """An empty one says nothing; one that is too large is noted."""
    (tmp_path / "file").write_bytes(b"x" * size)
    notes = Notes()
    assert usable(tmp_path / "file", notes, 3) is found
    assert notes.sentences() == (("file is too large: it is not used.",) if size > 3 else ())
