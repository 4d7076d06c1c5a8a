"""What a run comes to: counted as results pass by, so that nothing is held that grows with the catalogue."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from pod.bbb_migration.plan import Action, AddExternal, Outcome, Owner
from pod.bbb_migration.results import Result
from pod.bbb_migration.wording import Note

SHOWN_FAILURES = 20


@dataclass
class Tally:
    """Counts and sums of one run."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    recordings: set[str] = field(default_factory=set)
    places: set[int] = field(default_factory=set)  # of the catalogue, that were worked on
    skipped: Counter[str] = field(default_factory=Counter)
    failures: list[Result] = field(default_factory=list)
    untried: int = 0  # of the failures, those that the next run looks at again without being told to
    queued: int = 0  # conversions that wait for a worker, of this run or of earlier ones
    unsent: int = 0  # of the queued ones, those that no worker could be told of
    protected: bool = False  # whether external videos are among those that Scalelite protects
    bytes: int = 0
    media_s: float = 0.0
    work_s: float = 0.0
    accounts: dict[str, Owner] = field(default_factory=dict)
    nobodys: Counter[str] = field(default_factory=Counter)  # why no owner is known, and of how many

    def add(self, result: Result) -> None:
        """Count one result."""
        self.outcomes[result.outcome] += 1
        self.recordings.add(result.record_id)
        if result.position:
            self.places.add(result.position)
        self.bytes += result.bytes
        self.work_s += result.work_s
        if result.nobody:
            self.nobodys[result.why_owner] += 1
        if result.outcome is Outcome.SKIP:
            self.skipped[result.said] += 1
        elif result.outcome is Outcome.FAIL:
            self.untried += result.why == Note.UNASKED or not result.position
            if len(self.failures) < SHOWN_FAILURES:
                self.failures.append(result)
        elif result.outcome is Outcome.EXISTS:
            self.queued += result.pending
        elif result.outcome is Outcome.CONVERT:
            self.media_s += result.duration_s
            self.queued += result.conversion_id is not None and not result.done
            self.unsent += result.why == Note.UNSENT

    def note(self, action: Action) -> None:
        """Note the account that an action makes, and whether a link opens only with the server's secret."""
        self.protected |= isinstance(action, AddExternal) and "token=" in action.url
        if action.owner is not None and action.owner.new_account:
            self.accounts.setdefault(action.owner.key, action.owner)

    @property
    def failed(self) -> int:
        """How many failed, in this run or before."""
        return self.outcomes[Outcome.FAIL]

    def as_dict(self) -> dict[str, Any]:
        """Return the counts for the ledger and the reports."""
        return {
            **{str(outcome): self.outcomes[outcome] for outcome in Outcome},
            "recordings": len(self.recordings),
            "bytes": self.bytes,
            "media_s": round(self.media_s, 1),
            "work_s": round(self.work_s, 1),
            "new_accounts": len(self.accounts),
            "without_owner": self.nobodys.total(),
        }
