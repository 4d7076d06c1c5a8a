"""Keeps the searched text of a video, whoever writes its rows."""

from __future__ import annotations

from django.db.models.signals import post_save
from django.dispatch import receiver

from pod.main.search import concerns, keep, sort_key
from pod.video.models import Video, VideoDetail, VideoText, VideoWords


@receiver(post_save, sender=Video, dispatch_uid="pod.video.title")
def video_changed(instance: Video, update_fields: frozenset[str] | None = None, **_more: object) -> None:
    """Prepare the text of a video that may have another title or description."""
    if concerns(update_fields, "title", "description"):
        keep_text(instance.pk)


@receiver(post_save, sender=VideoDetail, dispatch_uid="pod.video.course")
def course_changed(
    instance: VideoDetail, update_fields: frozenset[str] | None = None, **_more: object
) -> None:
    """Prepare the text of a video that may be of another course."""
    if concerns(update_fields, "course"):
        keep_text(instance.video_id)


def keep_text(key: int) -> None:
    """Prepare the text of one video anew."""
    known = Video.objects.filter(pk=key).values_list("title", "description", "detail__course")
    for title, description, course in known:
        keep(VideoWords, VideoText, key, title, description, course or "")
        VideoDetail.objects.filter(video=key).update(title_key=sort_key(title))
