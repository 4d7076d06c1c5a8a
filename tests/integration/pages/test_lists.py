"""The lists: found, filtered, sorted, paged on the server, at the same cost for 10 rows and 10,000."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.core.checks import run_checks
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django import DjangoAssertNumQueries

from pod.conversion.causes import Cause
from pod.conversion.models import Conversion
from pod.import_video.importing import request_import
from pod.import_video.models import ExternalRecording, ExternalRecordingDetail, SourceType
from pod.import_video.services import create_external_recordings
from pod.main.states import State
from pod.recorder.models import ClaimDetail, Recorder, RecordingFileTreatment
from pod.video.models import Video, VideoDetail
from pod.video.services import default_type
from tests.integration.conftest import MEETING, in_bulk, spec_of

MANY = 10_000
MOST_QUERIES = 10
EVIL = '<script>alert("x")</script><img src=x onerror=alert(1)>'


def titles(answer: object) -> list[str]:
    """Return the titles of the rows, as text."""
    text = answer.content.decode()  # type: ignore[attr-defined]
    return [re.sub(r"<[^>]+>", "", found).strip() for found in re.findall(r"<h2>(.*?)</h2>", text, re.DOTALL)]


@pytest.fixture
def english(signed: Client) -> Client:
    """The teacher's browser, in English."""
    signed.cookies["django_language"] = "en"
    return signed


def test_the_french_titles_are_those_of_pod(signed: Client, house: Path) -> None:
    """The site speaks French first, with Pod's words."""
    assert "<h1>Mes vidéos externes</h1>" in signed.get("/import_video/").content.decode()
    assert "<h1>Revendiquer un enregistrement</h1>" in signed.get("/record/claim_record/").content.decode()


def test_the_language_can_be_switched(signed: Client, house: Path) -> None:
    """The form at the top changes the language for good."""
    signed.post("/i18n/setlang/", {"language": "en", "next": "/import_video/"})
    assert "<h1>My external videos</h1>" in signed.get("/import_video/").content.decode()


def test_10000_external_recordings_cost_no_more_queries_than_few(
    english: Client, house: Path, teacher: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """At most ten queries for the first page of 10,000 rows with jobs in all states."""
    rows = create_external_recordings([spec_of(teacher, f"Lecture {n}", n) for n in range(MANY)])
    for row in rows[:30]:
        request_import(row, teacher)
    with django_assert_max_num_queries(MOST_QUERIES):
        answer = english.get("/import_video/?q=lecture&state=active")
    assert "30 recordings" in answer.content.decode()
    with django_assert_max_num_queries(MOST_QUERIES):
        answer = english.get("/import_video/?page=400")
    assert len(titles(answer)) == 25


def test_10000_waiting_files_cost_no_more_queries_than_few(
    english: Client, recorder: Recorder, teacher: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """At most ten queries, where Pod needs two a file."""
    files = in_bulk(
        RecordingFileTreatment,
        (
            RecordingFileTreatment(
                file=f"/recorders/bbb/{n}.mp4",
                recorder=recorder,
                require_manual_claim=True,
                date_added=MEETING + timedelta(hours=n),
            )
            for n in range(MANY)
        ),
    )
    ClaimDetail.objects.bulk_create(ClaimDetail(treatment=row, title=f"Lecture {row.pk}") for row in files)
    with django_assert_max_num_queries(MOST_QUERIES):
        answer = english.get("/record/claim_record/?sort=title")
    assert "10000 recordings" in answer.content.decode()


def test_10000_videos_cost_no_more_queries_than_few(
    english: Client, teacher: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    """At most ten queries for “My videos”."""
    known = {"owner": teacher, "type": default_type()}
    videos = in_bulk(
        Video,
        (Video(video=f"{n}.mp4", title=f"Film {n}", slug=f"{n:05d}-film", **known) for n in range(MANY)),
    )
    VideoDetail.objects.bulk_create(VideoDetail(video=video) for video in videos)
    with django_assert_max_num_queries(MOST_QUERIES):
        answer = english.get("/video/my/?q=film")
    assert len(titles(answer)) == 25


def test_search_finds_titles_courses_and_slides(english: Client, house: Path, teacher: User) -> None:
    """Each word must be somewhere: in the title, the course or the slides."""
    create_external_recordings(
        [
            spec_of(teacher, "Algebra", 1, course="MAT101", slide_text="eigenvalues and determinants"),
            spec_of(teacher, "Biology", 2, course="BIO204", slide_text="the cell"),
        ]
    )
    assert titles(english.get("/import_video/?q=eigenvalues")) == ["Algebra"]
    assert titles(english.get("/import_video/?q=bio204+cell")) == ["Biology"]
    assert titles(english.get("/import_video/?q=bio204+eigenvalues")) == []


def test_filters_narrow_by_year_and_course(english: Client, house: Path, teacher: User) -> None:
    """The year is that of the site's time zone: New Year's night in Paris is still December in UTC."""
    create_external_recordings(
        [
            spec_of(teacher, "Old", 1, start_at=datetime(2019, 6, 1, tzinfo=UTC), course="A"),
            spec_of(teacher, "Night", 2, start_at=datetime(2019, 12, 31, 23, 30, tzinfo=UTC), course="B"),
        ]
    )
    assert titles(english.get("/import_video/?year=2020")) == ["Night"]
    assert titles(english.get("/import_video/?year=2019")) == ["Old"]
    assert titles(english.get("/import_video/?course=B")) == ["Night"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["C", "B", "A"]),
        ("oldest", ["A", "B", "C"]),
        ("title", ["A", "B", "C"]),
        ("longest", ["B", "C", "A"]),
    ],
)
def test_sorting(sort: str, expected: list[str], english: Client, house: Path, teacher: User) -> None:
    """By date both ways, by title, by length."""
    lengths = {"A": 10.0, "B": 300.0, "C": 200.0}
    create_external_recordings(
        [
            spec_of(teacher, name, number, start_at=MEETING + timedelta(days=number), duration_s=length)
            for number, (name, length) in enumerate(lengths.items())
        ]
    )
    assert titles(english.get(f"/import_video/?sort={sort}")) == expected


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=999", "page=x", "year=x", "state=nonsense", "sort=;drop", "course=none", "q=%00"],
)
def test_odd_queries_are_no_errors(query: str, english: Client, external: ExternalRecording) -> None:
    """An old or mangled link shows a list."""
    assert english.get(f"/import_video/?{query}").status_code == 200


def test_nobody_sees_the_rows_of_others(english: Client, house: Path, colleague: User) -> None:
    """The list is the user's own."""
    create_external_recordings([spec_of(colleague, "Secret")])
    assert titles(english.get("/import_video/")) == []


def test_a_waiting_row_without_recorder_is_shown(english: Client, house: Path, teacher: User) -> None:
    """Pod's page was a 500 for everybody because of one such row."""
    RecordingFileTreatment.objects.create(file="/x/loose.mp4", recorder=None, require_manual_claim=True)
    assert titles(english.get("/record/claim_record/")) == ["loose"]


def test_what_is_probably_mine_comes_first(
    english: Client, recorder: Recorder, teacher: User, colleague: User
) -> None:
    """Whatever the sorting."""
    for number, person in enumerate((colleague, teacher, colleague)):
        row = RecordingFileTreatment.objects.create(
            file=f"/x/{number}.mp4", recorder=recorder, require_manual_claim=True
        )
        ClaimDetail.objects.create(treatment=row, title=f"T{number}").probable_owners.add(person)
    assert titles(english.get("/record/claim_record/?sort=title")) == ["T1", "T0", "T2"]
    assert titles(english.get("/record/claim_record/?state=mine")) == ["T1"]


def test_names_with_markup_stay_text(
    english: Client, house: Path, teacher: User, recorder: Recorder, video: Video
) -> None:
    """Title, course, state, error and chat never become markup on any page."""
    rows = create_external_recordings([spec_of(teacher, EVIL, 1, course=EVIL), spec_of(teacher, EVIL, 2)])
    ExternalRecording.objects.filter(pk=rows[0].pk).update(state=EVIL)
    job = request_import(rows[1], teacher)
    Conversion.objects.filter(pk=job.pk).update(state=State.FAILED, error=EVIL, detail=EVIL)
    waiting = RecordingFileTreatment.objects.create(
        file=f"/x/{EVIL}", recorder=None, require_manual_claim=True
    )
    ClaimDetail.objects.create(treatment=waiting, title=EVIL, course=EVIL)
    Video.objects.filter(pk=video.pk).update(title=EVIL, description=EVIL)
    video.chat.create(start=1, name=EVIL, text=EVIL)
    video.chapters.create(start=1, title=EVIL)
    video.detail.shared_notes = EVIL
    video.detail.save()
    ids = [str(row.pk) for row in rows]
    answers = [
        english.get("/import_video/"),
        english.get(f"/import_video/edit/{rows[0].pk}/"),
        english.get("/record/claim_record/"),
        english.get("/video/my/"),
        english.get(f"/video/edit/{video.slug}/"),
        english.get(f"/video/{video.slug}/?q={EVIL}"),
        english.post("/import_video/bulk/", {"verb": "discard", "id": ids}),
        english.post(f"/import_video/delete/{rows[0].pk}/"),
        english.post(f"/video/delete/{video.slug}/"),
    ]
    for answer in answers:
        assert answer.status_code == 200
        text = answer.content.decode()
        assert "<script>alert" not in text
        assert "<img src=x" not in text


def test_pages_say_that_nothing_inline_or_foreign_runs(english: Client, house: Path) -> None:
    """The Content-Security-Policy allows neither inline code nor other hosts."""
    policy = english.get("/import_video/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "default-src 'none'" in policy


def test_the_pages_have_nothing_inline(english: Client, external: ExternalRecording, video: Video) -> None:
    """No page breaks its own policy, nor names another host."""
    for address in ("/import_video/", "/record/claim_record/", "/video/my/", f"/video/{video.slug}/"):
        text = english.get(address).content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)", text)
        assert not re.search(r"<[^>]+\s(style|on\w+)=", text)
        assert not re.search(r"(src|href)=\"(https?:)?//", text)


def test_bulk_discard_asks_with_count_and_verb_and_can_be_undone(
    english: Client, house: Path, teacher: User
) -> None:
    """Nothing changes before the answer; “undo” brings all back."""
    rows = create_external_recordings([spec_of(teacher, f"L{n}", n) for n in range(3)])
    data = {"verb": "discard", "id": [str(row.pk) for row in rows]}
    question = english.post("/import_video/bulk/", data).content.decode()
    assert "Discard 3 recordings" in question
    assert "<li>L1, May 3, 2021, 10:30 a.m.</li>" in question
    assert not ExternalRecordingDetail.objects.filter(discarded_at__isnull=False).exists()
    english.post("/import_video/bulk/", {**data, "confirmed": "1"})
    assert titles(english.get("/import_video/")) == []
    english.post(f"/import_video/restore/{rows[0].pk}/")
    assert "2 recordings were discarded." in english.get("/import_video/").content.decode()
    english.post("/import_video/undo/")
    assert len(titles(english.get("/import_video/"))) == 3


@pytest.mark.parametrize("verb", ["discard", "import"])
def test_an_answer_sent_twice_still_says_what_came_of_it(
    verb: str, english: Client, house: Path, teacher: User
) -> None:
    """The second time, nothing is left to do, is said; and the discarding can still be undone."""
    rows = create_external_recordings([spec_of(teacher, f"L{n}", n) for n in range(3)])
    data = {"verb": verb, "confirmed": "1", "id": [str(row.pk) for row in rows]}
    english.post("/import_video/bulk/", data)
    text = english.post("/import_video/bulk/", data, follow=True).content.decode()
    assert "There was nothing left to do." in text
    assert ("3 recordings were discarded." in text) == (verb == "discard")


def test_undoing_twice_does_not_say_that_nothing_is_back(english: Client, house: Path, teacher: User) -> None:
    """“0 recordings are back” is no answer."""
    row = create_external_recordings([spec_of(teacher)])[0]
    english.post("/import_video/bulk/", {"verb": "discard", "confirmed": "1", "id": [str(row.pk)]})
    assert "1 recording is back." in english.post("/import_video/undo/", follow=True).content.decode()
    again = english.post("/import_video/undo/", follow=True).content.decode()
    assert "There was nothing left to do." in again
    assert "0 recordings" not in again.replace('id="count">0 recordings', "")


def test_bulk_import_queues_each_once(english: Client, house: Path, teacher: User) -> None:
    """Three ticked rows are three jobs, also when the form is sent again."""
    rows = create_external_recordings([spec_of(teacher, f"L{n}", n) for n in range(3)])
    data = {"verb": "import", "confirmed": "1", "id": [str(row.pk) for row in rows]}
    english.post("/import_video/bulk/", data)
    english.post("/import_video/bulk/", data)
    assert Conversion.objects.count() == 3


def test_bulk_never_touches_the_rows_of_others(english: Client, house: Path, colleague: User) -> None:
    """Ids of others in the form change nothing."""
    row = create_external_recordings([spec_of(colleague)])[0]
    english.post("/import_video/bulk/", {"verb": "discard", "confirmed": "1", "id": [str(row.pk)]})
    row.detail.refresh_from_db()
    assert row.detail.discarded_at is None


def test_an_import_is_said_to_be_queued_with_its_place(
    english: Client, house: Path, teacher: User, colleague: User
) -> None:
    """Queued is not done: the page says so, and who is before."""
    request_import(create_external_recordings([spec_of(colleague, "First", 1)])[0], colleague)
    mine = create_external_recordings([spec_of(teacher, "Second", 2)])[0]
    answer = english.post(f"/import_video/{mine.pk}/", follow=True)
    text = answer.content.decode()
    assert "is queued" in text
    assert "Place 2 in the queue" in text


def test_an_import_that_was_put_off_says_why_and_when_it_is_tried_again(
    english: Client, external: ExternalRecording, teacher: User
) -> None:
    """Nobody waits for a server that is away without knowing; when it is due, it has its place as others."""
    job = request_import(external, teacher)
    row = Conversion.objects.filter(pk=job.pk)
    row.update(cause=Cause.AWAY, not_before=timezone.now() + timedelta(minutes=5))
    text = english.get("/import_video/").content.decode()
    assert "Waiting in the queue" in text
    assert "The recording’s server does not answer" in text
    assert "Next try:" in text
    row.update(not_before=timezone.now() - timedelta(minutes=5))
    text = english.get("/import_video/").content.decode()
    assert "Place 1 in the queue" in text
    assert "Next try:" not in text


def test_the_percentage_is_that_of_the_media(
    english: Client, external: ExternalRecording, teacher: User
) -> None:
    """Half of the seconds done are 50 %."""
    job = request_import(external, teacher)
    Conversion.objects.filter(pk=job.pk).update(state=State.CONVERTING, done_s=1800, total_s=3600)
    assert "50 % converted" in english.get("/import_video/").content.decode()
    assert 'value="50"' in english.get(f"/import_video/moving/?id={external.pk}").content.decode()


def test_available_until_is_shown(
    english: Client, external: ExternalRecording, settings: LazySettings
) -> None:
    """The last day of the old server stands above the list and in the preview."""
    until = timezone.localdate() + timedelta(days=5)
    settings.EXTERNAL_RECORDINGS_AVAILABLE_UNTIL = str(until)
    page = english.get("/import_video/").content.decode()
    assert date_format(until) in page
    assert "before that day" in page
    settings.BBB_ALLOWED_HOSTS = ["bbb.example.org"]
    assert (
        f"(until {date_format(until)})"
        in english.get(f"/import_video/preview/{external.pk}/").content.decode()
    )


def test_a_last_day_that_has_passed_promises_nothing(
    english: Client, external: ExternalRecording, settings: LazySettings
) -> None:
    """Until that very day the server answers; afterwards it may not."""
    settings.BBB_ALLOWED_HOSTS = ["bbb.example.org"]
    for days, words in ((0, "before that day"), (-1, "may be gone")):
        settings.EXTERNAL_RECORDINGS_AVAILABLE_UNTIL = str(timezone.localdate() + timedelta(days=days))
        assert words in english.get("/import_video/").content.decode()
    assert "(until" not in english.get(f"/import_video/preview/{external.pk}/").content.decode()


def test_a_last_day_that_is_none_is_told_at_the_start(settings: LazySettings) -> None:
    """Not by a list that cannot be shown."""
    settings.EXTERNAL_RECORDINGS_AVAILABLE_UNTIL = "31/08/2027"
    assert "bbb_migration.last_day" in [found.id for found in run_checks()]


def test_pages_are_small(english: Client, house: Path, teacher: User) -> None:
    """A full page with its style and scripts is under 300 KB; pictures come when they are scrolled to."""
    create_external_recordings([spec_of(teacher, f"Lecture {n}", n) for n in range(60)])
    page = english.get("/import_video/").content
    files = re.findall(r'(?:src|href)="/static/([^"]+\.(?:js|css|svg))"', page.decode())
    sizes = [Path(str(finders.find(name))).stat().st_size for name in set(files)]
    assert len(sizes) >= 4
    assert len(page) + sum(sizes) < 300_000
    assert b"<img" not in re.sub(rb'<img[^>]*loading="lazy"[^>]*>', b"", page.split(b"<main")[1])


def test_a_row_of_youtube_is_kept_and_says_why_it_has_no_import(
    english: Client, house: Path, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without yt-dlp there is no button that could only fail; where it is installed there is one."""
    spec = spec_of(teacher, source_url="https://youtu.be/abc", type=SourceType.YOUTUBE)
    row = create_external_recordings([spec])[0]
    action = f'action="/import_video/{row.pk}/"'
    monkeypatch.setattr("pod.import_video.listing.has_youtube_importer", lambda: False)
    page = english.get("/import_video/").content.decode()
    assert "YouTube videos cannot be imported here." in page
    assert action not in page
    monkeypatch.setattr("pod.import_video.listing.has_youtube_importer", lambda: True)
    assert action in english.get("/import_video/").content.decode()
