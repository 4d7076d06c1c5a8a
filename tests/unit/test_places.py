"""Where a conversion works and writes: what stands in the way is found before the work."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from pod.bbb import places
from pod.bbb.errors import Cancelled, RenderError
from pod.bbb.places import require_space, require_writable, turn
from pod.bbb.work_folder import HELD, remove_abandoned, work_folder


@pytest.mark.parametrize("name", ["v.mp4", "v.slides/1.jpg"])
def test_names_that_can_be_written_leave_nothing(tmp_path: Path, name: str) -> None:
    """They are tried, and the folder is as it was, with a file of that name too."""
    require_writable(tmp_path / "v.mp4", [name])
    assert not list(tmp_path.iterdir())
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(b"old")
    part = tmp_path / f"{name}.part"
    part.write_bytes(b"of another one that goes on")
    require_writable(tmp_path / "v.mp4", [name])
    assert (tmp_path / name).read_bytes() == b"old"
    assert part.read_bytes() == b"of another one that goes on"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a" * 251 + ".mp4", "too long"),
        ("a" * 247 + ".mp4", "too long"),  # for its .part
        ("folder.mp4", "is a folder"),
        ("file.slides/1.jpg", "Not a directory"),
        ("begun.mp4", "Is a directory"),
        ("nowhere.mp4", "No such file"),
        ("nowhere.slides/1.jpg", "No such file"),
    ],
)
def test_names_that_cannot_be_written_are_refused(tmp_path: Path, name: str, said: str) -> None:
    """With what is in the way: a long conversion must not end with it."""
    (tmp_path / "folder.mp4").mkdir()
    (tmp_path / "begun.mp4.part").mkdir()
    (tmp_path / "file.slides").touch()
    (tmp_path / "nowhere.mp4.part").symlink_to("absent/file")
    (tmp_path / "nowhere.slides").symlink_to("absent")
    with pytest.raises(RenderError, match=said):
        require_writable(tmp_path / "v.mp4", [name])


def test_those_who_try_one_name_at_once_are_not_in_each_others_way(tmp_path: Path) -> None:
    """Each makes, sees and removes files of the same names: none of them is told that it cannot write."""
    out = tmp_path / "v.mp4"

    def try_often(_who: int) -> None:
        for _ in range(200):
            require_writable(out, [out.name, "v.json", "v.slides/1.jpg"])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(try_often, range(4)))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("free_mb", "enough"), [(10, False), (30, False), (60, True)])
def test_a_disk_without_the_least_space_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free_mb: int, *, enough: bool
) -> None:
    """An hour's sound takes 22 MB, twice where it is made on the disk of the video."""
    room = SimpleNamespace(f_bavail=free_mb * 1000, f_frsize=1000, f_blocks=10**9)
    monkeypatch.setattr(os, "statvfs", lambda _path: room)
    work = tmp_path / "work"
    work.mkdir()
    if enough:
        require_space(tmp_path / "v.mp4", work, 3600.0)
        return
    with pytest.raises(RenderError, match="no space") as refused:
        require_space(tmp_path / "v.mp4", work, 3600.0)
    assert isinstance(refused.value.__cause__, OSError)


def test_a_disk_that_does_not_tell_its_size_is_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some file systems say 0 of everything."""
    monkeypatch.setattr(os, "statvfs", lambda _path: SimpleNamespace(f_bavail=0, f_frsize=0, f_blocks=0))
    (tmp_path / "work").mkdir()
    require_space(tmp_path / "v.mp4", tmp_path / "work", 3600.0)


def test_two_who_write_one_file_take_turns(tmp_path: Path) -> None:
    """Each has it whole: neither writes into the other's, nor removes it."""
    part, out = tmp_path / "v.mp4.part", tmp_path / "v.mp4"
    waited = []

    def breathe() -> None:
        waited.append(part.read_bytes())

    def write(text: bytes) -> None:
        with turn(part, breathe):
            part.write_bytes(text)
            require_writable(out, [out.name])
            while text == b"first" and not waited:
                time.sleep(0.01)
            part.replace(out)

    first = threading.Thread(target=write, args=(b"first",))
    first.start()
    while not (part.exists() and part.read_bytes()):
        time.sleep(0.01)
    write(b"second")
    first.join()
    assert set(waited) == {b"first"}
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"v.mp4": b"second"}


def test_whoever_waits_for_a_turn_can_be_ended(tmp_path: Path) -> None:
    """Cancelling does not wait, and leaves the other's file alone."""
    part = tmp_path / "v.mp4.part"

    def cancelled() -> None:
        raise Cancelled("")

    with turn(part, cancelled):
        with pytest.raises(Cancelled), turn(part, cancelled):
            pytest.fail("two have it")
        assert part.exists()
    assert not part.exists()


def test_a_file_that_went_before_it_was_locked_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one who had it before gave it its name, or removed it: its lock is nobody's turn."""
    part, locked = tmp_path / "v.mp4.part", places._lock

    def lock_late(file: int) -> bool:
        monkeypatch.undo()
        part.rename(tmp_path / "v.mp4")
        return locked(file)

    monkeypatch.setattr(places, "_lock", lock_late)
    with turn(part, lambda: None):
        assert part.exists()


def test_waiting_and_tidying_keep_no_file_open(tmp_path: Path) -> None:
    """A conversion may wait for hours, and a process convert for weeks."""
    part, looks = tmp_path / "v.mp4.part", 0

    def breathe() -> None:
        nonlocal looks
        looks += 1
        if looks == 3:
            raise Cancelled("")

    left_behind(tmp_path)
    with turn(part, breathe):
        before = len(list(Path("/proc/self/fd").iterdir()))
        with pytest.raises(Cancelled), turn(part, breathe):
            pytest.fail("two have it")
        with work_folder(tmp_path):
            require_writable(tmp_path / "w.mp4", ["w.mp4"])
        assert len(list(Path("/proc/self/fd").iterdir())) == before


@pytest.mark.parametrize("locks", [True, False])
def test_a_work_folder_is_for_this_user_alone_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, locks: bool
) -> None:
    """Also on a file system that knows no locks, and where its place has to be made first."""
    if not locks:
        monkeypatch.setattr(fcntl, "flock", Mock(side_effect=OSError(errno.ENOLCK, "No locks available")))
    with work_folder(tmp_path / "new" / "place") as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert (folder / HELD).exists() == locks
    assert not list(folder.parent.iterdir())


def left_behind(parent: Path) -> Path:
    """The work folder of a process that was killed while it worked."""
    code = (
        "import sys, pathlib, time\n"
        "from pod.bbb.work_folder import work_folder\n"
        "with work_folder(pathlib.Path(sys.argv[1])) as folder:\n"
        "    (folder / 'video.spool').touch()\n"
        "    print(folder, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(parent)], stdout=subprocess.PIPE, text=True
    ) as process:
        folder = Path((process.stdout or sys.stdin).readline().strip())
        process.send_signal(signal.SIGKILL)
    assert list(folder.iterdir())
    return folder


def test_work_that_was_killed_is_removed_by_the_next_one(tmp_path: Path) -> None:
    """Nobody else would: gigabytes may lie there."""
    abandoned = left_behind(tmp_path)
    with work_folder(tmp_path) as folder:
        assert not abandoned.exists()
        assert folder.exists()
    assert not list(tmp_path.iterdir())


def test_work_that_goes_on_is_not_removed(tmp_path: Path) -> None:
    """Neither by another process nor by this one."""
    with work_folder(tmp_path) as folder:
        (folder / "video.spool").touch()
        code = "from pod.bbb.work_folder import *; import sys; remove_abandoned(Path(sys.argv[1]))"
        subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
        remove_abandoned(tmp_path)
        assert {path.name for path in folder.iterdir()} == {HELD, "video.spool"}


@pytest.mark.parametrize("why", ["no lock", "another machine", "link", "another user"])
def test_work_that_may_be_somebody_elses_is_not_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    """A folder that has no lock, that another machine made, that is elsewhere, or another user's."""
    abandoned = left_behind(tmp_path)
    if why == "no lock":
        (abandoned / HELD).unlink()
    elif why == "another machine":
        monkeypatch.setattr("pod.bbb.work_folder._machine", lambda: b"another")
    elif why == "link":
        abandoned.rename(tmp_path / "elsewhere")
        abandoned.symlink_to(tmp_path / "elsewhere")
    else:
        me = os.geteuid()
        monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    remove_abandoned(tmp_path)
    assert (abandoned / "video.spool").exists()


@pytest.mark.parametrize("what", ["trying", "having"])
def test_a_signal_that_comes_while_a_file_is_made_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """It is made, but nobody has been told its number yet."""
    opened = os.open

    def interrupted(path: Path, flags: int, mode: int = 0o777) -> int:
        os.close(opened(path, flags, mode))
        monkeypatch.undo()
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "open", interrupted)
    having = turn(tmp_path / "v.mp4.part", lambda: None)
    make = partial(require_writable, tmp_path / "v.mp4", ["v.mp4"]) if what == "trying" else having.__enter__
    with pytest.raises(KeyboardInterrupt):
        make()
    assert not list(tmp_path.iterdir())
