"""The pages that tell a supervisor whether the site is well."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.db import OperationalError, connection
from django.test import Client

from pod.video.models import Video

READY = "/health/ready/"
pytestmark = pytest.mark.django_db


@pytest.fixture
def media(tmp_path: Path, settings: LazySettings) -> Path:
    """A media folder that is there."""
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def test_a_site_whose_database_and_media_folder_can_be_used_is_ready(media: Path) -> None:
    """A supervisor sends people to it."""
    answer = Client().get(READY)
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "problems": []})


def test_a_media_folder_that_may_not_be_written_is_a_problem(
    media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder of a disk that became read-only is there, and of no use: imports fail."""
    real = os.access
    monkeypatch.setattr(
        "os.access", lambda path, mode: real(path, mode) and not (path == media and mode & os.W_OK)
    )
    answer = Client().get(READY)
    assert (answer.status_code, answer.json()["problems"]) == (503, ["media"])


def test_a_media_folder_that_cannot_be_made_is_a_problem(media: Path, settings: LazySettings) -> None:
    """Something else stands in its place."""
    settings.MEDIA_ROOT = media / "file"
    settings.MEDIA_ROOT.touch()
    assert Client().get(READY).json()["problems"] == ["media"]


def test_a_database_that_does_not_answer_is_a_problem(media: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named; no page fails for it here."""

    def away() -> None:
        raise OperationalError("gone")

    monkeypatch.setattr(connection, "cursor", away)
    assert Client().get(READY).json()["problems"] == ["database"]


def test_a_media_folder_whose_disk_is_not_mounted_is_a_problem(video: Video) -> None:
    """Its mount point can be written, but what people come for is not there."""
    assert Client().get(READY).status_code == 200
    videos = Path(settings.MEDIA_ROOT) / settings.VIDEOS_DIR
    videos.rename(videos.with_name("unmounted"))
    assert Client().get(READY).json()["problems"] == ["media"]
    videos.mkdir()  # it is the folder of the videos itself that the disk is mounted at
    assert Client().get(READY).json()["problems"] == ["media"]
