"""Where the files of videos stand below MEDIA_ROOT, and how Django's storage names them."""

from __future__ import annotations

import errno
import os
from itertools import count
from pathlib import Path

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation

from pod.authentication.models import owner_of
from pod.video.models import Video


def media_path(owner_id: int, stem: str, suffix: str) -> Path:
    """Return where a video file of this owner stands: MEDIA_ROOT/VIDEOS_DIR/<owner's key>/<stem><suffix>.

    `suffix` begins with a dot. The stem must be unique to the work (a job's or a row's id).
    """
    return Path(settings.MEDIA_ROOT) / settings.VIDEOS_DIR / owner_of(owner_id).hashkey / f"{stem}{suffix}"


def free_media_path(owner_id: int, stem: str, suffix: str, *, own_size: int | None = None) -> Path:
    """Return the first of `stem`, `stem-2`, `stem-3`… at which no file stands, as `media_path` does.

    A file of `own_size` bytes is what an interrupted attempt left of the very same work: it may be made anew.
    """
    stems = (stem if number == 1 else f"{stem}-{number}" for number in count(1))
    paths = (media_path(owner_id, each, suffix) for each in stems)
    return next(path for path in paths if not path.exists() or path.stat().st_size == own_size)


def require_media() -> None:
    """Raise OSError when there are videos, but no folder of videos, or an empty one: its disk is not mounted.

    What is written into its mount point meanwhile is out of sight as soon as it is.
    """
    name = Path(settings.VIDEOS_DIR).as_posix()
    folder = Path(settings.MEDIA_ROOT) / name
    if _is_empty(folder) and Video.objects.filter(video__startswith=f"{name}/").exists():
        said = "The folder of all videos is not there, or empty: is its disk mounted?"
        raise OSError(errno.EIO, said, str(folder))


def _is_empty(folder: Path) -> bool:
    """Whether there is no folder, or nothing in it. Raises OSError when its disk does not say."""
    try:
        with os.scandir(folder) as entries:
            return not any(entries)
    except (FileNotFoundError, NotADirectoryError):
        return True


def media_name(path: Path) -> str:
    """Return `path` as Django's storage names it: POSIX, relative to MEDIA_ROOT."""
    try:
        return path.resolve().relative_to(_root()).as_posix()
    except ValueError as error:
        raise SuspiciousFileOperation(f"{path.name} does not lie in MEDIA_ROOT.") from error


def is_media(path: Path) -> bool:
    """Whether a path lies in MEDIA_ROOT, links followed."""
    return path.resolve().is_relative_to(_root())


def _root() -> Path:
    return Path(settings.MEDIA_ROOT).resolve()
