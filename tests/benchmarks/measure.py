"""Running a command and seeing what it took."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.memory import peak_mb

LOOK_S = 0.1


@dataclass(frozen=True)
class Run:
    """What a command took."""

    wall: float  # seconds
    cpu: float  # seconds, with its children
    peak_mb: float  # resident memory of all its processes together, sampled, shared pages once
    largest_mb: float  # resident memory of its largest process
    output: str


class _Watch:
    """Samples the resident memory (MB) of a process and its descendants."""

    def __init__(self, pid: int) -> None:
        self.peak = 0.0  # of all of them together
        self.largest = 0.0  # of one of them
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK_S):
            family = _family(self._pid)
            self.peak = max(self.peak, sum(map(_resident, family)))
            self.largest = max(self.largest, *map(_peak, family))


def _family(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _family(int(child))
    except OSError:
        pass  # it ended while we looked
    return found


def _resident(pid: int) -> float:
    """Give a process's resident memory in MB; pages that it shares with others count by their share."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) * 1024 / 1e6
    except (OSError, StopIteration):
        return 0.0  # it ended while we looked


def _peak(pid: int) -> float:
    """Give the most resident memory of a process so far, in MB."""
    try:
        return peak_mb(pid)
    except (OSError, StopIteration):
        return 0.0  # it ended while we looked


def run(command: Sequence[str]) -> Run:
    """Run a command to its end. Raises RuntimeError when it fails."""
    return run_together([command])


def run_together(commands: Sequence[Sequence[str]]) -> Run:
    """Start commands at once and wait for all of them."""
    began = time.perf_counter()
    started = [
        subprocess.Popen(c, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for c in commands
    ]
    watches = [_Watch(process.pid) for process in started]
    outputs, cpu = [], 0.0
    for process, command in zip(started, commands, strict=True):
        output = process.stdout.read() if process.stdout else ""
        errors = process.stderr.read() if process.stderr else ""
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} failed: {errors[-800:]}")
        outputs.append(output)
        cpu += usage.ru_utime + usage.ru_stime
    wall = time.perf_counter() - began
    for watch in watches:
        watch.stop()
    peak, largest = sum(watch.peak for watch in watches), max(watch.largest for watch in watches)
    return Run(wall, cpu, peak, largest, "".join(outputs))
