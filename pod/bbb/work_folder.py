"""The folder that a conversion works in: its process's own, and removed even if that is killed."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pod.bbb.places import PART, is_at

PREFIX = "pod-bbb-"
HELD = "held"  # the file in a work folder that its process keeps locked
_BOOT = Path("/proc/sys/kernel/random/boot_id")


@contextlib.contextmanager
def work_folder(parent: Path | None) -> Iterator[Path]:
    """Give a new folder in `parent` (by default the system's temporary folder); it is removed afterwards.

    Folders that killed processes left there are removed first.
    """
    if parent is not None:
        parent.mkdir(parents=True, exist_ok=True)
    parent = parent or Path(tempfile.gettempdir())
    remove_abandoned(parent)
    # named before it is made: a signal that comes just then must not leave it
    folder, lock = parent / f"{PREFIX}{os.urandom(8).hex()}", -1
    try:
        folder.mkdir(0o700)
        lock = _hold(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock >= 0:
            os.close(lock)


def _hold(folder: Path) -> int:
    """Lock a file in the folder for as long as this process lives; give it, -1 where there are no locks.

    The file gets its name only when it is locked: under that name it is never seen unlocked meanwhile.
    """
    begun = folder / f"{HELD}{PART}"
    lock = os.open(begun, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.write(lock, _machine())
        begun.rename(folder / HELD)
    except OSError:  # a file system that knows no locks: then nobody removes the folder but its process
        os.close(lock)
        return -1
    return lock


def _machine() -> bytes:
    """What identifies this machine from its start to its next one; b"" where the system does not say."""
    try:
        return _BOOT.read_bytes().strip()
    except OSError:
        return b""


def remove_abandoned(parent: Path) -> None:
    """Remove the work folders in `parent` whose process was killed: their locks are free.

    Only those of this user, made on this machine since it was started: over a network
    a lock that another machine holds may look free.
    """
    machine = _machine()
    if not machine:
        return
    with contextlib.suppress(OSError):  # tidying is no reason to fail
        for entry in os.scandir(parent):
            if entry.name.startswith(PREFIX) and _is_ours(entry):
                _remove_if_free(Path(entry.path), machine)


def _is_ours(entry: os.DirEntry[str]) -> bool:
    try:
        found = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


def _remove_if_free(folder: Path, machine: bytes) -> None:
    try:
        lock = os.open(folder / HELD, os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:  # it begins or ends just now, or has no lock
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.read(lock, len(machine) + 1) == machine and is_at(lock, folder / HELD):
            shutil.rmtree(folder, ignore_errors=True)
    except OSError:  # its process lives, or another one is removing it
        return
    finally:
        os.close(lock)
