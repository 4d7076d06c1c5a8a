"""Ready films that the old server has lost, of recordings that it publishes as presentations, too."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import requests
from django.conf import LazySettings

from pod.bbb.api import Client
from pod.conversion.causes import Cause
from pod.conversion.engines.video_file import VideoFileEngine
from pod.conversion.models import Conversion
from pod.conversion.services import run
from pod.main.states import State
from pod.video.probe import probe
from tests.fake_bbb import Behaviour, FakeBBB
from tests.integration.conversion.conftest import Ask
from tests.samples import Sample, make_recording

pytestmark = pytest.mark.django_db


@pytest.fixture
def sample(tmp_path: Path, settings: LazySettings) -> Sample:
    """A published recording of three seconds, as a presentation and as a ready film."""
    settings.CONVERSION_SIZE, settings.BBB_ALLOWED_HOSTS = "320x180", ["127.0.0.1"]
    return make_recording(tmp_path / "bbb", "video", 3.0)


def film_of(folder: Path) -> Path:
    """Return the ready film."""
    return next(folder.glob("video/*/video-0.m4v"))


def converted(bbb: FakeBBB, sample: Sample, ask: Ask, link: str = "") -> Conversion:
    """Return the job of importing the film, after it was run."""
    address = link or f"{bbb.url}/playback/video/{sample.record_id}/"
    job = ask(source_url=address, record_id=sample.record_id, engine=VideoFileEngine.name)
    run(job.pk)
    job.refresh_from_db()
    return job


@pytest.mark.parametrize("spoilt", [True, False])
def test_the_presentation_is_converted_instead(
    ask: Ask,
    delivered: list[Path],
    sample: Sample,
    tmp_path: Path,
    spoilt: bool,  # noqa: FBT001 - a table
) -> None:
    """Whether there is no film, or one that does not play."""
    film = film_of(tmp_path / "bbb")
    film.write_bytes(b"\0" * film.stat().st_size) if spoilt else film.unlink()
    with FakeBBB(tmp_path / "bbb") as bbb:
        job = converted(bbb, sample, ask)
    assert job.state == State.DONE, job.error
    assert probe(delivered[0]).duration_s == pytest.approx(3.0, abs=0.2)


def test_a_protected_presentation_is_asked_for_by_a_link_of_its_own(
    ask: Ask, delivered: list[Path], sample: Sample, tmp_path: Path, settings: LazySettings
) -> None:
    """The film's token opens only the film."""
    film_of(tmp_path / "bbb").unlink()
    with FakeBBB(tmp_path / "bbb", behaviour=Behaviour(layout="scalelite")) as bbb:
        settings.SCRIPT_BBB_SERVER_URL, settings.SCRIPT_BBB_SECRET_KEY = bbb.api_url, bbb.secret
        with Client(bbb.api_url, bbb.secret) as client:
            recording = client.recording(sample.record_id)
        assert recording is not None
        film = recording.url("video")
        requests.get(film, timeout=10)
        job = converted(bbb, sample, ask, film)
    assert job.state == State.DONE, job.error
    assert len(delivered) == 1


def test_without_a_presentation_it_is_the_film_that_is_missed(
    ask: Ask, delivered: list[Path], sample: Sample, tmp_path: Path
) -> None:
    """The failure says what the recording was to be made of."""
    film_of(tmp_path / "bbb").unlink()
    shutil.rmtree(tmp_path / "bbb" / "presentation")
    with FakeBBB(tmp_path / "bbb") as bbb:
        job = converted(bbb, sample, ask)
    assert (job.state, job.cause, delivered) == (State.FAILED, Cause.FETCH, [])
    assert f"/playback/video/{sample.record_id}/" in job.error
