"""Reading the JSON files of a recording."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pod.bbb.playback.letters import decode
from pod.bbb.playback.notes import Notes
from pod.bbb.playback.paths import reading, usable

_SURROGATE = re.compile(
    r"(?P<pair>\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
LARGEST = 16 * 1024 * 1024  # bytes; only tldraw.json, read otherwise, is larger


def read_json(path: Path, notes: Notes) -> Any:  # noqa: ANN401 - JSON is what it is
    """The content of a JSON file; None when it is absent, or unreadable (then with a note)."""
    if not usable(path, notes, LARGEST):
        return None
    try:
        with reading(path, notes):
            return json.loads(whole_characters(decode(path.read_bytes())), strict=False)
    except (ValueError, RecursionError) as error:
        notes.add(f"{path.name} is damaged ({type(error).__name__}): it is not used.")
    return None


def whole_characters(text: str) -> str:
    """JSON text in which each half of a character that stands alone is a replacement character.

    Python would make strings of them that can be neither written nor shaped.
    """
    if "\\ud" not in text and "\\uD" not in text:
        return text
    return _SURROGATE.sub(lambda match: match["pair"] or "\\ufffd", text)
