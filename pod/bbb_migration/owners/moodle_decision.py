"""Who owns a recording, decided from rows that were fetched before: a pure function.

The order of evidence, strongest first: what BigBlueButton itself noted of the
meeting (`summary`), a rule naming the person, a rule naming a role, the default
list; and only where these leave nobody: who opened the room, who joined first,
the teachers of the course. Never a whole class, nobody for being a site
administrator, and no student for being early where the course has teachers.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from django.utils.translation import gettext_noop as _

from pod.bbb_migration.owners import moodle_rules as moodle
from pod.bbb_migration.reasons import NONE, Reason, because, quoted

A_CLASS = 10
"""More people than this, moderating only because everybody (or every student) does, are a class."""

GUEST = "guest"
NO_LOGIN = "nologin"


class Level(Enum):
    """Where a role is held, seen from the activity."""

    MODULE = "module"
    COURSE = "course"
    ABOVE = "above the course"


@dataclass(frozen=True, slots=True)
class Account:
    """A row of Moodle's `user`."""

    id: int
    username: str
    email: str = ""
    idnumber: str = ""
    first_name: str = ""
    last_name: str = ""
    auth: str = "manual"
    confirmed: bool = True
    deleted: bool = False
    suspended: bool = False


@dataclass(frozen=True, slots=True)
class Assignment:
    """A role that a person holds in the activity, its course, or above."""

    user_id: int
    role_id: int
    level: Level


@dataclass(frozen=True, slots=True)
class Site:
    """What is the same for the whole Moodle."""

    roles: Mapping[int, moodle.Role] = field(default_factory=dict)
    default_moderators: str | None = None
    admins: frozenset[int] = frozenset()
    guest_id: int | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about one recording.

    `participants` counts only when `rules_known` (the activity still exists).
    `owner_id` is the user of its `Add` row. `summary` are those whom BBB noted
    as moderators. `members` are the members of the meeting's group, None
    outside groups. `enrolled` tells running (True) from ended (False)
    enrolments in the course. The last three are the fallbacks, strongest first;
    of `joins` and `creates` the first who fits counts. `learners` are those of
    them who hold a student's role in the course, or above it.
    """

    participants: str | None = None
    rules_known: bool = True
    trust_user_rules: bool = True
    owner_id: int | None = None
    assignments: tuple[Assignment, ...] = ()
    summary: frozenset[int] = frozenset()
    accounts: Mapping[int, Account] = field(default_factory=dict)
    members: frozenset[int] | None = None
    enrolled: Mapping[int, bool] = field(default_factory=dict)
    learners: frozenset[int] = frozenset()
    mails: tuple[int, ...] = ()
    joins: tuple[int, ...] = ()
    creates: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """One person with the strongest evidence for them."""

    user_id: int
    via: str
    note: Reason = NONE


@dataclass(frozen=True, slots=True)
class Decision:
    """Owners strongest first, people only to mention, and remarks for the report."""

    owners: tuple[Claim, ...] = ()
    flagged: tuple[Claim, ...] = ()
    remarks: tuple[Reason, ...] = ()

    @property
    def is_weak(self) -> bool:
        """Whether only fallbacks, or nothing, made it: then all fallbacks have to be known."""
        return all(claim.via.startswith("fallback:") for claim in self.owners)


@dataclass(slots=True)
class _Draft:
    """What is being collected; the first claim on a person is the strongest and stays."""

    owners: dict[int, Claim] = field(default_factory=dict)
    flagged: dict[int, Claim] = field(default_factory=dict)
    remarks: list[Reason] = field(default_factory=list)

    def own(self, user_id: int, via: str, note: Reason = NONE) -> None:
        self.owners.setdefault(user_id, Claim(user_id, via, note))

    def flag(self, user_id: int, via: str, note: Reason) -> None:
        self.flagged.setdefault(user_id, Claim(user_id, via, note))

    def remark(self, words: str, **values: str | int | Reason) -> None:
        reason = because(words, **values)
        if reason not in self.remarks:
            self.remarks.append(reason)


def left_out(account: Account | None, site: Site) -> str:
    """Return the words for why an account can never own anything here ("deleted", ...), "" when it can."""
    if account is None:
        return _("unknown here")
    if account.deleted:
        return _("deleted")
    if account.suspended:
        return _("suspended")
    if not account.confirmed:
        return _("unconfirmed")
    if account.auth == NO_LOGIN:
        return _("without login")
    if account.id == site.guest_id or account.username == GUEST:
        return _("the guest account")
    return ""


def rules_of(site: Site, facts: Facts) -> tuple[moodle.Rule, ...]:
    """Return the rules that hold for the activity; none when it is gone."""
    if not facts.rules_known:
        return ()
    own = moodle.read_rules(facts.participants)
    return own if own is not None else moodle.default_rules(site.default_moderators, facts.owner_id)


def decide(site: Site, facts: Facts) -> Decision:
    """Return who owns the recording; the same facts always give the same decision."""
    draft = _Draft()
    rules = rules_of(site, facts)
    _by_summary(draft, site, facts, everybody=moodle.everybody_moderates(rules))
    # user rules before role rules, own rules before default ones: the first claim stays
    making = [rule for rule in rules if rule.moderates]
    for rule in making:
        _by_user_rule(draft, site, facts, rule)
    for rule in making:
        _by_role_rule(draft, site, facts, rule)
    _prefer_group(draft, facts)
    if not draft.owners:
        _by_fallbacks(draft, site, facts)
    for user_id in draft.owners:
        draft.flagged.pop(user_id, None)
    ordered = sorted(draft.owners.values(), key=lambda claim: _strength(claim, facts))
    flagged = sorted(draft.flagged.values(), key=lambda claim: _strength(claim, facts))
    return Decision(tuple(ordered), tuple(flagged), tuple(draft.remarks))


def _by_summary(draft: _Draft, site: Site, facts: Facts, *, everybody: bool) -> None:
    people = _usable(draft, site, facts, sorted(facts.summary - site.admins))
    if everybody and len(people) > A_CLASS:
        draft.remark(
            _("everybody moderates: the %(count)s who were there are a class, not its owners"),
            count=len(people),
        )
        return
    for user_id in people:
        draft.own(user_id, "summary")


def _by_user_rule(draft: _Draft, site: Site, facts: Facts, rule: moodle.Rule) -> None:
    user_id = moodle.named_user(rule)
    if user_id is None:
        return
    if not facts.trust_user_rules:
        draft.remark(_("rules naming people are not trusted in a copy"))
    elif rule.by_default and user_id in site.admins:
        draft.remark(_("the activity was made by a site administrator"))
    elif _usable(draft, site, facts, [user_id]):
        draft.own(user_id, "default:owner" if rule.by_default else "user")


def _by_role_rule(draft: _Draft, site: Site, facts: Facts, rule: moodle.Rule) -> None:
    role = moodle.named_role(rule, site.roles)
    if role is None:
        return
    via = "default:role" if rule.by_default else f"role:{role.shortname}"
    held = [one for one in facts.assignments if one.role_id == role.id]
    near = {one.user_id for one in held if _is_near(one, role, facts)}
    far = {one.user_id for one in held} - near
    people = _usable(draft, site, facts, sorted(near))
    if role.archetype in moodle.CLASS_ARCHETYPES and len(people) > A_CLASS:
        draft.remark(
            _("every %(role)s moderates: %(count)s people are a class, not its owners"),
            role=role.shortname,
            count=len(people),
        )
        people = []
    for user_id in people:
        draft.own(user_id, via, quoted(role.shortname) if rule.by_default else NONE)
    for user_id in _usable(draft, site, facts, sorted(far)):
        why = because(_("%(role)s of a category or of the whole site"), role=role.shortname)
        draft.flag(user_id, via, why)


def _is_near(one: Assignment, role: moodle.Role, facts: Facts) -> bool:
    """Whether a role is held for this course: there, or above it by somebody who is enrolled too.

    Institutions that synchronise enrolments from categories hold teachers'
    roles at the category; managers there look after everything below.
    """
    if one.level is not Level.ABOVE:
        return True
    return role.archetype not in moodle.MANAGER_ARCHETYPES and one.user_id in facts.enrolled


def _prefer_group(draft: _Draft, facts: Facts) -> None:
    """Keep the moderators of the meeting's group, and who was seen there, where there are any."""
    if facts.members is None:
        return
    inside = {
        user_id
        for user_id, claim in draft.owners.items()
        if user_id in facts.members or claim.via == "summary"
    }
    if inside:
        for user_id in set(draft.owners) - inside:
            claim = draft.owners.pop(user_id)
            draft.flag(user_id, claim.via, because(_("not a member of the meeting's group")))


def _by_fallbacks(draft: _Draft, site: Site, facts: Facts) -> None:
    """Give it to who opened the room, else to the course's teachers.

    Where nobody has to wait for a moderator, the first student who comes opens the room.
    """
    teachers = teachers_of(site, facts)
    taught = any(not left_out(facts.accounts.get(user_id), site) for user_id in teachers)
    for via, people, most in (
        ("fallback:mail", facts.mails, None),
        ("fallback:join", facts.joins, 1),
        ("fallback:create", facts.creates, 1),
    ):
        fit = []
        for user_id in _usable(draft, site, facts, people):
            if taught and user_id in facts.learners and user_id not in teachers:
                draft.flag(user_id, via, because(_("a student of the course, who was there first")))
            elif user_id not in site.admins:
                fit.append(user_id)
        for user_id in fit[:most]:
            draft.own(user_id, via)
        if draft.owners:
            return
    for user_id in _usable(draft, site, facts, teachers):
        draft.own(user_id, "fallback:teacher")
    _prefer_group(draft, facts)


def teachers_of(site: Site, facts: Facts) -> list[int]:
    """Return who teaches the course, by a role there or, if enrolled, above it; no site administrators."""
    teaching = {
        one.user_id
        for one in facts.assignments
        if (role := site.roles[one.role_id]).archetype in moodle.TEACHER_ARCHETYPES
        and one.level is not Level.MODULE
        and _is_near(one, role, facts)
    }
    return sorted(teaching - site.admins)


def _usable(draft: _Draft, site: Site, facts: Facts, people: Iterable[int]) -> list[int]:
    """Return those of `people` who may own something; the others are told in a remark."""
    found = []
    for user_id in people:
        why = left_out(facts.accounts.get(user_id), site)
        if why:
            draft.remark(_("left out: user %(user)s, %(why)s"), user=user_id, why=because(why))
        else:
            found.append(user_id)
    return found


def _strength(claim: Claim, facts: Facts) -> tuple[int, bool, int]:
    """Order claims by evidence, then people still enrolled, then by id."""
    order = ("summary", "user", "role", "default", "fallback")
    return (
        order.index(claim.via.partition(":")[0]),
        not facts.enrolled.get(claim.user_id, False),
        claim.user_id,
    )
