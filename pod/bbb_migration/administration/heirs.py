"""From what an administrator wrote (a username or a mail address) to the one account it means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Count
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from pod.bbb_migration.administration.effects import Heir, Kind
from pod.bbb_migration.owners.accounts import SEVERAL, AccountAction, AccountDecision, Accounts
from pod.bbb_migration.owners.base import Person
from pod.bbb_migration.whose import TOLD
from pod.main.parts import in_parts


class Heirs:
    """Looks names up, in a constant number of queries per 500; makes accounts when asked to, and allowed."""

    def __init__(self) -> None:
        self._accounts = Accounts(
            create=bool(settings.MIGRATION_CREATE_USERS),
            staff=bool(settings.MIGRATION_CREATED_USERS_ARE_STAFF),
        )
        self._found: dict[str, Heir | Kind] = {}

    def find(self, names: Iterable[str]) -> Mapping[str, Heir | Kind]:
        """Return for each name the account, or which kind of problem there is."""
        new = [name for name in dict.fromkeys(names) if name not in self._found]
        twins = _shared("username", new)
        people = {name: _person(name, twins) for name in new}
        decisions = self._accounts.decide(people.values())
        shared = _shared("email", new)
        inactive = _inactive(decisions.values())
        for name, person in people.items():
            self._found[name] = self._heir(name, decisions[person], shared, inactive)
        return self._found

    def make(self, heirs: Iterable[Heir]) -> dict[str, int]:
        """Make the accounts that are missing; return every account's number by its name."""
        everyone = {heir.username: heir for heir in heirs}
        made = {name: heir.user_id for name, heir in everyone.items() if heir.user_id is not None}
        new = [heir for name, heir in everyone.items() if name not in made]
        decisions = self._accounts.apply([heir.person for heir in new])
        for heir in new:
            number = decisions[heir.person].user_id
            if number is not None:
                made[heir.username] = number
                self._found[heir.given] = replace(heir, user_id=number, notes=())
        return made

    def _heir(
        self, name: str, decision: AccountDecision, shared: frozenset[str], inactive: frozenset[int]
    ) -> Heir | Kind:
        if decision.action is AccountAction.REFUSE:
            return Kind.SEVERAL if decision.reason.words == SEVERAL else Kind.UNKNOWN_ACCOUNT
        if decision.action is AccountAction.CREATE and name.lower() in shared:
            return Kind.SEVERAL
        notes = []
        if decision.action is AccountAction.CREATE:
            notes.append(_("a new account"))
        elif decision.user_id in inactive:
            notes.append(_("the account is inactive"))
        if not decision.is_staff and settings.RESTRICT_EDIT_IMPORT_VIDEO_ACCESS_TO_STAFF_ONLY:
            notes.append(_("the account is not staff: the pages are closed to it"))
        return Heir(name, decision.username, decision.person, decision.user_id, tuple(notes))


def _person(name: str, twins: frozenset[str]) -> Person:
    low = name.lower()
    if "@" in name:
        return Person(TOLD, low, "", email=name)
    return Person(TOLD, name if low in twins else low, name)  # Ada and ada may be two accounts


def _shared(column: str, names: Iterable[str]) -> frozenset[str]:
    """Return which of the names, in lower case, several accounts have in this column, in whatever case."""
    shared: set[str] = set()
    for some in in_parts(sorted({name.lower() for name in names})):
        rows = User.objects.annotate(low=Lower(column)).filter(low__in=some)
        counts = rows.order_by().values("low").annotate(many=Count("pk")).filter(many__gt=1)
        shared.update(counts.values_list("low", flat=True))
    return frozenset(shared)


def _inactive(decisions: Iterable[AccountDecision]) -> frozenset[int]:
    numbers = [one.user_id for one in decisions if one.user_id is not None]
    found: set[int] = set()
    for some in in_parts(numbers):
        found.update(User.objects.filter(pk__in=some, is_active=False).values_list("pk", flat=True))
    return frozenset(found)
