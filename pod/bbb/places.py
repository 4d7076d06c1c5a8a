"""Where a conversion works and where it writes, checked before the work begins."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pod.bbb.errors import RenderError

PREFIX = "pod-bbb-"
HELD = "held"  # the file in a work folder that its process keeps locked
PART = ".part"
LOOK_S = 0.05
BYTES_PER_S = 6000  # of sound as it is encoded: no usual video needs less
SMALLEST_FILE = 1_000_000  # bytes
_BOOT = Path("/proc/sys/kernel/random/boot_id")


def part_of(path: Path) -> Path:
    """Where a file is written before it gets its name."""
    return path.with_name(path.name + PART)


def own_part_of(path: Path) -> Path:
    """The same where several may make the file at once, on other machines, too: nobody has that name."""
    return part_of(path.with_name(f"{path.name}.{secrets.token_hex(4)}"))


@contextlib.contextmanager
def whole(path: Path, part: Path | None = None) -> Iterator[Path]:
    """Give where to write a file that then appears at `path`, whole; of one that fails nothing is left."""
    part = part or part_of(path)
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def shared_by_films(out: Path) -> Path:
    """By whose turn NAME.mp4 and NAME.webm are written one after the other: both have one NAME.json.

    No file of a person is called like that, as `NAME.part` may be.
    """
    return out.with_suffix(".turn")


def require_writable(out: Path, names: Iterable[str]) -> None:
    """Check that the files `names` can be written beside `out`, each as `.part` first.

    Raises RenderError, which says what is in the way.
    """
    for name in names:
        path = out.parent / name
        part = part_of(path)
        try:
            if path.is_dir():
                raise RenderError(f"{path} is a folder: name a file in it.")
            if path.parent == out.parent or os.path.lexists(path.parent):
                _try_to_write(part)  # a folder that is still missing can be made where files can be written
        except OSError as error:
            raise RenderError(
                f"{path} cannot be written: {error.strerror or error}. Choose another name or folder."
            ) from error


def _try_to_write(part: Path) -> None:
    """Open a file for writing and leave it as it was. Raises OSError."""
    fresh = True
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:  # left by a conversion that was killed, or in use by one that runs
        fresh = False
        try:
            os.close(os.open(part, os.O_WRONLY | os.O_CLOEXEC))
        except FileNotFoundError:
            if part.is_symlink():
                raise  # a link that leads nowhere; no link: another conversion was only trying, too
    finally:
        if fresh:
            _discard(part)


def _discard(part: Path) -> None:
    """Remove a file unless another process has it.

    By its name: a signal that came while the file was opened leaves nothing else to know it by.
    """
    try:
        file = os.open(part, os.O_WRONLY | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if _lock(file) and _is_at(file, part):
            part.unlink()
    finally:
        os.close(file)


def _lock(file: int) -> bool:
    """Lock an open file; False when another process has locked it. Without locks on this disk: True."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


@contextlib.contextmanager
def turn(part: Path, breathe: Callable[[], None]) -> Iterator[None]:
    """Let conversions to the same name take turns: each writes whole files, and those of the last one stay.

    Inside the block `part` exists and belongs to this conversion; afterwards it is removed, unless
    it was renamed. `breathe` is called while another conversion has it; what it raises ends the waiting.
    """
    file = -1
    try:
        while True:
            file = os.open(part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            if _lock(file) and _is_at(file, part):
                break
            os.close(file)
            file = -1
            breathe()
            time.sleep(LOOK_S)
        yield
    finally:
        if file >= 0:
            os.close(file)
        _discard(part)


def _is_at(file: int, path: Path) -> bool:
    """Whether an open file still has this name."""
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def require_space(out: Path, work: Path, seconds: float) -> None:
    """Check that the disks have room for the smallest video of `seconds`. Raises RenderError.

    The encoded packets stay in the work folder until the file has been joined from them.
    """
    needed = SMALLEST_FILE + round(seconds * BYTES_PER_S)
    same = out.parent.stat().st_dev == work.stat().st_dev
    for folder in (out.parent, work.parent):
        room = os.statvfs(folder)
        free, least = room.f_bavail * room.f_frsize, needed * (2 if same else 1)
        if room.f_blocks and free < least:  # some file systems do not tell their size
            raise RenderError(
                f"There is no space for the video in {folder}: {free / 1e6:.1f} MB are free, "
                f"at least {least / 1e6:.1f} MB are needed. Make room, or choose another folder."
            ) from OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


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
        if os.read(lock, len(machine) + 1) == machine and _is_at(lock, folder / HELD):
            shutil.rmtree(folder, ignore_errors=True)
    except OSError:  # its process lives, or another one is removing it
        return
    finally:
        os.close(lock)
