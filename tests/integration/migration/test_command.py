"""What the command tells, keeps and reports."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from lxml import html

from pod.bbb_migration.catalogue import Catalogue
from pod.bbb_migration.models import Item, Run
from pod.conversion.models import Conversion
from pod.conversion.services import run as run_conversion
from pod.import_video.models import ExternalRecording
from pod.main.states import State
from pod.recorder.models import ClaimDetail, Recorder, RecordingFileTreatment
from tests.fake_bbb import FakeBBB, synthetic
from tests.integration.migration.conftest import Migrate, entry
from tests.moodle import Moodle
from tests.moodle.build import VIEWERS, Activity, user_rule
from tests.moodle.write import write_sqlite

IMPORT, CLAIM, EXPORT = "--use-import-video", "--use-manual-claim", "--use-export-csv"
MOODLE = "--use-database-moodle"
NOTICE = "<p>Your recordings are in Pod now.</p>"


# --- where the catalogue comes from -----------------------------------------------------------
def test_the_kept_answer_is_read_back(bbb: FakeBBB, site: LazySettings, migrate: Migrate) -> None:
    """With USE_CACHE the second run asks nothing of the list; --refresh asks again."""
    site.USE_CACHE = True
    bbb.add(entry(1))
    migrate(IMPORT)
    bbb.requests.clear()
    bbb.add(entry(2))
    assert "1 of 1 recording to" in migrate(IMPORT).out
    assert not [one for one in bbb.requests if "offset" in one.query]
    assert "2 of 2 recordings" in migrate(IMPORT, "--refresh").out


def test_a_saved_answer_needs_no_server(
    bbb: FakeBBB, site: LazySettings, migrate: Migrate, tmp_path: Path
) -> None:
    """--xml reads a file; neither the server nor its secret is asked for."""
    saved = tmp_path / "saved.xml"
    saved.write_text(
        "<response><returncode>SUCCESS</returncode><recordings><recording><recordID>a-1620030600000</recordID>"
        "<meetingID>m</meetingID><name>Algebra</name><published>true</published><state>published</state>"
        "<startTime>1620030600000</startTime><endTime>1620034200000</endTime><playback><format>"
        "<type>presentation</type><url>https://bbb.example/playback/presentation/2.3/a-1620030600000</url>"
        "</format></playback></recording></recordings></response>",
        encoding="utf-8",
    )
    site.SCRIPT_BBB_SECRET_KEY = ""
    assert migrate(IMPORT, f"--xml={saved}").code == 0
    assert ExternalRecording.objects.get().name == "Algebra"
    assert migrate(IMPORT, f"--xml={tmp_path / 'no.xml'}").code == 1


@pytest.mark.parametrize(
    ("content", "advice"),
    [
        ("<response><returncode>SUCCESS</returncode><recordings>", "Save it anew."),
        ("<html><title>Log in</title></html>", "save what getRecordings answers."),
        ("<recordings/>", "save what getRecordings answers."),
    ],
)
def test_a_saved_answer_that_is_none_is_to_be_saved_anew(
    site: LazySettings, migrate: Migrate, tmp_path: Path, content: str, advice: str
) -> None:
    """Nobody is sent to look for the address of a server that was not asked."""
    saved = tmp_path / "saved.xml"
    saved.write_text(content, encoding="utf-8")
    called = migrate(IMPORT, f"--xml={saved}")
    assert called.code == 1
    assert str(saved) in called.text
    assert advice in called.text
    assert "address" not in called.text


# --- whose it probably is, and the notice in Moodle -------------------------------------------
def test_claims_are_noted_with_whose_they_probably_are(
    ready: FakeBBB, claiming: Recorder, site: LazySettings, migrate: Migrate, tmp_path: Path
) -> None:
    """With --use-manual-claim Moodle's answer makes no account; it is noted on the file."""
    made = Moodle()
    ada, bob = made.user("ada"), made.user("bob")
    activity = made.activity(made.course("C"), "r", [VIEWERS, user_rule(ada), user_rule(bob)])
    made.recording(activity, ready.entries[0].record_id)
    write_sqlite(tmp_path / "moodle.sqlite", made)
    site.DB_PARAMS = {"default": {"engine": "sqlite", "database": str(tmp_path / "moodle.sqlite")}}
    known = User.objects.create_user("ada")
    called = migrate(CLAIM, "--use-database-moodle")
    assert called.code == 0, called.text
    detail = ClaimDetail.objects.get()
    assert list(detail.probable_owners.all()) == [known]
    assert [one["username"] for one in detail.sidecar["probable_owners"]] == ["ada", "bob"]
    assert not User.objects.filter(username="bob").exists()


def intro(site: LazySettings) -> str:
    """The description of the one activity."""
    with sqlite3.connect(site.DB_PARAMS["default"]["database"]) as database:
        return str(database.execute("SELECT intro FROM mdl_bigbluebuttonbn").fetchone()[0])


def test_the_notice_is_written_once(
    bbb: FakeBBB, site: LazySettings, room: Activity, migrate: Migrate
) -> None:
    """Only with the option, never in a dry run; a second run writes nothing."""
    site.SCRIPT_INFORM = NOTICE
    bbb.add(entry(1, room=room.meeting_id(), metadata=room.metadata()))
    dry = migrate(IMPORT, "--use-database-moodle", "--dry")
    assert "1 activity gets it, 0 have it already" in dry.out
    assert intro(site) == "Welcome"
    migrate(IMPORT, "--use-database-moodle")
    once = intro(site)
    assert NOTICE in once
    assert once.endswith("Welcome")
    migrate(IMPORT, "--use-database-moodle")
    assert intro(site) == once


def test_a_notice_that_cannot_be_written_is_a_failure_with_another_way(
    bbb: FakeBBB, site: LazySettings, room: Activity, migrate: Migrate
) -> None:
    """Recordings arrive all the same; the end names the activity, and the way that writes into none."""
    site.SCRIPT_INFORM = NOTICE
    with sqlite3.connect(site.DB_PARAMS["default"]["database"]) as database:
        database.execute(
            "CREATE TRIGGER closed BEFORE UPDATE ON mdl_bigbluebuttonbn "
            "BEGIN SELECT RAISE(ABORT, 'closed'); END"
        )
    bbb.add(entry(1, room=room.meeting_id(), metadata=room.metadata()))
    called = migrate(IMPORT, "--use-database-moodle")
    assert called.code == 3
    assert ExternalRecording.objects.get().owner == User.objects.get(username="ada")
    assert "Notice in Moodle default, activity 1" in called.out
    assert "php admin/cli/cfg.php --name=bigbluebuttonbn_general_warning_message" in called.out


# --- what a dry run says ----------------------------------------------------------------------
def test_a_dry_run_says_accounts_their_flag_and_the_fallback(
    bbb: FakeBBB, site: LazySettings, room: Activity, migrate: Migrate
) -> None:
    """Accounts to be made, whether they are staff, and why the administrator gets the rest."""
    site.MIGRATION_CREATED_USERS_ARE_STAFF = False
    bbb.add(entry(1, room=room.meeting_id(), metadata=room.metadata()), entry(2))
    out = migrate(IMPORT, "--use-database-moodle", "--dry").out
    assert "new account ada, not staff" in out
    assert "To the administrator: 1 × Moodle" in out
    assert not User.objects.filter(username="ada").exists()


def test_a_dry_run_estimates(bbb: FakeBBB, claiming: Recorder, migrate: Migrate) -> None:
    """What is to be fetched and converted, in bytes and time."""
    bbb.add(*synthetic(10))
    out = migrate(CLAIM, "--dry").out
    assert "To be fetched" in out
    assert "of converting" in out
    assert not Conversion.objects.exists()


# --- the report -------------------------------------------------------------------------------
def test_screen_lines_table_and_page_tell_the_same(
    bbb: FakeBBB, site: LazySettings, migrate: Migrate, tmp_path: Path
) -> None:
    """run.jsonl, run.csv and run.html hold the same items; names stay text in the page."""
    bbb.add(entry(1, "<script>alert(1)</script>"), entry(2, formats=()))
    called = migrate(IMPORT, "--json", f"--report={tmp_path}")
    lines = [json.loads(line) for line in (tmp_path / "run.jsonl").read_text("utf-8").splitlines()]
    table = list(csv.DictReader((tmp_path / "run.csv").open(encoding="utf-8-sig")))
    page = html.fromstring((tmp_path / "run.html").read_text("utf-8"))
    told = [(row["outcome"], row["name"]) for row in called.rows]
    assert told == [("create", "<script>alert(1)</script>"), ("skip", "Meeting 2")]
    assert [(row["outcome"], row["name"]) for row in lines] == told
    assert [(row["outcome"], row["name"]) for row in table] == told
    shown = [[str(cell.xpath("string()")) for cell in row] for row in page.findall(".//tbody/tr")]
    assert [(row[1], row[2]) for row in shown] == told
    assert page.find(".//script") is None
    assert not list(tmp_path.glob("*.part"))


def test_the_end_is_one_object_with_the_counts(bbb: FakeBBB, site: LazySettings, migrate: Migrate) -> None:
    """--json ends with a summary for programs."""
    bbb.add(entry(1))
    last = json.loads(migrate(IMPORT, "--json").out.splitlines()[-1])
    assert (last["type"], last["create"], last["exit_code"]) == ("summary", 1, 0)


@pytest.mark.parametrize(("verbosity", "seen"), [(0, False), (1, True)])
def test_verbosity_0_is_silent(
    bbb: FakeBBB, site: LazySettings, migrate: Migrate, verbosity: int, *, seen: bool
) -> None:
    """Nothing but errors at 0, a line per recording at 1."""
    bbb.add(entry(1))
    assert ("Meeting 1" in migrate(IMPORT, verbosity=verbosity).text) is seen


def test_a_line_is_given_away_at_once(
    site: LazySettings, bbb: FakeBBB, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """To a file, too, in which Python would keep back some eight thousand letters: a run takes hours."""
    seen = []
    read = Catalogue.read
    path = tmp_path / "log"

    def look(self: Catalogue, found: Any) -> None:
        seen.append(path.read_text())
        read(self, found)

    monkeypatch.setattr(Catalogue, "read", look)
    with path.open("w") as log:
        call_command("migrate_bbb_recordings", IMPORT, stdout=log, no_color=True)
    assert "for its list" in seen[0]


def test_a_disk_that_takes_no_more_lines_ends_the_run_in_order(site: LazySettings, bbb: FakeBBB) -> None:
    """Of a run whose output goes into a file: a sentence on stderr, no traceback, and the lock is free."""
    bbb.add(entry(1))
    with Path("/dev/full").open("w") as full, pytest.raises(CommandError) as ended:
        call_command("migrate_bbb_recordings", IMPORT, stdout=full, no_color=True)
    assert ended.value.returncode == 1
    assert "No space left" in str(ended.value)
    assert [run.lock for run in Run.objects.all()] == [None] * Run.objects.count()


def test_verbosity_2_says_why_this_owner(
    bbb: FakeBBB, site: LazySettings, room: Activity, migrate: Migrate
) -> None:
    """The way to the owner is told at 2."""
    bbb.add(entry(1, room=room.meeting_id(), metadata=room.metadata()))
    called = migrate(IMPORT, "--use-database-moodle", "--dry", verbosity=2)
    assert "why this owner: new account ada" in called.out


# --- selection --------------------------------------------------------------------------------
def test_positions_are_those_of_the_ordered_catalogue(
    bbb: FakeBBB, site: LazySettings, migrate: Migrate
) -> None:
    """Whatever order the server lists in, position 1 is the newest; filters narrow, they do not renumber."""
    bbb.behaviour.shuffle_calls = 10
    bbb.add(*(entry(number) for number in range(1, 6)))
    rows = migrate(
        IMPORT, "--dry", "--json", "--min-value-record-process=2", "--max-value-record-process=3"
    ).rows
    assert [(row["position"], row["name"]) for row in rows] == [(2, "Meeting 2"), (3, "Meeting 3")]
    rows = migrate(IMPORT, "--dry", "--json", f"--record-id={entry(4).record_id}").rows
    assert [(row["position"], row["name"]) for row in rows] == [(4, "Meeting 4")]
    assert migrate(IMPORT, "--dry", "--json", "--since=2021-05-04").rows == []
    assert len(migrate(IMPORT, "--dry", "--json", "--since=2021-05-03", "--until=2021-05-03").rows) == 5


def test_a_record_id_that_the_server_does_not_list_is_a_failure(
    bbb: FakeBBB, site: LazySettings, migrate: Migrate
) -> None:
    """It is named, at every verbosity and to programs, and the exit code says it; what is there is done."""
    there = entry(1)
    bbb.add(there)
    called = migrate(IMPORT, "--json", f"--record-id={there.record_id},typo-1", verbosity=0)
    assert called.code == 3
    assert "typo-1, which --record-id names, is not in the catalogue." in called.err
    summary = json.loads(called.out.splitlines()[-1])
    assert (summary["create"], summary["not_found"], summary["exit_code"]) == (1, ["typo-1"], 3)
    assert "--include-deleted" in migrate(IMPORT, "--record-id=typo-1", "--dry").out


# --- Celery -----------------------------------------------------------------------------------
@pytest.mark.server("rabbitmq")
def test_celery_takes_the_conversions(
    bbb: FakeBBB, claiming: Recorder, site: LazySettings, migrate: Migrate
) -> None:
    """With CELERY_TO_ENCODE the command queues and says so; a second run queues nothing again."""
    site.CELERY_TO_ENCODE = True
    bbb.add(entry(1))
    called = migrate(CLAIM)
    assert called.code == 0, called.text
    assert "waits for Celery" in called.out
    assert Conversion.objects.get().state == State.QUEUED
    assert [row["outcome"] for row in migrate(CLAIM, "--json").rows] == ["exists"]
    assert Conversion.objects.count() == 1
    Conversion.objects.update(state=State.FAILED, error="no sound")
    again = migrate(CLAIM)
    assert again.code == 3
    assert "no sound" in again.text


@pytest.mark.server("rabbitmq")
@pytest.mark.parametrize("dry", [(), ("--dry",)])
def test_what_waits_for_a_worker_is_told_by_every_run(
    dry: tuple[str, ...], bbb: FakeBBB, claiming: Recorder, site: LazySettings, migrate: Migrate
) -> None:
    """Its line says `exists`, but nothing has arrived: who switches the old server off now loses it."""
    site.CELERY_TO_ENCODE = True
    bbb.add(entry(1), entry(2))
    migrate(CLAIM)
    Conversion.objects.filter(pk=Conversion.objects.latest("pk").pk).update(state=State.CONVERTING)
    assert "2 conversions wait for Celery" in migrate(CLAIM, *dry).out


@pytest.mark.server("rabbitmq")
def test_what_a_worker_finishes_is_in_the_ledger(
    ready: FakeBBB, claiming: Recorder, site: LazySettings, migrate: Migrate
) -> None:
    """A worker's file is claimable with what the command knew of it, and the ledger says that it arrived."""
    site.CELERY_TO_ENCODE = True
    site.CONVERSION_SIZE = "320x180"
    shutil.rmtree((ready.folder or Path()) / "video")
    ready.rescan()
    kept = ready.entries[0]
    called = migrate(CLAIM)
    assert "waits for Celery" in called.out, called.text
    assert run_conversion(Conversion.objects.get().pk) == State.DONE
    item, row = Item.objects.get(), RecordingFileTreatment.objects.get()
    assert (item.done, item.target) == (True, row.file)
    assert ClaimDetail.objects.get().title == kept.name
    assert row.date_added.timestamp() * 1000 == kept.start_ms
    assert [one["outcome"] for one in migrate(CLAIM, "--json").rows] == ["exists"]


# --- the administrator's pages ----------------------------------------------------------------
def test_runs_and_items_are_in_the_admin_with_their_reports(
    bbb: FakeBBB, site: LazySettings, migrate: Migrate, admin: User
) -> None:
    """Counts, reasons, and each file of the report to download; only for who may see runs."""
    bbb.add(entry(1), entry(2, formats=()))
    migrate(IMPORT)
    run = Run.objects.get()
    browser = Client()
    address = reverse("admin:bbb_migration_run_report", args=(run.pk, "run.csv"))
    assert browser.get(address).status_code == 302
    browser.force_login(admin)
    assert "1 create, 1 skip" in browser.get(reverse("admin:bbb_migration_run_changelist")).content.decode()
    items = browser.get(reverse("admin:bbb_migration_item_changelist"), {"run__id__exact": run.pk})
    assert "Meeting 1" in items.content.decode()
    assert b"record_id" in b"".join(browser.get(address))
    wrong = reverse("admin:bbb_migration_run_report", args=(run.pk, "settings.py"))
    assert browser.get(wrong).status_code == 404
    assert Item.objects.count() == 2
    assert not RecordingFileTreatment.objects.exists()
