"""Five hundred damaged recordings: a usable video with a note, or one clear error, and nothing else."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.samples import make_recording
from tests.sampling import sampled

BATCH = 63
BATCHES = sampled(range(0, 504, BATCH))
RECORDINGS = BATCH * len(BATCHES)
DEADLINE_S = 60.0  # one takes a fraction of a second; a busy machine may take long
MEGABYTES = 500
KINDS = ("lecture", "tldraw", "tldraw-v1", "audio-only")


@dataclass
class Outcomes:
    """What came of all of them."""

    lines: list[list[str]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    memory: int = 0


def run(bases: Path, work: Path, first: int, outcomes: Outcomes) -> None:
    """Convert one batch in a process of its own, watched."""
    command = [sys.executable, "-m", "tests.integration.convert.corpus", str(bases)]
    errors = (work / f"{first}.log").open("w+")
    process = subprocess.Popen(
        [*command, str(first), str(first + BATCH)],
        stdout=subprocess.PIPE,
        stderr=errors,
        text=True,
        env={**os.environ, "CORPUS_DIR": str(work)},
    )
    lines: queue.Queue[str | None] = queue.Queue()

    def listen() -> None:
        for line in process.stdout or ():
            lines.put(line)
        lines.put(None)

    threading.Thread(target=listen, daemon=True).start()
    count = 0
    while True:
        try:
            line = lines.get(timeout=DEADLINE_S)
        except queue.Empty:
            outcomes.failures.append(f"recording {first + count} was not done after {DEADLINE_S} s")
            process.kill()
            break
        if line is None:
            break
        parts = line.rstrip("\n").split("\t")
        if parts[0] == "memory":
            outcomes.memory = max(outcomes.memory, int(parts[1]))
        else:
            outcomes.lines.append(parts)
            count += 1
    if process.wait() and count < BATCH:
        errors.seek(0)
        outcomes.failures.append(f"recording {first + count} ended the process: {errors.read()[-1500:]}")
    errors.close()


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Outcomes:
    """Convert all of them, two batches at a time."""
    bases, work = tmp_path_factory.mktemp("bases"), tmp_path_factory.mktemp("work")
    for kind in KINDS:
        make_recording(bases / kind, kind, 2.0)
    found = Outcomes()
    batches: queue.SimpleQueue[int] = queue.SimpleQueue()
    for first in BATCHES:
        batches.put(first)

    def work_on() -> None:
        while not batches.empty():
            run(bases, work, batches.get(), found)

    threads = [threading.Thread(target=work_on) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.slow
def test_none_hangs_or_crashes(outcomes: Outcomes) -> None:
    """Each damaged recording is done within its deadline, by a process that lives on."""
    assert not outcomes.failures
    assert len(outcomes.lines) == RECORDINGS


@pytest.mark.slow
def test_each_gives_a_video_or_one_clear_error(outcomes: Outcomes) -> None:
    """No other outcome exists: nothing is left behind, no video is useless."""
    counts = Counter(outcome for _, outcome, *_ in outcomes.lines)
    sys.stderr.write(f"\ndamaged recordings: {dict(counts)}\n")
    assert set(counts) <= {"video", "note", "error"}, [line for line in outcomes.lines if line[1].isupper()]
    assert counts["video"] + counts["note"] > RECORDINGS * 0.6


@pytest.mark.slow
def test_errors_are_about_the_recording(outcomes: Outcomes) -> None:
    """An error names what is wrong; none asks to report a fault of ours."""
    assert not [line for line in outcomes.lines if line[1] == "error" and "Please report" in line[3]]


@pytest.mark.slow
def test_memory_stays_small(outcomes: Outcomes) -> None:
    """Never more than 500 MB, whatever a file says about itself."""
    assert 0 < outcomes.memory < MEGABYTES
