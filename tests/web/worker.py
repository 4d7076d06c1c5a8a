"""A worker as `manage.py run_conversions`, two of whose conversions are watched: `-m tests.web.worker`.

Small recordings are converted faster than a page asks again. The converter is the real
one; only its reports wait until a test has read them (`watched`).
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import django

WATCHED, CANCELLED = "Mécanique des fluides 1", "Optique 11"  # recordings whose conversions wait for a test
STOPS = (0.3, 0.6)  # of them
MOST_S = 60.0


def watched(folder: Path, title: str, times: int) -> Path:
    """Return the file by which a test says that it has seen so many different percentages."""
    return folder / f"watched-{title}-{times}"


def work() -> None:
    """Take jobs for ever."""
    from django.core.management import call_command  # noqa: PLC0415 - Django is set up by now

    from pod.conversion import engines  # noqa: PLC0415
    from pod.conversion.engines.base import Cancelled, Made, Progress, Work  # noqa: PLC0415
    from pod.conversion.engines.native import NativeEngine  # noqa: PLC0415

    class Unhurried(NativeEngine):
        """The real converter; of some recordings slow enough to be watched."""

        def convert(self, work: Work, *, progress: Progress, cancelled: Cancelled) -> Made:
            """Convert, and wait in the reports."""
            last = time.monotonic() + MOST_S

            def reported(phase: str, done_s: float, total_s: float) -> None:
                stops = STOPS if phase == "converting" and work.title in (WATCHED, CANCELLED) else ()
                for times, stop in enumerate(stops, 1):
                    seen = watched(Path(os.environ["DATA_DIR"]), work.title, times)
                    while done_s >= stop * total_s and not (seen.exists() or cancelled()):
                        if time.monotonic() > last:
                            break
                        progress(phase, stop * total_s, total_s)
                        time.sleep(0.05)
                progress(phase, done_s, total_s)

            return super().convert(work, progress=reported, cancelled=cancelled)

    engines.ENGINES["native"] = Unhurried()
    call_command("run_conversions")


if __name__ == "__main__":
    django.setup()
    work()
