"""Removes the files of a video when its row is deleted, be it with its owner's account."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from pod.video.models import Rendition, Video
from pod.video.sidecar import extras_folder

log = logging.getLogger(__name__)


@receiver(post_delete, sender=Video, dispatch_uid="pod.video.files")
def video_went(instance: Video, **_more: object) -> None:
    """Remove the video's file and the folder beside it once the database has agreed."""
    if instance.video:
        media = Path(instance.video.path)
        transaction.on_commit(lambda: _remove(media))
        transaction.on_commit(lambda: shutil.rmtree(extras_folder(media), ignore_errors=True))


@receiver(post_delete, sender=Rendition, dispatch_uid="pod.video.rendition_file")
def rendition_went(instance: Rendition, **_more: object) -> None:
    """Remove a smaller version's file."""
    smaller = Path(instance.file.path)
    transaction.on_commit(lambda: _remove(smaller))


def _remove(file: Path) -> None:
    """Remove one file; an error raised here would keep the files of all that were deleted with it."""
    try:
        file.unlink(missing_ok=True)
    except OSError as error:
        log.error("the file of a deleted video stays: %s", error)  # noqa: TRY400 - its cause says all
