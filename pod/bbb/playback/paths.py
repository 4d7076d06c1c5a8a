"""The files inside a recording's folder: what names mean that other programs wrote, and what can be read."""

from __future__ import annotations

import errno
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from pod.bbb.playback.notes import Notes

_PART = re.compile(r"[^\x00-\x1f\x7f/\\:*?\"<>|]{1,200}\Z")
# With these the file's name or rights are at fault, with any other error the disk is: it does not answer.
_NOT_THERE = frozenset(
    {errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.EACCES, errno.EPERM}
)
LARGEST = 256 * 1024 * 1024  # bytes; real ones stay below 50 MB


def safe_href(href: str, record_id: str) -> str | None:
    """What `href` means as a POSIX path below the recording's folder; None when it leads anywhere else.

    The path is a name as the file has it: to be asked for it is quoted, never read as an address again.
    Absolute forms that some servers wrote (`https://host/presentation/ID/presentation/...`)
    are reduced to what follows the record id. Queries and fragments are let go.
    """
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return None
    path = unquote(parts.path)
    if parts.scheme or parts.netloc or path.startswith("/"):
        _head, found, path = path.partition(f"/{record_id}/") if record_id else ("", "", "")
        if not found or parts.scheme not in ("", "http", "https"):
            return None
    return _safe(path)


def _safe(path: str) -> str | None:
    pieces = [piece for piece in path.split("/") if piece not in ("", ".")]
    if not pieces or len(pieces) > 12 or not all(_PART.match(piece) for piece in pieces):
        return None
    if any(piece.strip(". ") == "" for piece in pieces):
        return None
    return str(PurePosixPath(*pieces))


def inside(folder: Path, name: str, notes: Notes | None = None) -> Path | None:
    """The file `name` (a path below `folder`), if it is a file and lies there also when links are followed.

    A link that leads out of the folder is said in `notes`: the file looks as if it were there.
    Raises OSError when the disk does not answer.
    """
    safe = None if name.startswith("/") else _safe(name)
    if safe is None:
        return None
    path = folder / safe
    try:
        mode = path.stat().st_mode
    except OSError as error:
        if error.errno not in _NOT_THERE:
            raise
        return None
    if not stat.S_ISREG(mode):
        return None
    if not path.resolve().is_relative_to(folder.resolve()):
        if notes is not None:
            notes.once(f"{safe} is reached by a link that leads out of the recording: it is not used.")
        return None
    return path


def usable(path: Path, notes: Notes, largest: int = LARGEST) -> bool:
    """Whether `path` is `inside` its folder, and has content; more than `largest` bytes are noted.

    Raises OSError as `inside` does.
    """
    size = path.stat().st_size if inside(path.parent, path.name, notes) else 0
    if size > largest:
        notes.add(f"{path.name} is too large: it is not used.")
    return 0 < size <= largest


@contextmanager
def reading(path: Path, notes: Notes) -> Iterator[None]:
    """Note a file that this process may not read, and go on behind the block.

    What else the disk says (EIO, ESTALE, ...) is raised: the file is not damaged, and can be read later.
    """
    try:
        yield
    except PermissionError as error:
        notes.add(f"{path.name} cannot be read ({error.strerror}): it is not used.")
