"""One file, one winner: from the recorder's folder into the media folder.

In this order, so that a crash at any point loses nothing: the row is marked (see `marks`), the
file is linked or copied into the media folder and probed, the Video is written and the row
removed in one transaction, and only then the file leaves the recorder's folder. If another file
took its place meanwhile (the migration's `--force`), that one and its row stay.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pod.conversion.afterwards import finish_video
from pod.main.patience import DATABASE_AWAY, patiently
from pod.main.search import slides_of
from pod.recorder.errors import ClaimError, NotYoursError
from pod.recorder.giving_back import snapshot
from pod.recorder.marks import Mark, mark
from pod.recorder.models import (
    Claim,
    Recorder,
    Recording,
    RecordingFileTreatment,
)
from pod.recorder.moving import NOT_MOVED, checked_path, link_or_copy
from pod.recorder.services import UNLISTED
from pod.recorder.whose import is_kept_from
from pod.video.errors import VideoError
from pod.video.models import Video
from pod.video.services import NewVideo, create_video
from pod.video.sidecar import extras_folder
from pod.video.storage import free_media_path, media_name, require_media

log = logging.getLogger(__name__)

KEPT = gettext_lazy("This recording is reserved for its probable owners.")
DAMAGED = gettext_lazy(
    "“%(name)s” is damaged, or not complete yet: try again later, or tell an administrator."
)
# What a recorder prescribes for the videos made from its files.
RECORDER_DEFAULTS = (
    "type_id", "is_restricted", "password", "cursus", "main_lang", "transcript",
    "licence", "allow_downloading", "is_360", "disable_comment",
)  # fmt: skip


def claim(treatment_id: int, user: User, title: str = "") -> Video:
    """Make the waiting file the private video of `user`; exactly one of several callers wins.

    Raises AlreadyClaimedError for the others, NotYoursError when it is kept for those named,
    FileGoneError when the file is not there, and ClaimError when it is no playable video; the row
    then stays claimable.
    """
    if is_kept_from(user, treatment_id):
        raise NotYoursError(KEPT)
    try:
        with mark(treatment_id, user) as marked:
            source = checked_path(marked.treatment.file)
            require_media()
            taken = source.stat()
            video = _moved_in(marked, source, taken, title)
    except VideoError as error:
        log.warning("claiming waiting file %s: %s", treatment_id, error)
        raise ClaimError(DAMAGED % {"name": source.name}) from error
    except OSError as error:
        log.warning("claiming waiting file %s: %s", treatment_id, error)  # where files are is for the log
        raise ClaimError(NOT_MOVED) from error
    _take_away(source, taken, video)
    finish_video(video)
    return video


def _moved_in(marked: Mark, source: Path, taken: os.stat_result, title: str) -> Video:
    """Make the video of a file, which stays where it is.

    When that fails, no copy is left: the disk may be full, and the next who claims it somebody else.
    """
    # a database that was brought back from a backup gives numbers anew: a file of the same number may be
    # all that is left of a recording that was claimed since
    target = free_media_path(
        marked.user.pk, f"claim-{marked.treatment.pk}", source.suffix.lower(), own_size=taken.st_size
    )
    try:
        link_or_copy(source, target, marked.renew)
        return _write(marked, target, title, still_there=lambda: not _is_another(source, taken))
    except (VideoError, OSError, *DATABASE_AWAY) as error:
        if isinstance(error, DATABASE_AWAY) and (video := patiently(_video_of, target)):
            return video  # all was written, and only the database's answer lost
        if patiently(marked.is_held):  # else somebody else works on the same file by now
            with contextlib.suppress(OSError):
                target.unlink(missing_ok=True)
            shutil.rmtree(extras_folder(target), ignore_errors=True)
        raise


def _video_of(path: Path) -> Video | None:
    return Video.objects.filter(video=media_name(path)).first()


def claimed_by(treatment_id: int, user: User) -> Video | None:
    """Return the video that the user has of a waiting file: who clicks twice claims once."""
    claims = Claim.objects.filter(user=user, released_at=None, detail__treatment=treatment_id)
    claimed = claims.select_related("video").order_by("-pk").first()
    return claimed.video if claimed else None


def _is_another(source: Path, taken: os.stat_result) -> bool:
    """Whether another file stands now where the one that was taken stood."""
    try:
        return not os.path.samestat(source.stat(), taken)
    except FileNotFoundError:
        return False


def _take_away(source: Path, taken: os.stat_result, video: Video) -> None:
    """Remove the file from the recorder's folder; one that must stay there is known as claimed."""
    try:
        if not _is_another(source, taken):
            source.unlink(missing_ok=True)
    except OSError as error:
        log.warning("after claiming %s: %s", video.pk, error)


def _write(marked: Mark, target: Path, title: str, still_there: Callable[[], bool]) -> Video:
    treatment, user = marked.treatment, marked.user
    detail = treatment.detail
    with transaction.atomic():
        marked.hold()
        video = create_video(_new_video(treatment, user, target, title))
        if treatment.recorder is not None:
            video.additional_owners.set(treatment.recorder.additional_users.all())
            Recording.objects.update_or_create(
                source_file=treatment.file,
                defaults={
                    "recorder": treatment.recorder,
                    "user": user,
                    "title": video.title[:200],
                    "type": treatment.type,
                },
            )
        Claim.objects.create(
            file=treatment.file,
            recorder=treatment.recorder,
            user=user,
            video=video,
            recorded_at=treatment.date_added,
            detail=snapshot(treatment, detail),
        )
        if still_there():
            treatment.delete()
        else:
            marked.lift()
    return video


def _new_video(treatment: RecordingFileTreatment, user: User, target: Path, title: str) -> NewVideo:
    detail = treatment.detail
    recorder = treatment.recorder
    defaults = {name: getattr(recorder, name) for name in RECORDER_DEFAULTS} if recorder else {}
    return NewVideo(
        owner_id=user.pk,
        title=title or title_of(treatment),
        path=target,
        started_at=treatment.date_added,
        description=origin_text(detail.course, recorder),
        record_id=detail.record_id,
        server=detail.server,
        course=detail.course,
        slide_text=slides_of(treatment),
        listed=not detail.sidecar.get(UNLISTED, False),
        defaults=defaults,
        report=detail.sidecar,
    )


def title_of(treatment: RecordingFileTreatment) -> str:
    """Return the meeting's name, or the file's when nobody knows the meeting."""
    detail = getattr(treatment, "detail", None)
    return (detail.title if detail else "") or Path(treatment.file).stem


def claimed_title(claimed: Claim) -> str:
    """Return the meeting's name as it was when the file was claimed, or the file's."""
    kept = claimed.detail.get("detail") or {}
    return str(kept.get("title") or "") or Path(claimed.file).stem


def origin_text(course: str, recorder: Recorder | None) -> str:
    """Say where the video came from, in the user's language."""
    if course:
        return _("Recorded in “%(course)s”.") % {"course": course}
    if recorder is not None:
        return _("Recorded by “%(recorder)s”.") % {"recorder": recorder.name}
    return ""
