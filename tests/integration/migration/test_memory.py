"""Memory of the catalogue, in a process of its own: nothing else is counted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from pod.bbb.api import Client
from tests.fake_bbb import FakeBBB, synthetic

ROOT = Path(__file__).resolve().parents[3]
PEAKS = """
import sys, tracemalloc
from pathlib import Path
from pod.bbb.api import recordings_from_file
from pod.bbb_migration.catalogue import Catalogue
from pod.bbb_migration.plan import Selection
for path in sys.argv[1:]:
    tracemalloc.start()
    with Catalogue() as catalogue:
        catalogue.read(recordings_from_file(Path(path)))
        count = sum(len(batch) for batch in catalogue.batches(Selection(), size=100))
    print(count, tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
"""


def test_memory_does_not_grow_with_the_catalogue(tmp_path: Path) -> None:
    """The old command held the document: 43 kB a recording. Ours holds a line of an index."""
    files = []
    for count in (100, 500, 1500):  # what is loaded once falls to the first
        kept = tmp_path / str(count)
        with (
            FakeBBB(entries=synthetic(count)) as bbb,
            Client(bbb.api_url, bbb.secret, cache=kept) as client,
        ):
            bbb.behaviour.pagination = "ignored"
            assert sum(1 for _ in client.recordings()) == count
        files.append(str(next(kept.rglob("0001.xml"))))
    told = subprocess.run(
        [sys.executable, "-c", PEAKS, *files], capture_output=True, text=True, check=True, cwd=ROOT
    )
    (_first, (few, less), (many, more)) = [map(int, line.split()) for line in told.stdout.splitlines()]
    assert (few, many) == (500, 1500)
    assert (more - less) / (many - few) < 2000
