"""The notice in Moodle, for the recordings of a run: once per activity, only where it may be written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from pod.bbb_migration.owners.base import Activity
from pod.bbb_migration.sinks.moodle_notice import MoodleNotice, NoticeOutcome, NoticeResult, activities_of
from pod.bbb_migration.whose import Whose


@dataclass
class Notifier:
    """Writes SCRIPT_INFORM into the activities of recordings that arrived; remembers which it has seen."""

    notice: MoodleNotice
    whose: Whose
    outcomes: Counter[NoticeOutcome] = field(default_factory=Counter)
    failures: list[NoticeResult] = field(default_factory=list)
    _seen: set[Activity] = field(default_factory=set)

    def tell(self, record_ids: Sequence[str]) -> None:
        """Write the notice for these recordings of the batch whose owners were found last."""
        findings = (self.whose.findings[one] for one in record_ids if one in self.whose.findings)
        activities = [one for one in activities_of(findings) if one not in self._seen]
        self._seen.update(activities)
        for result in self.notice.put(activities) if activities else ():
            self.outcomes[result.outcome] += 1
            if result.outcome is NoticeOutcome.FAILED or result.note:
                self.failures.append(result)
