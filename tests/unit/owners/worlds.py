"""Small invented Moodles, and who owns a recording there by a second, slow reading of the rules.

The oracle goes person by person and asks, for each, the plain questions of the
documentation; it shares no code with `pod.bbb_migration.owners`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from random import Random

from pod.bbb_migration.owners.moodle_decision import Account, Assignment, Facts, Level, Site
from pod.bbb_migration.owners.moodle_rules import Role

PEOPLE = range(1, 15)
ROLES = {
    1: Role(1, "manager", "manager"),
    3: Role(3, "editingteacher", "editingteacher"),
    4: Role(4, "teacher", "teacher"),
    5: Role(5, "student", "student"),
    9: Role(9, "presenter", ""),
}
CLASS = 10


@dataclass
class World:
    """One recording's facts in plain containers."""

    participants: str | None = None
    gone: bool = False
    trusted: bool = True
    setting: str | None = "0"
    maker: int | None = None
    admins: set[int] = field(default_factory=set)
    guest: int | None = None
    unusable: dict[int, str] = field(default_factory=dict)
    held: list[tuple[int, int, str]] = field(default_factory=list)
    noted: set[int] = field(default_factory=set)
    group: set[int] | None = None
    enrolled: dict[int, bool] = field(default_factory=dict)
    mails: list[int] = field(default_factory=list)
    joins: list[int] = field(default_factory=list)
    creates: list[int] = field(default_factory=list)
    learners: set[int] = field(default_factory=set)

    def site(self) -> Site:
        """Return the site's part for the code under test."""
        return Site(ROLES, self.setting, frozenset(self.admins), self.guest)

    def facts(self) -> Facts:
        """Return the recording's part for the code under test."""
        return Facts(
            participants=self.participants,
            rules_known=not self.gone,
            trust_user_rules=self.trusted,
            owner_id=self.maker,
            assignments=tuple(Assignment(user, role, Level(level)) for user, role, level in self.held),
            summary=frozenset(self.noted),
            accounts={user: account(user, self.unusable.get(user, "")) for user in PEOPLE},
            members=None if self.group is None else frozenset(self.group),
            enrolled=self.enrolled,
            mails=tuple(self.mails),
            joins=tuple(self.joins),
            creates=tuple(self.creates),
            learners=frozenset(self.learners),
        )


def account(user: int, state: str) -> Account:
    """Return an account in a state: "", deleted, suspended, unconfirmed, nologin or guest."""
    return Account(
        id=user,
        username="guest" if state == "guest" else f"user{user}",
        auth="nologin" if state == "nologin" else "manual",
        confirmed=state != "unconfirmed",
        deleted=state == "deleted",
        suspended=state == "suspended",
    )


def random_world(random: Random) -> World:
    """Return a world in which anything the rules speak of may happen."""
    chance = random.random

    def some(share: float) -> list[int]:
        return [user for user in PEOPLE if chance() < share]

    crowd = chance() < 0.3
    held = [(user, random.choice([3, 4, 5, 9]), "COURSE") for user in some(0.4)]
    held += [(user, 5, "COURSE") for user in some(0.95 if crowd else 0.2)]
    held += [(user, random.choice([1, 3, 4, 5]), random.choice(["MODULE", "ABOVE"])) for user in some(0.25)]
    levels = {level.name: level.value for level in Level}
    return World(
        participants=random_participants(random),
        gone=chance() < 0.1,
        trusted=chance() < 0.9,
        setting=random.choice([None, "", "0", "0,3", "3,4", "5", "0,teacher", "77"]),
        maker=random.choice([None, *PEOPLE]),
        admins=set(some(0.1)),
        guest=random.choice([None, None, *PEOPLE]),
        unusable={
            user: random.choice(["deleted", "suspended", "unconfirmed", "nologin", "guest"])
            for user in some(0.2)
        },
        held=[(user, role, levels[level]) for user, role, level in held],
        noted=set(some(0.9 if crowd else random.choice([0.0, 0.2]))),
        group=random.choice([None, set(some(0.3))]),
        enrolled={user: chance() < 0.8 for user in some(0.6)},
        mails=random.choice([[], some(0.1)]),
        joins=random.sample(PEOPLE, random.choice([0, 1, 2])),
        creates=random.sample(PEOPLE, random.choice([0, 1, 2])),
        learners=set(some(random.choice([0.0, 0.5]))),
    )


def random_participants(random: Random) -> str | None:
    """Return `participants` as found in the wild, whole or not."""
    if random.random() < 0.15:
        return random.choice([None, "", "[]", "{}", "null", "0", "broken", '[{"selectiontype":"all"', '""'])
    rules = []
    for _ in range(random.randint(1, 4)):
        kind = random.choice(["all", "user", "user", "role", "role", "role", "cohort"])
        if kind == "all":
            selection: object = "all"
        elif kind == "user":
            selection = random.choice([*PEOPLE, 99])
        else:
            selection = random.choice([1, 3, 4, 5, 9, 77, "teacher", "editingteacher", "student", "nobody"])
        if isinstance(selection, int) and random.random() < 0.5:
            selection = str(selection)
        role = random.choice(["moderator", "moderator", "moderator", "viewer", "presenter"])
        rules.append({"selectiontype": kind, "selectionid": selection, "role": role})
    return json.dumps(rules)


def oracle(world: World) -> dict[int, str]:
    """Return {user: via}, person by person."""
    rules, own = _rules(world)
    making = [rule for rule in rules if rule[2] != "viewer"]
    everybody = any(kind == "all" for kind, _, _ in making)
    noted = {user for user in world.noted if _can_own(world, user) and user not in world.admins}
    if everybody and len(noted) > CLASS:
        noted = set()
    found = {}
    for user in PEOPLE:
        if _can_own(world, user):
            via = "summary" if user in noted else _by_rules(world, making, own, user)
            if via:
                found[user] = via
    found = _group_first(world, found)
    return found or _fallback(world)


def _rules(world: World) -> tuple[list[tuple[str, str, str]], bool]:
    if world.gone:
        return [], True
    try:
        entries = json.loads(world.participants or "[]")
    except ValueError:
        entries = []
    if isinstance(entries, list) and entries:
        return [(one["selectiontype"], str(one["selectionid"]), one["role"]) for one in entries], True
    rules = []
    for word in ("0" if world.setting is None else world.setting).split(","):
        if word == "0":
            rules += [("user", str(world.maker), "moderator")] if world.maker else []
        elif word:
            rules.append(("role", word, "moderator"))
    return rules, False


def _can_own(world: World, user: int) -> bool:
    return user in PEOPLE and user != world.guest and world.unusable.get(user, "") == ""


def _by_rules(world: World, making: list[tuple[str, str, str]], own: bool, user: int) -> str:  # noqa: FBT001
    for kind, selection, _ in making:
        if kind == "user" and selection == str(user) and world.trusted and (own or user not in world.admins):
            return "user" if own else "default:owner"
    for kind, selection, _ in making:
        if kind in ("all", "user"):
            continue
        for number, role in ROLES.items():
            if selection in (str(number), role.shortname) and user in _holders(world, number):
                return f"role:{role.shortname}" if own else "default:role"
    return ""


def _holders(world: World, number: int) -> set[int]:
    """Return who holds a role for this course and may own: nobody when it is a whole class."""
    near = set()
    for user, role, level in world.held:
        above = level == Level.ABOVE.value
        if (
            role == number
            and (not above or (number != 1 and user in world.enrolled))
            and _can_own(world, user)
        ):
            near.add(user)
    return set() if number == 5 and len(near) > CLASS else near


def _group_first(world: World, found: dict[int, str]) -> dict[int, str]:
    if world.group is None:
        return found
    inside = {user: via for user, via in found.items() if user in world.group or via == "summary"}
    return inside or found


def _fallback(world: World) -> dict[int, str]:
    def kept(people: list[int], via: str) -> dict[int, str]:
        return {user: via for user in people if _can_own(world, user) and user not in world.admins}

    teachers = [
        user
        for user, role, level in world.held
        if role in (3, 4)
        and (level == Level.COURSE.value or (level == Level.ABOVE.value and user in world.enrolled))
    ]
    by_course = kept(teachers, "fallback:teacher")

    def opened(people: list[int], via: str) -> dict[int, str]:
        early = world.learners - set(teachers) if by_course else set()
        return kept([user for user in people if user not in early], via)

    def first(found: dict[int, str]) -> dict[int, str]:
        return dict(list(found.items())[:1])

    return (
        opened(world.mails, "fallback:mail")
        or first(opened(world.joins, "fallback:join"))
        or first(opened(world.creates, "fallback:create"))
        or _group_first(world, by_course)
    )
