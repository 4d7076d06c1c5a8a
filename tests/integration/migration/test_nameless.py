"""Files of earlier runs that name nobody: a run that goes on says so, and names who is known by then."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.db import connection

from pod.bbb.api import Recording
from pod.bbb_migration.models import Item
from pod.bbb_migration.plan import Exists, Owner
from pod.bbb_migration.results import Placed
from pod.bbb_migration.sinks.claim_names import name_owners
from pod.conversion.models import Conversion
from pod.recorder.claiming import claim
from pod.recorder.models import ClaimDetail, Recorder, RecordingFileTreatment
from pod.recorder.newcomers import NAMED, keep_owners
from tests.fake_bbb import FakeBBB
from tests.integration.migration.conftest import Called, Migrate, entry
from tests.moodle import Moodle
from tests.moodle.build import VIEWERS, user_rule
from tests.moodle.write import write_sqlite

CLAIM, MOODLE = "--use-manual-claim", "--use-database-moodle"


@pytest.fixture
def came(ready: FakeBBB, claiming: Recorder, migrate: Migrate) -> ClaimDetail:
    """A file of an earlier run, which asked no front-end."""
    assert migrate(CLAIM).code == 0
    return ClaimDetail.objects.get()


@pytest.fixture
def moodle(came: ClaimDetail, site: LazySettings, tmp_path: Path) -> None:
    """The Moodle that knows whose it is."""
    made = Moodle()
    ada = made.user("ada")
    activity = made.activity(made.course("C"), "r", [VIEWERS, user_rule(ada)])
    made.recording(activity, came.record_id)
    write_sqlite(tmp_path / "moodle.sqlite", made)
    site.DB_PARAMS = {"default": {"engine": "sqlite", "database": str(tmp_path / "moodle.sqlite")}}


def nobodys(called: Called, report: Path) -> tuple[bool, int]:
    """Return whether the ending says that nobody is known for a file, and the lines of owners.csv."""
    with (report / "owners.csv").open(encoding="utf-8-sig") as file:
        return "No owner is known for 1 recording" in called.out, len(list(csv.DictReader(file)))


def test_a_file_that_names_nobody_is_counted_by_each_run(
    came: ClaimDetail, migrate: Migrate, tmp_path: Path
) -> None:
    """The ending and owners.csv of the last run are about all files, not about the new ones alone."""
    called = migrate(CLAIM, f"--report={tmp_path}")
    assert nobodys(called, tmp_path) == (True, 1), called.text
    assert "Without a probable owner: 1" in called.out


@pytest.mark.parametrize("how", ["account", "name", "claimed"])
def test_a_file_that_has_somebody_is_not_counted(
    came: ClaimDetail, migrate: Migrate, tmp_path: Path, teacher: User, how: str
) -> None:
    """By an owners.csv, or because it was claimed."""
    if how == "claimed":
        claim(RecordingFileTreatment.objects.get().pk, teacher)
    else:
        keep_owners(came, [teacher.pk] if how == "account" else [], ["somebody"])
    called = migrate(CLAIM, f"--report={tmp_path}")
    assert nobodys(called, tmp_path) == (False, 0), called.text


def test_a_file_that_names_nobody_learns_whose_it_is(
    moodle: None, came: ClaimDetail, migrate: Migrate, teacher: User, tmp_path: Path
) -> None:
    """From a run that asks Moodle, too: until then everybody may look into it. A dry run only says so."""
    for dry, known in (["--dry"], []), ([], [teacher]):
        called = migrate(CLAIM, MOODLE, f"--report={tmp_path}", *dry)
        assert "probably of Ada" in called.out, called.text
        assert nobodys(called, tmp_path) == (False, 0)
        assert list(came.probable_owners.all()) == known
    came.refresh_from_db()
    assert [one["username"] for one in came.sidecar[NAMED]] == ["ada"]
    assert "probably of" not in migrate(CLAIM, MOODLE).out  # it has been said


def test_a_file_that_names_somebody_keeps_them(
    moodle: None, came: ClaimDetail, migrate: Migrate, teacher: User, colleague: User
) -> None:
    """Whom an administrator named, whatever Moodle says."""
    keep_owners(came, [colleague.pk], [])
    migrate(CLAIM, MOODLE)
    assert list(came.probable_owners.all()) == [colleague]


def test_whom_an_administrator_names_during_a_run_stays(
    came: ClaimDetail, teacher: User, colleague: User
) -> None:
    """Between the run's finding the file nameless and its writing, of which the first may wait for a lock."""
    ada = Owner("ada", "Ada", "user", user_id=teacher.pk)
    recording = Recording(came.record_id, "m", "Algebra", "published", True, None, None)
    statements: list[str] = []

    def assign(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        result = execute(sql, *more)
        statements.append(sql)
        if sum("SELECT" in one for one in statements) == 1:
            keep_owners(came, [colleague.pk], [])
        return result

    with connection.execute_wrapper(assign):
        name_owners([Placed(1, Exists(recording, probable=(ada,)))], came.server)
    assert list(came.probable_owners.all()) == [colleague]
    came.refresh_from_db()
    assert NAMED not in came.sidecar


def test_a_claimed_file_of_a_lost_ledger_is_not_counted(
    came: ClaimDetail, migrate: Migrate, tmp_path: Path, teacher: User
) -> None:
    """It is there already, and somebody's."""
    claim(RecordingFileTreatment.objects.get().pk, teacher)
    Item.objects.all().delete()
    called = migrate(CLAIM, f"--report={tmp_path}")
    assert "the file is there already" in called.out, called.text
    assert nobodys(called, tmp_path) == (False, 0)


@pytest.mark.server("rabbitmq")
def test_a_file_that_celery_is_to_make_is_counted_if_it_names_nobody(
    bbb: FakeBBB, site: LazySettings, claiming: Recorder, migrate: Migrate, tmp_path: Path
) -> None:
    """By its job, until it is there."""
    site.CELERY_TO_ENCODE = True
    bbb.add(entry(1))
    migrate(CLAIM)
    assert nobodys(migrate(CLAIM, f"--report={tmp_path}"), tmp_path) == (True, 1)
    job = Conversion.objects.get()
    job.context = {**job.context, NAMED: [{"username": "ada", "name": "Ada", "via": "", "id": None}]}
    job.save()
    assert nobodys(migrate(CLAIM, f"--report={tmp_path}"), tmp_path) == (False, 0)
