"""What an engine is: something that turns a playback into a video file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings

from pod.conversion.errors import ConversionError
from pod.video.storage import is_media

Progress = Callable[[str, float, float], None]  # phase, media seconds done, media seconds in all
Cancelled = Callable[[], bool]


@dataclass(frozen=True)
class Work:
    """What an engine needs to know; `folder` is the job's own and survives a failed attempt.

    `record_id` is what the catalogue said that the recording is, "" for an address that somebody typed.
    """

    source_url: str
    title: str
    folder: Path
    name: str  # a file name without suffix, unique to the job
    duration_hint_s: float | None = None
    allowed_hosts: frozenset[str] = frozenset()
    options: dict[str, Any] = field(default_factory=dict)
    record_id: str = ""

    def media_file(self) -> Path:
        """Return the file of the media folder that `source_url` names, as Django's storage does.

        Raises ConversionError when it is not there.
        """
        path = (Path(settings.MEDIA_ROOT) / self.source_url).resolve()
        if not is_media(path) or not path.is_file():
            raise ConversionError(f"There is no file {path.name} in the media folder any more.")
        return path


@dataclass(frozen=True)
class Made:
    """A finished file, outside the target folder, and what there is to say of it."""

    path: Path
    report: dict[str, Any] = field(default_factory=dict)


class Engine(Protocol):
    """One way of converting.

    `convert` leaves exactly one file, whose content it has checked, or raises
    ConversionError or a BBBError (`pod.bbb.errors.Cancelled` when `cancelled()`
    became true) and then leaves nothing but its cache in `work.folder`. It must
    not touch the database; `progress` and `cancelled` may be called from any
    thread, and `cancelled` at least once a second.
    """

    name: str
    suffix: str

    def convert(self, work: Work, *, progress: Progress, cancelled: Cancelled) -> Made:
        """Make the video."""
        ...
