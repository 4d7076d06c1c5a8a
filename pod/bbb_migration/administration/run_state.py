"""How a run stands: what it wrote down, why, and whether it still lives."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pod.bbb_migration.lock import SILENCE, silence_of
from pod.bbb_migration.models import ItemOutcome, Run, RunState
from pod.bbb_migration.wording import said

MOST_REASONS = 20


def state_of(run: Run) -> dict[str, Any]:
    """Return what the page of a run shows; two queries, and one of a run that works, whatever its size."""
    items = run.items.order_by()
    written = dict(items.values_list("outcome").annotate(Count("pk")))
    told_why = items.exclude(why="", reason="").values_list("outcome", "why", "reason")
    reasons = told_why.annotate(many=Count("pk")).order_by("-many", "why", "reason")
    # while a run works, and when it was killed, its own counts are not written yet
    counts = {word: run.counts.get(word) or written.get(word, 0) for word in ItemOutcome.values}
    return {
        "live": told(run),
        "counts": [(ItemOutcome(word).label, count) for word, count in counts.items() if count],
        "seen": sum(written.values()),
        "reasons": [
            (ItemOutcome(outcome).label, Truncator(said(why, reason)).chars(200), count)
            for outcome, why, reason, count in reasons[:MOST_REASONS]
        ],
    }


def told(run: Run) -> str:
    """Return the state in words, with how long ago a running one gave a sign of life."""
    if run.state != RunState.RUNNING:
        return str(run.get_state_display())
    silence = silence_of(run)
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
