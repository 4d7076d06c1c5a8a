"""From an external recording to a video: asked for by a user, done by a conversion job."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from pod.authentication.languages import in_language_of
from pod.bbb.errors import Cancelled, PlaybackError
from pod.bbb.playback.locate import Kind, locate
from pod.bbb.transfer.client import host_of
from pod.conversion import services as conversions
from pod.conversion.afterwards import finish_video
from pod.conversion.engines.peertube import is_page as is_peertube_page
from pod.conversion.engines.video_file import VideoFileEngine
from pod.conversion.engines.youtube import YouTubeEngine, is_youtube
from pod.conversion.engines.youtube import is_installed as has_youtube_importer
from pod.conversion.errors import ConversionError
from pod.conversion.folders import job_folder
from pod.conversion.hosts import is_allowed
from pod.conversion.models import Conversion
from pod.import_video.errors import ImportVideoError
from pod.import_video.models import ExternalRecording, ExternalRecordingDetail, SourceType
from pod.main.search import slides_of
from pod.main.states import State
from pod.video.errors import VideoError
from pod.video.services import NewVideo, create_video
from pod.video.storage import free_media_path

log = logging.getLogger(__name__)

DELIVERY = "import_video.import"


def request_import(recording: ExternalRecording, user: User) -> Conversion:
    """Queue the import of a recording, once: asked again, the same job is returned.

    A failed or cancelled import is queued again. The video will belong to the recording's
    owner; `uploaded_to_pod_by` says who asked. Raises ImportVideoError when it cannot be imported.
    """
    check_importable(recording)
    with transaction.atomic():
        # the row lock makes two requests one after the other (SQLite locks the whole database)
        recording = ExternalRecording.objects.select_for_update().get(pk=recording.pk)
        detail, _created = ExternalRecordingDetail.objects.get_or_create(recording=recording)
        if detail.discarded_at is not None:
            raise ImportVideoError(_("This recording was discarded: restore it first."))
        _forget_deleted_video(detail)
        conversion, _created = conversions.request(_wanted(recording, detail, user))
        if detail.conversion_id != conversion.pk or recording.uploaded_to_pod_by_id is None:
            _write_down(recording, detail, conversion, user)
            conversions.dispatch(conversion)
        elif conversion.state in {State.FAILED, State.DISCARDED}:
            conversions.retry(conversion)
    return conversion


def check_importable(recording: ExternalRecording) -> None:
    """Raise ImportVideoError when the recording's type or host rules an import out."""
    if recording.type == SourceType.YOUTUBE:
        if not has_youtube_importer() or not is_youtube(recording.source_url):
            raise ImportVideoError(_("YouTube videos cannot be imported here."))
        return
    if not is_allowed(recording.source_url, trusted_hosts(recording)):
        host = host_of(recording.source_url) or "?"
        raise ImportVideoError(
            _("Recordings cannot be fetched from “%(host)s”: ask an administrator to allow this server.")
            % {"host": host}
        )
    if recording.type == SourceType.PEERTUBE and not is_peertube_page(recording.source_url):
        raise ImportVideoError(
            _("This is not the address of a PeerTube video: open it there and copy its address.")
        )


def trusted_hosts(recording: ExternalRecording) -> tuple[str, ...]:
    """Return the hosts that the catalogue named for this recording."""
    detail = getattr(recording, "detail", None)
    return tuple(str(host) for host in detail.trusted_hosts) if detail else ()


def cancel_import(recording: ExternalRecording) -> bool:
    """Stop the import; False when there is none under way."""
    detail = getattr(recording, "detail", None)
    return bool(detail and detail.conversion and conversions.cancel(detail.conversion))


def place_import(conversion: Conversion) -> Path:
    """Return where the file goes: into its owner's folder in the media folder, wherever that is by now.

    Raises Cancelled when the recording was deleted: nobody needs the video.
    """
    if not ExternalRecording.objects.filter(pk=conversion.context.get("recording")).exists():
        raise Cancelled("The recording was deleted meanwhile.")
    target = Path(conversion.target)
    return Path(settings.MEDIA_ROOT) / settings.VIDEOS_DIR / target.parent.name / target.name


def deliver_import(conversion: Conversion, path: Path, report: dict[str, Any]) -> None:
    """Make the Video of a finished import; called again for the same file, it changes nothing."""
    number = conversion.context.get("recording")
    recording = ExternalRecording.objects.select_related("detail", "owner").filter(pk=number).first()
    # since the import was asked for, the recording may have been given to somebody else
    owner = recording.owner if recording else None
    owner = owner or User.objects.filter(pk=conversion.context["owner"]).first()
    if recording is None or owner is None:
        log.warning("external recording %s, or its owner, went while it was imported", number)
        path.unlink(missing_ok=True)
        shutil.rmtree(job_folder(conversion), ignore_errors=True)
        return
    try:
        with in_language_of(owner):
            video = create_video(_new_video(recording, owner, path, report))
    except VideoError as error:
        raise ConversionError(str(error)) from error
    with transaction.atomic():
        ExternalRecordingDetail.objects.filter(recording=recording).update(video=video)
        ExternalRecording.objects.filter(pk=recording.pk).update(state=State.DONE)
    shutil.rmtree(job_folder(conversion), ignore_errors=True)  # what was of use was copied
    finish_video(video)


def _wanted(
    recording: ExternalRecording, detail: ExternalRecordingDetail, user: User
) -> conversions.ConversionRequest:
    owner_id = recording.owner_id or user.pk
    is_film = recording.type != SourceType.BIGBLUEBUTTON or _is_video_format(recording.source_url)
    suffix = VideoFileEngine.suffix if is_film else conversions.target_suffix()
    return conversions.ConversionRequest(
        key=f"import-{recording.pk}",
        delivery=DELIVERY,
        source_url=recording.source_url,
        # the recording's address may have been another, whose video stays
        target=free_media_path(owner_id, f"import-{recording.pk}", suffix),
        engine=_engine_of(recording, is_film=is_film),
        options={"peertube": True} if recording.type == SourceType.PEERTUBE else {},
        title=recording.name,
        record_id=detail.record_id[:100],
        recorded_at=recording.start_at,
        duration_hint_s=detail.duration_s or None,
        requested_by=user,
        trusted_hosts=trusted_hosts(recording),
        context={"recording": recording.pk, "owner": owner_id},
    )


def _engine_of(recording: ExternalRecording, *, is_film: bool) -> str:
    """Return the engine that alone can do it; "" for that of CONVERSION_ENGINE."""
    if recording.type == SourceType.YOUTUBE:
        return YouTubeEngine.name
    return VideoFileEngine.name if is_film else ""


def _is_video_format(source_url: str) -> bool:
    """Whether the address leads to BBB's ready `video` format, or another that is a film already."""
    try:
        return locate(source_url).kind not in {Kind.PRESENTATION, Kind.FOLDER}
    except PlaybackError:
        return False  # the converter says what is wrong with it


def _write_down(
    recording: ExternalRecording, detail: ExternalRecordingDetail, conversion: Conversion, user: User
) -> None:
    detail.conversion = conversion
    detail.save(update_fields=["conversion"])
    recording.state = State.QUEUED
    recording.uploaded_to_pod_by = user
    recording.save(update_fields=["state", "uploaded_to_pod_by"])


def _forget_deleted_video(detail: ExternalRecordingDetail) -> None:
    """Let a recording be imported again whose video its owner has deleted since."""
    conversion = detail.conversion
    if conversion is None or conversion.state != State.DONE or detail.video_id is not None:
        return
    detail.conversion = None
    detail.save(update_fields=["conversion"])
    conversion.delete()


def _new_video(recording: ExternalRecording, owner: User, path: Path, report: dict[str, Any]) -> NewVideo:
    detail = recording.detail
    return NewVideo(
        owner_id=owner.pk,
        title=recording.name,
        path=path,
        started_at=recording.start_at,
        description=origin_text(recording, detail),
        record_id=detail.record_id,
        server=detail.server,
        source_url=recording.source_url,
        course=detail.course,
        slide_text=slides_of(recording),
        listed=detail.listed,
        report=report,
    )


def origin_text(recording: ExternalRecording, detail: ExternalRecordingDetail) -> str:
    """Say in plain text where the video came from; never with the address, it may carry a token."""
    host = host_of(recording.source_url)
    if detail.course:
        return _("Recorded in “%(course)s”, imported from %(host)s.") % {
            "course": detail.course,
            "host": host,
        }
    return _("Imported from %(host)s.") % {"host": host}
