"""Conversions in processes of the command, N at a time, one after the other.

A process of its own for each: what one recording does to memory or libraries ends with it.
Nothing of Django is imported before the child has set it up.
"""

from __future__ import annotations

import logging
import multiprocessing
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import resource_tracker
from multiprocessing.context import SpawnProcess
from types import FrameType

LOOK_S = 0.3
TERMINATE_S = 10.0
HELD = frozenset({signal.SIGINT, signal.SIGTERM, signal.SIGHUP})

Watch = Callable[[Sequence[int]], None]  # the jobs at work


def work(conversion_id: int, *, log: str) -> None:
    """Run one job; the body of a child process. Its messages go into the file `log`, if one is named.

    The terminal's Ctrl-C and hang-up reach children too: only the parent decides what it means and ends
    them with SIGTERM, upon which the job goes back to the queue. Until there is a job to give
    back, SIGTERM simply ends the process.
    """
    for each in (signal.SIGINT, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HELD)
    import django  # noqa: PLC0415 - set up in this process first

    django.setup()
    from pod.conversion.services import run  # noqa: PLC0415 - needs Django
    from pod.main.patience import DATABASE_AWAY  # noqa: PLC0415 - needs Django

    if log:  # the parent tells what went wrong in its own lines; a bar must not be torn apart
        logging.raiseExceptions = False  # by a log that finds no space
        logging.basicConfig(filename=log, format=f"%(asctime)s job {conversion_id}: %(message)s", force=True)
    try:
        signal.signal(signal.SIGTERM, _interrupt)
        run(conversion_id, later=False)
    except KeyboardInterrupt:
        return
    except DATABASE_AWAY as error:  # the parent notices by itself, and says so
        logging.getLogger(__name__).warning("Pod's database: %s", error)
        sys.exit(1)


@contextmanager
def _signals_held() -> Iterator[None]:
    """Let signals wait while a child starts: it must be known before the run can be interrupted.

    Other threads hear signals as well, and Python then tells this one: so handlers wait. The child
    inherits the mask: an interpreter that only starts would answer Ctrl-C with a traceback.
    """
    came: list[int] = []
    resource_tracker.ensure_running()  # which lets go of masked signals when it is started itself
    heard = threading.current_thread() is threading.main_thread()
    handlers = {each: signal.getsignal(each) for each in HELD} if heard else {}
    handlers = {each: handler for each, handler in handlers.items() if handler is not signal.SIG_IGN}
    for each in handlers:
        signal.signal(each, lambda number, _frame: came.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, HELD)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        for each, handler in handlers.items():
            signal.signal(each, handler)
        for number in came:
            signal.raise_signal(number)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@dataclass
class Pool:
    """Runs jobs in at most `size` processes."""

    size: int = 1
    log: str = ""
    watch: Watch = lambda _jobs: None
    prepare: Callable[[int], None] = lambda _job: None  # just before a job starts
    _busy: dict[int, SpawnProcess] = field(default_factory=dict)

    def run(self, jobs: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Yield (job, exit code of its process) as each ends. An exception ends all of them first."""
        waiting = deque(jobs)
        try:
            while waiting or self._busy:
                while waiting and len(self._busy) < self.size:
                    self._start(waiting.popleft())
                yield from self._ended()
                self.watch(tuple(self._busy))
                time.sleep(LOOK_S)
        finally:
            self._stop()

    def _start(self, job: int) -> None:
        self.prepare(job)
        context = multiprocessing.get_context("spawn")
        process = context.Process(
            target=work, args=(job,), kwargs={"log": self.log}, name=f"conversion-{job}"
        )
        with _signals_held():
            process.start()
            self._busy[job] = process

    def _ended(self) -> Iterator[tuple[int, int]]:
        for job, process in list(self._busy.items()):
            if process.exitcode is not None:
                process.join()
                del self._busy[job]
                yield job, process.exitcode

    def _stop(self) -> None:
        """End what still works: asked first, so that its job goes back to the queue."""
        for process in self._busy.values():
            process.terminate()
        until = time.monotonic() + TERMINATE_S
        for process in self._busy.values():
            process.join(max(0.0, until - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()
        self._busy.clear()
