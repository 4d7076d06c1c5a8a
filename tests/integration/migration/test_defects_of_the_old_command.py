"""Every defect seen in the command that this one replaces: each test fails on the old behaviour."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pod.bbb_migration.models import Item, Run
from pod.import_video.models import ExternalRecording
from pod.recorder.models import Recorder, RecordingFileTreatment
from tests.fake_bbb import NGINX_404, Entry, FakeBBB, Fault
from tests.integration.migration.conftest import START_MS, Migrate, entry
from tests.moodle import Moodle
from tests.moodle.build import VIEWERS, user_rule
from tests.moodle.write import write_sqlite

IMPORT, CLAIM, EXPORT = "--use-import-video", "--use-manual-claim", "--use-export-csv"
BROKEN = (
    "<recording><recordID>broken-1</recordID><name/><startTime/></recording>",
    "<recording><error><recordID>gone-1</recordID><message>no metadata</message></error></recording>",
    "<recording><name>nameless</name></recording>",
)


def names() -> list[str]:
    """The names of all external recordings, sorted."""
    return sorted(ExternalRecording.objects.values_list("name", flat=True))


# --- one bad recording aborts the run -------------------------------------------------------
def test_one_bad_recording_costs_no_other(bbb: FakeBBB, site: LazySettings, migrate: Migrate) -> None:
    """An empty name, no id, a broken metadata.xml: each is reported, and all others arrive."""
    bbb.behaviour.extra_xml = BROKEN
    bbb.add(entry(1), entry(2))
    called = migrate(IMPORT)
    assert called.code == 3
    assert names() == ["Meeting 1", "Meeting 2"]
    assert "3 of 5 recordings to be processed" in called.text
    assert "no metadata" in called.text
    assert " of the answer of 127.0.0.1" in called.text
    assert "it has no recordID" in called.text
    assert "then run the same command again." in called.text


# --- HTTP 500, FAILED or wrong config exit 0 --------------------------------------------------
@pytest.mark.parametrize("status", [500, 404])
def test_a_server_error_is_no_success(
    bbb: FakeBBB, site: LazySettings, migrate: Migrate, status: int
) -> None:
    """A server that does not answer as BigBlueButton does makes exit code 1."""
    bbb.behaviour.faults = [Fault("/bigbluebutton/", times=-1, status=status, body=NGINX_404)]
    called = migrate(IMPORT)
    assert called.code == 1
    assert "SCRIPT_BBB_SERVER_URL" in called.text


def test_a_refused_checksum_is_no_success(bbb: FakeBBB, site: LazySettings, migrate: Migrate) -> None:
    """FAILED makes exit code 1, and says that the secret is wrong."""
    site.SCRIPT_BBB_SECRET_KEY = "wrong"
    called = migrate(IMPORT)
    assert called.code == 1
    assert "secret" in called.text


def test_all_wrong_settings_are_named_at_once(site: LazySettings, migrate: Migrate) -> None:
    """Wrong settings make exit code 1, and one message for all of them."""
    site.SCRIPT_BBB_SERVER_URL = "bbb.example"
    site.SCRIPT_BBB_SECRET_KEY = ""
    site.SCRIPT_ADMIN_ID = "nobody"
    site.DB_PARAMS = {"default": {"engine": "oracle", "database": "x", "password": "hidden"}}
    site.GREENLIGHT_DB_PARAMS = {"host": "db.example", "password": "hidden"}
    called = migrate(IMPORT, "--use-database-moodle", "--use-database-greenlight")
    assert called.code == 1
    for name in ("SCRIPT_BBB_SERVER_URL", "SCRIPT_BBB_SECRET_KEY", "SCRIPT_ADMIN_ID", "DB_PARAMS['default']"):
        assert name in called.text
    assert "GREENLIGHT_DB_PARAMS names no database" in called.text
    assert "hidden" not in called.text


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--use-database-moodle",),
        ("--use-database-greenlight",),
        (IMPORT, CLAIM),
        (IMPORT, EXPORT),
        (IMPORT, "--min-value-record-process=3", "--max-value-record-process=2"),
        (IMPORT, "--min-value-record-process=0"),
        (IMPORT, "--csv=x.csv"),
        (EXPORT, "--csv=/"),
        (IMPORT, "--record-id="),
        (IMPORT, "--record-id=one,,two"),
        (IMPORT, "--since=2022-01-02", "--until=2022-01-01"),
    ],
)
def test_no_or_contradicting_modes_are_usage_errors(
    site: LazySettings, migrate: Migrate, arguments: tuple[str, ...]
) -> None:
    """What makes no sense is refused with exit code 2, not done in silence."""
    assert migrate(*arguments).code == 2
    assert not Run.objects.exists()


# --- owners: only the first; roles; NULL; unknown silently to the administrator ---------------
@pytest.fixture
def moodle(site: LazySettings, tmp_path: Path) -> tuple[Moodle, list[Entry]]:
    """A Moodle with three rooms: two moderators, NULL rules, a room of another server."""
    made = Moodle()
    ada, bob, eve = (made.user(name) for name in ("ada", "bob", "eve"))
    course = made.course("Algebra")
    two = made.activity(course, "two", [VIEWERS, user_rule(ada), user_rule(str(bob))])
    null = made.activity(course, "null", None, maker=eve)
    write_sqlite(tmp_path / "moodle.sqlite", made)
    site.DB_PARAMS = {"default": {"engine": "sqlite", "database": str(tmp_path / "moodle.sqlite")}}
    rooms = [
        entry(1, "two", room=two.meeting_id(), metadata=two.metadata()),
        entry(2, "null", room=null.meeting_id(), metadata=null.metadata()),
        entry(3, "nobody", room="somebody-elses-room"),
    ]
    return made, rooms


def test_every_moderator_gets_the_recording(
    bbb: FakeBBB, moodle: tuple[Moodle, list[Entry]], migrate: Migrate
) -> None:
    """Not the first one only; NULL rules mean the default list; nobody known means the administrator."""
    bbb.add(*moodle[1])
    assert migrate(IMPORT, "--use-database-moodle").code == 0
    rows = ExternalRecording.objects.values_list("name", "owner__username").order_by(
        "name", "owner__username"
    )
    assert list(rows) == [("nobody", "admin"), ("null", "eve"), ("two", "ada"), ("two", "bob")]


def test_unknown_owners_are_said_and_listed(
    bbb: FakeBBB, moodle: tuple[Moodle, list[Entry]], migrate: Migrate, tmp_path: Path
) -> None:
    """A recording that goes to the administrator has its reason on the screen and a line in owners.csv."""
    bbb.add(*moodle[1])
    called = migrate(IMPORT, "--use-database-moodle", f"--report={tmp_path / 'report'}")
    assert "To the administrator: 1 ×" in called.out
    rows = list(csv.DictReader((tmp_path / "report" / "owners.csv").open(encoding="utf-8-sig")))
    assert [(row["name"], row["owner"]) for row in rows] == [("nobody", "")]
    assert rows[0]["reason"]


def test_the_record_id_never_becomes_sql(
    bbb: FakeBBB, moodle: tuple[Moodle, list[Entry]], migrate: Migrate
) -> None:
    """An id with quotes is refused where the answer is read; a meetingID with quotes is only data."""
    bbb.behaviour.extra_xml = ("<recording><recordID>x'; DROP TABLE mdl_user;--</recordID></recording>",)
    bbb.add(entry(1, room="a' OR '1'='1"), *moodle[1][1:2])
    called = migrate(IMPORT, "--use-database-moodle")
    assert called.code == 3
    assert ExternalRecording.objects.filter(owner__username="eve").count() == 1


# --- file names -------------------------------------------------------------------------------
def test_recordings_of_one_day_and_non_latin_names_keep_their_own_files(
    bbb: FakeBBB, claiming: Recorder, migrate: Migrate
) -> None:
    """Same course and day, same second, and names in other scripts: each has a path of its own."""
    bbb.add(
        entry(1, "Algebra", room="r"),
        entry(2, "Algebra", room="r"),
        entry(3, "Лекция"),
        entry(4, "講義"),
        entry(5, "Chemistry", room="c", start_ms=START_MS + 1),
        entry(6, "Chemistry", room="c", start_ms=START_MS + 2),
    )
    rows = migrate(CLAIM, "--dry", "--json").rows
    targets = [row["target"] for row in rows]
    assert len(set(targets)) == 6
    assert [Path(target).name for target in targets if "lektsiya" in target]
    assert not any(Path(target).name.startswith("2021") for target in targets)


# --- a rerun encodes and duplicates again -----------------------------------------------------
def test_a_rerun_adds_nothing_after_an_owner_was_reassigned(
    bbb: FakeBBB, site: LazySettings, migrate: Migrate, colleague: User
) -> None:
    """A row that was given to somebody else does not come back for its first owner."""
    bbb.add(entry(1))
    migrate(IMPORT)
    ExternalRecording.objects.update(owner=colleague)
    assert migrate(IMPORT).code == 0
    assert list(ExternalRecording.objects.values_list("owner", flat=True)) == [colleague.pk]


def test_a_rerun_adds_nothing_after_a_video_format_appeared(
    bbb: FakeBBB, site: LazySettings, migrate: Migrate
) -> None:
    """A recording with a new address is still the same recording."""
    one = entry(1)
    bbb.add(one)
    migrate(IMPORT)
    bbb._more[:] = [entry(1, record_id=one.record_id, kinds=("presentation", "video"))]
    bbb.rescan()
    migrate(IMPORT)
    assert ExternalRecording.objects.count() == 1


def test_a_rerun_brings_nothing_back_that_its_owner_deleted(
    bbb: FakeBBB, site: LazySettings, migrate: Migrate
) -> None:
    """What was deleted in Pod stays deleted; --force brings it back."""
    bbb.add(entry(1))
    migrate(IMPORT)
    ExternalRecording.objects.all().delete()
    migrate(IMPORT)
    assert not ExternalRecording.objects.exists()
    migrate(IMPORT, "--force")
    assert ExternalRecording.objects.count() == 1


def test_a_rerun_downloads_nothing_again(ready: FakeBBB, claiming: Recorder, migrate: Migrate) -> None:
    """A file that arrived is not fetched again, even after it was claimed and its row is gone."""
    bbb = ready
    assert migrate(CLAIM).code == 0
    RecordingFileTreatment.objects.all().delete()
    bbb.requests.clear()
    assert migrate(CLAIM).code == 0
    assert not [request for request in bbb.requests if request.path.endswith(".m4v")]
    assert not RecordingFileTreatment.objects.exists()


# --- what is not usable, unpublished or deleted ------------------------------------------------
def test_recordings_that_nobody_wants_are_skipped_with_their_reason(
    bbb: FakeBBB, site: LazySettings, migrate: Migrate
) -> None:
    """Nothing usable gives no row with an empty address; unpublished ones need to be asked for."""
    bbb.add(
        entry(1, kinds=("podcast",)),
        entry(2, formats=()),
        entry(3, state="unpublished"),
        entry(4, state="deleted"),
        entry(5, parent_id="main-1"),
        entry(6),
    )
    rows = migrate(IMPORT, "--include-deleted", "--json").rows
    assert {row["name"]: row["outcome"] for row in rows} == {
        "Meeting 1": "skip",
        "Meeting 2": "skip",
        "Meeting 3": "skip",
        "Meeting 4": "create",
        "Meeting 5": "skip",
        "Meeting 6": "create",
    }
    assert {row["name"]: row["reason"] for row in rows}["Meeting 1"].endswith("(only: podcast)")
    skipped = Item.objects.filter(name="Meeting 1").values_list("why", "reason")
    assert list(skipped) == [("nothing-usable", "podcast")]
    assert not ExternalRecording.objects.filter(source_url="").exists()
    assert migrate(IMPORT, "--include-unpublished", "--include-breakout").code == 0
    assert names() == ["Meeting 3", "Meeting 4", "Meeting 5", "Meeting 6"]


# --- the CSV file -----------------------------------------------------------------------------
def test_a_dry_export_writes_no_file(
    bbb: FakeBBB, site: LazySettings, migrate: Migrate, tmp_path: Path
) -> None:
    """--dry shows the first rows instead."""
    bbb.add(entry(1))
    called = migrate(EXPORT, "--dry", f"--csv={tmp_path / 'out.csv'}")
    assert not (tmp_path / "out.csv").exists()
    assert "name=Meeting 1" in called.out


def test_the_export_has_record_ids_and_no_formulas(
    bbb: FakeBBB, site: LazySettings, migrate: Migrate, tmp_path: Path
) -> None:
    """Every line names its recording; a name that is a formula is text for a spreadsheet."""
    one = entry(1, "=HYPERLINK(1)")
    bbb.add(one)
    migrate(EXPORT, f"--csv={tmp_path / 'out.csv'}")
    text = (tmp_path / "out.csv").read_bytes().decode("utf-8")
    assert text.startswith("\ufeffrecord_id,meeting_id,name,start,duration_s,origin,server,context,formats,")
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["record_id"], row["name"]) == (one.record_id, "'=HYPERLINK(1)")


# --- "to be processed" ------------------------------------------------------------------------
def test_to_be_processed_is_the_true_number(bbb: FakeBBB, site: LazySettings, migrate: Migrate) -> None:
    """The number is that of recordings, not of positions asked for; the last two are 1 to 2."""
    bbb.add(entry(1), entry(2), entry(3))
    assert "3 of 3 recordings" in migrate(IMPORT, "--dry", "--max-value-record-process=10000").out
    called = migrate(IMPORT, "--dry", "--min-value-record-process=1", "--max-value-record-process=2")
    assert "2 of 3 recordings" in called.out
    assert "Meeting 3" not in called.out


# --- queries ----------------------------------------------------------------------------------
def test_queries_do_not_grow_with_recordings(bbb: FakeBBB, site: LazySettings, migrate: Migrate) -> None:
    """A batch of 100 takes as many queries as one of 10: no query per recording."""

    def queries(first: int, last: int) -> int:
        bbb.add(*(entry(number) for number in range(first, last)))
        with CaptureQueriesContext(connection) as captured:
            assert migrate(IMPORT).code == 0
        # how many rows one INSERT may have is SQLite's limit, not ours
        return sum("INSERT" not in query["sql"] for query in captured.captured_queries)

    queries(0, 1)
    assert queries(1, 11) == queries(11, 111)
    assert Item.objects.count() == 111


# --- secrets ----------------------------------------------------------------------------------
def test_no_signed_address_is_ever_printed(
    ready: FakeBBB, claiming: Recorder, migrate: Migrate, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the secret nor a checksum nor a token appears, however much is told."""
    bbb = ready
    bbb.behaviour.layout = "scalelite"
    called = migrate(CLAIM, verbosity=3)
    logged = caplog.text
    assert called.code == 0, called.text
    assert "Asking" in logged
    for text in (called.text, logged):
        assert bbb.secret not in text
        assert not re.search(r"checksum=\w|token=\w", text)


# --- dates ------------------------------------------------------------------------------------
def test_dates_are_those_of_the_meeting(bbb: FakeBBB, site: LazySettings, migrate: Migrate) -> None:
    """A meeting of 08:30 UTC is stored as that moment, whatever the time zone of the site."""
    site.TIME_ZONE = "Pacific/Auckland"
    bbb.add(entry(0))
    migrate(IMPORT)
    assert ExternalRecording.objects.get().start_at.timestamp() * 1000 == START_MS
