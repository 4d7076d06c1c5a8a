"""What is seen of a waiting file before it is claimed: its slides, else some stills of the film.

Each picture is made small by us, when it is first asked for, and kept until the file is claimed,
deleted or gone. Whoever asks has been let in by `pod.recorder.previewing`.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

import av
from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from PIL import Image

from pod.conversion.preview import MOST_SLIDES
from pod.recorder.claiming import checked_path
from pod.recorder.models import RecordingFileTreatment
from pod.video import stills
from pod.video.thumbnails import frame_thumbnail, write_thumbnail
from pod.video.told import Told, moment

log = logging.getLogger(__name__)

MOST_STILLS = 6
STILL_EVERY = 60  # seconds of film


@dataclass(frozen=True)
class Picture:
    """One picture: the second that it is of, and a slide's file; without it, a still of the film."""

    second: float
    slide: Path | None = None


def pictures_of(row: RecordingFileTreatment, told: Told | None) -> list[Picture]:
    """Return what can be shown of a waiting file, in order; [] for a film without a picture.

    `told` is what the converter knew. Raises FileGoneError.
    """
    slides = list(_slides(told)) if told else []
    if slides:
        return slides
    detail = getattr(row, "detail", None)
    film = checked_path(row.file)
    try:
        duration = stills.length(film) or (detail.duration_s if detail else 0.0)
    except (av.FFmpegError, OSError, ValueError) as error:
        log.info("no stills of waiting file %s: %s", row.pk, type(error).__name__)
        return []
    count = min(MOST_STILLS, max(1, int(duration // STILL_EVERY)))
    found = [Picture(duration * (number + 0.5) / count) for number in range(count)]
    return found if kept_picture(row, 1, found) else []


def kept_picture(row: RecordingFileTreatment, number: int, pictures: list[Picture]) -> Path | None:
    """Return the small JPEG of a picture, made the first time; None when there is none to have.

    That there is none is kept too. Raises FileGoneError.
    """
    film = checked_path(row.file)
    target = _folder(row.file) / f"{film.stat().st_mtime_ns:x}-{number}.jpg"
    if not target.is_file() and 1 <= number <= len(pictures):
        picture = pictures[number - 1]
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            if picture.slide:
                write_thumbnail(picture.slide, target)
            else:
                frame_thumbnail(film, picture.second, target)
        except (av.FFmpegError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
            log.info("no picture %d of waiting file %s: %s", number, row.pk, type(error).__name__)
            target.touch()
    return target if target.is_file() and target.stat().st_size else None


def _slides(told: Told) -> Iterator[Picture]:
    """Yield each slide once, at its first display."""
    seen: set[Path] = set()
    for entry in told.entries("slides"):
        path = told.file(entry.get("thumbnail"))
        if path is not None and path not in seen and len(seen) < MOST_SLIDES:
            seen.add(path)
            yield Picture(moment(entry.get("start")), path)


def _folder(file: str) -> Path:
    """Return where the pictures of a file are kept; a row's key may be another's one day, its path is not."""
    return Path(settings.CACHE_DIR) / "waiting" / sha256(file.encode()).hexdigest()


@receiver(post_delete, sender=RecordingFileTreatment, dispatch_uid="pod.recorder.pictures")
def file_went(instance: RecordingFileTreatment, **_more: object) -> None:
    """Keep nothing of a file that waits no more."""
    transaction.on_commit(partial(shutil.rmtree, _folder(instance.file), ignore_errors=True))
