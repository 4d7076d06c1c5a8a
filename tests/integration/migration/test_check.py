"""What the command looks at before its work."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.utils import translation

from pod.bbb_migration.models import Item, Run
from pod.recorder.models import Recorder
from tests.fake_bbb import FakeBBB
from tests.integration.migration.conftest import Migrate, entry
from tests.moodle.build import Activity

IMPORT, CLAIM, EXPORT = "--use-import-video", "--use-manual-claim", "--use-export-csv"
MOODLE = "--use-database-moodle"
NOTICE = "<p>Your recordings are in Pod now.</p>"


def test_check_tells_what_is_there(bbb: FakeBBB, claiming: Recorder, migrate: Migrate) -> None:
    """--check alone looks at everything, writes nothing and ends with 0."""
    called = migrate("--check")
    assert called.code == 0, called.text
    for what in ("Pod's database", "BigBlueButton", "Administrator", "Recorder", "Claim folder", "Space"):
        assert f"ok  {what}" in called.out
    assert not Run.objects.exists()


def test_check_gives_the_next_step(
    site: LazySettings, bbb: FakeBBB, migrate: Migrate, tmp_path: Path
) -> None:
    """Whatever is missing is named with what to do, all at once, and nothing is started."""
    site.SCRIPT_RECORDER_ID = 99
    site.SCRIPT_ADMIN_ID = 98
    site.SCRIPT_BBB_SECRET_KEY = "wrong"
    site.DB_PARAMS = {"default": {"engine": "sqlite", "database": str(tmp_path / "no.sqlite")}}
    called = migrate("--check")
    assert called.code == 1
    for needle in (
        "SCRIPT_RECORDER_ID=99",
        "SCRIPT_ADMIN_ID=98",
        "manage.py createsuperuser",
        "SCRIPT_BBB_SECRET_KEY",
        "Moodle default",
    ):
        assert needle in called.text
    assert called.out.count("→") >= 4


def test_check_tells_of_a_broker_of_no_known_kind(
    site: LazySettings, claiming: Recorder, migrate: Migrate
) -> None:
    """A typo, or a kind of broker whose package is not installed, is a line of the check, not a traceback."""
    site.CELERY_TO_ENCODE, site.CELERY_BROKER_URL = True, "rabbit://localhost"
    called = migrate("--check", CLAIM)
    assert called.code == 1
    assert "Correct CELERY_BROKER_URL" in called.text


def test_a_managed_recorder_is_refused(
    claiming: Recorder, bbb: FakeBBB, migrate: Migrate, teacher: User
) -> None:
    """Files of a recorder with a manager cannot be claimed: that is said before any is made."""
    Recorder.objects.update(user=teacher)
    called = migrate(CLAIM, "--dry")
    assert called.code == 1
    assert "manager" in called.text


def test_a_folder_that_cannot_be_written_is_named_with_its_owner(
    claiming: Recorder, site: LazySettings, bbb: FakeBBB, migrate: Migrate, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Mode, owner, who we are and which setting: all that it takes to repair it."""
    (tmp_path / "shut").mkdir(mode=0o500)
    site.DEFAULT_RECORDER_PATH = str(tmp_path / "shut")
    monkeypatch.setattr("os.access", lambda *_any: False)  # root may write everywhere
    called = migrate(CLAIM)
    assert called.code == 1
    line = next(line for line in called.out.splitlines() if "Claim folder" in line)
    assert "mode 500" in line
    assert "owner " in line
    assert "DEFAULT_RECORDER_PATH" in called.out


def test_a_missing_plugin_is_told_before_the_work(
    claiming: Recorder, site: LazySettings, bbb: FakeBBB, migrate: Migrate, tmp_path: Path
) -> None:
    """With the bbb-recorder engine the check looks for the plugin."""
    site.CONVERSION_ENGINE = "bbb-recorder"
    site.IMPORT_VIDEO_BBB_RECORDER_PLUGIN = str(tmp_path)
    called = migrate(CLAIM)
    assert called.code == 1
    assert "export.js" in called.out


@pytest.mark.parametrize(
    ("given", "place"), [("--report", "file/there"), ("--csv", "file/there"), ("--report", "file")]
)
def test_a_report_that_cannot_be_written_is_told_before_the_work(
    site: LazySettings, bbb: FakeBBB, migrate: Migrate, tmp_path: Path, given: str, place: str
) -> None:
    """Places named on the command line are looked at like those of the settings; a file is no folder."""
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    called = migrate(EXPORT, given, str(tmp_path / place))
    assert called.code == 1
    assert f"{tmp_path / 'file'} is no folder: give another path for {given}." in called.out
    assert not Run.objects.exists()


@pytest.mark.parametrize("dry", [("--dry",), ()])
def test_that_only_this_servers_protected_recordings_can_be_imported_is_told(
    site: LazySettings, bbb: FakeBBB, migrate: Migrate, dry: tuple[str, ...]
) -> None:
    """Else the rows of a second server are there, and each import of them fails."""
    bbb.add(entry(1))
    assert "protected" not in migrate(IMPORT, "--dry").out
    bbb.behaviour.layout = "scalelite"
    assert "names 127.0.0.1" in migrate(IMPORT, *dry).out


def test_a_report_folder_means_the_same_to_the_administration(
    site: LazySettings, bbb: FakeBBB, migrate: Migrate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The web server, which gives the report away, works in another folder than the command did."""
    monkeypatch.chdir(tmp_path)
    assert migrate(EXPORT, "--report", "here").code == 0
    assert Run.objects.get().report_dir == str(tmp_path / "here")


def test_a_notice_that_would_break_pages_is_told_before_the_work(
    room: Activity, site: LazySettings, bbb: FakeBBB, migrate: Migrate
) -> None:
    """SCRIPT_INFORM is looked at before the first recording is touched."""
    site.SCRIPT_INFORM = "<div>never closed"
    called = migrate(IMPORT, MOODLE)
    assert called.code == 1
    assert "SCRIPT_INFORM has a <div>" in called.text


@pytest.mark.parametrize(
    ("setting", "value", "told"),
    [
        ("DB_PARAMS", {"a": {}, "b": {"database": "m", "port": "x"}}, "ne nomme aucune base de données"),
        ("DB_PARAMS", {"b": {"database": "m", "port": "x"}}, "port doit être un nombre entier."),
        ("GREENLIGHT_DB_PARAMS", {"database": "g", "engine": "oracle"}, "«\xa0oracle\xa0» est inconnu"),
        ("SCRIPT_INFORM", "<div>never closed", "sans son pendant"),
    ],
)
def test_what_is_wrong_in_a_setting_is_said_in_the_sites_language(
    site: LazySettings, setting: str, value: object, told: str
) -> None:
    """The detail, not only its hint."""
    setattr(site, setting, value)
    with translation.override("fr"):
        (problem,) = run_checks(tags=["bbb_migration"])
    assert told in problem.msg


def test_settings_that_no_conversion_can_use_are_told_before_the_work(
    claiming: Recorder, site: LazySettings, bbb: FakeBBB, migrate: Migrate
) -> None:
    """Each recording would fail for them; an engine that only other jobs use is not named as a choice."""
    site.CONVERSION_ENGINE, site.CONVERSION_SIZE = "hls", "720p"
    called = migrate("--use-manual-claim")
    assert called.code == 1
    assert "no  Converter: CONVERSION_ENGINE='hls'" in called.out
    assert "Write one of bbb-recorder, native." in called.out
    assert "no  Converter: CONVERSION_SIZE='720p'" in called.out
    assert not Item.objects.exists()


def test_system_checks_have_ids(site: LazySettings) -> None:
    """`manage.py check` reports a setting that can only be a mistake, by a stable id and with a hint."""
    site.SCRIPT_BBB_SERVER_URL = "bbb.example"
    site.IGNORED_SERVERS = "moodle.example"
    found = {message.id: message.hint for message in run_checks(tags=["bbb_migration"])}
    assert set(found) == {"bbb_migration.E002", "bbb_migration.E007"}
    assert all(found.values())
