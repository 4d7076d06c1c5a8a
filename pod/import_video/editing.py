"""What users change about their own external recordings."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from pod.bbb.errors import PlaybackError
from pod.bbb.playback.locate import locate
from pod.import_video.errors import ImportVideoError
from pod.import_video.forms import ExternalRecordingForm
from pod.import_video.importing import cancel_import
from pod.import_video.models import ExternalRecording, ExternalRecordingDetail, ExternalRecordingText
from pod.main.search import keep_slides
from pod.main.states import State


def save(form: ExternalRecordingForm, user: User) -> ExternalRecording:
    """Save a valid form; a new recording is the user's.

    With a new address an earlier import no longer counts. Raises ImportVideoError while one runs.
    """
    with transaction.atomic():
        recording = form.save(commit=False)
        if recording._state.adding:  # noqa: SLF001 - Django's documented flag
            recording.owner = user
            recording.state = State.AVAILABLE
        elif "source_url" in form.changed_data:
            _forget_import(recording)
            _forget_meeting(recording)
        recording.save()
        ExternalRecordingDetail.objects.get_or_create(recording=recording)
    return recording


def _forget_import(recording: ExternalRecording) -> None:
    detail = getattr(recording, "detail", None)
    conversion = detail.conversion if detail else None
    if detail is None or conversion is None:
        return
    if conversion.is_active:
        raise ImportVideoError(_("It is being imported: cancel the import before you change the address."))
    detail.conversion = detail.video = None
    detail.save(update_fields=["conversion", "video"])
    conversion.delete()


def _forget_meeting(recording: ExternalRecording) -> None:
    """Forget what the catalogue told, unless the new address is that of the same meeting.

    Its course, its slides and its identity would become those of the video of another one.
    """
    detail = getattr(recording, "detail", None)
    if detail is None or detail.record_id == _named(recording.source_url):
        return
    keep_slides(ExternalRecordingText, recording.pk, "")
    told = {"record_id": "", "server": "", "duration_s": 0.0, "course": "", "thumbnail_url": ""}
    for name, nothing in told.items():
        setattr(detail, name, nothing)
    detail.save(update_fields=told)


def _named(source_url: str) -> str | None:
    """Return the record id in a playback's address."""
    try:
        return locate(source_url).record_id
    except PlaybackError:
        return None


def discard(rows: Iterable[ExternalRecording]) -> list[int]:
    """Put recordings aside; imports under way are cancelled. Return the ids of those that changed."""
    ids = []
    for row in rows:
        cancel_import(row)
        ExternalRecordingDetail.objects.get_or_create(recording=row)
        ids.append(row.pk)
    changed = ExternalRecordingDetail.objects.filter(recording__in=ids, discarded_at=None)
    taken = list(changed.values_list("recording_id", flat=True))
    changed.update(discarded_at=timezone.now())
    return taken


def restore(rows: QuerySet[ExternalRecording]) -> int:
    """Bring discarded recordings back; return how many."""
    ids = list(rows.values_list("pk", flat=True))  # MySQL updates no table that a subquery reads
    discarded = ExternalRecordingDetail.objects.filter(recording__in=ids, discarded_at__isnull=False)
    return discarded.update(discarded_at=None)


def delete(recording: ExternalRecording) -> None:
    """Delete the row; an import under way is cancelled first."""
    cancel_import(recording)
    recording.delete()
