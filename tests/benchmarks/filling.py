"""Fills a database as a migration fills it, for the benchmarks of pages: call `set_up` first."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime, timedelta
from functools import cache

START = datetime(2020, 1, 6, 8, tzinfo=UTC)
LETTERS = ("a", "e", "i", "o", "u", "é", "ou", "er", "tion", "ment", "logie", "ique")
VOCABULARY = 6000  # a language's words, the frequent ones most often
WORDS = [
    "matrix",
    "cell",
    "energy",
    "tensor",
    "market",
    "treaty",
    "organic",
    "compiler",
    "gradient",
    "enzyme",
    "novel",
    "integral",
]


def set_up() -> None:
    """Start Django with the settings of the tests: a folder and a database of its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django  # noqa: PLC0415 - the settings' name must be known first

    django.setup()
    from django.conf import settings  # noqa: PLC0415 - after django.setup()

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]


def fill(user_id: int, rows: int, slide_characters: int) -> None:
    """Give the user so many rows of each list; every tenth external recording has a job."""
    _fill_external(user_id, rows, slide_characters)
    _fill_claims(user_id, rows, slide_characters)
    _fill_videos(user_id, rows, slide_characters)


def fill_others(rows: int, slide_characters: int) -> None:
    """Give another user rows in the same tables."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - after django.setup()

    other = User.objects.create_user("bob", is_staff=True)
    _fill_external(other.pk, rows, slide_characters)
    _fill_videos(other.pk, rows, slide_characters)


def name_others() -> None:
    """Let two of seven waiting files probably be bob's, and one somebody's who has no account here."""
    from django.conf import settings  # noqa: PLC0415 - after django.setup()
    from django.contrib.auth.models import User  # noqa: PLC0415 - the same

    from pod.recorder.models import ClaimDetail, ClaimName  # noqa: PLC0415 - the same

    settings.RESTRICT_CLAIMING_TO_PROBABLE_OWNERS = True
    bob, owners = User.objects.get(username="bob").pk, ClaimDetail.probable_owners.through
    details = list(ClaimDetail.objects.order_by("pk"))
    for detail in details:
        detail.sidecar = {"notes": ["x" * 300], "size_bytes": 12_345_678}
    ClaimDetail.objects.bulk_update(details, ["sidecar"], batch_size=500)
    named = [detail for number, detail in enumerate(details) if number % 7 == 3]
    ClaimName.objects.bulk_create(ClaimName(detail=detail, username="cyd") for detail in named)
    theirs = [detail.pk for number, detail in enumerate(details) if number % 7 in {1, 2}]
    owners.objects.bulk_create(owners(claimdetail_id=pk, user_id=bob) for pk in theirs)


def tidy() -> None:
    """Do what PostgreSQL's autovacuum does a minute after rows were written; SQLite has no such thing."""
    from django.db import connection  # noqa: PLC0415 - after django.setup()

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def slide_text(number: int, characters: int) -> str:
    """Return text of about the given length, another for each row."""
    draw = random.Random(number)  # noqa: S311 - the same text in each run
    words = [_vocabulary()[int(VOCABULARY * draw.random() ** 3)] for _place in range(characters // 6 + 1)]
    return f"{WORDS[number % len(WORDS)]} {' '.join(words)}"[:characters]


@cache
def _vocabulary() -> list[str]:
    draw = random.Random(0)  # noqa: S311 - see above
    parts = ["b", "c", "d", "f", "l", "m", "n", "p", "r", "s", "t", "v"]
    return [
        "".join(draw.choice(parts) + draw.choice(LETTERS) for _syllable in range(draw.randint(1, 4)))
        for _word in range(VOCABULARY)
    ]


def _fill_external(user_id: int, rows: int, characters: int) -> None:
    from pod.conversion.models import Conversion  # noqa: PLC0415 - after django.setup()
    from pod.import_video.models import ExternalRecordingDetail  # noqa: PLC0415 - the same
    from pod.import_video.services import ExternalSpec, create_external_recordings  # noqa: PLC0415 - the same
    from pod.main.states import State  # noqa: PLC0415 - the same

    made = create_external_recordings(
        [
            ExternalSpec(
                owner_id=user_id,
                name=f"Lecture {n} on {WORDS[n % len(WORDS)]}",
                start_at=START + timedelta(hours=5 * n),
                source_url=f"https://bbb.example.org/playback/presentation/2.3/rec-{n}",
                record_id=f"rec-{n}",
                duration_s=600.0 + n * 37 % 7000,
                course=f"C{n % 120:03d}",
                slide_text=slide_text(n, characters),
            )
            for n in range(rows)
        ]
    )
    states = [State.DISCARDED, State.FAILED, State.CONVERTING, State.QUEUED]
    jobs = Conversion.objects.bulk_create(
        Conversion(
            key=f"bench-{user_id}-{n}", delivery="bench", title=row.name, target="", state=states[n % 4]
        )
        for n, row in enumerate(made[::10])
    )
    details = list(ExternalRecordingDetail.objects.filter(recording__in=[r.pk for r in made[::10]]))
    for detail, job in zip(details, jobs, strict=True):
        detail.conversion = job
    ExternalRecordingDetail.objects.bulk_update(details, ["conversion"], batch_size=400)


def _fill_claims(user_id: int, rows: int, characters: int) -> None:
    from pod.recorder.models import (  # noqa: PLC0415 - after django.setup()
        ClaimDetail,
        ClaimText,
        ClaimWords,
        Recorder,
        RecordingFileTreatment,
    )
    from pod.video.services import default_type  # noqa: PLC0415 - the same

    recorder = Recorder.objects.create(
        name="BBB", address_ip="192.0.2.1", type=default_type(), directory="bbb"
    )
    files = RecordingFileTreatment.objects.bulk_create(
        RecordingFileTreatment(
            file=f"/recorders/bbb/{n}.mp4",
            recorder=recorder,
            require_manual_claim=True,
            date_added=START + timedelta(hours=5 * n),
        )
        for n in range(rows)
    )
    details = ClaimDetail.objects.bulk_create(
        ClaimDetail(treatment=row, title=f"Lecture {n}", title_key=f"lecture {n}", course=f"C{n % 120:03d}")
        for n, row in enumerate(files)
    )
    ClaimText.objects.bulk_create(
        (ClaimText(treatment=row, slides=slide_text(n, characters)) for n, row in enumerate(files)),
        batch_size=500,
    )
    ClaimWords.objects.bulk_create(
        (ClaimWords(treatment=row, words=_words(n, characters)) for n, row in enumerate(files)),
        batch_size=500,
    )
    owners = ClaimDetail.probable_owners.through
    owners.objects.bulk_create(owners(claimdetail_id=d.pk, user_id=user_id) for d in details[::7])


def _fill_videos(user_id: int, rows: int, characters: int) -> None:
    from pod.video.models import Video, VideoDetail, VideoText, VideoWords  # noqa: PLC0415 - after django.setup()
    from pod.video.services import default_type  # noqa: PLC0415 - the same

    kind = default_type()
    videos = Video.objects.bulk_create(
        Video(
            video=f"videos/{user_id}/{n}.mp4",
            title=f"Lecture {n}",
            slug=f"{user_id}-{n:05d}-lecture",
            owner_id=user_id,
            type=kind,
            date_evt=(START + timedelta(hours=5 * n)).date(),
            duration=600 + n * 37 % 7000,
            is_draft=n % 3 != 0,
        )
        for n in range(rows)
    )
    VideoDetail.objects.bulk_create(
        VideoDetail(video=row, title_key=f"lecture {n}", course=f"C{n % 120:03d}")
        for n, row in enumerate(videos)
    )
    VideoText.objects.bulk_create(
        (VideoText(video=row, slides=slide_text(n, characters)) for n, row in enumerate(videos)),
        batch_size=500,
    )
    VideoWords.objects.bulk_create(
        (VideoWords(video=row, words=_words(n, characters)) for n, row in enumerate(videos)),
        batch_size=500,
    )


def _words(number: int, characters: int) -> str:
    """Return what is searched of row `number`."""
    from pod.main.search import words_of  # noqa: PLC0415 - after django.setup()

    return words_of(f"Lecture {number}", f"C{number % 120:03d}", slide_text(number, characters))
