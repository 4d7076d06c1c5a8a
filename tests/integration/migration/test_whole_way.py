"""The command in a process of its own, as an administrator starts, interrupts and kills it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from tests.fake_bbb import FakeBBB, Fault
from tests.integration.migration.conftest import SECRET

ROOT = Path(__file__).resolve().parents[3]
MANAGE = [sys.executable, str(ROOT / "manage.py")]
CLAIM = "--use-manual-claim"
SEED = """
from django.contrib.auth.models import User
from pod.recorder.models import Recorder
from pod.video.services import default_type
User.objects.create_superuser("admin", "admin@example.org", "x", pk=1)
Recorder.objects.create(pk=1, name="BBB", address_ip="192.0.2.1", type=default_type(), directory="bbb")
"""


@dataclass
class Site:
    """An installation of its own: folder, database, environment."""

    folder: Path
    env: dict[str, str]

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command and do not wait."""
        return subprocess.Popen(
            [*MANAGE, "migrate_bbb_recordings", "--no-color", *arguments],
            env=self.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run the command; its exit code and everything it wrote."""
        process = self.start(*arguments)
        out, _none = process.communicate(timeout=120)
        return process.returncode, out

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with sqlite3.connect(self.folder / "pod.sqlite3", timeout=30) as database:
            return database.execute(query).fetchall()

    @property
    def files(self) -> list[str]:
        """Names in the claim folder."""
        return sorted(path.name for path in (self.folder / "recorders" / "bbb").glob("*"))

    def state(self) -> list[str]:
        """Names and contents' marks of all files, to see that nothing changed."""
        return sorted(
            f"{path} {path.stat().st_mtime_ns} {path.stat().st_size}"
            for path in self.folder.rglob("*")
            if path.is_file() and not path.name.endswith(("-wal", "-shm"))
        )


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with its tables, an administrator and a recorder."""
    folder = tmp_path_factory.mktemp("seeded")
    env = _env(folder)
    subprocess.run([*MANAGE, "migrate", "-v0"], env=env, check=True)
    subprocess.run([*MANAGE, "shell", "-v0", "-c", SEED], env=env, check=True)
    with sqlite3.connect(folder / "pod.sqlite3") as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return folder / "pod.sqlite3"


@pytest.fixture
def installed(seeded: Path, bbb: FakeBBB, tmp_path: Path) -> Site:
    """An installation that migrates from `bbb`."""
    folder = tmp_path / "site"
    folder.mkdir()
    shutil.copy(seeded, folder / "pod.sqlite3")
    env = _env(folder) | {"SCRIPT_BBB_SERVER_URL": bbb.api_url, "SCRIPT_BBB_SECRET_KEY": SECRET}
    return Site(folder, env)


def _env(folder: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "DATA_DIR": str(folder),
        "LANGUAGE_CODE": "en",
        "PYTHONUNBUFFERED": "1",
        "CONVERSION_SIZE": "320x180",
        "DJANGO_SETTINGS_MODULE": "pod.settings",
    }


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    """Wait until it holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture
def recordings(bbb: FakeBBB, published: Path) -> FakeBBB:
    """Two presentations and a ready video."""
    shutil.copytree(published, bbb.folder or Path(), dirs_exist_ok=True)
    bbb.rescan()
    return bbb


def test_everything_arrives_in_the_claim_folder(installed: Site, recordings: FakeBBB) -> None:
    """A video is downloaded, presentations are converted, two at a time; each is claimable; a rerun rests."""
    code, out = installed.run(CLAIM, "--jobs=2")
    assert code == 0, out
    assert [name.rpartition(".")[2] for name in installed.files] == ["mp4", "mp4", "m4v"]
    rows = installed.rows(
        "SELECT file, require_manual_claim, date_added FROM recorder_recordingfiletreatment"
    )
    assert sorted(Path(row[0]).name for row in rows) == installed.files
    assert {row[1] for row in rows} == {1}
    assert {row[2][:10] for row in rows} == {"2023-11-14"}
    before = installed.files
    code, out = installed.run(CLAIM, "--json")
    items = [json.loads(line) for line in out.splitlines() if '"item"' in line]
    assert (code, {item["outcome"] for item in items}) == (0, {"exists"})
    assert installed.files == before


@pytest.mark.parametrize("content", [b"", b"\0" * 100_000], ids=["empty", "zeros"])
def test_the_presentation_is_converted_where_the_ready_film_does_not_play(
    installed: Site, recordings: FakeBBB, content: bytes
) -> None:
    """A film that is gone or spoilt does not keep its recording from arriving, once."""
    film = next((recordings.folder or Path()).glob("video/*/video-0.m4v"))
    film.write_bytes(content) if content else film.unlink()
    only = ("--record-id", film.parent.name)
    code, out = installed.run(CLAIM, *only)
    assert code == 0, out
    assert "Its presentation is converted instead." in out
    assert [Path(name).suffix for name in installed.files] == [".mp4"]
    code, out = installed.run(CLAIM, *only)
    assert (code, len(installed.files)) == (0, 1), out
    assert len(installed.rows("SELECT file FROM recorder_recordingfiletreatment")) == 1


def test_what_is_done_again_in_vain_is_still_there(installed: Site, recordings: FakeBBB) -> None:
    """With --force a file makes way for a whole new one only: the old server may have lost the recording."""
    only = ("--record-id", next(one.record_id for one in recordings.entries if "audio" in one.name))
    assert installed.run(CLAIM, *only)[0] == 0
    (name,) = installed.files
    file = installed.folder / "recorders" / "bbb" / name
    before = file.stat()
    recordings.behaviour.faults = [Fault("^/presentation/", times=-1, status=404)]
    code, out = installed.run(CLAIM, "--force", *only)
    assert (code, installed.files, file.stat()) == (3, [name], before), out
    recordings.behaviour.faults = []
    code, out = installed.run(CLAIM, "--force", *only)
    assert (code, installed.files) == (0, [name]), out
    assert file.stat().st_ino != before.st_ino
    assert installed.rows("SELECT file FROM recorder_recordingfiletreatment") == [(str(file),)]


def test_what_is_done_again_makes_way_under_another_name_too(installed: Site, recordings: FakeBBB) -> None:
    """A film that is lost by now is converted anew, and has another suffix: one file waits, not two."""
    film = next((recordings.folder or Path()).glob("video/*/video-0.m4v"))
    only = ("--record-id", film.parent.name)
    assert installed.run(CLAIM, *only)[0] == 0
    (before,) = installed.files
    film.unlink()
    code, out = installed.run(CLAIM, "--force", *only)
    assert (code, installed.files) == (0, [f"{before.removesuffix('.m4v')}.mp4"]), out
    file = installed.folder / "recorders" / "bbb" / installed.files[0]
    assert installed.rows("SELECT file FROM recorder_recordingfiletreatment") == [(str(file),)]


def test_a_dry_run_changes_nothing_at_all(installed: Site, recordings: FakeBBB) -> None:
    """No row, no file, no folder, in any mode; it says so first and last."""
    installed.run("--check")
    before = installed.state()
    for mode in (CLAIM, "--use-import-video", "--use-export-csv"):
        code, out = installed.run(mode, "--dry")
        assert code == 0
        lines = out.strip().splitlines()
        assert lines[0].startswith("DRY RUN")
        assert lines[-1].startswith("DRY RUN")
    assert installed.state() == before


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_is_gone_on_with(
    installed: Site, recordings: FakeBBB, how: signal.Signals
) -> None:
    """Ctrl-C and SIGTERM end with 130 and leave no half file; a rerun brings the rest."""
    bbb = recordings
    bbb.behaviour.faults = [Fault(r"/(webcams|audio)\.", times=-1, delay=60)]
    process = installed.start(CLAIM)
    until(lambda: installed.rows("SELECT 1 FROM conversion_conversion WHERE state = 'fetching'"))
    process.send_signal(how)
    out, _none = process.communicate(timeout=60)
    assert process.returncode == 130, out
    assert [name for name in installed.files if not name.endswith(".m4v")] == []
    assert installed.rows("SELECT state FROM bbb_migration_run") == [("interrupted",)]
    bbb.behaviour.faults = []
    code, out = installed.run(CLAIM)
    assert code == 0, out
    assert len(installed.files) == 3


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGHUP])
def test_an_interruption_while_listing_is_quiet(
    installed: Site, recordings: FakeBBB, how: signal.Signals
) -> None:
    """Before the first recording, too, by Ctrl-C or hang-up: 130, the lock given back, no traceback."""
    recordings.behaviour.faults = [Fault(r"getRecordings", times=-1, skip=1, delay=20)]
    process = installed.start("--use-import-video")
    until(lambda: installed.rows("SELECT 1 FROM bbb_migration_run WHERE state = 'running'"))
    time.sleep(0.5)
    process.send_signal(how)
    out, _none = process.communicate(timeout=60)
    assert process.returncode == 130, out
    assert "Traceback" not in out
    assert installed.rows("SELECT state, lock FROM bbb_migration_run") == [("interrupted", None)]


def test_a_killed_run_is_gone_on_with(installed: Site, recordings: FakeBBB) -> None:
    """After kill -9, of the command and of its converter, the next run takes over at once."""
    bbb = recordings
    bbb.behaviour.faults = [Fault(r"/(webcams|audio)\.", times=-1, delay=60)]
    process = installed.start(CLAIM)
    until(lambda: installed.rows("SELECT 1 FROM conversion_conversion WHERE state = 'fetching'"))
    ((worker,),) = installed.rows("SELECT worker FROM conversion_conversion WHERE state = 'fetching'")
    process.kill()
    os.kill(int(worker.rpartition(":")[2]), signal.SIGKILL)
    process.communicate(timeout=30)
    bbb.behaviour.faults = []
    code, out = installed.run(CLAIM)
    assert code == 0, out
    assert len(installed.files) == 3
    assert len(installed.rows("SELECT 1 FROM recorder_recordingfiletreatment")) == 3


def test_two_runs_exclude_each_other(installed: Site, recordings: FakeBBB) -> None:
    """While one works, another cannot start, and says which one works."""
    asked_twice = Event()
    recordings.behaviour.faults = [Fault(r"getRecordings", times=1, skip=1, until=asked_twice)]
    process = installed.start("--use-import-video")
    until(lambda: installed.rows("SELECT 1 FROM bbb_migration_run WHERE state = 'running'"))
    code, out = installed.run("--use-import-video")
    asked_twice.set()
    assert code == 1, out
    assert str(process.pid) in out
    out, _none = process.communicate(timeout=60)
    assert process.returncode == 0, out
    assert len(installed.rows("SELECT 1 FROM import_video_externalrecording")) == 3
