"""Which source's word counts, when several are asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from pod.bbb.api import Recording
from pod.bbb_migration.owners.accounts import Accounts
from pod.bbb_migration.owners.base import CheckLine, Evidence, Finding, Person, RecordingFacts
from pod.bbb_migration.reasons import quoted
from pod.bbb_migration.whose import Whose

RECORDING = Recording("r", "m", "Algebra", "published", True, None, None)
UNKNOWN = Finding("r", reason=quoted("unknown"), unknown=True)
NEVER = Finding("r", reason=quoted("never heard of it"), unknown=True)
NOBODY = Finding("r", reason=quoted("nobody is left"))
FAILED = Finding("r", reason=quoted("could not be asked"), failed=True)
ADA = Finding("r", (Evidence(Person("s", "1", "ada"), "user"),), reason=quoted("ada"))
BOB = Finding("r", (Evidence(Person("t", "1", "bob"), "user"),), reason=quoted("bob"))


@dataclass
class Source:
    """Answers always the same."""

    answer: Finding
    asked: int = 0

    def find(self, recordings: Sequence[RecordingFacts]) -> dict[str, Finding]:
        """Return the answer about each."""
        self.asked += len(recordings)
        return {one.record_id: self.answer for one in recordings}

    def check(self) -> list[CheckLine]:
        """Nothing is to be checked."""
        return []

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    ("answers", "counts"),
    [
        ((UNKNOWN, NEVER), NEVER),
        ((UNKNOWN, NOBODY, NEVER), NOBODY),
        ((UNKNOWN, FAILED, NEVER), FAILED),
        ((UNKNOWN, FAILED, NOBODY), FAILED),
        ((NEVER, FAILED), FAILED),
    ],
)
def test_who_knows_the_recording_says_why_there_is_no_owner(
    answers: tuple[Finding, ...], counts: Finding
) -> None:
    """A source that has never heard of it hides no other's words; one that could not be asked stays open."""
    whose = Whose([Source(one) for one in answers], Accounts(create=True, staff=False), None)
    found = whose.find([RECORDING])["r"]
    assert (found.reason, found.failed) == (counts.reason, counts.failed)


def test_the_first_who_names_somebody_ends_the_asking() -> None:
    """Also after one that could not be asked; the next ones are not asked at all."""
    sources = [Source(FAILED), Source(ADA), Source(BOB)]
    whose = Whose(sources, Accounts(create=True, staff=False), None)
    assert whose._ask([RECORDING]) == {"r": ADA}
    assert [one.asked for one in sources] == [1, 1, 0]
