"""Reads what the converter's report tells of a recording; nothing in it is believed without a look.

See `pod.video.sidecar` for what is told.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)

MOST_ROWS = 20_000  # of one kind; a day of chat is fewer
LARGEST_SIDECAR = 50_000_000  # bytes
TITLE_LENGTH = 120


@dataclass(frozen=True)
class Told:
    """What is told, and the folder that its files lie in."""

    folder: Path
    known: Mapping[str, Any]

    def entries(self, key: str) -> Iterator[dict[str, Any]]:
        """Return the objects of a list that is told."""
        return objects(self.known.get(key))

    def file(self, name: object) -> Path | None:
        """Return a file of the folder; None for no name, no file, or one that leads elsewhere."""
        return _inside(self.folder, name)

    def chapters(self) -> list[tuple[float, str]]:
        """Return second and title of each chapter told, else of each change of slide by its own text."""
        told = [
            (moment(entry.get("start")), str(entry.get("title") or "").strip()[:250])
            for entry in self.entries("chapters")
        ]
        if told:
            return [chapter for chapter in told if chapter[1]]
        return [
            (moment(entry.get("start")), slide_title(text_of(entry), number))
            for number, entry in enumerate(self.entries("slides"), start=1)
        ]


def read(report: Mapping[str, Any]) -> Told | None:
    """Return what the report tells; None when it tells nothing or that cannot be read (logged)."""
    folder = folder_of(report)
    path = _inside(folder, report.get("sidecar"))
    if path is None:
        return None
    try:
        if path.stat().st_size > LARGEST_SIDECAR:
            log.warning("the sidecar %s is larger than %d bytes and was left out", path, LARGEST_SIDECAR)
            return None
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        log.warning("the sidecar %s cannot be read: %s", path, error)
        return None
    return Told(folder, known) if isinstance(known, dict) else None


def folder_of(report: Mapping[str, Any]) -> Path:
    """Return the converter's folder of a report: where that was, or is since CONVERSION_DIR moved."""
    folder = Path(str(report.get("folder") or ""))
    return folder if folder.is_dir() else Path(settings.CONVERSION_DIR) / folder.name


def objects(value: object) -> Iterator[dict[str, Any]]:
    """Yield the objects of a list; anything else in it is passed over."""
    for entry in (value if isinstance(value, list) else [])[:MOST_ROWS]:
        if isinstance(entry, dict):
            yield entry


def moment(value: object, default: float = 0.0) -> float:
    """Return a place in the video, never negative or without end."""
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return default
    return max(0.0, number) if math.isfinite(number) else default


def text_of(entry: Mapping[str, Any]) -> str:
    """Return the text of a slide."""
    return str(entry.get("text") or "").strip()


def slide_title(text: str, number: int) -> str:
    """Return the first line of a slide's text, or its number."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[0][:TITLE_LENGTH] if lines else _("Slide %(number)d") % {"number": number}


def _inside(folder: Path, name: object) -> Path | None:
    if not isinstance(name, str) or not name or not folder.is_absolute():
        return None
    try:
        path = (folder / name).resolve()
        return path if path.is_relative_to(folder.resolve()) and path.is_file() else None
    except (OSError, ValueError):  # longer than a name can be, or no name at all
        return None
