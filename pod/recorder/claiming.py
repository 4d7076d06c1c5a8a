"""One file, one winner: from the recorder's folder into the media folder, and back.

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
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pod.bbb.places import part_of
from pod.conversion.afterwards import finish_video
from pod.main.patience import DATABASE_AWAY, patiently
from pod.main.search import keep_slides, slides_of
from pod.recorder.errors import ClaimError, FileGoneError, NotYoursError
from pod.recorder.marks import Mark, mark
from pod.recorder.models import (
    Claim,
    ClaimDetail,
    ClaimText,
    Recorder,
    Recording,
    RecordingFileTreatment,
)
from pod.recorder.newcomers import keep_owners, names_in
from pod.recorder.whose import is_kept_from
from pod.video.access import may_change
from pod.video.errors import VideoError
from pod.video.models import Video
from pod.video.services import NewVideo, create_video
from pod.video.sidecar import extras_folder
from pod.video.storage import free_media_path, require_media
from pod.video.told import folder_of

log = logging.getLogger(__name__)

CHUNK = 8 << 20  # bytes
KEPT = gettext_lazy("This recording is reserved for its probable owners.")
NOT_MOVED = gettext_lazy("The server could not move the file: tell the administrators.")
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
        raise ClaimError(str(error)) from error
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
    number = marked.treatment.pk
    target = free_media_path(marked.user.pk, f"claim-{number}", source.suffix.lower(), own_size=taken.st_size)
    try:
        _link_or_copy(source, target, marked.renew)
        return _write(marked, target, title, still_there=lambda: not _is_another(source, taken))
    except (VideoError, OSError, *DATABASE_AWAY) as error:
        if patiently(marked.is_held):  # else somebody else works on the same file by now
            with contextlib.suppress(OSError):
                target.unlink(missing_ok=True)
            shutil.rmtree(extras_folder(target), ignore_errors=True)
        elif isinstance(error, DATABASE_AWAY) and (video := claimed_by(number, marked.user)):
            return video  # all was written, and only the database's answer lost
        raise


def claimed_by(treatment_id: int, user: User) -> Video | None:
    """Return the video that the user has of a waiting file: who clicks twice claims once."""
    claims = Claim.objects.filter(user=user, released_at=None, detail__treatment=treatment_id)
    claimed = claims.select_related("video").order_by("-pk").first()
    return claimed.video if claimed else None


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


def checked_path(file: str) -> Path:
    """Return the file's path if it is a file below DEFAULT_RECORDER_PATH, links resolved."""
    path = Path(file)
    root = Path(settings.DEFAULT_RECORDER_PATH).resolve()
    if not path.is_file():
        raise FileGoneError(
            _("The file “%(name)s” is not there any more: tell an administrator.") % {"name": path.name}
        )
    if not path.resolve().is_relative_to(root):
        raise FileGoneError(
            _("The file “%(name)s” is not in the recorders’ folder and cannot be used.") % {"name": path.name}
        )
    return path


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


def _link_or_copy(source: Path, target: Path, alive: Callable[[], None] = lambda: None) -> None:
    """Make `target` the same whole file as `source`: a second link, or a copy on another file system.

    `alive` is called again and again while a file is copied, which may take very long.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = part_of(target)
    part.unlink(missing_ok=True)
    size = source.stat().st_size
    try:
        try:
            os.link(source.resolve(), part)
        except OSError:
            _copy(source, part, size, alive)
        if not part.stat().st_size == size == source.stat().st_size:
            raise ClaimError(_("The file is still growing: try again in a few minutes."))
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _copy(source: Path, part: Path, size: int, alive: Callable[[], None]) -> None:
    """Copy a file of `size` bytes; one that grows is not followed for ever.

    What stands at `part` already is another's who does the same at once, and may be a link to `source`.
    """
    with source.open("rb") as here, part.open("xb") as there:
        while there.tell() <= size and (chunk := here.read(CHUNK)):
            there.write(chunk)
            alive()


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
            detail=_snapshot(treatment, detail),
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


def _snapshot(treatment: RecordingFileTreatment, detail: ClaimDetail) -> dict[str, Any]:
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
    _link_or_copy(media, home)  # the same file there: claiming or giving back was interrupted
    with transaction.atomic():
        taken = Claim.objects.filter(pk=claimed.pk, released_at=None).update(released_at=timezone.now())
        if not taken:
            raise ClaimError(_("This recording was given back or deleted already."))
        Recording.objects.filter(source_file=claimed.file).delete()
        treatment = _restore(claimed, home, slides_of(video))
        video.delete()
    return treatment


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
