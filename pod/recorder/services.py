"""Waiting files made claimable: what the migration calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from pod.main.search import keep_slides
from pod.recorder.errors import ClaimError, FileGoneError
from pod.recorder.models import ClaimDetail, ClaimText, RecordingFileTreatment
from pod.recorder.newcomers import keep_owners, names_in, numbers_in

PATH_LENGTH = 200  # of the column `file`
UNLISTED = "unlisted"  # in a report: only whoever knew its address found the recording on its front-end
URL_LENGTH = 500  # of the column `thumbnail_url`; cut off an address leads nowhere


@dataclass(frozen=True)
class ClaimSpec:
    """A file that stands whole in a recorder's folder, and what is known of it.

    `report` is what the converter said of the file, whose it probably is (`NAMED`), and whether its
    front-end did not list it (`UNLISTED`); it follows into the video.
    """

    path: Path
    recorder_id: int
    recorded_at: datetime
    title: str
    record_id: str = ""
    server: str = ""
    duration_s: float = 0.0
    course: str = ""
    thumbnail_url: str = ""
    slide_text: str = ""
    report: Mapping[str, Any] = field(default_factory=dict)


def waiting_in_vain(folder: Path) -> int:
    """Return how many recordings wait in a folder that is empty or absent: its disk is not mounted.

    0 if there are fewer than two: what somebody else took away is no disk.
    """
    if folder.is_dir() and any(folder.iterdir()):
        return 0
    count = RecordingFileTreatment.objects.filter(file__startswith=f"{folder}/").count()
    return count if count > 1 else 0


def make_claimable(spec: ClaimSpec) -> RecordingFileTreatment:
    """Write the row of a whole file, claimable at once; the same path again is the same row.

    Raises ClaimError when the file is absent or its path too long for Pod's column.
    """
    path = str(spec.path)
    if len(path) > PATH_LENGTH:
        raise ClaimError(
            _("The path of “%(name)s” is longer than %(length)d characters: shorten DEFAULT_RECORDER_PATH.")
            % {"name": spec.path.name, "length": PATH_LENGTH}
        )
    if not spec.path.is_file():
        raise FileGoneError(_("There is no file “%(name)s” to claim.") % {"name": spec.path.name})
    with transaction.atomic():
        # the folder's watcher may have seen the file first: its row gets what it could not know
        treatment, _created = RecordingFileTreatment.objects.update_or_create(
            file=path,
            defaults={
                "file_size": spec.path.stat().st_size,
                "recorder_id": spec.recorder_id,
                "date_added": spec.recorded_at,
                "require_manual_claim": True,
                "type": "video",
            },
        )
        keep_slides(ClaimText, treatment.pk, spec.slide_text)
        detail, _created = ClaimDetail.objects.update_or_create(
            treatment=treatment, defaults=_detail_columns(spec)
        )
        keep_owners(detail, numbers_in(spec.report), names_in(spec.report))
    return treatment


def _detail_columns(spec: ClaimSpec) -> dict[str, Any]:
    return {
        "record_id": spec.record_id,
        "server": spec.server,
        "title": spec.title[:250],
        "duration_s": spec.duration_s,
        "course": spec.course[:255],
        "thumbnail_url": spec.thumbnail_url if len(spec.thumbnail_url) <= URL_LENGTH else "",
        "sidecar": dict(spec.report),
    }
