"""The program of a helper: it encodes parts of one recording for the process that started it (parallel.py).

Reads pickled objects from its parent on standard input (the Work, then Tasks,
then None) and answers with lines: `at SECONDS` now and then, `done [PACKETS, NOTE...]`
after a task: how many packets it made, and what could not be shown or decoded so far.
"""

from __future__ import annotations

import json
import pickle
import sys
import time

from pod.bbb.render.process.memory import return_large_blocks
from pod.bbb.render.work.parallel import REPORT_S, Task, Worker
from pod.bbb.render.work.pipeline import Work


def main() -> int:
    """Work until there is nothing left, or the parent is gone."""
    return_large_blocks()
    work: Work = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own parent process
    worker = Worker(work)
    told = 0.0

    def watch(seconds: float) -> None:
        nonlocal told
        if time.monotonic() - told >= REPORT_S:
            told = time.monotonic()
            sys.stdout.write(f"at {seconds:.3f}\n")
            sys.stdout.flush()

    try:
        while True:
            task: Task | None = pickle.load(sys.stdin.buffer)  # noqa: S301 - written by our own parent process
            if task is None:
                return 0
            packets = worker.run(task, watch)
            sys.stdout.write(f"done {json.dumps([packets, *worker.notes])}\n")
            sys.stdout.flush()
    except (EOFError, BrokenPipeError):
        return 1  # the parent is gone: nobody wants the rest
    finally:
        worker.close()


if __name__ == "__main__":
    sys.exit(main())
