"""`python -m tests.benchmarks.pages`: what each list costs on the server with 10,000 rows of the user.

A database of its own is made (SQLite in a temporary folder, or a test database on the server that
DATABASE_URL names), filled as a migration fills it (slide text, courses, jobs in all states, rows of
others beside them) and asked through Django's test client, from the middleware to the last byte of
the page. Printed are the median and the slowest of the runs, the queries and their share.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from statistics import median

from tests.benchmarks.filling import fill, fill_others, set_up, tidy

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
    parser.add_argument("--others", type=int, default=20_000, help="rows of other users beside them")
    parser.add_argument("--runs", type=int, default=15, help="requests of each address")
    parser.add_argument("--slide-text", type=int, default=2000, help="characters of slide text in a row")
    options = parser.parse_args(arguments)
    set_up()
    from django.contrib.auth.models import User  # noqa: PLC0415 - after django.setup()
    from django.test.utils import setup_databases, teardown_databases  # noqa: PLC0415 - the same

    made = setup_databases(verbosity=0, interactive=False)
    try:
        user = User.objects.create_user("ada", is_staff=True)
        fill(user.pk, options.rows, options.slide_text)
        fill_others(options.others, options.slide_text)
        tidy()
        return report(user, options.runs)
    finally:
        teardown_databases(made, verbosity=0)


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
