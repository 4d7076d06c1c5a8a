"""Serve recordings as BBB does: `python -m tests.fake_bbb --port 8090 --secret S --folder RECORDINGS`."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from tests.fake_bbb import Behaviour, Entry, FakeBBB, read_json, synthetic

log = logging.getLogger("tests.fake_bbb")


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m tests.fake_bbb", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8090, help="0 takes a free one")
    parser.add_argument("--secret", default="fake-secret")
    parser.add_argument("--folder", type=Path, help="recordings: <id>/ or <format>/<id>/")
    parser.add_argument(
        "--catalogue", type=int, default=0, metavar="N", help="list N invented recordings as well"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the invented recordings")
    parser.add_argument(
        "--json",
        "--moodle-json",
        type=Path,
        action="append",
        default=[],
        help="list these recordings as well (JSON)",
    )
    parser.add_argument(
        "--stand-in", action="store_true", help="recordings without files show those of --folder"
    )
    parser.add_argument("--pagination", choices=["final", "beta", "silent", "ignored"], default="final")
    parser.add_argument("--layout", choices=["bbb", "bbblb", "scalelite"], default="bbb")
    parser.add_argument("--public-url", default="", help="what links begin with, when behind another server")
    asked = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    entries: list[Entry] = [entry for path in asked.json for entry in read_json(path)]
    entries += synthetic(asked.catalogue, asked.seed)
    bbb = FakeBBB(
        asked.folder,
        secret=asked.secret,
        entries=entries,
        behaviour=Behaviour(pagination=asked.pagination, layout=asked.layout),
        stand_in=asked.stand_in,
        host=asked.host,
        port=asked.port,
        public_url=asked.public_url,
    )
    log.info("Listening at %s with %d recordings", bbb.api_url, len(bbb.entries))
    try:
        bbb.serve_forever()
    except KeyboardInterrupt:
        bbb.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
