"""Waiting files that are deleted for everybody, and what a converter left that is of no use any more."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pod.recorder.errors import ClaimError
from pod.recorder.giving_back import release_hours
from pod.recorder.models import Claim, ClaimDetail, RecordingFileTreatment
from pod.recorder.moving import checked_path
from pod.video.told import folder_of

log = logging.getLogger(__name__)


def delete_waiting(treatment: RecordingFileTreatment) -> None:
    """Delete a waiting file and its row, both or neither.

    Raises FileGoneError when the file is outside the recorders' folder, where it is left alone, and
    ClaimError when it cannot be deleted.
    """
    path = checked_path(treatment.file) if Path(treatment.file).exists() else None
    detail = ClaimDetail.objects.filter(treatment=treatment).first()
    try:
        with transaction.atomic():
            treatment.delete()
            if path is not None:
                path.unlink(missing_ok=True)
    except OSError as error:
        log.warning("deleting waiting file %s: %s", treatment.file, error)
        raise ClaimError(_("The server could not delete the file: tell the administrators.")) from error
    if detail is not None and detail.sidecar and not _is_told_of_another(detail):
        _forget_sidecar(detail.sidecar)


def _is_told_of_another(gone: ClaimDetail) -> bool:
    """Whether the file of the same conversion waits under another name, too."""
    same = ClaimDetail.objects.filter(record_id=gone.record_id)  # else the reports of all that waits are read
    return same.filter(sidecar__folder=str(gone.sidecar.get("folder") or "")).exists()


def forget_old_sidecars() -> int:
    """Remove what the converter left for claims that can no longer be given back; return how many."""
    old = Claim.objects.filter(claimed_at__lt=timezone.now() - release_hours(), released_at=None)
    count = 0
    for claimed in old.exclude(detail__detail__sidecar={}).only("pk", "detail").iterator():
        count += _forget_sidecar((claimed.detail.get("detail") or {}).get("sidecar", {}))
    return count


def _forget_sidecar(report: Mapping[str, Any]) -> bool:
    """Remove what the converter left in a folder of its own for a recording; False when nothing is there."""
    folder = folder_of(report).resolve()
    if folder.parent != Path(settings.CONVERSION_DIR).resolve() or not folder.is_dir():
        return False
    shutil.rmtree(folder, ignore_errors=True)
    return True
