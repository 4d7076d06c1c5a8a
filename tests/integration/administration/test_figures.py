"""What the dashboard counts, at its edges."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from pod.bbb_migration.administration import figures
from pod.bbb_migration.administration.dashboard import dashboard
from pod.bbb_migration.administration.run_state import state_of
from pod.bbb_migration.models import Item, ItemOutcome, Run
from pod.bbb_migration.plan import Why
from pod.bbb_migration.wording import Note
from pod.conversion.causes import Cause
from pod.conversion.models import Conversion
from pod.import_video.listing import recordings_of
from pod.import_video.models import ExternalRecording
from pod.import_video.services import create_external_recordings
from pod.main.states import State
from pod.recorder.models import Claim
from pod.video.models import Video
from pod.video.services import default_type
from tests.integration.conftest import spec_of


def job(number: int, **values: object) -> Conversion:
    """Return a conversion of an hour that took six minutes and ended now."""
    now = timezone.now()
    known: dict[str, object] = {
        "key": f"k-{number}", "delivery": "x", "title": "t", "state": State.DONE, "total_s": 3600.0,
        "engine": "native", "started_at": now - timedelta(minutes=6), "finished_at": now,
    }  # fmt: skip
    return Conversion(**{**known, **values})


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        (datetime(2021, 12, 31, 22, 59, tzinfo=UTC), 2021),
        (datetime(2021, 12, 31, 23, 0, tzinfo=UTC), 2022),
        (datetime(1970, 1, 1, 12, 0, tzinfo=UTC), 1970),
        (datetime(2105, 6, 1, tzinfo=UTC), 2105),
    ],
)
def test_a_recording_is_of_the_year_of_its_site(moment: datetime, year: int, teacher: User) -> None:
    """New Year's night in Paris is the new year; years before and after BigBlueButton are told, too."""
    ExternalRecording.objects.create(name="a", owner=teacher, start_at=moment)
    Claim.objects.create(file="b", user=teacher, recorded_at=moment)
    assert figures.by_year() == {year: {"available": 1, "done": 1}}


def test_external_recordings_are_counted_in_the_state_they_are_in(teacher: User) -> None:
    """As the lists show it, whatever their jobs, their videos and whoever discarded them say together."""
    rows = [spec_of(teacher, number=n, start_at=datetime(2021, 3, 1, tzinfo=UTC)) for n in range(8)]
    video = Video.objects.create(title="t", owner=teacher, type=default_type())
    made: list[tuple[State | None, Video | None]] = [
        (None, None),
        (State.QUEUED, None),
        (State.CONVERTING, None),
        (State.FAILED, None),
    ]
    made += [(State.DISCARDED, None), (State.DONE, None), (State.DONE, video), (State.DONE, video)]
    for number, (recording, (state, film)) in enumerate(
        zip(create_external_recordings(rows), made, strict=True)
    ):
        if state:
            recording.detail.conversion = job(number, state=state)
            recording.detail.conversion.save()
        recording.detail.video = film
        recording.detail.discarded_at = timezone.now() if number == 7 else None
        recording.detail.save()
    expected = Counter(str(getattr(row, "live", "")) for row in recordings_of(teacher))
    assert expected == {"available": 3, "queued": 1, "converting": 1, "failed": 1, "done": 1, "discarded": 1}
    assert +figures.by_year()[2021] == {"available": 3, "moving": 2, "failed": 1, "done": 1, "discarded": 1}


def test_the_speed_is_that_of_the_last_conversions(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand are enough to know how fast it goes; what was slow before does not count."""
    monkeypatch.setattr(figures, "MOST_MEASURED", 3)
    now = timezone.now()
    slow = {"started_at": now - timedelta(hours=9), "finished_at": now - timedelta(hours=8)}
    Conversion.objects.bulk_create([*(job(n, **slow) for n in range(5)), *(job(n) for n in range(5, 8))])
    Conversion.objects.bulk_create([job(9, state=State.QUEUED, started_at=None, finished_at=None)])
    known = figures.pace()
    assert (round(known.speed, 3), known.measured, known.waiting, known.done) == (10.0, 3, 1.0, 8.0)
    assert known.end is not None
    assert timedelta(minutes=5) < known.end - now < timedelta(minutes=7)


def test_the_hours_of_a_day_are_those_between_its_midnights(db: None) -> None:
    """Where the site is: half past eleven in the evening in Paris is that day, in summer and winter."""
    for now in (datetime(2026, 7, 10, 12, tzinfo=UTC), datetime(2026, 1, 10, 12, tzinfo=UTC)):
        Conversion.objects.all().delete()
        midnight = timezone.localtime(now).replace(hour=0, minute=0)
        ends = [midnight - timedelta(minutes=30), midnight, midnight + timedelta(hours=1)]
        Conversion.objects.bulk_create(job(n, finished_at=end) for n, end in enumerate(ends))
        days = figures.pace(now).days
        assert [hours for _day, hours in days[-3:]] == [0.0, 1.0, 2.0]
        assert (len(days), days[-1][0]) == (figures.DAYS, midnight.date())


def test_the_dashboard_asks_eleven_questions(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Whatever there is to count, the database counts it."""
    Conversion.objects.bulk_create(job(n) for n in range(50))
    with django_assert_num_queries(11):
        dashboard()


def test_reasons_are_told_in_the_readers_language(db: None, run: Run) -> None:
    """Whatever language the command spoke: its reasons are kept as words, their details as they were."""
    kept = [
        (ItemOutcome.FAIL, Cause.FETCH, "HTTP 502"),
        (ItemOutcome.SKIP, Why.IGNORED_SERVER, "moodle.example.org"),
        (ItemOutcome.EXISTS, Note.THERE, ""),
        (ItemOutcome.CREATE, "", "written before there were words"),
    ]
    Item.objects.bulk_create(
        Item(run=run, record_id=str(n), outcome=outcome, why=why, reason=reason)
        for n, (outcome, why, reason) in enumerate(kept)
    )
    told = {}
    for language in ("en", "fr"):
        with override(language):
            (failure,) = figures.causes()
            told[language] = [
                failure.cause,
                failure.example,
                *sorted(row[1] for row in state_of(run)["reasons"]),
            ]
    assert told["en"] == [
        "The old server did not provide all files of the recording.", "HTTP …",
        "The old server did not provide all files of the recording. HTTP 502",
        "its front-end moodle.example.org is in IGNORED_SERVERS",
        "the file is there already", "written before there were words",
    ]  # fmt: skip
    assert not set(told["en"]) & set(told["fr"]) - {"HTTP …", "written before there were words"}
