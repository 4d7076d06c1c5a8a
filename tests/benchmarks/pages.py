"""`python -m tests.benchmarks.pages`: what each list costs on the server with 10,000 rows of the user.

A database of its own is made (SQLite in a temporary folder, or a test database on the server that
DATABASE_URL names), filled as a migration fills it (slide text, courses, jobs in all states, rows of
others beside them) and asked through Django's test client, from the middleware to the last byte of
the page. Printed are the median and the slowest of the runs, the queries and their share.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from statistics import median

from tests.benchmarks.asking import Answer, Asker, say
from tests.benchmarks.filling import fill, fill_others, name_others, set_up, tidy

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
    parser.add_argument(
        "--restricted", action="store_true", help="RESTRICT_CLAIMING_TO_PROBABLE_OWNERS, some files of others"
    )
    options = parser.parse_args(arguments)
    set_up()
    from django.contrib.auth.models import User  # noqa: PLC0415 - after django.setup()
    from django.test.utils import setup_databases, teardown_databases  # noqa: PLC0415 - the same

    made = setup_databases(verbosity=0, interactive=False)
    try:
        user = User.objects.create_user("ada", is_staff=True)
        fill(user.pk, options.rows, options.slide_text)
        fill_others(options.others, options.slide_text)
        if options.restricted:
            name_others()
        tidy()
        return report(user, options.runs)
    finally:
        teardown_databases(made, verbosity=0)


def report(user: object, runs: int) -> int:
    """Ask each address in turns and print what it took."""
    asker = Asker(user)
    for address in ADDRESSES:  # templates and translations are loaded once for each worker
        asker.ask(address)
    took: dict[str, list[Answer]] = {address: [] for address in ADDRESSES}
    for _ in range(runs):
        for address, answers in took.items():
            answers.append(asker.ask(address))
    slow = 0
    say(f"{'address':40}{'median ms':>10}{'slowest':>9}{'CPU ms':>8}{'queries':>9}{'SQL ms':>8}")
    for address, answers in took.items():
        asked = asker.queries(address)
        wall, cpu = [one.wall for one in answers], median(one.cpu for one in answers)
        slow += median(wall) > TARGET_MS
        say(f"{address:40}{median(wall):10.0f}{max(wall):9.0f}{cpu:8.0f}{len(asked):9}{sum(asked):8.0f}")
    say(f"{len(took) - slow} of {len(took)} below {TARGET_MS} ms")
    return int(bool(slow))


if __name__ == "__main__":
    sys.exit(main())
