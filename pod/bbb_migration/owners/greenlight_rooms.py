"""Whose a Greenlight room is, decided from rows that were fetched before. Pure.

A room has one owner, and people with whom the owner shared it: they open and moderate its
meetings as the owner does, and see its recordings in Greenlight.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from pod.bbb_migration.owners.base import Evidence, Finding, Person, ways_of
from pod.bbb_migration.reasons import Reason, because, remarked

SOURCE = "greenlight"
OWNER, SHARED = "greenlight:owner", "greenlight:shared"
OPAQUE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9]{15,}", re.IGNORECASE)
"""Keys that a log-in service made up (OpenID Connect's `sub`): nobody's username."""


@dataclass(frozen=True, slots=True)
class Account:
    """A row of Greenlight's `users`; `login` is what single sign-on called the person, if it did."""

    id: str
    name: str
    login: str = ""
    email: str = ""
    deleted: bool = False
    banned: bool = False

    def person(self) -> Person:
        """Return the account as a person; whom a log-in service numbers goes by mail address."""
        first, _space, last = self.name.strip().partition(" ")
        opaque = OPAQUE.fullmatch(self.login) is not None
        return Person(
            source=SOURCE,
            id=self.id,
            username="" if opaque else self.login,
            email=self.email,
            idnumber=self.login if opaque else "",
            first_name=first,
            last_name=last,
        )


@dataclass(slots=True)
class Room:
    """A room, which may be deleted: then it still says whose it was. `owner` is None when the row is gone."""

    name: str
    owner: Account | None
    shared: Sequence[Account] = ()


def decide(record_id: str, room: Room | None, version: str) -> Finding:
    """Return whose a recording of this room is; `room` is None when no room has its meetingID."""
    if room is None:
        reason = because(_("Greenlight %(version)s: no room has its meetingID"), version=version)
        return Finding(record_id, reason=reason, unknown=True)
    owners = tuple(
        Evidence(account.person(), via)
        for account, via in _people(room)
        if not account.deleted and not account.banned
    )
    told = because(
        _("Greenlight %(version)s, room “%(room)s”: %(what)s"),
        version=version,
        room=room.name,
        what=ways_of(one.via for one in owners) or because(_("nobody is left")),
    )
    return Finding(record_id, owners, reason=remarked(told, _remarks(room)))


def _people(room: Room) -> Iterator[tuple[Account, str]]:
    """Yield everybody who moderates the room, each once: its owner, then the others by name."""
    if room.owner is not None:
        yield room.owner, OWNER
    others = {one.id: one for one in room.shared if room.owner is None or one.id != room.owner.id}
    for account in sorted(others.values(), key=lambda one: (one.name, one.id)):
        yield account, SHARED


def _remarks(room: Room) -> Iterator[Reason]:
    """Yield why somebody who moderated the room is left out."""
    if room.owner is None:
        yield because(_("the account of the room's owner is gone"))
    for account, _via in _people(room):
        if account.deleted:
            yield because(_("the account of %(who)s was deleted"), who=str(account.person()))
        elif account.banned:
            yield because(_("%(who)s was banned"), who=str(account.person()))
