"""`python -m tests.benchmarks.administration`: the dashboard and Django's lists, 100,000 rows of each model.

Each list is asked for its first page, a page in the middle, a search and each of its filters; the
dashboard as a whole. Printed are the fastest and the median answer, the processor time of this process
(with SQLite: all of it), and the queries. Filling takes some minutes. The database is SQLite in a
temporary folder, or a test database on the server that DATABASE_URL names.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Iterator, Sequence
from html import unescape
from statistics import median

from tests.benchmarks.filling import set_up, tidy

TARGET_MS = 300
MOST_QUERIES = 12
LISTS = (
    "import_video_externalrecording",
    "video_video",
    "video_slide",
    "conversion_conversion",
    "recorder_recordingfiletreatment",
    "recorder_recording",
    "recorder_claim",
    "recorder_recordingfile",
    "meeting_meeting",
    "meeting_internalrecording",
    "authentication_owner",
    "bbb_migration_item",
    "bbb_migration_orphan",
    "bbb_migration_run",
    "auth_user",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Fill, ask, print; 1 when a page takes longer or asks more than the target."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.administration", description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000, help="rows of each model")
    parser.add_argument("--runs", type=int, default=3, help="requests of each address")
    options = parser.parse_args(arguments)
    set_up()
    from django.test.utils import setup_databases, teardown_databases  # noqa: PLC0415 - after django.setup()

    from tests.benchmarks.filling_administration import fill  # noqa: PLC0415 - the same

    made = setup_databases(verbosity=0, interactive=False)
    try:
        boss = fill(options.rows)
        tidy()
        return report(boss, options.runs)
    finally:
        teardown_databases(made, verbosity=0)


def report(boss: object, runs: int) -> int:
    """Ask each address and print what it took."""
    from django.test import Client  # noqa: PLC0415 - after django.setup()
    from django.urls import reverse  # noqa: PLC0415 - the same

    client = Client()
    client.force_login(boss)  # type: ignore[arg-type]
    client.get(reverse("admin:index"))  # templates and translations are loaded once for each worker
    _say(f"{'page':72}{'fastest ms':>11}{'median':>8}{'CPU ms':>8}{'queries':>9}")
    over = [_ask(client, reverse("admin:bbb_migration_dashboard"), runs)]
    for name in LISTS:
        address = reverse(f"admin:{name}_changelist")
        deep = "?p=300" if client.get(f"{address}?p=300").status_code == 200 else ""
        over += [_ask(client, f"{address}{query}", runs) for query in {"", deep, "?q=lecture+4711"}]
        over += [_ask(client, f"{address}{query}", runs) for query in filters(client, address)]
    _say(f"{len(over) - sum(over)} of {len(over)} within {TARGET_MS} ms and {MOST_QUERIES} queries")
    return int(any(over))


def filters(client: object, address: str) -> Iterator[str]:
    """Yield the last choice of each filter of a list, as a query string."""
    page = client.get(address).content.decode()  # type: ignore[attr-defined]
    for choices in re.findall(r"<details data-filter-title.*?</details>", page, re.DOTALL):
        links = re.findall(r'href="(\?[^"]+)"', choices)
        if links:
            yield unescape(links[-1])


def _ask(client: object, address: str, runs: int) -> bool:
    from django.db import connection  # noqa: PLC0415 - after django.setup()
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - the same

    times, cpu = [], []
    for _run in range(runs):
        began, worked = time.perf_counter(), time.process_time()
        answer = client.get(address)  # type: ignore[attr-defined]
        times.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - worked) * 1000)
        if answer.status_code != 200:
            raise SystemExit(f"{address} answers {answer.status_code}")
    with CaptureQueriesContext(connection) as asked:
        client.get(address)  # type: ignore[attr-defined]
    _say(f"{address[:70]:72}{min(times):11.0f}{median(times):8.0f}{min(cpu):8.0f}{len(asked):9}")
    return median(times) > TARGET_MS or len(asked) > MOST_QUERIES


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
