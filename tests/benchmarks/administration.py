"""`python -m tests.benchmarks.administration`: the dashboard and Django's lists, 100,000 rows of each model.

Each list is asked for its first page, a page in the middle, searches that find few rows, all and none, and
each of its filters; the dashboard as a whole. Printed are the fastest and the median answer, the processor
time of this process and the database's, which tells more on a busy machine, and the queries. Filling takes
some minutes. The database is SQLite in a temporary folder, or a test database on the server that
DATABASE_URL names.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from html import unescape
from statistics import median

from tests.benchmarks.asking import Asker, say
from tests.benchmarks.filling import set_up, tidy

TARGET_MS = 150
MOST_QUERIES = 13
DEEP = ["?p=300"]
# few rows, all rows, none
SEARCHES = ["?q=lecture+4711", "?q=e", "?q=qqq"]
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
    from django.urls import reverse  # noqa: PLC0415 - after django.setup()

    asker = Asker(boss)
    asker.ask(reverse("admin:index"))  # templates and translations are loaded once for each worker
    say(f"{'page':72}{'fastest ms':>11}{'median':>8}{'CPU ms':>8}{'queries':>9}")
    over = [_ask(asker, reverse("admin:bbb_migration_dashboard"), runs)]
    for name in LISTS:
        address = reverse(f"admin:{name}_changelist")
        queries = ["", *DEEP * asker.has(f"{address}{DEEP[0]}"), *SEARCHES, *filters(asker, address)]
        over += [_ask(asker, f"{address}{query}", runs) for query in queries]
    say(f"{len(over) - sum(over)} of {len(over)} within {TARGET_MS} ms and {MOST_QUERIES} queries")
    return int(any(over))


def filters(asker: Asker, address: str) -> Iterator[str]:
    """Yield the last choice of each filter of a list, as a query string."""
    page = asker.client.get(address).content.decode()
    for choices in re.findall(r"<details data-filter-title.*?</details>", page, re.DOTALL):
        links = re.findall(r'href="(\?[^"]+)"', choices)
        if links:
            yield unescape(links[-1])


def _ask(asker: Asker, address: str, runs: int) -> bool:
    took = [asker.ask(address) for _run in range(runs)]
    asked = len(asker.queries(address))
    wall, cpu = [one.wall for one in took], min(one.cpu for one in took)
    say(f"{address[:70]:72}{min(wall):11.0f}{median(wall):8.0f}{cpu:8.0f}{asked:9}")
    return median(wall) > TARGET_MS or asked > MOST_QUERIES


if __name__ == "__main__":
    sys.exit(main())
