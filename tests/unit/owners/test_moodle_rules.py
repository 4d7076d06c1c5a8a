"""`participants` as Moodle reads it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb_migration.owners.moodle_rules import (
    Role,
    Rule,
    as_id,
    default_rules,
    everybody_moderates,
    named_role,
    named_user,
    read_rules,
)

ROLES = {3: Role(3, "editingteacher", "editingteacher"), 31: Role(31, "4", "")}
MODERATOR = "moderator"


@pytest.mark.parametrize(
    "text", [None, "", "[]", "{}", "null", "0", '""', "x", "[{", "\ufeff[]", "[" * 100_000]
)
def test_what_is_no_list_of_rules_means_the_default(text: str | None) -> None:
    """NULL, empty, cut off and nested beyond reading: the default list."""
    assert read_rules(text) is None


@given(
    st.text() | st.recursive(st.none() | st.booleans() | st.floats() | st.text(), st.lists).map(json.dumps)
)
def test_nothing_written_there_raises(text: str) -> None:
    """Any text gives rules or the default."""
    rules = read_rules(text)
    assert rules is None or isinstance(rules, tuple)


def test_an_object_is_read_as_the_list_of_its_values() -> None:
    """PHP writes a list with gaps as an object."""
    text = '{"0": {"selectiontype": "all", "selectionid": "all", "role": "viewer"}}'
    assert read_rules(text) == (Rule("all", "all", "viewer"),)


def test_rules_of_the_first_plugins_are_read() -> None:
    """Plugins before 2.0 wrote the quotes as entities."""
    text = '[{"selectiontype":"user","selectionid":"3","role":"moderator"}]'
    assert read_rules(text.replace('"', "&quot;")) == (Rule("user", "3", MODERATOR),)


@pytest.mark.parametrize(
    ("selection", "user"),
    [
        ("3", 3),
        (3, 3),
        (3.0, 3),
        ("03", 3),
        (" 3", 3),
        ("3x", None),
        ("", None),
        (None, None),
        (True, None),
        ("٣", None),
    ],
)
def test_a_users_id_is_read_as_php_compares_it(selection: object, user: int | None) -> None:
    """Strings of digits and numbers are ids; everything else names nobody."""
    rules = read_rules(json.dumps([{"selectiontype": "user", "selectionid": selection, "role": MODERATOR}]))
    assert rules is not None
    assert named_user(rules[0]) == user


def test_every_role_but_viewer_moderates() -> None:
    """A rule without role, or with an unknown one, makes moderators in Moodle."""
    rules = read_rules(
        '[{"selectiontype": "user", "selectionid": 3}, {"selectiontype": "all", "role": "viewer"}]'
    )
    assert rules is not None
    assert [rule.moderates for rule in rules] == [True, False]
    assert not everybody_moderates(rules)


@pytest.mark.parametrize("kind", ["role", "cohort", "", "whatever"])
def test_anything_else_names_a_role_by_id_or_shortname(kind: str) -> None:
    """What is neither `all` nor `user` is a role."""
    assert named_role(Rule(kind, "3", MODERATOR), ROLES) == ROLES[3]
    assert named_role(Rule(kind, "editingteacher", MODERATOR), ROLES) == ROLES[3]
    assert named_role(Rule(kind, "4", MODERATOR), ROLES) == ROLES[31]
    assert named_role(Rule(kind, "99", MODERATOR), ROLES) is None


@pytest.mark.parametrize(
    ("setting", "selections"),
    [
        (None, ["8"]),
        ("0", ["8"]),
        ("", []),
        ("0,3", ["8", "3"]),
        (" 3 , editingteacher ", ["3", "editingteacher"]),
    ],
)
def test_the_default_list_follows_the_sites_setting(setting: str | None, selections: list[str]) -> None:
    """0 is who made the activity; the rest are roles; everybody may view."""
    rules = default_rules(setting, 8)
    assert [rule.selection for rule in rules if rule.moderates] == selections
    assert all(rule.by_default for rule in rules)


def test_the_default_list_without_maker_has_no_owner() -> None:
    """An activity whose `Add` row is gone has no owner to name."""
    assert [rule for rule in default_rules("0", None) if rule.moderates] == []


@given(st.text())
def test_an_id_is_digits_that_a_database_can_hold(text: str) -> None:
    """Only plain digits, at most 18 of them."""
    number = as_id(text)
    assert number is None or 0 <= number < 10**18
