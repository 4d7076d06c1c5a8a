"""Who owns a recording: the pure decision against a second reading of the rules."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb_migration.owners import moodle_rules as moodle
from pod.bbb_migration.owners.moodle_decision import (
    A_CLASS,
    Account,
    Assignment,
    Facts,
    Level,
    Site,
    decide,
    left_out,
    rules_of,
)
from tests.sampling import EVERY
from tests.unit.owners.worlds import PEOPLE, ROLES, World, oracle, random_world

HOW_MANY = 20_000 // EVERY


def owners(world: World) -> dict[int, str]:
    """Return {user: via} as decided."""
    return {claim.user_id: claim.via for claim in decide(world.site(), world.facts()).owners}


def test_many_decisions_agree_with_the_slow_reading() -> None:
    """The decision equals the oracle's in every invented Moodle."""
    random = Random(20260302)  # noqa: S311 - reproducible, not secret
    seen = set()
    for _ in range(HOW_MANY):
        world = random_world(random)
        expected = oracle(world)
        assert owners(world) == expected, world
        seen |= set(expected.values())
    # the worlds have reached every kind of evidence
    assert seen >= {
        *("summary", "user", "role:editingteacher", "role:manager", "role:student", "role:presenter"),
        *("default:owner", "default:role"),
        *("fallback:mail", "fallback:join", "fallback:create", "fallback:teacher"),
    }


@given(st.randoms(use_true_random=False))
def test_the_decision_agrees_in_worlds_that_shrink(random: Random) -> None:
    """The same, found and made small by hypothesis."""
    world = random_world(random)
    assert owners(world) == oracle(world)


@given(st.randoms(use_true_random=False))
def test_nobody_owns_who_may_not(random: Random) -> None:
    """No owner and nobody mentioned is deleted, suspended, unconfirmed, without login or the guest."""
    world = random_world(random)
    decision = decide(world.site(), world.facts())
    for claim in (*decision.owners, *decision.flagged):
        assert left_out(world.facts().accounts[claim.user_id], world.site()) == ""


@given(st.randoms(use_true_random=False))
def test_rules_make_owners_of_moderators_only(random: Random) -> None:
    """Who owns by a rule is let in as moderator by Moodle itself."""
    world = random_world(random)
    rules = rules_of(world.site(), world.facts())
    for user, via in owners(world).items():
        if via.startswith(("user", "role:", "default:")):
            held = [role for holder, role, _ in world.held if holder == user]
            assert any(_lets_moderate(rule, user, held) for rule in rules)


def _lets_moderate(rule: moodle.Rule, user: int, held: list[int]) -> bool:
    role = moodle.named_role(rule, ROLES)
    named = rule.kind == "all" or moodle.named_user(rule) == user or (role is not None and role.id in held)
    return rule.moderates and named


@given(st.randoms(use_true_random=False))
def test_owners_and_mentioned_people_are_different(random: Random) -> None:
    """Nobody is both; nobody is named twice; the strongest evidence comes first."""
    world = random_world(random)
    decision = decide(world.site(), world.facts())
    people = [claim.user_id for claim in (*decision.owners, *decision.flagged)]
    assert len(people) == len(set(people))
    order = ["summary", "user", "role", "default", "fallback"]
    ranks = [order.index(claim.via.partition(":")[0]) for claim in decision.owners]
    assert ranks == sorted(ranks)


@given(st.randoms(use_true_random=False))
def test_fallbacks_change_nothing_where_stronger_evidence_is(random: Random) -> None:
    """Asking for fallbacks late, and only for what has no owner, gives the same answer."""
    world = random_world(random)
    full = decide(world.site(), world.facts())
    world.mails, world.joins, world.creates, world.learners = [], [], [], set()
    first = decide(world.site(), world.facts())
    if not first.is_weak:
        assert first == full


def test_a_world_without_anything_has_no_owner() -> None:
    """No rows, no owner, no error."""
    assert owners(World(participants="[]")) == {}
    assert set(PEOPLE).isdisjoint(owners(World(gone=True)))


def holding(archetype: str, level: Level, count: int, *, enrolled: bool = True) -> tuple[int, int]:
    """Let the holders of a role moderate; return how many own the recording, and how many are mentioned."""
    people = range(1, count + 1)
    rule = {"selectiontype": "role", "selectionid": "5", "role": "moderator"}
    facts = Facts(
        participants=json.dumps([rule]),
        assignments=tuple(Assignment(user, 5, level) for user in people),
        accounts={user: Account(user, f"user{user}") for user in people},
        enrolled=dict.fromkeys(people, True) if enrolled else {},
    )
    decision = decide(Site(roles={5: moodle.Role(5, "some", archetype)}), facts)
    return len(decision.owners), len(decision.flagged)


@pytest.mark.parametrize("archetype", ["student", "user", "guest", "frontpage"])
def test_a_class_does_not_own_what_it_moderates(archetype: str) -> None:
    """A few students may: they gave the talk. Many are everybody who was there."""
    assert holding(archetype, Level.COURSE, A_CLASS) == (A_CLASS, 0)
    assert holding(archetype, Level.COURSE, A_CLASS + 1) == (0, 0)


@pytest.mark.parametrize("archetype", ["editingteacher", "teacher", "manager", "coursecreator", ""])
def test_however_many_teach_a_course_they_own_what_they_moderate(archetype: str) -> None:
    """Nobody is a class for being one of many."""
    assert holding(archetype, Level.COURSE, A_CLASS + 1) == (A_CLASS + 1, 0)


@pytest.mark.parametrize(
    ("archetype", "enrolled", "owns"),
    [("editingteacher", True, True), ("editingteacher", False, False), ("", True, True)]
    + [
        (archetype, enrolled, False)
        for archetype in ("manager", "coursecreator")
        for enrolled in (True, False)
    ],
)
def test_whoever_looks_after_a_category_is_mentioned_only(
    archetype: str, *, enrolled: bool, owns: bool
) -> None:
    """Teachers whose enrolment is synchronised from there are in the course as well."""
    assert holding(archetype, Level.ABOVE, 1, enrolled=enrolled) == ((1, 0) if owns else (0, 1))
