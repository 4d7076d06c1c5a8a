"""A worker as `manage.py run_conversions`, whose first conversion takes some seconds: `-m tests.web.worker`.

Small recordings are converted faster than a page asks again. The converter and its
figures are the real ones; only its reports are held up until a person could read them.
"""

from __future__ import annotations

import time

import django

LASTS_S = 6.0


def work() -> None:
    """Take jobs for ever."""
    from django.core.management import call_command  # noqa: PLC0415 - Django is set up by now

    from pod.conversion import engines  # noqa: PLC0415
    from pod.conversion.engines.base import Cancelled, Made, Progress, Work  # noqa: PLC0415
    from pod.conversion.engines.native import NativeEngine  # noqa: PLC0415

    class Unhurried(NativeEngine):
        """The real converter; for a title that asks for it, slow enough to be watched."""

        def convert(self, work: Work, *, progress: Progress, cancelled: Cancelled) -> Made:
            """Convert, and wait in each report."""
            begun = time.monotonic()

            def reported(phase: str, done_s: float, total_s: float) -> None:
                progress(phase, done_s, total_s)
                if phase == "converting" and total_s > 0 and "1" in work.title:
                    while time.monotonic() - begun < LASTS_S * done_s / total_s and not cancelled():
                        time.sleep(0.05)

            return super().convert(work, progress=reported, cancelled=cancelled)

    engines.ENGINES["native"] = Unhurried()
    call_command("run_conversions")


if __name__ == "__main__":
    django.setup()
    work()
