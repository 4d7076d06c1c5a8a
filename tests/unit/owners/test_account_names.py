"""The username of a new Pod account."""

from __future__ import annotations

import pytest
from django.contrib.auth.validators import UnicodeUsernameValidator
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb_migration.owners.account_names import username_for
from pod.bbb_migration.owners.base import Person


@pytest.mark.parametrize("name", ["ada", "jean.dupont@univ.fr", "a_b+c-d", "łukasz", "Ada"])
def test_a_usable_name_stays_as_it_is(name: str) -> None:
    """Single sign-on compares it."""
    assert username_for(Person("moodle:default", "7", name)) == name


def test_without_a_username_the_mail_address_is_taken() -> None:
    """Greenlight's people have none."""
    assert username_for(Person("greenlight", "7", "", "ada@univ.example")) == "ada@univ.example"


def test_nothing_comes_from_nothing() -> None:
    """Neither username nor mail."""
    assert username_for(Person("moodle:default", "7", " ", "")) == ""


def test_a_changed_name_belongs_to_one_person_alone() -> None:
    """Two people whose names look alike after the change get different names, the same at each run."""
    first, second = Person("moodle:default", "7", "a b"), Person("moodle:default", "8", "a'b")
    assert username_for(first) != username_for(second)
    assert username_for(first) == username_for(Person("moodle:default", "7", "a b", "later@univ.example"))


@given(st.text(), st.text())
def test_every_name_is_one_that_django_takes(username: str, mail: str) -> None:
    """Its characters and its 150 of them."""
    name = username_for(Person("moodle:default", "7", username, mail))
    if name:
        UnicodeUsernameValidator()(name)
        assert len(name) <= 150
