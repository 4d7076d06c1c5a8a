"""The processes that help with a conversion: started, spoken with, stopped.

They are plain child processes (`python -m pod.bbb.render.work.worker`), so they also
start from inside a Celery worker, whose processes may not have
multiprocessing's children. They are started before the recording is read:
while this process reads, they load their libraries.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from pod.bbb.render.process.surroundings import project_environment

GRACE_S = 1.0


def usable_cpus() -> int:
    """Give how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


class Helper:
    """One such process."""

    def __init__(self, log: Path) -> None:
        self._log = log.open("w+b")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pod.bbb.render.work.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            env=project_environment(),
        )

    def send(self, thing: object) -> None:
        """Give it an object. Raises OSError when it is gone."""
        pipe = self._pipe(self._process.stdin)
        pickle.dump(thing, pipe, protocol=pickle.HIGHEST_PROTOCOL)
        pipe.flush()

    def lines(self) -> Iterator[str]:
        """Give its answers until it ends."""
        for line in self._pipe(self._process.stdout):
            yield line.decode()

    def said(self) -> str:
        """Give the last line that it complained with, "" if it did not."""
        self._log.seek(0)
        complaints = self._log.read().decode(errors="replace").strip().splitlines()
        return complaints[-1] if complaints else ""

    def was_killed(self) -> bool:
        """Whether it was killed, of one that answers no more."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_S)
        return self._process.returncode == -signal.SIGKILL

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        self.close()

    def stop(self) -> None:
        """End the process, whatever it does, and wait for it."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()

    def close(self) -> None:
        """Close what this process holds of it; nobody may be listening any more."""
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # unsent words to a process that is gone
                self._pipe(pipe).close()
        self._log.close()

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        if pipe is None:
            raise ValueError("a helper has pipes")
        return pipe


@contextlib.contextmanager
def helpers(count: int, folder: Path) -> Iterator[list[Helper]]:
    """Give `count` processes, which are gone afterwards; `folder` keeps their complaints."""
    with contextlib.ExitStack() as stack:
        yield [stack.enter_context(Helper(folder / f"helper-{number}.log")) for number in range(count)]
