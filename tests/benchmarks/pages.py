"""`python -m tests.benchmarks.pages`: what each list costs on the server with 10,000 rows of the user.

A database of its own is made in a temporary folder, filled as a migration fills it (slide text,
courses, jobs in all states) and asked through Django's test client, from the middleware to the last
byte of the page. Printed are the median and the slowest of the runs, the queries and their share.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from statistics import median

START = datetime(2020, 1, 6, 8, tzinfo=UTC)
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
ADDRESSES = (
    "/import_video/",
    "/import_video/?page=200",
    "/import_video/?sort=title",
    "/import_video/?sort=longest",
    "/import_video/?state=active",
    "/import_video/?year=2021&course=C042",
    "/import_video/?q=lecture+enzyme",
    "/record/claim_record/",
    "/record/claim_record/?sort=title",
    "/record/claim_record/?state=mine",
    "/record/claim_record/?q=enzyme",
    "/video/my/",
    "/video/my/?sort=title",
    "/video/my/?state=public",
    "/video/my/?q=enzyme",
)
TARGET_MS = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, ask, print; 1 when an address takes longer than the target."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.pages", description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000, help="rows of the user in each list")
    parser.add_argument("--runs", type=int, default=15, help="requests of each address")
    parser.add_argument("--slide-text", type=int, default=2000, help="characters of slide text in a row")
    options = parser.parse_args(arguments)
    _set_up()
    from django.contrib.auth.models import User  # noqa: PLC0415 - after django.setup()
    from django.test.utils import setup_databases, teardown_databases  # noqa: PLC0415 - the same

    made = setup_databases(verbosity=0, interactive=False)
    try:
        user = User.objects.create_user("ada", is_staff=True)
        fill(user.pk, options.rows, options.slide_text)
        return report(user, options.runs)
    finally:
        teardown_databases(made, verbosity=0)


def _set_up() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django  # noqa: PLC0415 - the settings' name must be known first

    django.setup()
    from django.conf import settings  # noqa: PLC0415 - after django.setup()

    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]


def fill(user_id: int, rows: int, slide_characters: int) -> None:
    """Give the user so many rows of each list; every tenth has a job."""
    _fill_external(user_id, rows, slide_characters)
    _fill_claims(user_id, rows, slide_characters)
    _fill_videos(user_id, rows, slide_characters)


def slide_text(number: int, characters: int) -> str:
    """Return text of about the given length, another for each row."""
    words = (WORDS[(number * 7 + place * place) % len(WORDS)] for place in range(characters // 8 + 1))
    return " ".join(words)[:characters]


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
        Conversion(key=f"bench-{n}", delivery="bench", title=row.name, target="", state=states[n % 4])
        for n, row in enumerate(made[::10])
    )
    details = list(ExternalRecordingDetail.objects.filter(recording__in=[r.pk for r in made[::10]]))
    for detail, job in zip(details, jobs, strict=True):
        detail.conversion = job
    ExternalRecordingDetail.objects.bulk_update(details, ["conversion"], batch_size=400)


def _fill_claims(user_id: int, rows: int, characters: int) -> None:
    from pod.recorder.models import ClaimDetail, Recorder, RecordingFileTreatment  # noqa: PLC0415 - after setup
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
        ClaimDetail(
            treatment=row,
            title=f"Lecture {n}",
            course=f"C{n % 120:03d}",
            slide_text=slide_text(n, characters),
        )
        for n, row in enumerate(files)
    )
    owners = ClaimDetail.probable_owners.through
    owners.objects.bulk_create(owners(claimdetail_id=d.pk, user_id=user_id) for d in details[::7])


def _fill_videos(user_id: int, rows: int, characters: int) -> None:
    from pod.video.models import Video, VideoDetail  # noqa: PLC0415 - after django.setup()
    from pod.video.services import default_type  # noqa: PLC0415 - the same

    kind = default_type()
    videos = Video.objects.bulk_create(
        Video(
            video=f"videos/{n}.mp4",
            title=f"Lecture {n}",
            slug=f"{n:05d}-lecture",
            owner_id=user_id,
            type=kind,
            date_evt=(START + timedelta(hours=5 * n)).date(),
            duration=600 + n * 37 % 7000,
            is_draft=n % 3 != 0,
        )
        for n in range(rows)
    )
    VideoDetail.objects.bulk_create(
        VideoDetail(video=row, course=f"C{n % 120:03d}", slide_text=slide_text(n, characters))
        for n, row in enumerate(videos)
    )


def report(user: object, runs: int) -> int:
    """Ask each address in turns and print what it took."""
    from django.db import connection  # noqa: PLC0415 - after django.setup()
    from django.test import Client  # noqa: PLC0415 - the same
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - the same

    client = Client()
    client.force_login(user)  # type: ignore[arg-type]
    seen: dict[str, list[float]] = {address: [] for address in ADDRESSES}
    cpu: dict[str, list[float]] = {address: [] for address in ADDRESSES}  # what a busy machine leaves alone
    for address in ADDRESSES:  # templates and translations are loaded once for each worker
        client.get(address)
    for _ in range(runs):
        for address, times in seen.items():
            began, worked = time.perf_counter(), time.process_time()
            answer = client.get(address)
            times.append((time.perf_counter() - began) * 1000)
            cpu[address].append((time.process_time() - worked) * 1000)
            if answer.status_code != 200:
                raise SystemExit(f"{address} answers {answer.status_code}")
    slow = 0
    _say(f"{'address':40}{'median ms':>10}{'slowest':>9}{'CPU ms':>8}{'queries':>9}{'SQL ms':>8}")
    for address, times in seen.items():
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        spent = sum(float(query["time"]) for query in asked.captured_queries) * 1000
        middle = median(times)
        slow += middle > TARGET_MS
        _say(
            f"{address:40}{middle:10.0f}{max(times):9.0f}{median(cpu[address]):8.0f}{len(asked):9}{spent:8.0f}"
        )
    _say(f"{len(seen) - slow} of {len(seen)} below {TARGET_MS} ms")
    return int(bool(slow))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
