"""What a job keeps on the disk: its folder, and the file that it is about to put in its place."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from pod.bbb.places import PART
from pod.conversion.models import Conversion
from pod.main.states import State


def job_folder(conversion: Conversion) -> Path:
    """Return the job's own folder: its cache of fetched files, its sidecar."""
    return Path(settings.CONVERSION_DIR) / str(conversion.pk)


def remove_fetched(conversion: Conversion) -> None:
    """Remove what was fetched for a job whose file is delivered, and its folder unless a sidecar is there."""
    shutil.rmtree(job_folder(conversion) / "playback", ignore_errors=True)
    with contextlib.suppress(OSError):
        job_folder(conversion).rmdir()


def remove_all(conversion: Conversion) -> None:
    """Remove all that a job left that nobody wants any more; what cannot be removed stays."""
    shutil.rmtree(job_folder(conversion), ignore_errors=True)
    with contextlib.suppress(OSError):
        Path(f"{conversion.target}{PART}").unlink()


@receiver(post_delete, sender=Conversion, dispatch_uid="pod.conversion.folders")
def job_went(instance: Conversion, **_more: Any) -> None:  # noqa: ANN401 - Django calls receivers so
    """Remove what a deleted job left; workers tidy up themselves, and a delivered file's sidecar is used."""
    if instance.state in {State.QUEUED, State.FAILED, State.DISCARDED}:
        gone = Conversion(pk=instance.pk, target=instance.target)  # Django takes the number from the other
        transaction.on_commit(lambda: remove_all(gone))
