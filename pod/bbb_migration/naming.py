"""Names of files in a claim folder: readable, unique to the recording, the same in every run.

`<slug of the name>-<YYYY-MM-DD-HHMMSS of the start, UTC>-<first 8 of the record id>.<ext>`.
The first 8 characters of a record id belong to the room, not to the recording: two recordings
of one room differ by the second of their start only. Should even that be equal, all but the
first (by record id) get a mark computed from their whole record id.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import PurePath

from anyascii import anyascii

PATH_LENGTH = 200  # of the column `recorder_recordingfiletreatment.file`
KEY_LENGTH = 200  # of the column `conversion_conversion.key`
LONGEST_SLUG = 100
SHORTEST_SLUG = 8  # below this a name says nothing: the folder's path is then too long
FALLBACK = "recording"
ROOM_LENGTH = 8
MARK_LENGTH = 8
LONGEST_SUFFIX = 5  # ".webm"

# "-2021-05-03-140000-3bdb3ff2-1a2b3c4d.webm": what follows the slug at its longest
TAIL_LENGTH = len("-YYYY-MM-DD-HHMMSS") + 1 + ROOM_LENGTH + 1 + MARK_LENGTH + LONGEST_SUFFIX


def slug(name: str) -> str:
    """Return `name` in lower-case ASCII letters, digits and single hyphens; never empty.

    Letters of other scripts are transliterated ("Лекция" becomes "lektsiya"), so that a
    person who sees the folder still recognises the meeting.
    """
    words = re.sub(r"[^a-z0-9]+", "-", anyascii(name).lower()).strip("-")
    return words or FALLBACK


def stamp(start: datetime) -> str:
    """Return the start as YYYY-MM-DD-HHMMSS in UTC, so that it does not depend on a setting."""
    return start.astimezone(UTC).strftime("%Y-%m-%d-%H%M%S")


def room(record_id: str) -> str:
    """Return the first 8 characters of the record id, without what a file name may not hold."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", record_id[:ROOM_LENGTH]) or "unknown"


def mark(record_id: str) -> str:
    """Return 8 hexadecimal digits that tell recordings apart whose other parts are equal."""
    return hashlib.sha256(record_id.encode()).hexdigest()[:MARK_LENGTH]


def stem(name: str, start: datetime, record_id: str, *, folder: PurePath, marked: bool = False) -> str:
    """Return the file's name without extension, short enough for `folder` and Pod's column.

    ValueError when the folder's path leaves no room for a name.
    """
    room_left = slug_length(folder)
    if room_left < SHORTEST_SLUG:
        raise ValueError(f"The path {folder} leaves no room for a file name in {PATH_LENGTH} characters.")
    words = slug(name)[: min(LONGEST_SLUG, room_left)].strip("-") or FALLBACK
    tail = f"{stamp(start)}-{room(record_id)}"
    return f"{words}-{tail}-{mark(record_id)}" if marked else f"{words}-{tail}"


def slug_length(folder: PurePath) -> int:
    """Return how many characters of a name fit into a path in `folder` (can be negative)."""
    return PATH_LENGTH - len(str(folder)) - 1 - TAIL_LENGTH


def marked_ids(keys: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the record ids that need a mark, of pairs (plain stem, record id) of a whole catalogue.

    Of each group of equal stems the first by record id keeps the plain name.
    Stems are compared without regard to case: some file systems do the same.
    """
    groups: dict[str, list[str]] = {}
    for plain, record_id in keys:
        groups.setdefault(plain.casefold(), []).append(record_id)
    return frozenset(record_id for ids in groups.values() for record_id in sorted(set(ids))[1:])


def job_key(server: str, record_id: str) -> str:
    """Return the key of the conversion job: one per server and recording."""
    key = f"claim:{server}:{record_id}"
    return key if len(key) <= KEY_LENGTH else f"{key[:150]}:{mark(server)}{mark(record_id)}"
