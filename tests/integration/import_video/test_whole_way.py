"""A real small recording from a server to the watch page, with everything that BigBlueButton knew."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client

from pod.conversion.models import Conversion
from pod.conversion.services import run
from pod.import_video.importing import request_import
from pod.import_video.services import create_external_recordings
from pod.main.states import State
from pod.video.models import Video
from pod.video.probe import probe
from tests.fake_bbb import FakeBBB
from tests.integration.conftest import spec_of
from tests.samples import Sample


@pytest.mark.django_db(transaction=True)
def test_a_lecture_arrives_with_chapters_slides_captions_chat_and_thumbnail(
    house: Path, lecture: tuple[Path, Sample], teacher: User, signed: Client, settings: LazySettings
) -> None:
    """The page shows what the meeting had; files are copies of our own."""
    folder, sample = lecture
    settings.CONVERSION_SIZE = "320x180"
    with FakeBBB(folder) as bbb:
        address = f"{bbb.url}/playback/presentation/2.3/{sample.record_id}"
        row = create_external_recordings([spec_of(teacher, source_url=address)])[0]
        job = request_import(row, teacher)
        assert run(job.pk) == State.DONE, Conversion.objects.get().error
    video = Video.objects.get()
    assert probe(Path(video.video.path)).duration_s == pytest.approx(sample.seconds, abs=0.2)
    assert video.slides.count() >= 3
    assert video.chapters.count() >= 3
    assert video.captions.exists()
    assert video.chat.exists()
    assert video.detail.thumbnail
    assert all(Path(slide.picture.path).is_file() for slide in video.slides.all())
    text = signed.get(video.get_absolute_url()).content.decode()
    assert video.chapters.all()[1].title in text.replace("&amp;", "&")
    for address in (
        f"/video/media/{video.slug}/captions/{video.captions.all()[0].pk}/",
        f"/video/media/{video.slug}/slides/{video.slides.all()[0].pk}/",
        f"/video/media/{video.slug}/slides/",
        f"/video/media/{video.slug}/thumbnail/",
    ):
        answer = signed.get(address)
        assert answer.status_code == 200, address
        answer.getvalue()
