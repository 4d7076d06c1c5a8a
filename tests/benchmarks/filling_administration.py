"""Fills every model of the administration, as a large university's migration leaves it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Model
from django.utils import timezone

from pod.authentication.models import Owner
from pod.bbb_migration.models import Item, ItemOutcome, Run, RunMode
from pod.conversion.models import Conversion
from pod.import_video.models import ExternalRecording, ExternalRecordingDetail, ExternalRecordingWords
from pod.main.search import words_of
from pod.main.states import State
from pod.meeting.models import InternalRecording, Meeting
from pod.recorder.models import (
    Claim,
    ClaimDetail,
    ClaimWords,
    Recorder,
    Recording,
    RecordingFile,
    RecordingFileTreatment,
)
from pod.video.models import Slide, Video, VideoDetail, VideoWords
from pod.video.services import default_type

START = datetime(2018, 1, 6, 8, tzinfo=UTC)
SERVERS = ("bbb.example.org", "bbb2.example.org", "bbb3.example.org")
# of a hundred jobs
STATES = [
    *[State.DONE] * 84,
    *[State.QUEUED] * 10,
    *[State.FAILED] * 3,
    *[State.DISCARDED] * 2,
    State.FETCHING,
]
BATCH = 5000
Make = Callable[[int], Model]


def fill(rows: int) -> User:
    """Write so many rows of each model; return the administrator who looks at them."""
    boss = User.objects.create_superuser("root")
    _many(User, rows, lambda n: User(username=f"user{n}", email=f"user{n}@example.org", is_staff=n % 2 == 0))
    people = list(User.objects.exclude(pk=boss.pk).order_by("pk").values_list("pk", flat=True))
    _many(Owner, rows, lambda n: Owner(user_id=people[n], hashkey=f"{n:064d}"))
    jobs = _jobs(rows, people)
    videos = _videos(rows, people)
    _external(rows, people, jobs, videos)
    _waiting(rows, people, videos)
    _meetings(rows, people)
    _ledger(rows, people)
    return boss


def _many(model: type[Model], rows: int, make: Make) -> None:
    for first in range(0, rows, BATCH):
        model._default_manager.bulk_create([make(n) for n in range(first, min(first + BATCH, rows))])


def _keys(model: type[Model]) -> list[int]:
    return list(model._default_manager.order_by("pk").values_list("pk", flat=True))


def _day(number: int) -> datetime:
    return START + timedelta(minutes=40 * number)


def _jobs(rows: int, people: list[int]) -> list[int]:
    now = timezone.now()

    def make(n: int) -> Model:
        state = STATES[n % len(STATES)]
        ended = now - timedelta(minutes=n % 40_000) if state in {State.DONE, State.FAILED} else None
        return Conversion(
            key=f"job-{n}",
            delivery="import_video.import" if n % 3 else "recorder.claim",
            title=f"Lecture {n}",
            record_id=f"rec-{n}",
            source_url=f"https://bbb.example.org/playback/presentation/2.3/rec-{n}",
            target=f"/media/{n}.mp4",
            engine="native",
            state=state,
            recorded_at=_day(n),
            requested_by_id=people[n],
            total_s=3600 + n % 3600,
            done_s=3600 if state == State.DONE else 0,
            error=f"The slide {n % 500} of “rec-{n}” is damaged." if state == State.FAILED else "",
            report={"slides": 40, "size": [1280, 720], "notes": "x" * 300},
            started_at=ended - timedelta(minutes=6) if ended else None,
            finished_at=ended,
            queued_at=now - timedelta(minutes=n),
        )

    _many(Conversion, rows, make)
    return _keys(Conversion)


def _videos(rows: int, people: list[int]) -> list[int]:
    kind = default_type()
    _many(
        Video,
        rows,
        lambda n: Video(
            video=f"videos/{n}.mp4",
            title=f"Lecture {n}",
            slug=f"{n:06d}-lecture",
            owner_id=people[n],
            type=kind,
            date_evt=_day(n).date(),
            date_added=_day(n),
            is_draft=n % 3 != 0,
        ),
    )
    videos = _keys(Video)
    _many(
        VideoDetail, rows, lambda n: VideoDetail(video_id=videos[n], record_id=f"rec-{n}", course=_course(n))
    )
    _many(VideoWords, rows, lambda n: VideoWords(video_id=videos[n], words=_words(n)))
    _many(Slide, rows, lambda n: Slide(video_id=videos[n], start=1, end=9, text=f"Slide of lecture {n}"))
    return videos


def _course(number: int) -> str:
    return f"C{number % 900:03d}"


def _words(number: int) -> str:
    return words_of(
        f"Lecture {number}", _course(number), " ".join(f"word{number * 7 % 977}{n}" for n in range(40))
    )


def _external(rows: int, people: list[int], jobs: list[int], videos: list[int]) -> None:
    _many(
        ExternalRecording,
        rows,
        lambda n: ExternalRecording(
            name=f"Lecture {n}",
            owner_id=people[n],
            start_at=_day(n),
            source_url=f"https://bbb.example.org/playback/presentation/2.3/rec-{n}",
        ),
    )
    keys = _keys(ExternalRecording)
    _many(
        ExternalRecordingDetail,
        rows,
        lambda n: ExternalRecordingDetail(
            recording_id=keys[n],
            record_id=f"rec-{n}",
            server=SERVERS[n % 3],
            course=_course(n),
            duration_s=3600,
            thumbnail_url=f"https://bbb.example.org/presentation/rec-{n}/thumbnails/thumb-1.png",
            conversion_id=jobs[n] if n % 4 == 1 else None,
            video_id=videos[n] if n % 4 == 1 and STATES[n % len(STATES)] == State.DONE else None,
            discarded_at=timezone.now() if n % 50 == 0 else None,
        ),
    )
    _many(
        ExternalRecordingWords, rows, lambda n: ExternalRecordingWords(recording_id=keys[n], words=_words(n))
    )


def _waiting(rows: int, people: list[int], videos: list[int]) -> None:
    recorder = Recorder.objects.create(name="BBB", address_ip="192.0.2.1", type=default_type(), directory="b")
    _many(
        RecordingFileTreatment,
        rows,
        lambda n: RecordingFileTreatment(
            file=f"/recorders/bbb/{n}.mp4", recorder=recorder, require_manual_claim=True, date_added=_day(n)
        ),
    )
    keys = _keys(RecordingFileTreatment)
    _many(
        ClaimDetail,
        rows,
        lambda n: ClaimDetail(
            treatment_id=keys[n], title=f"Lecture {n}", course=_course(n), sidecar={"slides": "x" * 300}
        ),
    )
    _many(ClaimWords, rows, lambda n: ClaimWords(treatment_id=keys[n], words=_words(n)))
    _many(RecordingFile, rows, lambda n: RecordingFile(file=f"uploads/{n}.mp4", recorder=recorder))
    _many(
        Recording,
        rows,
        lambda n: Recording(
            recorder=recorder, user_id=people[n], title=f"Lecture {n}", source_file=f"/recorders/old/{n}.mp4"
        ),
    )
    _many(
        Claim,
        rows,
        lambda n: Claim(
            file=f"/recorders/old/{n}.mp4",
            recorder=recorder,
            user_id=people[n],
            video_id=videos[n],
            recorded_at=_day(n),
            detail={"detail": {"title": f"Lecture {n}", "sidecar": {"slides": "x" * 300}}},
            claimed_at=_day(n),
        ),
    )


def _meetings(rows: int, people: list[int]) -> None:
    _many(Meeting, rows, lambda n: Meeting(name=f"Meeting {n}", meeting_id=f"{n}-m", owner_id=people[n]))
    keys = _keys(Meeting)
    _many(
        InternalRecording,
        rows,
        lambda n: InternalRecording(
            name=f"Lecture {n}", owner_id=people[n], meeting_id=keys[n], recording_id=f"r{n}"
        ),
    )


def _ledger(rows: int, people: list[int]) -> None:
    runs = [
        Run.objects.create(
            mode=RunMode.IMPORT_VIDEO, server=SERVERS[n % 3], state="done", counts={"create": 9}
        )
        for n in range(60)
    ]

    def make(n: int) -> Model:
        failed = n % 20 == 0
        extra: dict[str, Any] = {"via": "administrator" if n % 10 == 1 else "user"}
        return Item(
            run=runs[n % 60],
            server=SERVERS[n % 3],
            record_id=f"rec-{n}",
            mode=RunMode.IMPORT_VIDEO if n % 4 else RunMode.MANUAL_CLAIM,
            owner=f"user{n}",
            user_id=people[n],
            name=f"Lecture {n}",
            recorded_at=_day(n),
            outcome=ItemOutcome.FAIL if failed else ItemOutcome.CREATE,
            done=not failed,
            reason=f"The server answered {n % 300} times with an error." if failed else "moderator",
            target=f"https://bbb.example.org/playback/presentation/2.3/rec-{n}",
            **extra,
        )

    _many(Item, rows, make)
