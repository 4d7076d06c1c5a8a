"""Two windows of one teacher: what was done in the one is not promised by the other."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.test import Client

from pod.conversion.models import Conversion
from pod.import_video.importing import request_import
from pod.import_video.models import ExternalRecording, ExternalRecordingDetail
from pod.main.states import State
from pod.video.models import Video


def test_what_was_imported_already_is_not_said_to_be_queued(
    external: ExternalRecording, video: Video, teacher: User, signed: Client
) -> None:
    """A list that was opened before still offers the import."""
    job = request_import(external, teacher)
    Conversion.objects.filter(pk=job.pk).update(state=State.DONE)
    ExternalRecordingDetail.objects.update(video=video)
    signed.cookies["django_language"] = "en"
    told = signed.post(f"/import_video/{external.pk}/", follow=True).content.decode()
    assert "There was nothing left to do." in told
    assert "is queued" not in told
