"""How long a failing server is left alone before it is asked again."""

from __future__ import annotations

import pytest

from pod.bbb.errors import FetchError
from pod.bbb.transfer.client import Client, TransientError
from pod.bbb.transfer.resume import LONGEST_PAUSE_S, Patience, persist


def test_pauses_grow_and_are_as_long_as_the_server_asks_and_have_an_end() -> None:
    """Nobody waits for ever, nor asks a busy server more often than it wants."""
    patience = Patience(9, 1.0)
    assert all(0.8 * 2**n <= patience.pause(n + 1, None) <= 1.2 * 2**n for n in range(5))
    assert patience.pause(1, 30.0) == 30.0
    assert patience.pause(5, 3.0) > 3.0
    assert patience.pause(1, 9999.0) == patience.pause(20, None) == LONGEST_PAUSE_S


def test_between_two_attempts_the_server_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as it asked for; after the last one nobody waits any more."""
    rests: list[float] = []
    client = Client(bool, lambda: False, (1.0, 1.0))
    monkeypatch.setattr(client, "rest", rests.append)

    def fail() -> None:
        raise TransientError("busy", 30.0)

    with pytest.raises(FetchError, match="Tried 3 times"):
        persist(fail, client, Patience(3, 1.0))
    assert rests == [30.0, 30.0]
