"""Commands that find no database."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.owners.databases import temporary

MANAGE = str(Path(__file__).parents[2] / "manage.py")
NOWHERE = "postgres://pod:sesame@127.0.0.1:1/pod"


def manage(*words: str, database: str = NOWHERE) -> subprocess.CompletedProcess[str]:
    """Run manage.py on a database, by default one whose server is not there."""
    environment = {**os.environ, "POD_ISOLATED": "1", "LANGUAGE_CODE": "en", "DATABASE_URL": database}
    environment["DJANGO_SETTINGS_MODULE"] = "pod.settings"
    command = [sys.executable, MANAGE, *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", [("migrate",), ("recorder", "checkDirectory")])
def test_a_command_without_its_database_ends_with_one_sentence(words: tuple[str, ...]) -> None:
    """Whoever has mistyped DATABASE_URL, or gets cron's mail, is told what to check, without a trace."""
    done = manage(*words)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("Pod's database: ")
    assert "Check DATABASE_URL" in done.stderr
    assert "sesame" not in done.stderr


def test_a_command_without_its_tables_says_how_they_are_made(tmp_path: Path) -> None:
    """SQLite calls a missing table by the same error as a server that is away."""
    done = manage("recorder", "checkDirectory", database=f"sqlite:///{tmp_path}/pod.sqlite3")
    assert done.returncode == 1
    assert "no such table" in done.stderr
    assert "manage.py migrate" in done.stderr


@pytest.mark.parametrize(
    "engine",
    [
        pytest.param("postgresql", marks=pytest.mark.server("postgresql")),
        pytest.param("mysql", marks=pytest.mark.server("mariadb")),
    ],
)
def test_a_server_without_the_tables_is_no_mistake_of_the_program(engine: str, tmp_path: Path) -> None:
    """PostgreSQL and MariaDB call a missing table by the error of a wrong statement."""
    with temporary(engine, tmp_path) as server:
        name = server.params["database"]
        scheme, user, port = (
            server.params.get("engine", "postgres"),
            server.params["user"],
            server.params["port"],
        )
        address = f"{scheme}://{user}@127.0.0.1:{port or 5432}/{name}"
        done = manage("remind_external_recordings", database=address)
        assert "not set" in done.stderr  # which asks no table
        done = manage("recorder", "checkDirectory", database=address)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "manage.py migrate" in done.stderr


def test_who_asks_for_the_trace_of_a_missing_database_gets_it() -> None:
    """As with Django's other errors."""
    assert "Traceback" in manage("migrate", "--traceback").stderr
