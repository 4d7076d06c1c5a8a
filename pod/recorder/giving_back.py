"""Claimed by mistake: the file goes back to the recorder's folder, and its row is made again.

The file comes first, then the row, and the video goes last: a crash leaves one of them whole.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from pod.main.search import keep_slides, slides_of
from pod.recorder.errors import ClaimError, FileGoneError
from pod.recorder.models import Claim, ClaimDetail, ClaimText, Recording, RecordingFileTreatment
from pod.recorder.moving import NOT_MOVED, link_or_copy
from pod.recorder.newcomers import keep_owners, names_in
from pod.video.access import may_change
from pod.video.models import Video

log = logging.getLogger(__name__)


def release_hours() -> timedelta:
    """Return how long a claim can be given back (RELEASE_CLAIM_HOURS)."""
    return timedelta(hours=int(settings.RELEASE_CLAIM_HOURS))


def release(claim_id: int, user: User) -> RecordingFileTreatment:
    """Give a claimed file back to the recorder's folder; its video goes.

    Raises ClaimError when it is not the user's claim, too late, or the file is gone or cannot be moved.
    """
    claimed = Claim.objects.select_related("video", "recorder").filter(pk=claim_id).first()
    if claimed is None or (claimed.user_id != user.pk and not user.is_superuser):
        raise ClaimError(_("This recording was not claimed by you."))
    if claimed.video is None:
        raise ClaimError(_("This recording was given back or deleted already."))
    if not may_change(user, claimed.video):
        raise ClaimError(_("This video belongs to somebody else."))
    if timezone.now() > claimed.claimed_at + release_hours() and not user.is_superuser:
        raise ClaimError(_("It is too late to give this recording back: ask an administrator."))
    try:
        return _give_back(claimed, claimed.video)
    except OSError as error:
        log.warning("giving back claim %s: %s", claim_id, error)
        raise ClaimError(NOT_MOVED) from error


def _give_back(claimed: Claim, video: Video) -> RecordingFileTreatment:
    """Bring the file back first, then the row, then remove the video: a crash leaves one of them whole."""
    media = Path(video.video.path)
    # it may have been made playable since, in another container
    home = Path(claimed.file).with_suffix(media.suffix)
    if not media.is_file():
        raise FileGoneError(_("The video’s file is not there any more: tell an administrator."))
    waits = RecordingFileTreatment.objects.filter(file=str(home)).exists()
    if waits or (home.exists() and home.stat().st_size != media.stat().st_size):
        raise ClaimError(_("There is already a file in its former place: tell an administrator."))
    link_or_copy(media, home)  # the same file there: claiming or giving back was interrupted
    with transaction.atomic():
        taken = Claim.objects.filter(pk=claimed.pk, released_at=None).update(released_at=timezone.now())
        if not taken:
            raise ClaimError(_("This recording was given back or deleted already."))
        Recording.objects.filter(source_file=claimed.file).delete()
        treatment = _restore(claimed, home, slides_of(video))
        video.delete()
    return treatment


def snapshot(treatment: RecordingFileTreatment, detail: ClaimDetail) -> dict[str, Any]:
    """Return what is needed to make the row again; the slides' text is the video's meanwhile."""
    return {
        "treatment": treatment.pk,
        "type": treatment.type,
        "require_manual_claim": treatment.require_manual_claim,
        "detail": {
            "record_id": detail.record_id,
            "server": detail.server,
            "title": detail.title,
            "duration_s": detail.duration_s,
            "course": detail.course,
            "thumbnail_url": detail.thumbnail_url,
            "sidecar": detail.sidecar,
        },
        "probable_owners": list(detail.probable_owners.values_list("pk", flat=True)),
        # one of these accounts may be deleted before the file is given back
        "names": [
            *detail.names.values_list("username", flat=True),
            *detail.probable_owners.values_list("username", flat=True),
        ],
    }


def _restore(claimed: Claim, home: Path, slides: str) -> RecordingFileTreatment:
    kept = claimed.detail
    treatment = RecordingFileTreatment.objects.create(
        file=str(home),
        file_size=home.stat().st_size,
        recorder=claimed.recorder,
        date_added=claimed.recorded_at,
        require_manual_claim=kept.get("require_manual_claim", True),
        type=kept.get("type", "video"),
    )
    known_detail = dict(kept.get("detail", {}))
    # claims of before kept the text beside the rest
    keep_slides(ClaimText, treatment.pk, known_detail.pop("slide_text", "") or slides)
    detail = ClaimDetail.objects.create(treatment=treatment, **known_detail)
    names = kept.get("names", names_in(detail.sidecar))
    keep_owners(detail, kept.get("probable_owners", ()), names, since=claimed.claimed_at)
    return treatment
