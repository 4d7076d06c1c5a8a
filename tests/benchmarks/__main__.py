"""`make bench`: how fast, how small, with how much memory; every ratio from one run on one machine.

The recordings are made by the project itself and kept in a folder between runs.
Each figure is the median of at least three runs, the tools taken in turns. What
is compared with:

* the limit: the wall time of merely decoding our own output and encoding it
  again with the same settings and threads (ffmpeg if it is installed, else PyAV);
* real time, which is what bbb-recorder needs;
* bbb-dl, if it and Chromium are installed.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

from pod.bbb.render.work.helpers import usable_cpus
from tests.benchmarks import limit, outside
from tests.benchmarks.heavy import CASES as HEAVY
from tests.benchmarks.heavy import heavy_recording
from tests.benchmarks.measure import Run, run, run_together
from tests.benchmarks.recordings import Recording, long_recording, recording

CASES = {  # kind of recording -> what it stands for, and the target in times real time
    "bench-white": ("no webcam picture, 3 min of screen share", 120),
    "bench-slides": ("no webcam picture, no screen share", 120),
    "bench-webcam": ("moving webcam, 3 min of screen share", 20),
    "bench-screen": ("screen share most of the time, no webcam picture", 40),
    "bench-share": ("screen share most of the time, moving webcam", 40),
}


def say(text: str = "") -> None:
    """Write a line at once: a benchmark is watched."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def convert(source: Recording, out: Path, *more: str) -> list[str]:
    """Give the command that converts a recording."""
    return [sys.executable, "-m", "pod.bbb", "convert", str(source.folder), str(out), *more]


def medians(runs: int, *ways: Callable[[], Run]) -> list[Run]:
    """Run each way so often, in turns, and give the run of median wall time of each."""
    found: list[list[Run]] = [[] for _ in ways]
    for _ in range(runs):
        for way, results in zip(ways, found, strict=True):
            results.append(way())
    return [sorted(results, key=lambda r: r.wall)[len(results) // 2] for results in found]


def case(kind: str, source: Recording, folder: Path, runs: int) -> None:
    """Measure one recording against its limit."""
    meaning, target = CASES[kind]
    out = folder / f"{kind}.mp4"
    run(convert(source, out))
    ours, floor = medians(
        runs, lambda: run(convert(source, out)), lambda: run(limit.command(out, folder / "limit.mp4"))
    )
    seconds, megabytes = source.seconds, out.stat().st_size / 1e6
    say(f"\n{kind}: {meaning}, {seconds / 60:.0f} min")
    say(f"  convert   {ours.wall:7.2f} s wall {ours.cpu:7.2f} s CPU  {seconds / ours.wall:6.1f} x real time"
        f"  (target {target} x)")  # fmt: skip
    say(f"  limit     {floor.wall:7.2f} s wall {floor.cpu:7.2f} s CPU  {ours.wall / floor.wall:6.2f} of it"
        f"  (target 1.2; of its CPU {ours.cpu / floor.cpu:.2f})")  # fmt: skip
    say(f"  size      {megabytes:7.2f} MB = {megabytes / seconds * 600:.2f} MB per 10 min")
    say(
        f"  memory    {ours.peak_mb:7.0f} MB all processes, {ours.largest_mb:.0f} MB the largest (target 300)"
    )
    first = [_first_frame(source, folder) for _ in range(runs)]
    say(f"  first encoded picture after {median(first):.2f} s (target 2)")


def _first_frame(source: Recording, folder: Path) -> float:
    done = run(
        [sys.executable, "-m", "tests.benchmarks.first", str(source.folder), str(folder / "first.mp4")]
    )
    return float(done.output)


def jobs(source: Recording, folder: Path, runs: int) -> None:
    """Measure two jobs against one, and two processes at one recording against one."""
    outs = [folder / f"job-{number}.mp4" for number in range(2)]
    single = convert(source, outs[0], "--jobs", "1")
    one, two, split = medians(
        runs,
        lambda: run(single),
        lambda: run_together([convert(source, out, "--jobs", "1") for out in outs]),
        lambda: run(convert(source, outs[0], "--jobs", "2")),
    )
    say(f"\njobs, on {source.kind}")
    say(f"  one job          {one.wall:7.2f} s wall")
    say(
        f"  two jobs at once {two.wall:7.2f} s wall: "
        f"{2 * one.wall / two.wall:.2f} times the throughput (target 1.8)"
    )
    say(f"  --jobs 2         {split.wall:7.2f} s wall: {one.wall / split.wall:.2f} times as fast")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument(
        "--only", choices=(*CASES, "jobs", "long", "bbb-dl", "heavy", *HEAVY), action="append"
    )
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "pod-bbb-bench")
    parser.add_argument("--hours", type=float, default=4.0, help="length of the recording for `long`")
    options = parser.parse_args(arguments)
    chosen = options.only or [*CASES, "jobs", "long", "bbb-dl"]
    options.folder.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="bench-", dir=options.folder))
    say(f"{usable_cpus()} processors; medians of {options.runs} runs; limit measured with {limit.tool()}")
    try:
        for kind in CASES:
            if kind in chosen:
                case(kind, recording(options.folder, kind, options.minutes * 60), work, options.runs)
        if "jobs" in chosen:
            jobs(recording(options.folder, "bench-slides", options.minutes * 60), work, options.runs)
        if "long" in chosen:
            _long(options.folder, options.hours, work)
        for kind in HEAVY:  # takes half an hour: only when asked for
            if kind in chosen or "heavy" in chosen:
                _heavy(options.folder, kind, work)
        if "bbb-dl" in chosen:
            for kind, target in outside.TARGETS.items():
                source = recording(options.folder, kind, options.minutes * 60)
                say(outside.compare(source, target, work, convert))
    finally:
        shutil.rmtree(work)
    return 0


def _long(folder: Path, hours: float, work: Path) -> None:
    source = long_recording(folder, hours)
    done = run(convert(source, work / "long.mp4"))
    say(f"\nlong: {hours:g} h, 20,000 pointer events, 5,000 strokes, moving webcam")
    say(f"  convert   {done.wall:7.1f} s wall  {source.seconds / done.wall:6.1f} x real time")
    say(
        f"  memory    {done.peak_mb:7.0f} MB all processes, {done.largest_mb:.0f} MB the largest (target 300)"
    )


def _heavy(folder: Path, kind: str, work: Path) -> None:
    source, case_ = heavy_recording(folder, kind), HEAVY[kind]
    done = run(convert(source, work / f"{kind}.mp4", *case_.options))
    say(f"\n{kind}: {case_.meaning}")
    speed = source.seconds / done.wall
    say(f"  convert   {done.wall:7.1f} s wall {done.cpu:7.1f} s CPU  {speed:6.1f} x real time")
    say(
        f"  memory    {done.peak_mb:7.0f} MB all processes, {done.largest_mb:.0f} MB the largest (target 300)"
    )
    say(f"  first encoded picture after {_first_frame(source, work):.2f} s (target 2)")


if __name__ == "__main__":
    sys.exit(main())
