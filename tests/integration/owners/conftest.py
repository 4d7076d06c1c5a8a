"""Servers and recordings that the tests of owners share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from pod.bbb_migration.owners.base import Finding
from pod.bbb_migration.owners.moodle import MoodleOwners
from tests.integration.owners.databases import Server, temporary
from tests.integration.owners.recs import NOW, Rec
from tests.moodle import Moodle

ENGINES = [
    "sqlite",
    pytest.param("postgresql", marks=pytest.mark.server("postgresql")),
    pytest.param("mysql", marks=pytest.mark.server("mariadb"), id="mariadb"),
]


@pytest.fixture(scope="session", params=ENGINES)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Each engine in turn: a temporary database for the whole session."""
    with temporary(request.param, tmp_path_factory.mktemp("moodles")) as made:
        yield made


@pytest.fixture(autouse=True)
def _fresh(request: pytest.FixtureRequest) -> None:
    """Each test fills the server's tables from the first on."""
    if "server" in request.fixturenames:
        request.getfixturevalue("server").count = 0


Ask = Callable[..., dict[str, Finding]]


@pytest.fixture
def ask(server: Server) -> Iterator[Ask]:
    """Write a Moodle, ask it about recordings, return the findings by record id."""
    opened: list[MoodleOwners] = []

    def asking(
        moodle: Moodle, *recordings: Rec, leave_out: frozenset[str] = frozenset()
    ) -> dict[str, Finding]:
        owners = MoodleOwners({"default": server.hold(moodle, leave_out=leave_out)}, clock=lambda: NOW)
        opened.append(owners)
        return owners.find(recordings)

    yield asking
    for owners in opened:
        owners.close()
