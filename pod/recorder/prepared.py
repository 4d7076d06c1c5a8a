"""Keeps the searched text of a waiting file, whoever writes its rows."""

from __future__ import annotations

from pathlib import Path

from django.db.models.signals import post_save
from django.dispatch import receiver

from pod.main.search import concerns, keep, sort_key
from pod.recorder.models import ClaimDetail, ClaimText, ClaimWords, RecordingFileTreatment


@receiver(post_save, sender=RecordingFileTreatment, dispatch_uid="pod.recorder.file")
def file_changed(
    instance: RecordingFileTreatment, update_fields: frozenset[str] | None = None, **_more: object
) -> None:
    """Prepare the text of a file that may have another name."""
    if concerns(update_fields, "file"):
        _keep(instance.pk)


@receiver(post_save, sender=ClaimDetail, dispatch_uid="pod.recorder.detail")
def detail_changed(
    instance: ClaimDetail, update_fields: frozenset[str] | None = None, **_more: object
) -> None:
    """Prepare the text of a file that may have another title or course."""
    if concerns(update_fields, "title", "course"):
        _keep(instance.treatment_id)


def _keep(key: int) -> None:
    known = RecordingFileTreatment.objects.filter(pk=key).values_list(
        "file", "detail__title", "detail__course"
    )
    for file, title, course in known:
        path = Path(file)
        keep(ClaimWords, ClaimText, key, title or path.stem, course or "", path.name)
        ClaimDetail.objects.filter(treatment=key).update(title_key=sort_key(title or path.stem))
