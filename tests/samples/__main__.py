"""Make sample recordings: `python -m tests.samples OUT --kind lecture --seconds 20`."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from tests.samples import KINDS, START_MS, make_recording

log = logging.getLogger("tests.samples")


def main(arguments: list[str] | None = None) -> int:
    """Write the recordings that were asked for; log the folder of each."""
    parser = argparse.ArgumentParser(prog="python -m tests.samples", description=__doc__)
    parser.add_argument("out", type=Path, help="root of the server's files")
    parser.add_argument(
        "--kind", choices=sorted(KINDS), action="append", help="may be given again; default: lecture"
    )
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--minutes", type=float, help="instead of --seconds")
    parser.add_argument("--name", default="")
    parser.add_argument("--meeting-id", default="")
    parser.add_argument("--start-ms", type=int, default=START_MS)
    asked = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    seconds = asked.seconds if asked.minutes is None else asked.minutes * 60
    for kind in asked.kind or ["lecture"]:
        made = make_recording(
            asked.out, kind, seconds, name=asked.name, meeting_id=asked.meeting_id, start_ms=asked.start_ms
        )
        log.info("%s", made.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
