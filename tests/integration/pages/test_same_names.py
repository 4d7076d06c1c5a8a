"""Meetings of one name, opened twice on a day, are told apart wherever one of them is chosen."""

from __future__ import annotations

import re
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pod.import_video.models import ExternalRecording
from pod.import_video.services import create_external_recordings
from pod.recorder.claiming import claim
from pod.recorder.models import Recorder, RecordingFileTreatment
from pod.recorder.services import ClaimSpec, make_claimable
from pod.video.models import Video
from tests.integration.conftest import MEETING, Film, spec_of

TIMES = (MEETING, MEETING + timedelta(hours=3))  # 10:30 and 13:30 in Paris


@pytest.fixture
def page(signed: Client) -> Client:
    """The teacher's browser, in English."""
    signed.cookies["django_language"] = "en"
    return signed


@pytest.fixture
def listed(house: Path, teacher: User) -> list[ExternalRecording]:
    """Two external recordings."""
    return create_external_recordings(
        [spec_of(teacher, number=number, start_at=at) for number, at in enumerate(TIMES)]
    )


@pytest.fixture
def waiting(house: Path, recorder: Recorder, film: Film) -> list[RecordingFileTreatment]:
    """Two files to claim."""
    files = [film(house / "bbb" / f"algebra-{number}.mp4") for number in range(2)]
    specs = [ClaimSpec(file, recorder.pk, at, "Algebra") for file, at in zip(files, TIMES, strict=True)]
    return [make_claimable(spec) for spec in specs]


@pytest.fixture
def claimed(waiting: list[RecordingFileTreatment], teacher: User) -> list[Video]:
    """Two claimed videos."""
    return [claim(row.pk, teacher) for row in waiting]


def controls(page: Client, address: str) -> list[str]:
    """Return what the rows' links, buttons and boxes are called."""
    text = page.get(address).content.decode()
    rows = re.findall(r'<li class="row.*?</li>\s*(?=<li class="row|</ol>)', text, re.DOTALL)
    rows += re.findall(r'<details class="note">.*?</details>', text, re.DOTALL)
    found = [
        re.findall(
            r"<(a|button|label|summary)\b[^>]*>(.*?)</\1>", re.sub(r"<h2>.*?</h2>", "", row), re.DOTALL
        )
        for row in rows
    ]
    plain = [unescape(re.sub(r"<[^>]+>", "", text)) for row in found for _tag, text in row]
    return [re.sub(r"\s+", " ", text).strip() for text in plain]


def assert_told_apart(names: list[str]) -> None:
    """Each is there once, and most name the recording."""
    ours = [name for name in names if "Algebra" in name]
    assert len(ours) >= 4
    assert sorted(set(ours)) == sorted(ours)


def test_external_videos(page: Client, listed: list[ExternalRecording]) -> None:
    """Boxes, buttons and links of the list."""
    assert_told_apart(controls(page, "/import_video/"))


def test_waiting_files(page: Client, waiting: list[RecordingFileTreatment]) -> None:
    """Boxes, buttons and links of the list."""
    assert_told_apart(controls(page, "/record/claim_record/"))


def test_own_videos(page: Client, claimed: list[Video]) -> None:
    """Buttons and links of the list; each row shows its time."""
    assert_told_apart(controls(page, "/video/my/"))
    rows = page.get("/video/my/").content.decode()
    assert "May 3, 2021, 10:30" in rows
    assert "May 3, 2021, 1:30" in rows


def test_what_can_be_given_back(page: Client, claimed: list[Video]) -> None:
    """Its links and boxes: a wrong one given back is a claim lost."""
    assert_told_apart(controls(page, "/record/claim_record/"))


@pytest.mark.parametrize("verb", ["import", "discard"])
def test_questions_before_several_are_changed(
    page: Client, listed: list[ExternalRecording], verb: str
) -> None:
    """The question lists each with its time."""
    asked = page.post("/import_video/bulk/", {"verb": verb, "id": [row.pk for row in listed]})
    assert "Algebra, May 3, 2021, 10:30 a.m." in asked.content.decode()


def test_questions_before_one_is_deleted(
    page: Client, listed: list[ExternalRecording], claimed: list[Video]
) -> None:
    """Of a recording and of a video, with the time."""
    for address in (f"/import_video/delete/{listed[0].pk}/", f"/video/delete/{claimed[0].slug}/"):
        assert "Delete “Algebra, May 3, 2021, 10:30 a.m.”?" in page.post(address).content.decode()


def test_a_video_whose_day_was_changed_shows_that_day(page: Client, claimed: list[Video]) -> None:
    """The meeting's time belongs to the meeting's day; without a day nothing is shown."""
    video = claimed[0]
    for day, shown in ((date(2022, 1, 9), "Algebra, Jan. 9, 2022"), (None, "Algebra")):
        Video.objects.filter(pk=video.pk).update(date_evt=day)
        assert f'<span class="sr"> {shown}</span>' in page.get("/video/my/").content.decode()
