"""What every source of ownership takes and gives: recordings in, one finding each out.

A source (Pod's own meetings, Moodle, Greenlight) is asked about a batch of
recordings and answers with one `Finding` per record id: who owns it, how that is
known (`via`), who else might, and why nobody was found. No source writes
anything: `accounts` turns a `Person` into a Pod account.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext

from pod.bbb_migration.reasons import NONE, Reason, quoted


class OwnersError(Exception):
    """A source of ownership could not be asked; the message never holds a secret.

    `reason` says it to whoever reads the ledger later, in their own language.
    """

    def __init__(self, reason: Reason | str) -> None:
        self.reason = quoted(reason) if isinstance(reason, str) else reason
        super().__init__(self.reason.said(gettext))


class RecordingFacts(Protocol):
    """What a source reads of a recording; `pod.bbb.api`'s `Recording` has all of it."""

    @property
    def record_id(self) -> str:
        """BBB's recordID, equal to the internal meeting id."""

    @property
    def meeting_id(self) -> str:
        """The meetingID that the front-end chose."""

    @property
    def metadata(self) -> Mapping[str, str]:
        """The `<metadata>` children, name to text."""

    @property
    def start(self) -> datetime | None:
        """When the recording began, aware."""

    @property
    def end(self) -> datetime | None:
        """When the recording ended, aware."""


@dataclass(frozen=True, slots=True)
class Person:
    """One account of a front-end.

    `source` names the front-end ("moodle:default", "moodle:moodle.univ.example"),
    `id` its key there; the two together are the same for the same person in
    every finding.
    """

    source: str
    id: str
    username: str
    email: str = ""
    idnumber: str = ""
    first_name: str = ""
    last_name: str = ""

    def __str__(self) -> str:
        name = f"{self.first_name} {self.last_name}".strip()
        account = self.username or self.email
        return f"{name} ({account})" if name and account else name or account


@dataclass(frozen=True, slots=True)
class Evidence:
    """A person, and how it is known that the recording is theirs.

    `via` is one of the words of the owners' order: Moodle's ("summary", "user",
    "role:<shortname>", "default:owner", "default:role", "fallback:mail",
    "fallback:join", "fallback:create", "fallback:teacher"), Greenlight's
    ("greenlight:owner", "greenlight:shared"), Pod's ("pod:owner",
    "pod:additional"). `enrolled` is None
    where the front-end has no enrolments or they could not be read.
    """

    person: Person
    via: str
    enrolled: bool | None = None
    note: Reason = NONE


@dataclass(frozen=True, slots=True)
class Activity:
    """The room a recording was made in; `id` is None when only its course is left."""

    source: str
    id: int | None
    name: str
    course_id: int | None
    course_name: str


@dataclass(frozen=True, slots=True)
class Finding:
    """What a source knows about one recording.

    * `owners`: strongest evidence first; empty when nobody was found.
    * `flagged`: people to mention, never to give the recording to (managers of
      a whole category, moderators outside the meeting's group, guesses).
    * `to_confirm`: `owners` is empty and `flagged` holds a guess that a human
      must confirm: the administrator gets the recording and a line in owners.csv.
    * `unknown`: the source has never heard of the recording, or another front-end
      made it: whatever another source knows of it counts more.
    * `failed`: the source could not be asked. This is no answer: the recording
      must be tried again later and not be given to the administrator.
    * `reason`: one sentence for the report, in every case.
    """

    record_id: str
    owners: tuple[Evidence, ...] = ()
    flagged: tuple[Evidence, ...] = ()
    reason: Reason = NONE
    to_confirm: bool = False
    activity: Activity | None = None
    failed: bool = False
    unknown: bool = False

    def says_more_than(self, former: Finding | None) -> bool:
        """Whether it takes the place of what was found out before."""
        if former is None or self.owners:
            return True
        # a source that could not be asked stays open, whatever a weaker one answers
        return not former.failed and (former.unknown or not self.unknown)


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line of a source's preflight: what was tried, whether it holds, the next step if not.

    `needed` is "read" for what finding owners takes, "more" for what makes it
    find more, "write" for what only the notice in Moodle takes.
    """

    source: str
    what: str
    ok: bool
    hint: str = ""
    needed: str = "read"


class OwnerSource(Protocol):
    """A source of ownership."""

    def find(self, recordings: Sequence[RecordingFacts]) -> dict[str, Finding]:
        """Return one finding per record id; every record id asked about is a key."""

    def check(self) -> list[CheckLine]:
        """Return what the source can reach, for the check before a run."""

    def close(self) -> None:
        """Give connections back."""


def ways_of(vias: Iterable[str]) -> Reason:
    """Return the ways by which owners are known, with the number of those that several are known by."""
    counted = Counter(vias)
    return quoted(", ".join(f"{via} ({count})" if count > 1 else via for via, count in counted.items()))
