"""Reading the JSON files of a recording."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pod.bbb.playback.notes import Notes
from pod.bbb.playback.xmlfile import usable

LARGEST = 16 * 1024 * 1024  # bytes; only tldraw.json, read otherwise, is larger


def read_json(path: Path, notes: Notes) -> Any:  # noqa: ANN401 - JSON is what it is
    """The content of a JSON file; None when it is absent, or unreadable (then with a note)."""
    if not usable(path, notes):
        return None
    if path.stat().st_size > LARGEST:
        notes.add(f"{path.name} is too large: it is not used.")
        return None
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError, OSError) as error:
        notes.add(f"{path.name} is damaged ({type(error).__name__}): it is not used.")
        return None
