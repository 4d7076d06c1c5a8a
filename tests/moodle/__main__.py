"""Write the demo's Moodle: `python -m tests.moodle --sqlite FILE`."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from tests.moodle.demo import demo
from tests.moodle.write import write_sqlite

log = logging.getLogger("tests.moodle")


def main(arguments: list[str] | None = None) -> int:
    """Write the file; log the DB_PARAMS that reads it and the meetings it knows."""
    parser = argparse.ArgumentParser(prog="python -m tests.moodle", description=__doc__)
    parser.add_argument("--sqlite", type=Path, required=True, metavar="FILE")
    parser.add_argument("--prefix", default="mdl_")
    asked = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    moodle, meetings = demo()
    write_sqlite(asked.sqlite, moodle, prefix=asked.prefix)
    log.info('DB_PARAMS={"default": {"engine": "sqlite", "database": "%s"}}', asked.sqlite.absolute())
    for meeting in meetings:
        log.info("%s  %s  %s", meeting.meeting_id, meeting.name, ", ".join(meeting.owners))
    return 0


if __name__ == "__main__":
    sys.exit(main())
