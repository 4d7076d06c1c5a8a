"""Taking the notice out of Moodle's activities again."""

from __future__ import annotations

import sqlite3

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from pod.bbb_migration.sinks.moodle_notice import CFG_UNDO
from tests.fake_bbb import FakeBBB
from tests.integration.migration.conftest import Migrate, entry
from tests.moodle.build import Activity

NOTICE = "<p>Your recordings are in Pod now.</p>"


def moodle(site: LazySettings, statement: str) -> list[tuple[str]]:
    """What the database of the one Moodle answers."""
    with sqlite3.connect(site.DB_PARAMS["default"]["database"]) as database:
        return database.execute(statement).fetchall()


@pytest.fixture
def noticed(bbb: FakeBBB, site: LazySettings, room: Activity, migrate: Migrate) -> LazySettings:
    """The site after a migration that wrote the notice."""
    site.SCRIPT_INFORM = NOTICE
    bbb.add(entry(1, room=room.meeting_id(), metadata=room.metadata()))
    assert migrate("--use-import-video", "--use-database-moodle").code == 0
    return site


@pytest.fixture
def closed(noticed: LazySettings) -> LazySettings:
    """The same, where nobody may write descriptions any more."""
    refuse = "BEGIN SELECT RAISE(ABORT, 'closed'); END"
    moodle(noticed, f"CREATE TRIGGER closed BEFORE UPDATE ON mdl_bigbluebuttonbn {refuse}")
    return noticed


def test_the_notice_is_counted_and_taken_out(
    noticed: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    """A dry run only counts; then the description is what the teacher wrote."""
    read = "SELECT intro FROM mdl_bigbluebuttonbn"
    call_command("remove_moodle_notice", "--dry")
    assert "would be removed from 1 activity" in capsys.readouterr().out
    assert NOTICE in moodle(noticed, read)[0][0]
    call_command("remove_moodle_notice")
    assert "was removed from 1 activity" in capsys.readouterr().out
    assert moodle(noticed, read) == [("Welcome",)]


def test_what_cannot_be_taken_out_is_named(closed: LazySettings, capsys: pytest.CaptureFixture[str]) -> None:
    """Which activity it is; and the exit code says that there were failures."""
    with pytest.raises(CommandError) as failed:
        call_command("remove_moodle_notice")
    assert failed.value.returncode == 3
    assert "Moodle default, activity 1" in capsys.readouterr().err


def test_without_a_moodle_nothing_is_started(site: LazySettings) -> None:
    """The setting that is missing is named."""
    with pytest.raises(CommandError, match="DB_PARAMS") as failed:
        call_command("remove_moodle_notice")
    assert failed.value.returncode == 1


def test_the_banner_is_printed_with_the_way_back(closed: LazySettings, migrate: Migrate) -> None:
    """Who may not write gets the command that shows a banner, and the one that takes it away."""
    closed.SCRIPT_INFORM = "<p>Another text.</p>"
    called = migrate("--use-import-video", "--use-database-moodle", "--retry-failed")
    assert called.code == 3
    assert CFG_UNDO in called.out
