"""Logging in, guessing passwords, and the profile of each user."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from pod.authentication import throttle
from pod.authentication.models import LoginFailure, Owner
from pod.authentication.throttle import MOST_PER_NAME

LOGIN, ADMIN_LOGIN = "/accounts/login/", "/admin/login/"
pytestmark = pytest.mark.django_db


def attempt(name: str, password: str, page: str = LOGIN, address: str = "192.0.2.1") -> bool:
    """Whether logging in succeeds."""
    browser = Client(REMOTE_ADDR=address)
    return browser.post(page, {"username": name, "password": password}).status_code == 302


def test_guessing_is_stopped_even_for_the_right_password(teacher: User) -> None:
    """After ten failures the name is blocked for a quarter of an hour, where they came from."""
    for number in range(MOST_PER_NAME):
        assert not attempt("ada", f"guess {number}")
    assert not attempt("ada", "correct horse")
    LoginFailure.objects.update(at=timezone.now() - timedelta(minutes=16))
    assert attempt("ada", "correct horse")


def test_the_administrations_own_log_in_counts_with_the_sites(teacher: User) -> None:
    """Who guesses at /admin/login/ is stopped there, and at the site's page too."""
    for number in range(MOST_PER_NAME):
        assert not attempt("ada", f"guess {number}", ADMIN_LOGIN)
    assert not attempt("ada", "correct horse", ADMIN_LOGIN)
    assert not attempt("ada", "correct horse")
    LoginFailure.objects.all().delete()
    assert attempt("ada", "correct horse", ADMIN_LOGIN)


def test_unknown_names_are_counted_too() -> None:
    """So that nobody learns which names exist."""
    for number in range(MOST_PER_NAME):
        attempt("nobody", f"guess {number}")
    blocked = Client(REMOTE_ADDR="192.0.2.1").post(LOGIN, {"username": "nobody", "password": "x"})
    assert blocked.context["form"].has_error("__all__", "blocked")


def test_one_name_blocked_leaves_the_others_free(teacher: User, colleague: User) -> None:
    """Who guesses at one account locks nobody else out."""
    for number in range(MOST_PER_NAME):
        attempt("ada", f"guess {number}")
    assert attempt("bob", "battery staple")


def test_who_guesses_elsewhere_keeps_nobody_out(teacher: User) -> None:
    """Else who knows a teacher's name could take the site from that teacher."""
    for number in range(MOST_PER_NAME + 1):
        assert not attempt("ada", f"guess {number}", address="198.51.100.7")
    assert attempt("ada", "correct horse")


def test_guesses_from_many_addresses_are_stopped_too(teacher: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Later than those of one, and even at the right password; success somewhere does not start anew."""
    monkeypatch.setattr(throttle, "MOST_BY_ALL", 3)
    attempt("ada", "guess", address="198.51.100.1")
    attempt("ada", "guess", address="198.51.100.2")
    assert attempt("ada", "correct horse")
    attempt("ada", "guess", address="198.51.100.3")
    assert not attempt("ada", "correct horse", address="198.51.100.4")


def test_ten_failures_stop_an_address_and_a_hundred_everybody(teacher: User) -> None:
    """These are the limits of every site; the other tests set their own, or follow them."""
    for number in range(100):
        here = throttle.log_in("ada", f"198.51.100.{number // 10}")
        assert not throttle.is_blocked(*here)
        throttle.note_failure(*here)
        assert throttle.is_blocked(*here) == (number % 10 == 9)
    assert not attempt("ada", "correct horse")


def test_success_forgets_the_failures(teacher: User) -> None:
    """A slip of the finger is no guess."""
    for _day in range(2):
        for number in range(MOST_PER_NAME - 1):
            attempt("ada", f"correct hose {number}")
        assert attempt("ada", "correct horse")


def test_neither_name_nor_password_is_kept(teacher: User) -> None:
    """Only a keyed digest."""
    attempt("ada", "secret guess")
    assert not any("ada" in failure.digest for failure in LoginFailure.objects.all())


def test_each_new_user_gets_one_profile(teacher: User) -> None:
    """By signal, as in Pod; with a key of its own for the media folder."""
    owner = Owner.objects.get(user=teacher)
    assert len(owner.hashkey) == 64
    assert owner.auth_type == "local"
    assert owner.sites.count() == 1


def test_after_logging_in_one_is_where_one_wanted_to_be(teacher: User) -> None:
    """`next` counts, but never leads to another site."""
    values = {"username": "ada", "password": "correct horse"}
    assert Client().post(LOGIN, {**values, "next": "/video/my/"})["Location"] == "/video/my/"
    assert Client().post(LOGIN, {**values, "next": "https://evil.example.net/"})["Location"] == "/"


@pytest.mark.parametrize(("password", "taken"), [("azerty123", 0), ("correct horse battery", 1)])
def test_the_administration_refuses_passwords_that_are_guessed_first(password: str, taken: int) -> None:
    """Ten guesses in a quarter of an hour are enough for a password that everybody uses."""
    browser = Client()
    browser.force_login(User.objects.create_superuser("root", "root@example.org", "x"))
    form = {"username": "dan", "usable_password": "true", "password1": password, "password2": password}
    browser.post("/admin/auth/user/add/", form)
    assert User.objects.filter(username="dan").count() == taken
