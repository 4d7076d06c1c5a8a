"""Making and changing videos: what the apps above and the pages call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify

from pod.main.search import keep_slides
from pod.main.sites import current_site_id
from pod.video.models import Type, Video, VideoDetail, VideoText
from pod.video.probe import Probe, probe
from pod.video.sidecar import attach, show_frame
from pod.video.storage import media_name

SLUG_LENGTH = 240
FRAME_AT = 0.1  # of the length: the first picture is often black


@dataclass(frozen=True)
class NewVideo:
    """A video to be made of a file that stands whole below MEDIA_ROOT.

    `defaults` are further columns of Video (what a recorder prescribes); `report`
    is what the converter said of the file (see `pod.video.sidecar`).
    """

    owner_id: int
    title: str
    path: Path
    started_at: datetime | None = None
    description: str = ""
    record_id: str = ""
    server: str = ""
    source_url: str = ""
    course: str = ""
    slide_text: str = ""
    listed: bool = True
    defaults: Mapping[str, Any] = field(default_factory=dict)
    report: Mapping[str, Any] = field(default_factory=dict)


def default_type() -> Type:
    """Return the type that settings.DEFAULT_TYPE_ID names, made on first use."""
    kind, created = Type.objects.get_or_create(
        pk=settings.DEFAULT_TYPE_ID, defaults={"title": "Other", "slug": "other"}
    )
    if created:
        kind.sites.add(current_site_id())
        with connection.cursor() as cursor:  # PostgreSQL would give the next type the same number
            for statement in connection.ops.sequence_reset_sql(no_style(), [Type]):
                cursor.execute(statement)
    return kind


def create_video(new: NewVideo) -> Video:
    """Make the Video of a file, private at first; a second call for the same file returns the first's.

    A file that no browser plays is `encoding_in_progress` until somebody has made it playable.
    Raises pod.video.errors.VideoError when the file is no media, OSError when a disk is full or away.
    """
    name = media_name(new.path)
    existing = Video.objects.filter(video=name).first()
    if existing is not None:
        return existing
    found = probe(new.path)
    with transaction.atomic():
        video = _insert(new, name, found)
        attach(video, new.report)
        if found.video_codec and not video.detail.thumbnail:
            show_frame(video, found.duration_s * FRAME_AT)
    return video


def _insert(new: NewVideo, name: str, found: Probe) -> Video:
    values: dict[str, Any] = {"is_draft": True, **new.defaults}
    values.setdefault("type_id", default_type().pk)
    # a name that cannot collide until the id, which the slug begins with, is known
    video = Video(
        video=name,
        title=new.title[:250],
        slug=slugify(name)[-SLUG_LENGTH:],
        owner_id=new.owner_id,
        description=new.description,
        date_evt=event_day(new.started_at),
        duration=round(found.duration_s),
        is_video=bool(found.video_codec),
        encoding_in_progress=not found.is_playable,
        **values,
    )
    video.save()
    video.slug = slug_of(video)
    video.save(update_fields=["slug"])
    video.sites.add(current_site_id())
    keep_slides(VideoText, video.pk, new.slide_text)
    VideoDetail.objects.create(
        video=video,
        record_id=new.record_id,
        server=new.server,
        source_url=new.source_url,
        started_at=new.started_at,
        course=new.course[:255],
        duration_s=found.duration_s,
        listed=new.listed,
    )
    return video


def slug_of(video: Video) -> str:
    """Return "%04d-title", Pod's form."""
    return f"{video.pk:04d}-{slugify(video.title)[:SLUG_LENGTH]}".rstrip("-")


def renew_share_link(video: Video) -> None:
    """Make the share links that were given out void."""
    detail, _created = VideoDetail.objects.get_or_create(video=video)
    VideoDetail.objects.filter(pk=detail.pk).update(share_version=F("share_version") + 1)


def trash_days() -> int:
    """Return for how many days a deleted video can be brought back (VIDEO_TRASH_DAYS)."""
    return settings.VIDEO_TRASH_DAYS


def trash(video: Video) -> None:
    """Hide the video from everybody; `empty_trash` removes it later."""
    VideoDetail.objects.update_or_create(video=video, defaults={"trashed_at": timezone.now()})


def untrash(video: Video) -> None:
    """Bring a hidden video back."""
    VideoDetail.objects.filter(video=video).update(trashed_at=None)


def empty_trash() -> int:
    """Remove for good what lies in the trash longer than `trash_days`; return how many."""
    limit = timezone.now() - timedelta(days=trash_days())
    expired = VideoDetail.objects.filter(trashed_at__lt=limit)
    count = 0
    for pk in list(expired.values_list("pk", flat=True)):
        with transaction.atomic():
            # removing many takes a while: an owner may have brought this one back meanwhile
            detail = expired.select_for_update().filter(pk=pk).first()
            if detail is not None:
                detail.video.delete()
                count += 1
    return count


def event_day(started_at: datetime | None) -> date:
    """Return the day of the meeting where the site is; today when nobody knows."""
    return timezone.localdate(started_at) if started_at else timezone.localdate()
