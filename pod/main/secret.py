"""The secret key of an installation that was given none."""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
from pathlib import Path


def installation_key(path: Path) -> str:
    """Return the key kept in `path`, making it (readable by its owner only) the first time.

    Raises OSError when the file can be neither read nor made.
    """
    try:
        if key := path.read_text(encoding="utf-8").strip():
            return key
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(file, "r+", encoding="utf-8") as kept:
        # several processes may start at once: one makes the key, the others wait for it
        with contextlib.suppress(OSError):  # a disk that knows no locks
            fcntl.flock(kept, fcntl.LOCK_EX)
        key = kept.read().strip()
        if not key:
            key = secrets.token_urlsafe(48)
            kept.write(key)
    return key
