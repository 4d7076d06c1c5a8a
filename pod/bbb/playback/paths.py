"""Names of files inside a recording's folder, as other programs wrote them."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from pod.bbb.errors import end_if_unanswered
from pod.bbb.playback.notes import Notes

_PART = re.compile(r"[^\x00-\x1f\x7f/\\:*?\"<>|]{1,200}\Z")


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
    """
    safe = None if name.startswith("/") else _safe(name)
    if safe is None:
        return None
    path = folder / safe
    try:
        if not path.is_file():
            return None
        if not path.resolve().is_relative_to(folder.resolve()):
            if notes is not None:
                notes.once(f"{safe} is reached by a link that leads out of the recording: it is not used.")
            return None
    except OSError as error:
        end_if_unanswered(error)
        return None
    return path
