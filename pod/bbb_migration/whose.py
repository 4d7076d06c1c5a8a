"""Whose the recordings of a batch are: each source in turn, then the administrator.

Nobody found is no failure: the administrator gets the recording, and owners.csv a line. A
source that could not be asked is one: who asks later may get another answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.contrib.auth.models import User
from django.utils.translation import gettext_noop as _

from pod.bbb.api import Recording
from pod.bbb_migration.owners.accounts import AccountAction, AccountDecision, Accounts
from pod.bbb_migration.owners.base import Evidence, Finding, OwnerSource, Person
from pod.bbb_migration.plan import Owner, Ownership
from pod.bbb_migration.reasons import Reason, because, listed
from pod.bbb_migration.wording import told

ADMINISTRATOR = "administrator"
TOLD = "owners.csv"


@dataclass
class Whose:
    """Asks the sources; remembers which person is behind which account, to make accounts later."""

    sources: Sequence[OwnerSource]
    accounts: Accounts
    administrator: User | None
    _people: dict[str, Person] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)

    def find(self, recordings: Sequence[Recording]) -> dict[str, Ownership]:
        """Return whose each recording is, by record id."""
        findings = self._ask(recordings)
        people = [evidence.person for finding in findings.values() for evidence in finding.owners]
        decisions = self.accounts.decide(people)
        self.findings = findings
        return {
            recording.record_id: self._ownership(findings[recording.record_id], decisions)
            for recording in recordings
        }

    def make_accounts(self, owners: Sequence[Owner]) -> Mapping[str, int | None]:
        """Make the accounts that these owners lack; return every account's number by owner key."""
        people = {owner.key: self._people[owner.key] for owner in owners if owner.key in self._people}
        made = self.accounts.apply(people.values())
        return {key: made[person].user_id for key, person in people.items()}

    def close(self) -> None:
        """Give the sources' connections back."""
        for source in self.sources:
            source.close()

    def _ask(self, recordings: Sequence[Recording]) -> dict[str, Finding]:
        """Return the first source's finding that names someone, else the one that knows best why not."""
        found: dict[str, Finding] = {}
        for source in self.sources:
            open_cases = [one for one in recordings if not _settles(found.get(one.record_id))]
            for record_id, finding in source.find(open_cases).items():
                if finding.says_more_than(found.get(record_id)):
                    found[record_id] = finding
        return found

    def _ownership(self, finding: Finding, decisions: Mapping[Person, AccountDecision]) -> Ownership:
        flagged = tuple(_told(evidence) for evidence in finding.flagged)
        if finding.failed:
            return Ownership(reason=finding.reason, failed=True, flagged=flagged)
        owners: dict[str, Owner] = {}
        refused = []
        unmatched: dict[str, Owner] = {}
        for evidence in finding.owners:
            decision = decisions[evidence.person]
            if decision.action is AccountAction.REFUSE:
                refused.append(because(_("%(who)s: %(why)s"), who=str(evidence.person), why=decision.reason))
                person = evidence.person
                key = (person.username or person.email or person.id).lower()
                unmatched[key] = Owner(key, str(person), evidence.via, decision.reason)
                continue
            owner = self._owner(evidence, decision)
            owners.setdefault(owner.key, owner)
        flagged = (*flagged, *map(told, refused))
        if not owners:
            found = self._fallback(listed([finding.reason, *refused]), flagged)
            return replace(found, unmatched=tuple(unmatched.values()))
        return Ownership(
            tuple(owners.values()), finding.reason, flagged=flagged, unmatched=tuple(unmatched.values())
        )

    def _owner(self, evidence: Evidence, decision: AccountDecision) -> Owner:
        key = decision.username.lower()
        self._people.setdefault(key, evidence.person)
        notes = [decision.reason, evidence.note]
        if evidence.enrolled is False:
            notes.append(because(_("not enrolled in the course, or no longer")))
        return Owner(
            key=key,
            label=str(evidence.person),
            via=evidence.via,
            reason=listed(notes),
            user_id=decision.user_id,
            new_account=decision.action is AccountAction.CREATE,
        )

    def _fallback(self, reason: Reason, flagged: tuple[str, ...]) -> Ownership:
        if self.administrator is None:
            return Ownership((), reason, flagged=flagged)
        name = self.administrator.get_username()
        owner = Owner(
            key=name.lower(),
            label=name,
            via=ADMINISTRATOR,
            reason=reason,
            user_id=self.administrator.pk,
            fallback=True,
        )
        return Ownership((owner,), reason, flagged=flagged)


def _settles(finding: Finding | None) -> bool:
    return finding is not None and bool(finding.owners)


def _told(evidence: Evidence) -> str:
    note = f" ({told(evidence.note)})" if evidence.note else ""
    return f"{evidence.person} [{evidence.via}]{note}"
