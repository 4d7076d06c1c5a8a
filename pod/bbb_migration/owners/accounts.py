"""From a front-end's person to a Pod account: by username, then mail, then idnumber, then a new one.

Deciding reads, in a constant number of queries per call, and writes nothing, so
that a dry run says what the run will do. Applying makes the accounts that were
decided on. Both may be called again: one person never gets two accounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_noop as _

from pod.authentication.models import Owner, usual_single_sign_on
from pod.bbb_migration.owners.account_names import LONGEST, username_for
from pod.bbb_migration.owners.base import Person
from pod.bbb_migration.reasons import NONE, Reason, because, listed
from pod.main.parts import in_parts

SEVERAL = _("several Pod accounts are called “%(name)s” in other letters")


class AccountAction(StrEnum):
    """What is to be done for a person."""

    MATCH = "match"
    CREATE = "create"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class AccountDecision:
    """Which Pod account a person has, gets, or why none.

    `user_id` is None until a new account is made. `username` is the account's;
    two persons who get the same account have the same `username`. `is_staff`
    is the account's flag, kept where it exists and set where it is made.
    """

    person: Person
    action: AccountAction
    user_id: int | None = None
    username: str = ""
    is_staff: bool = False
    reason: Reason = NONE


@dataclass(slots=True)
class _Account:
    """A Pod account that exists, or (without `user_id`) was decided to be made in this run."""

    username: str
    email: str
    is_staff: bool
    is_active: bool = True
    user_id: int | None = None


@dataclass(slots=True)
class _Known:
    """Accounts by lower-case username and by lower-case mail."""

    by_name: dict[str, list[_Account]] = field(default_factory=dict)
    by_mail: dict[str, list[_Account]] = field(default_factory=dict)

    def add(self, account: _Account) -> None:
        self.by_name.setdefault(account.username.lower(), []).append(account)
        if account.email:
            self.by_mail.setdefault(account.email.lower(), []).append(account)

    def named(self, name: str) -> _Account | None:
        """Return the account of this name: the same letters first, else one that differs only in case."""
        found = self.by_name.get(name.lower(), [])
        exact = [account for account in found if account.username == name]
        return exact[0] if exact else found[0] if len(found) == 1 else None


class Accounts:
    """Decides and makes the Pod accounts of one run; remembers, so that batches agree.

    `create`, `staff`: MIGRATION_CREATE_USERS, MIGRATION_CREATED_USERS_ARE_STAFF.
    """

    def __init__(self, *, create: bool, staff: bool) -> None:
        self._create = create
        self._staff = staff
        self._decided: dict[tuple[str, str], AccountDecision] = {}
        self._known = _Known()
        # whether the database takes other letters for the same (é for e), as MariaDB's collations do
        self._loose = False
        # whose a mail address or idnumber is in a front-end: what two names share tells nobody apart
        self._holders: dict[tuple[str, str, str], set[str]] = {}

    def decide(self, people: Iterable[Person]) -> dict[Person, AccountDecision]:
        """Return the decision for each person, reading at most two queries per 500 new ones."""
        everyone = list(dict.fromkeys(people))
        new = [person for person in everyone if _key(person) not in self._decided]
        for some in in_parts(new):
            self._learn(some)
        # a username makes the better name: whoever is known by a mail address alone then shares the account
        for person in sorted(new, key=lambda one: not one.username.strip()):
            if _key(person) not in self._decided:
                self._decided[_key(person)] = self._decision(person)
        return {person: replace(self._decided[_key(person)], person=person) for person in everyone}

    def apply(self, people: Iterable[Person]) -> dict[Person, AccountDecision]:
        """Make the accounts that were decided on; return each decision, with its user id unless refused."""
        decisions = self.decide(people)
        with transaction.atomic():
            for person, decision in decisions.items():
                if decision.action is AccountAction.CREATE and decision.user_id is None:
                    decisions[person] = self._made(decision)
        return decisions

    def _learn(self, people: Sequence[Person]) -> None:
        """Read the Pod accounts that these people may have: by any of their names, then by mail."""
        for person in people:
            for what, value in (("mail", person.email), ("idnumber", person.idnumber)):
                holders = self._holders.setdefault((what, person.source, value.strip().lower()), set())
                # whoever has no username there is known by the mail address: the same one, the same person
                if what == "idnumber" or person.username.strip():
                    holders.add(person.id)
        names = {name for person in people for name in _names(person)}
        mails = {person.email.strip().lower() for person in people} - {""}
        lowered = {name.lower() for name in names}
        users = User.objects.annotate(low_name=Lower("username"), low_mail=Lower("email"))
        # SQLite lowers ASCII only: the name as it is written is asked for too
        named = users.filter(Q(low_name__in=lowered) | Q(username__in=names | lowered))
        self._loose = self._loose or any(user.username.lower() not in lowered for user in named)
        found = {user.pk: user for user in (*named, *users.filter(low_mail__in=mails))}
        there = {account.user_id for accounts in self._known.by_name.values() for account in accounts}
        for number in sorted(found.keys() - there):
            user = found[number]
            self._known.add(_Account(user.username, user.email, user.is_staff, user.is_active, user.pk))

    def _own(self, person: Person, what: str, value: str) -> str:
        """Return a mail address or idnumber in lower case, or "" when another of the front-end has it too."""
        value = value.strip().lower()
        return value if len(self._holders.get((what, person.source, value), ())) <= 1 else ""

    def _decision(self, person: Person) -> AccountDecision:
        found, how = self._match(person)
        if found is not None:
            action = AccountAction.CREATE if found.user_id is None else AccountAction.MATCH
            notes = [how]
            if not found.is_active:
                notes.append(because(_("the account is inactive")))
            if person.email and found.email and person.email.strip().lower() != found.email.lower():
                # the same name may be two people's where both sides give names out themselves
                notes.append(because(_("its mail address is another one, %(mail)s"), mail=found.email))
            if found.user_id is None:
                notes.append(because(_("the same new account as for another name of this person")))
            return AccountDecision(
                person, action, found.user_id, found.username, found.is_staff, listed(notes)
            )
        if how:
            return AccountDecision(person, AccountAction.REFUSE, reason=how)
        return self._new(person)

    def _match(self, person: Person) -> tuple[_Account | None, Reason]:
        """Return the account and how it was found; else None, and why nothing may be done if so."""
        for name in dict.fromkeys((person.username.strip(), username_for(person))):
            account = self._known.named(name)
            if account is not None:
                return account, because(_("username %(name)s"), name=account.username)
            if name.lower() in self._known.by_name:
                return None, because(SEVERAL, name=name)
        holders = self._known.by_mail.get(self._own(person, "mail", person.email), [])
        if len(holders) == 1:
            return holders[0], because(_("mail address of %(name)s"), name=holders[0].username)
        account = self._known.named(self._own(person, "idnumber", person.idnumber))
        if account is not None:
            how = because(_("idnumber, which is the username %(name)s"), name=account.username)
            return account, how
        return None, NONE

    def _new(self, person: Person) -> AccountDecision:
        username = username_for(person)
        if not self._create:
            why = because(_("no Pod account, and MIGRATION_CREATE_USERS is False"))
            return AccountDecision(person, AccountAction.REFUSE, reason=why)
        if not username:
            why = because(_("neither username nor mail address to make an account from"))
            return AccountDecision(person, AccountAction.REFUSE, reason=why)
        other = self._taken_for(username) if self._loose else ""
        if other:
            return AccountDecision(
                person, AccountAction.REFUSE, reason=_same_to_the_database(username, other)
            )
        self._known.add(_Account(username, _mail(person), self._staff))
        parts = [because(_("new account %(name)s"), name=username)]
        if username != person.username:
            parts.append(because(_("made from “%(name)s”"), name=person.username or person.email))
        parts.append(because(_("staff") if self._staff else _("not staff")))
        reason = listed(parts, ", ")
        return AccountDecision(person, AccountAction.CREATE, None, username, self._staff, reason)

    def _made(self, decision: AccountDecision) -> AccountDecision:
        """Make the account, or take the one that was made since."""
        person = decision.person
        holder = self._taken_for(decision.username)
        if holder:
            reason = _same_to_the_database(decision.username, holder)
            refused = AccountDecision(person, AccountAction.REFUSE, reason=reason)
            self._decided[_key(person)] = refused
            return refused
        # somebody may have logged in since, under the same name in other case
        there = User.objects.filter(username__iexact=decision.username)[:2]
        user, created = User.objects.get_or_create(
            username=there[0].username if len(there) == 1 else decision.username,
            defaults={
                "email": _mail(person),
                "first_name": person.first_name[:LONGEST],
                "last_name": person.last_name[:LONGEST],
                "is_staff": decision.is_staff,
            },
        )
        if created:
            user.set_unusable_password()
            user.save(update_fields=["password"])
            Owner.objects.update_or_create(user=user, defaults={"auth_type": self._auth_type})
        made = replace(decision, user_id=user.pk, is_staff=user.is_staff)
        # the next batch must find the account, not decide on a second one
        for key, other in self._decided.items():
            if other.username == made.username:
                self._decided[key] = replace(other, user_id=user.pk, is_staff=user.is_staff)
        for account in self._known.by_name.get(made.username.lower(), []):
            if account.username == made.username:
                account.user_id = user.pk
        return made

    @cached_property
    def _auth_type(self) -> str:
        return usual_single_sign_on()

    def _taken_for(self, username: str) -> str:
        """Return whose account the database gives when asked for this name; "" when it is the name's own."""
        given = User.objects.filter(username=username).values_list("username", flat=True).first() or ""
        return "" if given.lower() == username.lower() else given


def _same_to_the_database(username: str, other: str) -> Reason:
    return because(
        _("the database cannot tell “%(name)s” from the account “%(other)s”: perhaps somebody else's"),
        name=username,
        other=other,
    )


def _key(person: Person) -> tuple[str, str]:
    return person.source, person.id


def _names(person: Person) -> Iterator[str]:
    """Yield every username under which a person may be in Pod."""
    for name in (person.username.strip(), username_for(person), person.idnumber.strip()):
        if name:
            yield name


def _mail(person: Person) -> str:
    """Return the mail address if it is one; a front-end may hold anything there."""
    mail = person.email.strip()
    try:
        validate_email(mail)
    except ValidationError:
        return ""
    return mail if len(mail) <= 254 else ""
