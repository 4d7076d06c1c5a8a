"""A statement that the database gave up is said again, and not for ever."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, OperationalError

from pod.main import patience
from pod.main.patience import patiently

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try as often, without waiting."""
    monkeypatch.setattr(patience, "PAUSES_S", (0.0, 0.0))


def failing(times: int, error: Exception) -> list[Exception]:
    """Return what the database answers: so many errors."""
    return [error] * times


def say(answers: list[Exception], value: int) -> int:
    """Fail as often as there are answers."""
    if answers:
        raise answers.pop()
    return value


def test_a_statement_is_said_again_after_a_deadlock() -> None:
    """Twice given up, then done: its result comes back."""
    assert patiently(say, failing(2, OperationalError(1213, "Deadlock found")), value=7) == 7


def test_a_database_that_stays_away_is_told() -> None:
    """After the last pause the error is the caller's."""
    with pytest.raises(OperationalError):
        patiently(say, failing(3, OperationalError("server closed the connection")), value=7)


def test_what_no_waiting_helps_is_not_said_again() -> None:
    """A statement that breaks a rule breaks it each time."""
    answers = failing(1, IntegrityError("twice"))
    with pytest.raises(IntegrityError):
        patiently(say, [*answers, *answers], value=7)
