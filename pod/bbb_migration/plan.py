"""What is to be done with a recording: decided from facts alone, so that a dry run is the same plan.

Nothing here asks a server, a database or the clock.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import quote

from pod.bbb.api import Recording
from pod.bbb_migration.reasons import NONE, Reason

PRESENTATION = "presentation"
VIDEO = "video"
UNKNOWN_START = datetime(1970, 1, 1, tzinfo=UTC)
PLAYER_20 = re.compile(r"/playback/presentation/2\.0/playback\.html\?(?:.*&)?meetingId=([A-Za-z0-9_-]+)")


class Mode(StrEnum):
    """Where recordings go."""

    MANUAL_CLAIM = "manual-claim"
    IMPORT_VIDEO = "import-video"
    EXPORT_CSV = "export-csv"


class Outcome(StrEnum):
    """What came of a recording; the words of screen, report and ledger."""

    CREATE = "create"
    EXISTS = "exists"
    DOWNLOAD = "download"
    CONVERT = "convert"
    SKIP = "skip"
    FAIL = "fail"


class Why(StrEnum):
    """Why a recording is left out."""

    UNPUBLISHED = "unpublished"
    DELETED = "deleted"
    PROCESSING = "processing"
    BREAKOUT = "breakout"
    NOTHING_USABLE = "nothing-usable"
    IGNORED_SERVER = "ignored-server"


@dataclass(frozen=True)
class Rules:
    """What the options and settings ask for."""

    mode: Mode
    include_unpublished: bool = False
    include_deleted: bool = False
    include_breakout: bool = False
    ignored_servers: frozenset[str] = frozenset()  # as `server_of` writes them
    playback_23: bool = False
    retry_failed: bool = False
    force: bool = False
    inform: bool = False  # SCRIPT_INFORM: the notice in Moodle
    celery: bool = False  # conversions are others' work: a pending one needs nothing of this run


@dataclass(frozen=True)
class Owner:
    """Someone who gets a recording: a Pod account that is there or would be made.

    `key` names the account in the ledger. `fallback`: nobody is known, so the administrator gets it.
    """

    key: str
    label: str
    via: str = ""
    reason: Reason = NONE
    user_id: int | None = None
    new_account: bool = False
    fallback: bool = False


@dataclass(frozen=True)
class Ownership:
    """Whose a recording is; `failed`: the front-end could not be asked, so nobody may get it yet.

    `unmatched` are people who are known to own it and have no account that it could be given to.
    """

    owners: tuple[Owner, ...] = ()
    reason: Reason = NONE
    failed: bool = False
    flagged: tuple[str, ...] = ()
    unmatched: tuple[Owner, ...] = ()


@dataclass(frozen=True)
class Known:
    """What the ledger knows of a recording and one of its owners."""

    owner: str
    user_id: int | None
    outcome: Outcome
    done: bool
    when: datetime
    reason: str = ""
    pending: bool = False  # its conversion waits or is under way


@dataclass(frozen=True)
class Action:
    """One thing to do, or not to do, with a recording."""

    recording: Recording
    owner: Owner | None = None


@dataclass(frozen=True)
class Bring(Action):
    """Bring a video into the claim folder, for `probable`; `why_nobody` says why these are none."""

    url: str = ""
    probable: tuple[Owner, ...] = ()
    why_nobody: Reason = NONE


@dataclass(frozen=True)
class Convert(Bring):
    """Make the video, of the presentation."""


@dataclass(frozen=True)
class Download(Bring):
    """Fetch the ready `video` format; if it is lost, `instead` is done."""

    instead: Convert | None = None


@dataclass(frozen=True)
class AddExternal(Action):
    """Add a row to the owner's external videos."""

    url: str = ""


@dataclass(frozen=True)
class Export(Action):
    """Write a line of the CSV file."""

    owners: tuple[Owner, ...] = ()
    reason: Reason = NONE
    failed: bool = False  # the front-end could not be asked: the line lacks whom it would name
    presentation_url: str = ""
    video_url: str = ""


@dataclass(frozen=True)
class Exists(Action):
    """Done by an earlier run, or (`pending`) being converted since, for `probable`: see `Bring`."""

    when: datetime = UNKNOWN_START
    pending: bool = False
    probable: tuple[Owner, ...] = ()
    why_nobody: Reason = NONE


@dataclass(frozen=True)
class Skip(Action):
    """Left out by a rule."""

    why: Why = Why.NOTHING_USABLE
    detail: str = ""


@dataclass(frozen=True)
class FailedBefore(Action):
    """Failed in an earlier run, and not asked to be tried again."""

    reason: str = ""
    when: datetime = UNKNOWN_START


@dataclass(frozen=True)
class OwnerUnknown(Action):
    """The front-end that knows the owner did not answer: to be tried again, not given to someone else."""

    reason: Reason = NONE


@dataclass(frozen=True)
class Inform(Action):
    """Tell the teachers in the front-end where the recording went."""


@dataclass(frozen=True)
class Selection:
    """Which part of the catalogue is worked on; positions are 1-based and inclusive."""

    first: int = 1
    last: int | None = None
    record_ids: frozenset[str] = frozenset()
    since: datetime | None = None
    until: datetime | None = None

    def takes(self, position: int, record_id: str, start: datetime) -> bool:
        """Whether the recording at `position` of the ordered catalogue is asked for.

        `since` is inclusive, `until` exclusive.
        """
        if position < self.first or (self.last is not None and position > self.last):
            return False
        if self.record_ids and not self._named(record_id):
            return False
        if self.since is not None and start < self.since:
            return False
        return self.until is None or start < self.until

    def _named(self, record_id: str) -> bool:
        """Whether the id was given, whole or (as in BBB's API) by its beginning."""
        return any(record_id == given or record_id.startswith(f"{given}-") for given in self.record_ids)


def start_of(recording: Recording) -> datetime:
    """Return when the meeting began; when nobody says, when it ended."""
    return recording.start or recording.end or UNKNOWN_START


def duration_of(recording: Recording) -> float:
    """Return the meeting's length in seconds, 0 when it is not known (the media may be shorter)."""
    return recording.duration or 0.0


def order_key(recording: Recording) -> tuple[float, str]:
    """Return the place in the catalogue: newest first, then by record id."""
    return (-start_of(recording).timestamp(), recording.record_id)


def url_of(recording: Recording, kind: str, rules: Rules) -> str:
    """Return the address of the format `kind`, or "" when it has none."""
    url = recording.url(kind)
    return player_23(url) if rules.playback_23 and kind == PRESENTATION else url


def player_23(url: str) -> str:
    """Return the 2.0 player's address as the 2.3 player's; any other address stays as it is."""
    found = PLAYER_20.search(url)
    if found is None:
        return url
    return f"{url[: found.start()]}/playback/presentation/2.3/{quote(found[1])}"


def usable_url(recording: Recording, rules: Rules) -> str:
    """Return where the recording is watched or imported from: its video if there is one."""
    return url_of(recording, VIDEO, rules) or url_of(recording, PRESENTATION, rules)


def server_of(recording: Recording) -> str:
    """Return the front-end's host as the recording names it, lower case."""
    return recording.server.strip().lower()


def skip_reason(recording: Recording, rules: Rules) -> Why | None:
    """Return the rule that leaves the recording out, or None."""
    state = recording.state.lower()
    if state == "deleted":
        if not rules.include_deleted:
            return Why.DELETED
    elif state in {"processing", "processed"}:
        return Why.PROCESSING
    elif (not recording.published or state == "unpublished") and not rules.include_unpublished:
        return Why.UNPUBLISHED
    if recording.is_breakout and not rules.include_breakout:
        return Why.BREAKOUT
    server = server_of(recording)
    if server and server in rules.ignored_servers:
        return Why.IGNORED_SERVER
    if not usable_url(recording, rules):
        return Why.NOTHING_USABLE
    return None


def decide(
    recording: Recording, whose: Ownership, known: Sequence[Known], rules: Rules
) -> tuple[Action, ...]:
    """Return what is to be done with the recording; never empty.

    `known` is what the ledger holds of this recording in this mode.
    """
    why = skip_reason(recording, rules)
    if why is not None:
        return (Skip(recording, why=why, detail=_skip_detail(recording, why)),)
    if rules.mode is Mode.MANUAL_CLAIM:
        return (_claim(recording, whose, known, rules),)
    if rules.mode is Mode.EXPORT_CSV:
        return (_export(recording, whose, rules),)
    if whose.failed:
        return _unanswered(recording, whose.reason, () if rules.force else known)
    actions = tuple(_external(recording, owner, known, rules) for owner in whose.owners)
    return (*actions, Inform(recording)) if rules.inform and _is_news(actions, rules) else actions


def _unanswered(recording: Recording, reason: Reason, known: Sequence[Known]) -> tuple[Action, ...]:
    """Return what there is to say when the front-end did not: who has it already keeps it."""
    there = tuple(
        Exists(recording, owner=Owner(line.owner, line.owner, user_id=line.user_id), when=line.when)
        for line in known
        if line.done
    )
    return there or (OwnerUnknown(recording, reason=reason),)


def _is_news(actions: Sequence[Action], rules: Rules) -> bool:
    """Whether somebody gets the recording now; when failures are tried again, whether anybody has it."""
    again = rules.retry_failed or rules.force
    return any(
        isinstance(action, AddExternal) or (again and isinstance(action, Exists)) for action in actions
    )


def _skip_detail(recording: Recording, why: Why) -> str:
    if why is Why.NOTHING_USABLE:
        return ", ".join(sorted({playback.type for playback in recording.formats}))
    if why is Why.IGNORED_SERVER:
        return server_of(recording)
    return recording.state if why is Why.PROCESSING else ""


def _claim(recording: Recording, whose: Ownership, known: Sequence[Known], rules: Rules) -> Action:
    # those without an account are named, too: a file that names nobody is everybody's to look into
    probable = (*(owner for owner in whose.owners if not owner.fallback), *whose.unmatched)
    why_nobody = NONE if probable else whose.reason
    line = known[0] if known else None
    settled = _settled(recording, None, line, rules)
    if line is not None and line.pending and rules.celery and not rules.force:
        settled = Exists(recording, when=line.when, pending=True)
    if isinstance(settled, Exists):
        return replace(settled, probable=probable, why_nobody=why_nobody)
    if settled is not None:
        return settled
    video = url_of(recording, VIDEO, rules)
    presentation = url_of(recording, PRESENTATION, rules)
    if whose.failed:  # a file without probable owners is everybody's to look into
        if presentation and line is not None and line.pending and not rules.force:
            return Convert(recording, url=presentation)  # whose job knows its owners since it was asked for
        return OwnerUnknown(recording, reason=whose.reason)
    convert = Convert(recording, url=presentation, probable=probable, why_nobody=why_nobody)
    if video:
        instead = convert if presentation else None
        return Download(recording, url=video, probable=probable, why_nobody=why_nobody, instead=instead)
    return convert


def _export(recording: Recording, whose: Ownership, rules: Rules) -> Action:
    return Export(
        recording,
        owners=tuple(owner for owner in whose.owners if not owner.fallback),
        reason=whose.reason,
        failed=whose.failed,
        presentation_url=url_of(recording, PRESENTATION, rules),
        video_url=url_of(recording, VIDEO, rules),
    )


def _external(recording: Recording, owner: Owner, known: Sequence[Known], rules: Rules) -> Action:
    line = _known_of(owner, known)
    if line is not None and owner.fallback and line.owner != owner.key:
        owner = Owner(key=line.owner, label=line.owner, user_id=line.user_id)
    settled = _settled(recording, owner, line, rules)
    return settled or AddExternal(recording, owner=owner, url=usable_url(recording, rules))


def _known_of(owner: Owner, known: Sequence[Known]) -> Known | None:
    """Return the ledger's line for this owner, found by name or by account.

    What went to somebody already does not go to the administrator as well: an
    answer that a front-end does not give any more is no news about the owner.
    """
    for line in known:
        if line.owner == owner.key or (owner.user_id is not None and line.user_id == owner.user_id):
            return line
    if owner.fallback:
        return next((line for line in known if line.done), None)
    return None


def _settled(recording: Recording, owner: Owner | None, line: Known | None, rules: Rules) -> Action | None:
    """Return the action for what an earlier run settled, or None when there is work."""
    if line is None or rules.force:
        return None
    if line.done:
        return Exists(recording, owner=owner, when=line.when)
    if line.outcome is Outcome.FAIL and not rules.retry_failed:
        return FailedBefore(recording, owner=owner, reason=line.reason, when=line.when)
    return None
