"""Recordings given to people: looked at first, then done; done twice is done once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from django.db import transaction

from pod.bbb_migration.administration.claim_place import ClaimPlace
from pod.bbb_migration.administration.effects import Effect, Heir, Kind
from pod.bbb_migration.administration.external_place import ExternalPlace
from pod.bbb_migration.administration.heirs import Heirs
from pod.bbb_migration.administration.owners_file import Wish
from pod.main.parts import in_parts


def preview(wishes: Sequence[Wish], *, force: bool = False) -> list[Effect]:
    """Return what each wish would do; change nothing."""
    heirs = Heirs()
    return [effect for some in _batches(wishes) for effect in _Batch(some, heirs, force=force).effects]


def give(wishes: Sequence[Wish], *, by: str, force: bool = False) -> list[Effect]:
    """Do it, 500 lines whole or not at all, and return what was done; `by` is noted in the ledger."""
    heirs = Heirs()
    done: list[Effect] = []
    for some in _batches(wishes):
        with transaction.atomic():
            batch = _Batch(some, heirs, force=force, lock=True)
            batch.write(by)
        done += batch.effects
    return done


class _Batch:
    """What some wishes come to."""

    def __init__(self, wishes: Sequence[Wish], heirs: Heirs, *, force: bool, lock: bool = False) -> None:
        self._heirs = heirs
        # "" is not the id of any: it would be all files that came by another way
        record_ids = sorted({wish.record_id for wish in wishes} - {""})
        self._places = (
            ExternalPlace(record_ids, force=force, lock=lock),
            ClaimPlace(record_ids, force=force, lock=lock),
        )
        found = heirs.find(name for wish in wishes for name in wish.who)
        self.effects = [effect for wish in wishes for effect in self._plan(wish, found)]

    def _plan(self, wish: Wish, found: Mapping[str, Heir | Kind]) -> Iterator[Effect]:
        known = [effect for place in self._places for effect in place.plan(wish, found)]
        yield from known or (Effect(wish, name, Kind.UNKNOWN_RECORDING, name=wish.name) for name in wish.who)

    def write(self, by: str) -> None:
        """Make the accounts that are missing, then give."""
        heirs = [one.heir for one in self.effects if one.heir and (one.changes or not one.heir.new)]
        accounts = self._heirs.make(heirs)
        for at, one in enumerate(self.effects):
            if one.changes and one.heir and one.heir.username not in accounts:  # refused at the last moment
                self.effects[at] = replace(one, kind=Kind.UNKNOWN_ACCOUNT)
        for place in self._places:
            place.write([one for one in self.effects if one.where == place.where], accounts, by)


def _batches(wishes: Iterable[Wish]) -> Iterator[list[Wish]]:
    """Return the wishes in parts, those of one recording together as one."""
    merged: dict[tuple[str, str], Wish] = {}
    for wish in wishes:
        key = (wish.record_id, wish.server)
        before = merged.get(key)
        if before is None:
            merged[key] = wish
        else:
            merged[key] = replace(before, who=tuple(dict.fromkeys((*before.who, *wish.who))))
    return in_parts(merged.values())
