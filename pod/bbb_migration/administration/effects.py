"""What giving a recording to somebody comes to: previews and screens are made from this alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from pod.bbb_migration.administration.owners_file import Wish
from pod.bbb_migration.models import Item
from pod.bbb_migration.owners.base import Person
from pod.bbb_migration.reasons import listed, quoted
from pod.bbb_migration.wording import told


class Kind(StrEnum):
    """What happens to one recording for one person."""

    ASSIGN = "assign"
    ADD = "add"
    PROBABLE = "probable"
    ALREADY = "already"
    KEPT = "kept"
    CLAIMED = "claimed"
    BUSY = "busy"
    REMOVED = "removed"
    NOT_HERE = "not-here"
    UNKNOWN_RECORDING = "unknown-recording"
    UNKNOWN_ACCOUNT = "unknown-account"
    SEVERAL = "several"


MOST_NAMED = 10
CHANGES = frozenset({Kind.ASSIGN, Kind.ADD, Kind.PROBABLE})
PROBLEMS = frozenset({Kind.UNKNOWN_RECORDING, Kind.UNKNOWN_ACCOUNT, Kind.SEVERAL, Kind.BUSY, Kind.NOT_HERE})
# the same words before and after: previews and what was done are told by them
TEXTS = {
    Kind.ASSIGN: gettext_noop("goes to this account"),
    Kind.ADD: gettext_noop("this account gets it, too"),
    Kind.PROBABLE: gettext_noop("is shown first to this account on the claim page"),
    Kind.ALREADY: gettext_noop("is this account's already"),
    Kind.KEPT: gettext_noop("belongs to somebody else: left alone unless forced"),
    Kind.CLAIMED: gettext_noop("was claimed already: left alone"),
    Kind.BUSY: gettext_noop("is being imported right now: try again when that is over"),
    Kind.REMOVED: gettext_noop("was removed from the external videos: left alone unless forced"),
    Kind.NOT_HERE: gettext_noop("has not arrived yet: run the migration again first"),
    Kind.UNKNOWN_RECORDING: gettext_noop("no run of the migration brought this recording"),
    Kind.UNKNOWN_ACCOUNT: gettext_noop("there is no such account"),
    Kind.SEVERAL: gettext_noop("several accounts answer to this: write the username"),
}
LABELS = {
    Kind.ASSIGN: gettext_noop("given to somebody"),
    Kind.ADD: gettext_noop("given to one more person"),
    Kind.PROBABLE: gettext_noop("probable owner noted"),
    Kind.ALREADY: gettext_noop("theirs already"),
    Kind.KEPT: gettext_noop("left alone"),
    Kind.CLAIMED: gettext_noop("claimed already"),
    Kind.BUSY: gettext_noop("being imported"),
    Kind.REMOVED: gettext_noop("removed earlier"),
    Kind.NOT_HERE: gettext_noop("not arrived yet"),
    Kind.UNKNOWN_RECORDING: gettext_noop("unknown recording"),
    Kind.UNKNOWN_ACCOUNT: gettext_noop("unknown account"),
    Kind.SEVERAL: gettext_noop("several accounts"),
}


@dataclass(frozen=True)
class Heir:
    """The account that a name stands for. `user_id` is None while it is only going to be made."""

    given: str
    username: str
    person: Person
    user_id: int | None = None
    notes: tuple[str, ...] = ()

    @property
    def new(self) -> bool:
        """Whether the account is going to be made."""
        return self.user_id is None

    @property
    def key(self) -> str:
        """The ledger's name of the account."""
        return self.username.lower()


@dataclass(frozen=True)
class Effect:
    """What one line does for one person, in one of the two places."""

    wish: Wish
    who: str
    kind: Kind
    heir: Heir | None = None
    name: str = ""
    where: str = ""
    holder: str = ""
    notes: tuple[str, ...] = ()
    item: Item | None = None
    row_id: int | None = None

    @property
    def changes(self) -> bool:
        """Whether something is written."""
        return self.kind in CHANGES

    @property
    def is_problem(self) -> bool:
        """Whether the administrator has to look at this line."""
        return self.kind in PROBLEMS

    @property
    def label(self) -> str:
        """The effect in a word or two."""
        return _(LABELS[self.kind])

    @property
    def text(self) -> str:
        """The effect in a sentence."""
        notes = [*self.notes, *(self.heir.notes if self.heir else ())]
        if self.holder and self.kind is not Kind.ALREADY:
            notes.insert(0, _("until now: %(who)s") % {"who": self.holder})
        said = _(TEXTS[self.kind])
        return f"{said} ({told(listed(map(quoted, notes)))})" if notes else said


def counted(effects: Iterable[Effect]) -> list[tuple[str, int]]:
    """Return how often each kind of effect occurs, in the order of `Kind`; then what accounts are made."""
    effects = list(effects)
    counts = Counter(effect.kind for effect in effects)
    found = [(_(LABELS[kind]), counts[kind]) for kind in Kind if counts[kind]]
    made = sorted({one.heir.username for one in effects if one.changes and one.heir and one.heir.new})
    if made:
        names = ", ".join([*made[:MOST_NAMED], *["…"] * (len(made) > MOST_NAMED)])
        told = ngettext("new account: %(names)s", "new accounts: %(names)s", len(made))
        found.append((told % {"names": names}, len(made)))
    return found
