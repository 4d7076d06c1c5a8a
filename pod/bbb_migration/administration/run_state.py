"""How a run stands: what it wrote down, why, and whether it still lives."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pod.bbb_migration.lock import SILENCE
from pod.bbb_migration.models import ItemOutcome, Run, RunState

MOST_REASONS = 20


def state_of(run: Run) -> dict[str, Any]:
    """Return what the page of a run shows; two queries, whatever the run's size."""
    items = run.items.order_by()
    written = dict(items.values_list("outcome").annotate(Count("pk")))
    reasons = items.exclude(reason="").values_list("outcome", "reason").annotate(many=Count("pk"))
    # while a run works, and when it was killed, its own counts are not written yet
    counts = {word: run.counts.get(word) or written.get(word, 0) for word in ItemOutcome.values}
    return {
        "live": told(run),
        "counts": [(ItemOutcome(word).label, count) for word, count in counts.items() if count],
        "seen": sum(written.values()),
        "reasons": [
            (ItemOutcome(outcome).label, reason if len(reason) <= 200 else f"{reason[:199]}…", count)
            for outcome, reason, count in reasons.order_by("-many", "reason")[:MOST_REASONS]
        ],
    }


def told(run: Run) -> str:
    """Return the state in words, with how long ago a running one gave a sign of life."""
    if run.state != RunState.RUNNING:
        return str(run.get_state_display())
    silence = timezone.now() - run.heartbeat_at
    if silence > SILENCE:
        minutes = int(silence.total_seconds() // 60)
        text = ngettext(
            "no sign of life for %(minutes)d minute: its process is probably gone; run the command again",
            "no sign of life for %(minutes)d minutes: its process is probably gone; run the command again",
            minutes,
        )
        return text % {"minutes": minutes}
    seconds = max(0, int(silence.total_seconds()))
    return _("running; last sign of life %(seconds)d s ago") % {"seconds": seconds}
