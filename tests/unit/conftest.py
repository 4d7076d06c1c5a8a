"""Unit tests use no network."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _no_network(socket_disabled: None) -> None:
    """Every unit test runs with sockets disabled, and the next test gets them back."""
