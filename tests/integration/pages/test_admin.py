"""Django's administration: every model is there, searchable, without a query for each row."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from pod.conversion.models import Conversion
from pod.import_video.importing import request_import
from pod.import_video.models import ExternalRecordingDetail
from pod.import_video.services import create_external_recordings
from pod.meeting.models import Meeting
from pod.recorder.models import Claim, ClaimDetail, Recorder, Recording, RecordingFileTreatment
from pod.video.models import Video
from pod.video.services import default_type
from tests.integration.conftest import MEETING, in_bulk, spec_of

APPS = ("authentication", "video", "recorder", "import_video", "meeting", "conversion")
# Edited with the row that they belong to, or only counted.
INLINE = {
    "VideoDetail",
    "Chapter",
    "Caption",
    "ChatLine",
    "Rendition",
    "ClaimDetail",
    "ExternalRecordingDetail",
    "LoginFailure",
    "LastLanguage",
    # searched, never looked at
    "ClaimName",
    "ExternalRecordingText",
    "ExternalRecordingWords",
    "ClaimText",
    "ClaimWords",
    "VideoText",
    "VideoWords",
}
ROWS = 60
MANY = 20_000


@pytest.fixture
def boss(db: None) -> Client:
    """The administrator's browser."""
    user = User.objects.create_superuser("root", "root@example.org", "x")
    client = Client()
    client.force_login(user)
    return client


def registered() -> list[str]:
    """Return the labels of our models in the administration."""
    return [model._meta.label for model in admin.site._registry if model._meta.app_label in APPS]


def test_every_model_is_in_the_administration() -> None:
    """Or beside the row that it belongs to."""
    known = {label.split(".")[1] for label in registered()} | INLINE
    missing = [
        m._meta.label for a in APPS for m in apps.get_app_config(a).get_models() if m.__name__ not in known
    ]
    assert missing == []


@pytest.fixture
def many(teacher: User, recorder: Recorder) -> None:
    """Sixty rows of each kind."""
    kind = default_type()
    rows = create_external_recordings([spec_of(teacher, f"L{n}", n) for n in range(ROWS)])
    for row in rows:
        request_import(row, teacher)
    people = in_bulk(User, (User(username=f"u{n}") for n in range(ROWS)))
    videos = in_bulk(
        Video,
        (
            Video(video=f"v/{n}.mp4", title=f"V{n}", slug=f"{n:04d}-v", owner=person, type=kind)
            for n, person in enumerate(people)
        ),
    )
    for n, (video, person) in enumerate(zip(videos, people, strict=True)):
        file = RecordingFileTreatment.objects.create(
            file=f"/r/{n}.mp4", recorder=recorder, date_added=MEETING
        )
        ClaimDetail.objects.create(treatment=file, title=f"T{n}")
        Recording.objects.create(recorder=recorder, user=person, title=f"R{n}", source_file=f"/s/{n}.mp4")
        Claim.objects.create(
            file=f"/c/{n}", recorder=recorder, user=person, video=video, recorded_at=MEETING + timedelta(n)
        )
        Meeting.objects.create(name=f"M{n}", owner=person)
        video.slides.create(start=n, end=n + 1)
    assert Conversion.objects.count() == ROWS


def test_a_list_costs_a_fixed_number_of_queries(
    many: None, boss: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """Sixty rows, at most twelve queries, of whatever model; searching works."""
    for label in registered():
        app, name = label.lower().split(".")
        address = reverse(f"admin:{app}_{name}_changelist")
        with django_assert_max_num_queries(12, info=label):
            assert boss.get(address).status_code == 200, label
        assert boss.get(address, {"q": "u1"}).status_code == 200, label


def test_each_row_can_be_opened(many: None, boss: Client) -> None:
    """The form of a row shows without an error, of whatever model that has rows."""
    for label in registered():
        first = apps.get_model(label)._default_manager.first()
        if first is not None:
            app, name = label.lower().split(".")
            answer = boss.get(reverse(f"admin:{app}_{name}_change", args=[first.pk]))
            assert answer.status_code == 200, label


@pytest.fixture
def very_many(teacher: User, house: Path) -> None:
    """Twenty thousand external recordings, each imported: with a video and a job."""
    kind = default_type()
    rows = create_external_recordings([spec_of(teacher, f"L{n}", n) for n in range(MANY)])
    jobs = in_bulk(
        Conversion,
        (
            Conversion(key=f"k{n}", delivery="x", title=f"L{n}", target=f"/m/{n}.mp4", requested_by=teacher)
            for n in range(MANY)
        ),
    )
    videos = in_bulk(
        Video,
        (
            Video(video=f"v/{n}.mp4", title=f"V{n}", slug=f"{n:05d}-v", owner=teacher, type=kind)
            for n in range(MANY)
        ),
    )
    details = list(ExternalRecordingDetail.objects.filter(recording__owner=teacher).order_by("pk"))
    for detail, job, video in zip(details, jobs, videos, strict=True):
        detail.conversion, detail.video = job, video
    ExternalRecordingDetail.objects.bulk_update(details, ["conversion", "video"], batch_size=500)
    assert len(rows) == len(details)


@pytest.mark.slow
def test_lists_of_20000_rows_cost_no_more_queries_than_few(
    very_many: None, boss: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """At most twelve queries for the first page, the last and a search of each of the large lists."""
    for name in ("import_video_externalrecording", "video_video", "conversion_conversion"):
        address = reverse(f"admin:{name}_changelist")
        for asked in ({}, {"p": "200"}, {"q": "L19999"}):
            with django_assert_max_num_queries(12):
                answer = boss.get(address, asked)
            assert answer.status_code == 200, (name, asked)
            if not asked:
                assert answer.context["cl"].result_count == MANY


def test_more_rows_than_a_person_can_look_through_are_not_deleted_at_once(
    boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All pages selected: Django would list each row with all that goes with it, and send it all back."""
    monkeypatch.setattr("pod.main.admin.MOST_DELETED", 2)
    users = in_bulk(User, (User(username=f"u{n}") for n in range(3)))
    sent = {"action": "delete_selected", "_selected_action": [users[0].pk], "select_across": "1"}
    answer = boss.post(reverse("admin:auth_user_changelist"), sent, follow=True)
    assert "2" in str(next(iter(answer.context["messages"])))
    assert User.objects.count() == 4
    few = boss.post(reverse("admin:auth_user_changelist"), {**sent, "select_across": "0"})
    assert few.templates[0].name == "admin/delete_selected_confirmation.html"


def test_a_video_is_viewed_on_this_site(boss: Client, video: Video) -> None:
    """Whatever domain Django's table of sites has: on a new database it is example.com."""
    page = boss.get(reverse("admin:video_video_change", args=[video.pk])).content.decode()
    link = re.search(r'<a href="([^"]+)" class="viewsitelink"', page)
    assert link is not None
    assert boss.get(link[1]).status_code == 200
