"""Where a file is written before it gets its name, and whether it can be: checked before the work begins."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pod.bbb.errors import RenderError

PART = ".part"
LOOK_S = 0.05
BYTES_PER_S = 6000  # of sound as it is encoded: no usual video needs less
SMALLEST_FILE = 1_000_000  # bytes


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
        if _lock(file) and is_at(file, part):
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
            if _lock(file) and is_at(file, part):
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


def is_at(file: int, path: Path) -> bool:
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
