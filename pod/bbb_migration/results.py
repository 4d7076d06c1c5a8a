"""What came of one recording for one owner: the one thing that screen, reports and ledger are made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pod.bbb.api import Recording
from pod.bbb_migration import wording
from pod.bbb_migration.plan import (
    Action,
    Bring,
    Exists,
    Export,
    Outcome,
    OwnerUnknown,
    duration_of,
    start_of,
)
from pod.bbb_migration.reasons import written
from pod.bbb_migration.wording import Note


@dataclass(frozen=True)
class Result:
    """One line of the report.

    `why` and `reason`: a word and its detail, see `wording.said`.
    `done`: it arrived, and no run does it again. `noted`: the ledger holds it already.
    `bytes` and `work_s` are what a dry run estimates: to fetch, and to convert on this machine.
    """

    position: int
    record_id: str
    meeting_id: str
    name: str
    start: datetime
    duration_s: float
    outcome: Outcome
    why: str = ""
    reason: str = ""
    owner: str = ""
    owner_label: str = ""
    via: str = ""
    user_id: int | None = None
    target: str = ""
    done: bool = False
    noted: bool = False
    conversion_id: int | None = None
    pending: bool = False  # an earlier run's conversion: nothing has arrived yet
    bytes: int = 0
    work_s: float = 0.0
    flagged: str = ""
    nobody: bool = False  # no owner is known: the administrator has it, or the file names nobody
    why_owner: str = ""
    probable: tuple[tuple[str, int | None], ...] = ()  # of a file to claim: account names and numbers

    @property
    def said(self) -> str:
        """The reason, in the language of the command."""
        return wording.said(self.why, self.reason)

    def as_dict(self) -> dict[str, Any]:
        """Return what reports hold; the same keys are the columns of run.csv."""
        return {
            "position": self.position,
            "outcome": str(self.outcome),
            "record_id": self.record_id,
            "meeting_id": self.meeting_id,
            "name": self.name,
            "start": self.start.isoformat(timespec="seconds"),
            "duration_s": round(self.duration_s, 3),
            "owner": self.owner,
            "owner_name": self.owner_label,
            "via": self.via,
            "reason": self.said,
            "target": self.target,
            "flagged": self.flagged,
        }


URL_LENGTH = 500  # of Pod's columns
COLUMNS = (
    "position",
    "outcome",
    "record_id",
    "meeting_id",
    "name",
    "start",
    "duration_s",
    "owner",
    "owner_name",
    "via",
    "reason",
    "target",
    "flagged",
)


@dataclass(frozen=True)
class Placed:
    """An action, the place of its recording in the catalogue, and people who were only mentioned."""

    position: int
    action: Action
    flagged: str = ""

    @property
    def recording(self) -> Recording:
        """The action's recording."""
        return self.action.recording


def result_of(placed: Placed, outcome: Outcome, **more: Any) -> Result:  # noqa: ANN401 - fields of Result
    """Return the result of an action, with what the recording and its owner say filled in."""
    action, recording, owner = placed.action, placed.recording, placed.action.owner
    known: dict[str, Any] = {"flagged": placed.flagged}
    if isinstance(action, Bring | Exists):
        known["probable"] = tuple((person.key, person.user_id) for person in action.probable)
    if isinstance(action, Exists):
        known["pending"] = action.pending
    # whom a file names that is there although this mode knows nothing of it, is not known here
    naming = (Outcome.EXISTS,) if isinstance(action, Exists) else (Outcome.DOWNLOAD, Outcome.CONVERT)
    if isinstance(action, Bring | Exists) and action.why_nobody and outcome in naming:
        known |= {"nobody": True, "why_owner": wording.told(action.why_nobody)}
    if owner is not None:
        known |= {
            "owner": owner.key,
            "owner_label": owner.label,
            "via": owner.via,
            "user_id": owner.user_id,
            "nobody": owner.fallback,
            "why_owner": wording.told(owner.reason),
        }
    return Result(
        position=placed.position,
        record_id=recording.record_id,
        meeting_id=recording.meeting_id,
        name=recording.name,
        start=start_of(recording),
        duration_s=duration_of(recording),
        outcome=outcome,
        **{**known, **more},
    )


def unasked(placed: Placed) -> Result | None:
    """Return the result of a recording whose owner could not be looked up; None of any other.

    The ledger does not hold it against the recording: nothing was tried, and the next run asks again.
    """
    action = placed.action
    if isinstance(action, OwnerUnknown) or (isinstance(action, Export) and action.failed):
        return result_of(placed, Outcome.FAIL, noted=True, why=Note.UNASKED, reason=written(action.reason))
    return None


def too_long(placed: Placed, url: str) -> Result | None:
    """Return the failure of an address that Pod's tables cannot hold; cut off it would lead nowhere."""
    if len(url) <= URL_LENGTH:
        return None
    return result_of(placed, Outcome.FAIL, why=Note.TOO_LONG, reason=str(URL_LENGTH))
