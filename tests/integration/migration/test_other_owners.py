"""The command where Greenlight, or Pod itself, knows whose the recordings are."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import translation

from pod.bbb_migration.administration.deletion import Selected, delete
from pod.bbb_migration.administration.orphans import orphans
from pod.bbb_migration.models import Item, Run
from pod.bbb_migration.owners.greenlight import GreenlightOwners
from pod.conversion.models import Conversion
from pod.conversion.tasks import convert
from pod.import_video.models import ExternalRecording, ExternalRecordingDetail
from pod.import_video.services import ExternalSpec, create_external_recordings
from pod.meeting.models import Meeting
from pod.recorder.models import Recorder
from tests.fake_bbb import FakeBBB
from tests.greenlight import Greenlight
from tests.integration.migration.conftest import Migrate, entry
from tests.moodle.build import Activity

IMPORT, CLAIM = "--use-import-video", "--use-manual-claim"
MOODLE, GREENLIGHT = "--use-database-moodle", "--use-database-greenlight"
ORIGIN = {"bbb-origin": "greenlight"}


@pytest.fixture
def greenlight(site: LazySettings, tmp_path: Path, bbb: FakeBBB) -> Path:
    """A Greenlight 3 with Claire's room, one recording of it, and one of a room that is gone."""
    made = Greenlight(3)
    made.share(made.room(made.user("claire"), "claires-room"), made.user("dan"))
    site.GREENLIGHT_DB_PARAMS = made.write_sqlite(tmp_path / "greenlight.sqlite3")
    bbb.add(
        entry(1, "Seminar", room="claires-room", metadata=ORIGIN),
        entry(2, "Lost", room="gone-room", metadata=ORIGIN),
    )
    return tmp_path / "greenlight.sqlite3"


def owners() -> dict[str, set[str]]:
    """Return who has each external recording, by its name."""
    found: dict[str, set[str]] = {}
    for name, username in ExternalRecording.objects.values_list("name", "owner__username"):
        found.setdefault(name, set()).add(username)
    return found


@pytest.mark.server("rabbitmq")
@pytest.mark.parametrize("dry", [("--dry",), ()])
def test_files_that_name_nobody_are_counted_and_listed(
    greenlight: Path, claiming: Recorder, migrate: Migrate, tmp_path: Path, dry: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch, settings: LazySettings,
) -> None:  # fmt: skip
    """The end says how many files to claim have no probable owner, and why; owners.csv asks for them."""
    settings.CELERY_TO_ENCODE = True
    monkeypatch.setattr(convert, "delay", lambda _job: None)
    called = migrate(CLAIM, GREENLIGHT, f"--report={tmp_path / 'report'}", *dry)
    assert "Without a probable owner: 1 × Greenlight 3: no room has its meetingID" in called.out
    rows = list(csv.DictReader((tmp_path / "report" / "owners.csv").open(encoding="utf-8-sig")))
    assert [(row["name"], row["owner"]) for row in rows] == [("Lost", "")]
    assert "no room has its meetingID" in rows[0]["reason"]


def test_greenlights_owner_finds_the_row_among_their_external_videos(
    greenlight: Path, migrate: Migrate, admin: User
) -> None:
    """So does whom the room was shared with; what nobody is known for goes to the administrator."""
    dry = migrate(IMPORT, GREENLIGHT, "--dry")
    assert dry.code == 0, dry.text
    assert "Claire Smith (claire) [greenlight:owner]" in dry.out
    assert "To the administrator: 1 × Greenlight 3: no room has its meetingID" in dry.out
    assert "tables of version 3" in dry.out
    assert not ExternalRecording.objects.exists()
    called = migrate(IMPORT, GREENLIGHT)
    assert called.code == 0, called.text
    assert owners() == {"Seminar": {"claire", "dan"}, "Lost": {"admin"}}
    client = Client()
    client.force_login(User.objects.get(username="claire"))
    page = client.get(reverse("import_video:external_recordings")).content.decode()
    assert "Seminar" in page
    assert "Lost" not in page


@pytest.mark.parametrize("imported", [False, True])
def test_an_owner_who_is_found_later_takes_the_administrators_place(
    greenlight: Path, migrate: Migrate, *, imported: bool
) -> None:
    """The administrator keeps only what nobody is known for, and what was begun to be imported."""
    assert migrate(IMPORT).code == 0
    if imported:
        job = Conversion.objects.create(key="i", delivery="x", target="/t", engine="native")
        ExternalRecordingDetail.objects.filter(recording__name="Seminar").update(conversion=job)
    assert migrate(IMPORT, GREENLIGHT, "--dry").code == 0
    assert owners() == {"Seminar": {"admin"}, "Lost": {"admin"}}
    assert migrate(IMPORT, GREENLIGHT).code == 0
    kept = {"admin"} if imported else set()
    assert owners() == {"Seminar": {"claire", "dan"} | kept, "Lost": {"admin"}}
    assert [orphan.name for orphan in orphans()] == ["Lost"]
    again = migrate(IMPORT, "--json")
    assert sorted(again.outcomes()) == [("exists", "admin"), ("exists", "claire")]


@pytest.mark.parametrize("force", [False, True])
def test_undoing_a_run_that_found_owners_gives_the_administrator_back_what_he_had(
    greenlight: Path, migrate: Migrate, *, force: bool
) -> None:
    """As before that run, with its reason, and until --force; what was new to that run nobody has."""
    assert migrate(IMPORT, "--max-value-record-process=1").code == 0
    before = Item.objects.get()
    assert migrate(IMPORT, GREENLIGHT).code == 0
    assert owners() == {"Seminar": {"claire", "dan"}, "Lost": {"admin"}}
    delete(Selected(run=Run.objects.latest("pk")), "desk")
    assert owners() == {"Seminar": {"admin"}}
    assert [(orphan.name, orphan.said) for orphan in orphans()] == [("Seminar", before.said)]
    assert migrate(IMPORT, GREENLIGHT, *["--force"] * force).code == 0
    found = {"Seminar": {"claire", "dan"}, "Lost": {"admin"}}
    assert owners() == (found if force else {"Seminar": {"admin"}})


def test_undoing_a_run_that_found_everything_there_takes_nothing_away(
    greenlight: Path, migrate: Migrate
) -> None:
    """--force meets rows of another run, and so does a run whose ledger was lost: it added none of them."""
    assert migrate(IMPORT, GREENLIGHT).code == 0
    first, before = Run.objects.get(), owners()
    assert migrate(IMPORT, GREENLIGHT, "--force").code == 0
    delete(Selected(run=Run.objects.latest("pk")), "desk")
    assert owners() == before
    delete(Selected(run=first), "desk")
    assert owners() == {}


def test_undoing_takes_nothing_of_what_was_there_when_the_ledger_was_lost(
    greenlight: Path, migrate: Migrate
) -> None:
    """The run that found the rows wrote down that they are there: it did not bring them."""
    assert migrate(IMPORT, GREENLIGHT).code == 0
    before = owners()
    Item.objects.all().delete()
    assert migrate(IMPORT, GREENLIGHT).code == 0
    delete(Selected(run=Run.objects.latest("pk")), "desk")
    assert owners() == before


def test_what_nobody_has_since_an_account_was_deleted_is_not_doubled(
    greenlight: Path, migrate: Migrate
) -> None:
    """The row without owner is there already, however often everything is done again."""
    assert migrate(IMPORT, GREENLIGHT).code == 0
    User.objects.filter(username__in=["claire", "dan"]).delete()
    for _time in range(2):
        again = migrate(IMPORT, "--force", "--json")
        assert ("exists", "claire") in again.outcomes()
    assert ExternalRecording.objects.filter(name="Seminar", owner=None).count() == 2
    assert [row["outcome"] for row in migrate(IMPORT, "--force", "--dry", "--json").rows] == ["exists"] * 2


@pytest.mark.parametrize("option", [(), ("--force",)])
def test_an_administrator_who_is_an_owner_too_keeps_the_recording(
    greenlight: Path, migrate: Migrate, site: LazySettings, option: tuple[str, ...]
) -> None:
    """A later run names them beside others: they lose no row, and nobody is asked whose it is."""
    site.SCRIPT_ADMIN_ID = User.objects.create_user("dan", is_staff=True).pk
    assert migrate(IMPORT).code == 0
    assert migrate(IMPORT, GREENLIGHT, *option).code == 0
    assert owners() == {"Seminar": {"claire", "dan"}, "Lost": {"dan"}}
    assert [orphan.name for orphan in orphans()] == ["Lost"]


@pytest.mark.parametrize("removed", [False, True])
def test_what_the_owners_had_before_the_administrator_gives_up_too(
    greenlight: Path, migrate: Migrate, admin: User, *, removed: bool
) -> None:
    """Earlier states left both; but not what was taken from the owners since: then nobody would have it."""
    assert migrate(IMPORT).code == 0
    line, row = Item.objects.get(name="Seminar"), ExternalRecording.objects.get(name="Seminar")
    for name in ("claire", "dan"):
        user = User.objects.create_user(name)
        line.pk, line.owner, line.user, line.via = None, name, user, "greenlight:owner"
        line.save()
        if not removed:
            spec = ExternalSpec(user.pk, "Seminar", row.start_at, row.source_url, line.record_id, line.server)
            create_external_recordings([spec])
    assert migrate(IMPORT, GREENLIGHT).code == 0
    assert owners()["Seminar"] == ({"admin"} if removed else {"claire", "dan"})


def test_moodle_and_greenlight_answer_for_their_own_recordings(
    greenlight: Path, room: Activity, bbb: FakeBBB, migrate: Migrate
) -> None:
    """Both options together: neither hides what the other knows, be it why there is no owner."""
    bbb.add(entry(3, "Lesson", room=room.meeting_id(), metadata=room.metadata() | {"bbb-origin": "Moodle"}))
    called = migrate(IMPORT, MOODLE, GREENLIGHT)
    assert called.code == 0, called.text
    assert owners() == {"Seminar": {"claire", "dan"}, "Lost": {"admin"}, "Lesson": {"ada"}}
    with translation.override("fr"):
        assert Item.objects.get(name="Lost").said == "Greenlight 3\xa0: aucune salle n’a son meetingID"


def test_a_greenlight_that_goes_away_leaves_recordings_for_the_next_run(
    greenlight: Path, tmp_path: Path, migrate: Migrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is given to anybody meanwhile; one that is down before the work keeps it from starting."""

    def gone(db_params: Mapping[str, Any]) -> GreenlightOwners:
        greenlight.rename(tmp_path / "away")
        return GreenlightOwners(db_params)

    with monkeypatch.context() as patched:
        patched.setattr("pod.bbb_migration.session.GreenlightOwners", gone)
        called = migrate(IMPORT, GREENLIGHT)
    assert called.code == 3, called.text
    assert "The database of Greenlight cannot be reached" in called.out
    assert not Item.objects.filter(done=True).exists()
    assert not ExternalRecording.objects.exists()
    down = migrate(IMPORT, GREENLIGHT)
    assert down.code == 1
    assert "Check GREENLIGHT_DB_PARAMS" in down.out
    (tmp_path / "away").rename(greenlight)
    assert migrate(IMPORT, GREENLIGHT).code == 0
    assert owners()["Seminar"] == {"claire", "dan"}


def test_the_option_needs_its_setting(site: LazySettings, migrate: Migrate) -> None:
    """The name of the setting is told before anything is asked."""
    called = migrate(IMPORT, GREENLIGHT)
    assert called.code == 1
    assert "GREENLIGHT_DB_PARAMS names no database" in called.out


def test_pods_own_meetings_need_no_option(
    site: LazySettings, bbb: FakeBBB, teacher: User, migrate: Migrate
) -> None:
    """Their owners are in Pod's database; what is none of them tells which options ask further."""
    meeting = Meeting.objects.create(name="Algebra", owner=teacher)
    bbb.add(entry(1, "Algebra", room=meeting.meeting_id), entry(2, "Lesson"))
    dry = migrate(IMPORT, "--dry").out
    assert "[pod:owner]" in dry
    assert "1 meeting of this site" in dry
    assert "1 × of no meeting of Pod's own, and nobody else was asked (--use-database-moodle" in dry
    assert migrate(IMPORT).code == 0
    assert owners() == {"Algebra": {"ada"}, "Lesson": {"admin"}}
