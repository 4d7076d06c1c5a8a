"""A worker as `manage.py run_conversions`, whose first conversion takes some seconds: `-m tests.web.worker`.

Small recordings are converted faster than a page asks again. The converter is the real
one; only its reports are stretched until a person could read them.
"""

from __future__ import annotations

import time

import django

LASTS_S = 8.0


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
                if phase == "converting" and work.title.endswith("1"):
                    while (
                        due := total_s * (time.monotonic() - begun) / LASTS_S
                    ) < done_s and not cancelled():
                        progress(phase, due, total_s)
                        time.sleep(0.05)
                progress(phase, done_s, total_s)

            return super().convert(work, progress=reported, cancelled=cancelled)

    engines.ENGINES["native"] = Unhurried()
    call_command("run_conversions")


if __name__ == "__main__":
    django.setup()
    work()
