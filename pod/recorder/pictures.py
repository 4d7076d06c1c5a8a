"""What is seen of a waiting file before it is claimed: its slides, else some stills of the film.

Each picture is made small by us, when it is first asked for, and kept until the file is claimed,
deleted or gone. Whoever asks has been let in by `pod.recorder.previewing`.
"""

from __future__ import annotations

import logging
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

import av
from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from pod.conversion.preview import MOST_SLIDES
from pod.recorder.errors import FileGoneError, NoPictureError
from pod.recorder.models import RecordingFileTreatment
from pod.recorder.moving import checked_path
from pod.video import stills
from pod.video.thumbnails import frame_thumbnail, write_thumbnail
from pod.video.told import Told, moment

log = logging.getLogger(__name__)

MOST_STILLS = 6
STILL_EVERY = 60  # seconds of film
AT_ONCE = 2  # pictures of lists that one process makes
PATIENCE_S = 3.0
_making = threading.BoundedSemaphore(AT_ONCE)


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
    return found if _kept(row, 1, found[0]) else []


def first_picture(row: RecordingFileTreatment, told: Callable[[], Told | None]) -> Path | None:
    """Return the small JPEG that stands for a waiting file in a list; None when there is none to have.

    It is made when a list first shows it, at most AT_ONCE at a time in each process, so that a page of new
    files does not take all of the site's processors. A request that has to wait for longer than PATIENCE_S
    gets None; the next page asks again.
    """
    try:
        if _target(row, 1).is_file():
            return picture(row, 1, told)
        if not _making.acquire(timeout=PATIENCE_S):
            return None
        try:
            return picture(row, 1, told)
        finally:
            _making.release()
    except FileGoneError as error:
        log.info("no picture of waiting file %s: %s", row.pk, error)
    except NoPictureError:
        pass  # a film without any: it waits for who claims it with the placeholder
    return None


def picture(row: RecordingFileTreatment, number: int, told: Callable[[], Told | None]) -> Path | None:
    """Return the small JPEG of one of `pictures_of`, made the first time; None when it cannot be made.

    What was kept needs neither the film nor what the converter knew. Raises FileGoneError, and
    NoPictureError when there is none of that number.
    """
    kept = _target(row, number)
    if kept.is_file():
        return _usable(kept)
    pictures = pictures_of(row, told())
    if not 1 <= number <= len(pictures):
        raise NoPictureError
    return _kept(row, number, pictures[number - 1])


def _kept(row: RecordingFileTreatment, number: int, wanted: Picture) -> Path | None:
    """Return the JPEG of a picture, made unless it is there; that it cannot be made is kept too."""
    target = _target(row, number)
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            if wanted.slide:
                write_thumbnail(wanted.slide, target)
            else:
                frame_thumbnail(checked_path(row.file), wanted.second, target)
        except (av.FFmpegError, OSError, ValueError, SyntaxError) as error:
            log.info("no picture %d of waiting file %s: %s", number, row.pk, type(error).__name__)
            target.touch()
    return _usable(target)


def _usable(kept: Path) -> Path | None:
    return kept if kept.stat().st_size else None


def _slides(told: Told) -> Iterator[Picture]:
    """Yield each slide once, at its first display."""
    seen: set[Path] = set()
    for entry in told.entries("slides"):
        path = told.file(entry.get("thumbnail"))
        if path is not None and path not in seen and len(seen) < MOST_SLIDES:
            seen.add(path)
            yield Picture(moment(entry.get("start")), path)


def _target(row: RecordingFileTreatment, number: int) -> Path:
    """Return where a picture is kept. Raises FileGoneError."""
    return _folder(row.file) / f"{checked_path(row.file).stat().st_mtime_ns:x}-{number}.jpg"


def _folder(file: str) -> Path:
    """Return where the pictures of a file are kept; a row's key may be another's one day, its path is not."""
    return Path(settings.CACHE_DIR) / "waiting" / sha256(file.encode()).hexdigest()


@receiver(post_delete, sender=RecordingFileTreatment, dispatch_uid="pod.recorder.pictures")
def file_went(instance: RecordingFileTreatment, **_more: object) -> None:
    """Keep nothing of a file that waits no more."""
    transaction.on_commit(partial(shutil.rmtree, _folder(instance.file), ignore_errors=True))
