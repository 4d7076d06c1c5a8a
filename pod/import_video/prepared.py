"""Keeps the searched text of an external recording that is changed by hand."""

from __future__ import annotations

from django.db.models.signals import post_save
from django.dispatch import receiver

from pod.import_video.models import (
    ExternalRecording,
    ExternalRecordingDetail,
    ExternalRecordingText,
    ExternalRecordingWords,
)
from pod.main.search import concerns, keep, sort_key


@receiver(post_save, sender=ExternalRecording, dispatch_uid="pod.import_video.name")
def name_changed(
    instance: ExternalRecording, *, raw: bool, update_fields: frozenset[str] | None = None, **_more: object
) -> None:
    """Prepare the text of a row whose name may be another; who writes it `raw` writes the rest as well."""
    if not raw and concerns(update_fields, "name"):
        _keep(instance.pk)


@receiver(post_save, sender=ExternalRecordingDetail, dispatch_uid="pod.import_video.course")
def course_changed(
    instance: ExternalRecordingDetail, update_fields: frozenset[str] | None = None, **_more: object
) -> None:
    """Prepare the text of a row whose course may be another."""
    if concerns(update_fields, "course"):
        _keep(instance.recording_id)


def _keep(key: int) -> None:
    known = ExternalRecording.objects.filter(pk=key).values_list("name", "detail__course")
    for name, course in known:
        keep(ExternalRecordingWords, ExternalRecordingText, key, name, course or "")
        ExternalRecordingDetail.objects.filter(recording=key).update(title_key=sort_key(name))
