"""What ends a run before its end, and what is left then: the lock, the ledger, the terminal."""

from __future__ import annotations

import io
import multiprocessing
import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import InterfaceError, transaction
from django.utils import timezone

from pod.bbb.api import Recording
from pod.bbb_migration import lock
from pod.bbb_migration.catalogue import Catalogue
from pod.bbb_migration.ledger import Ledger
from pod.bbb_migration.models import Item, Run, RunState
from pod.bbb_migration.owners.base import Finding
from pod.bbb_migration.owners.moodle import MoodleOwners
from pod.bbb_migration.owners.pod_meetings import PodMeetings
from pod.bbb_migration.plan import Known, Mode
from pod.bbb_migration.worker import Pool
from pod.conversion.models import Conversion
from pod.conversion.tasks import convert
from pod.main.processes import here, process_lives
from pod.recorder.models import Recorder
from tests.fake_bbb import FakeBBB
from tests.integration.migration.conftest import Migrate, entry
from tests.moodle.build import Activity

IMPORT, CLAIM, EXPORT = "--use-import-video", "--use-manual-claim", "--use-export-csv"
MOODLE = "--use-database-moodle"


def test_a_lost_database_ends_the_run_with_a_sentence(
    site: LazySettings, bbb: FakeBBB, migrate: Migrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says what to look at, how many recordings are left and how to go on; the lock is free."""
    monkeypatch.setattr(Catalogue.batches, "__defaults__", (2,))
    for number in range(5):
        bbb.add(entry(number))
    asked: list[int] = []

    def lost(self: Ledger, record_ids: Iterable[str]) -> dict[str, list[Known]]:
        asked.append(1)
        if len(asked) > 1:
            raise InterfaceError("connection already closed")
        return known(self, record_ids)

    known = Ledger.known
    monkeypatch.setattr(Ledger, "known", lost)
    called = migrate(IMPORT)
    assert called.code == 1
    assert "Left as they were: 3 of 5 recordings" in called.out
    assert "Pod's database: connection already closed. Check DATABASE_URL" in called.text
    assert "continues from here" in called.err
    (run,) = Run.objects.all()
    assert (run.lock, run.state, run.counts["create"]) == (None, RunState.STOPPED, 2)


@pytest.mark.parametrize("told", [True, False])
def test_an_end_that_cannot_be_written_down_is_told_once(
    site: LazySettings, bbb: FakeBBB, migrate: Migrate, monkeypatch: pytest.MonkeyPatch, *, told: bool
) -> None:
    """A database that stays away is the reason already; one that goes at the very end is one."""
    bbb.add(entry(1))

    def lost(*_any: object, **_more: object) -> None:
        raise InterfaceError("connection already closed")

    monkeypatch.setattr("pod.main.patience.PAUSES_S", ())
    monkeypatch.setattr("pod.bbb_migration.session._end", lost)
    if told:
        monkeypatch.setattr(Ledger, "known", lost)
    called = migrate(IMPORT)
    assert called.code == 1
    assert called.text.count("Pod's database: connection already closed") == 1
    assert ("Left as they were: 1 of 1 recording\n" in called.out) is told
    assert [run.lock for run in Run.objects.all()] == [None]


@pytest.mark.server("rabbitmq")
@pytest.mark.parametrize("mode", [IMPORT, CLAIM, EXPORT])
def test_a_moodle_that_goes_away_leaves_recordings_for_the_next_run(
    room: Activity, claiming: Recorder, site: LazySettings, bbb: FakeBBB, migrate: Migrate, tmp_path: Path,
    mode: str, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Nothing is given to anybody meanwhile, or held against a recording: the same command brings it."""
    bbb.add(entry(1, room=room.meeting_id(), metadata=room.metadata()))
    moodle = tmp_path / "moodle.sqlite"

    def gone(db_params: Mapping[str, Any]) -> MoodleOwners:
        moodle.rename(tmp_path / "away")
        return MoodleOwners(db_params)

    with monkeypatch.context() as patched:
        patched.setattr("pod.bbb_migration.session.MoodleOwners", gone)
        called = migrate(mode, MOODLE)
    assert called.code == 3, called.text
    assert "its owner could not be looked up: The database of Moodle 'default'" in called.out
    assert "then run the same command again." in called.out
    assert not Item.objects.exists()
    assert not Conversion.objects.exists()
    (tmp_path / "away").rename(moodle)
    site.CELERY_TO_ENCODE = True
    monkeypatch.setattr(convert, "delay", lambda _job: None)
    again = migrate(mode, MOODLE, "--json")
    assert again.code == 0, again.text
    assert ["fail" in row["outcome"] for row in again.rows] == [False]


@pytest.mark.parametrize("mode", [IMPORT, CLAIM, EXPORT])
@pytest.mark.parametrize("dry", [(), ("--dry",)])
def test_a_moodle_that_goes_away_ends_the_run(
    room: Activity, claiming: Recorder, bbb: FakeBBB, migrate: Migrate, mode: str, dry: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    """After three, whatever their batches: what follows would fail as well, and is left for later."""
    monkeypatch.setattr(Catalogue.batches, "__defaults__", (2,))
    for number in range(7):
        bbb.add(entry(number, room=room.meeting_id(), metadata=room.metadata()))
    moodle = tmp_path / "moodle.sqlite"

    def gone(db_params: Mapping[str, Any]) -> MoodleOwners:
        moodle.rename(tmp_path / "away")
        return MoodleOwners(db_params)

    monkeypatch.setattr("pod.bbb_migration.session.MoodleOwners", gone)
    called = migrate(mode, MOODLE, *dry)
    assert called.code == 1, called.text
    assert "owners of 3 recordings in a row could not be looked up" in called.text
    assert "its account. Once that is fixed, run the same command again." in called.text
    assert "--retry-failed" not in called.text
    assert "Left as they were: 4 of 7 recordings" in called.text
    assert not Item.objects.exists()


def test_what_comes_before_a_front_end_that_goes_away_is_done(
    site: LazySettings, bbb: FakeBBB, migrate: Migrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in the same batch: the run ends at the third recording that nobody could be asked about."""
    for number in range(7):
        bbb.add(entry(number))

    def later(self: PodMeetings, recordings: Sequence[Recording]) -> dict[str, Finding]:
        there = {one.record_id for one in recordings[:2]}
        return {key: replace(one, failed=key not in there) for key, one in find(self, recordings).items()}

    find = PodMeetings.find
    monkeypatch.setattr(PodMeetings, "find", later)
    called = migrate(IMPORT)
    assert called.code == 1
    assert "Left as they were: 2 of 7 recordings" in called.out
    assert Item.objects.filter(done=True).count() == 2


@pytest.mark.server("rabbitmq")
def test_a_conversion_that_waits_keeps_its_job_while_nobody_can_be_asked(
    claiming: Recorder, site: LazySettings, bbb: FakeBBB, migrate: Migrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also with --force: the ledger goes on naming the job, and learns that the file arrived."""
    site.CELERY_TO_ENCODE = True
    monkeypatch.setattr(convert, "delay", lambda _job: None)
    bbb.add(entry(1))
    assert migrate(CLAIM).code == 0
    before = Item.objects.values_list("outcome", "conversion_id").get()

    def away(self: PodMeetings, recordings: Sequence[Recording]) -> dict[str, Finding]:
        return {key: replace(one, failed=True) for key, one in find(self, recordings).items()}

    find = PodMeetings.find
    monkeypatch.setattr(PodMeetings, "find", away)
    assert migrate(CLAIM, "--force").code == 3
    assert Item.objects.values_list("outcome", "conversion_id").get() == before


@pytest.mark.server("rabbitmq")
@pytest.mark.parametrize("mode", [IMPORT, CLAIM, EXPORT])
def test_recordings_that_could_not_be_asked_about_end_no_run_among_others(
    claiming: Recorder, site: LazySettings, bbb: FakeBBB, migrate: Migrate, mode: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """One Moodle of several went away: what the others know goes on, as it would one by one."""
    site.CELERY_TO_ENCODE = True
    for number in range(7):
        bbb.add(entry(number))

    def half(self: PodMeetings, recordings: Sequence[Recording]) -> dict[str, Finding]:
        odd = {one.record_id for one in recordings[::2]}
        return {key: replace(one, failed=key in odd) for key, one in find(self, recordings).items()}

    find = PodMeetings.find
    monkeypatch.setattr(PodMeetings, "find", half)
    called = migrate(mode)
    assert called.code == 3, called.text
    assert "in a row" not in called.text
    assert "       4  fail" in called.text


def test_a_csv_file_that_is_not_whole_takes_no_files_place(
    site: LazySettings, bbb: FakeBBB, migrate: Migrate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a run that was interrupted: the file of an earlier one stays, and this is said."""
    monkeypatch.setattr(Catalogue.batches, "__defaults__", (3,))
    for number in range(7):
        bbb.add(entry(number))
    file = tmp_path / "kept.csv"
    assert migrate(EXPORT, "--csv", str(file)).code == 0
    before = file.read_bytes()
    asked: list[int] = []

    def interrupted(self: PodMeetings, recordings: Sequence[Recording]) -> dict[str, Finding]:
        asked.append(len(recordings))
        if len(asked) > 1:
            raise KeyboardInterrupt
        return find(self, recordings)

    find = PodMeetings.find
    monkeypatch.setattr(PodMeetings, "find", interrupted)
    called = migrate(EXPORT, "--csv", str(file))
    assert (called.code, file.read_bytes()) == (130, before)
    assert "CSV file: not written, for it would not be whole" in called.text
    assert list(tmp_path.glob("*.part")) == []


def test_a_reader_who_goes_away_is_an_interruption(site: LazySettings, bbb: FakeBBB) -> None:
    """With `| head` the run ends in order: no traceback, now or when the process ends."""
    bbb.add(entry(1))
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", buffering=1) as gone, pytest.raises(CommandError) as ended:
        call_command("migrate_bbb_recordings", IMPORT, stdout=gone, no_color=True)
    assert ended.value.returncode == 130
    assert [run.lock for run in Run.objects.all()] == [None] * Run.objects.count()


def test_a_name_that_the_terminal_cannot_show_ends_no_run(site: LazySettings, bbb: FakeBBB) -> None:
    """Where the terminal's encoding lacks letters, question marks stand for them."""
    bbb.add(entry(1, "Été 🎓"))
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    call_command("migrate_bbb_recordings", IMPORT, stdout=out, no_color=True)
    assert "?t? ?" in out.buffer.getvalue().decode("ascii")


def test_a_dead_run_gives_its_lock_back(site: LazySettings) -> None:
    """A run whose process is gone, or which was silent for long elsewhere, holds nobody up."""
    first = lock.take(mode=Mode.IMPORT_VIDEO, server="s")
    with pytest.raises(lock.AnotherRunError):
        lock.take(mode=Mode.IMPORT_VIDEO, server="s")
    Run.objects.update(host="elsewhere")
    with pytest.raises(lock.AnotherRunError):
        lock.take(mode=Mode.IMPORT_VIDEO, server="s")
    Run.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=3))
    second = lock.take(mode=Mode.IMPORT_VIDEO, server="s")
    first.refresh_from_db()
    assert first.state == RunState.INTERRUPTED
    assert not lock.Holder(first).beat()
    assert lock.Holder(second).beat()


HERE = here()


@pytest.mark.parametrize(
    ("here", "process", "silent", "works"),
    [
        (True, "alive", 0, True),
        (True, "alive", 9, True),
        # its number was given to another program
        (True, "alive", 11, False),
        (True, "ended", 0, False),
        # no number of a process: the system would take it for a group of them
        (True, "zero", 0, False),
        (False, "ended", 1, True),
        (False, "alive", 3, False),
    ],
)
def test_a_run_works_as_long_as_its_process_lives_or_shows_that_it_does(
    site: LazySettings, process: str, silent: int, *, here: bool, works: bool
) -> None:
    """On this machine its process is looked for; of another one's, minutes of silence are believed."""
    with subprocess.Popen(["true"]) as ended:
        pid = {"alive": os.getpid(), "ended": ended.pid, "zero": 0}[process]
    run = lock.take(mode=Mode.IMPORT_VIDEO, server="s")
    before = timezone.now() - timedelta(minutes=silent)
    Run.objects.update(host=HERE if here else "elsewhere", pid=pid, heartbeat_at=before)
    assert lock.holder() == (run if works else None)


def test_another_users_process_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may not be sent anything, which is said only of what is there."""
    monkeypatch.setattr(os, "kill", Mock(side_effect=PermissionError))
    assert process_lives(os.getpid())


def test_the_end_of_a_run_ends_no_other(site: LazySettings) -> None:
    """What another one's row says stays: it may have taken the lock over."""
    with lock.held(mode=Mode.IMPORT_VIDEO, server="s") as living:
        living.stop()
        Run.objects.update(lock=None)
        other = lock.take(mode=Mode.IMPORT_VIDEO, server="s")
    assert lock.holder() == other
    assert Run.objects.get(pk=other.pk).state == RunState.RUNNING


def test_another_machines_clock_does_not_end_its_run(
    site: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signs of life are written and read by the database's clock, whatever the time is here."""
    its_time = timezone.now() - timedelta(hours=1)
    monkeypatch.setattr(lock, "shared_now", lambda: its_time)
    run = lock.take(mode=Mode.IMPORT_VIDEO, server="s")
    Run.objects.update(host="elsewhere")
    assert lock.holder() == run
    Run.objects.update(heartbeat_at=its_time - timedelta(minutes=3))
    assert lock.holder() is None
    assert lock.Holder(run).beat()
    assert lock.holder() == run


@pytest.mark.parametrize("moment", ["written", "starting"])
def test_an_interruption_while_the_lock_is_taken_gives_it_back(
    site: LazySettings, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """Ctrl-C just after the run's row was written, or before its first sign of life, leaves no lock."""
    atomic = transaction.atomic

    @contextmanager
    def interrupted_when_over() -> Iterator[None]:
        with atomic():
            yield
        raise KeyboardInterrupt

    def interrupted(_holder: lock.Holder) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        if moment == "written":
            patched.setattr("pod.bbb_migration.lock.transaction.atomic", interrupted_when_over)
        else:
            patched.setattr(lock.Holder, "start", interrupted)
        with pytest.raises(KeyboardInterrupt), lock.held(mode=Mode.IMPORT_VIDEO, server="s"):
            pass
    assert [(run.state, run.lock) for run in Run.objects.all()] == [(RunState.INTERRUPTED, None)]


def test_a_converter_interrupted_while_it_starts_says_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """No traceback of a process that had not begun yet stands on the terminal."""

    def interrupted(_busy: Sequence[int]) -> None:
        time.sleep(0.4)  # the child is loading Django
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(Pool(watch=interrupted).run([1]))
    assert capfd.readouterr().err == ""


def test_a_converter_is_known_before_the_run_can_be_interrupted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C while it starts ends it, too, although another thread (the lock's) hears the signal."""
    start, over = SpawnProcess.start, threading.Event()
    threading.Thread(target=over.wait, daemon=True).start()

    def interrupted_while_starting(process: SpawnProcess) -> None:
        start(process)
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)

    monkeypatch.setattr(SpawnProcess, "start", interrupted_while_starting)
    with pytest.raises(KeyboardInterrupt):
        list(Pool().run([1]))
    over.set()
    assert multiprocessing.active_children() == []
