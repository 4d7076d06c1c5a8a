"""How fast conversions are, for a dry run's estimate: as past ones were, else as the engine usually is."""

from __future__ import annotations

from statistics import median

from pod.conversion.models import Conversion
from pod.main.states import State

LATEST = 50
USUAL = {"native": 20.0, "bbb-recorder": 1.0}  # media seconds a second


def speed_of(engine: str) -> float:
    """Return media seconds per second: the median of the engine's latest conversions."""
    done = Conversion.objects.filter(
        state=State.DONE, engine=engine, total_s__gt=0, started_at__isnull=False, finished_at__isnull=False
    ).order_by("-finished_at")
    speeds = [
        total / (finished - started).total_seconds()
        for total, started, finished in done.values_list("total_s", "started_at", "finished_at")[:LATEST]
        if started and finished and finished > started
    ]
    return median(speeds) if speeds else USUAL.get(engine, 1.0)
