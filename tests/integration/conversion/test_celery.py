"""With CELERY_TO_ENCODE a real worker gets the job through a real broker, and converts it."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import Mock

import pytest
from django.utils import timezone

from pod.conversion import tasks
from pod.conversion.models import Conversion
from pod.conversion.services import SILENCE
from pod.main.celery import app
from pod.main.states import State
from tests.fake_bbb import FakeBBB
from tests.integration.conversion.conftest import Ask
from tests.samples import make_recording

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 90

# runs in a process of its own, with its own database: a worker must not see the test's transaction
ASK = """
import sys, django
django.setup()
from pathlib import Path
from pod.conversion.services import ConversionRequest, dispatch, request
source, target = sys.argv[1:]
job, _ = request(ConversionRequest(
    key="celery", delivery="none", source_url=source, target=Path(target), title="Through the broker"))
dispatch(job)
print(job.pk)
"""


def settings_of(data: Path) -> dict[str, str]:
    """Return the settings of a site whose data are in a folder, with a queue of its own."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "pod.settings",
        "POD_ISOLATED": "1",
        "DATA_DIR": str(data),
        "DATABASE_URL": f"sqlite:///{data}/pod.sqlite3",
        "CELERY_TO_ENCODE": "True",
        "CELERY_TASK_DEFAULT_QUEUE": f"pod-test-{uuid.uuid4()}",
        "CONVERSION_SIZE": "320x180",
        "BBB_ALLOWED_HOSTS": "127.0.0.1",
        "LOG_LEVEL": "INFO",
    }


@pytest.fixture(scope="module")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a site without any row; making the tables takes longer than what is tried here."""
    data = tmp_path_factory.mktemp("empty") / "data"
    data.mkdir()
    python(settings_of(data), "manage.py", "migrate", "--verbosity", "0")
    return data


@pytest.fixture
def environment(empty_site: Path, tmp_path: Path) -> dict[str, str]:
    """Settings of a site of the test's own."""
    return settings_of(shutil.copytree(empty_site, tmp_path / "data"))


def python(environment: dict[str, str], *arguments: str) -> str:
    """Run Python with these settings; return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def job(environment: dict[str, str]) -> tuple[str, str, int]:
    """Return state, error and attempts of the only job, read without starting Django for each look."""
    with contextlib.closing(sqlite3.connect(f"{environment['DATA_DIR']}/pod.sqlite3")) as database:
        (row,) = database.execute(f"SELECT state, error, attempts FROM {Conversion._meta.db_table}")
    return row  # type: ignore[no-any-return] # what the three columns hold


@pytest.fixture
def worker(environment: dict[str, str], tmp_path: Path) -> Iterator[Path]:
    """A Celery worker; gives its log."""
    log = tmp_path / "worker.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "celery", "-A", "pod.main.celery", "worker", "--concurrency", "1"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
        yield log
        process.terminate()
        process.wait(timeout=30)
    with app.connection_for_write() as connection:
        queue = environment["CELERY_TASK_DEFAULT_QUEUE"]
        connection.default_channel.queue_delete(queue)  # type: ignore[attr-defined] # the broker's own channel


@pytest.mark.server("rabbitmq")
def test_a_job_travels_through_the_broker_and_is_converted_once(
    worker: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    """The file stands at its target, made in one attempt; without a delivery the job says so."""
    sample = make_recording(tmp_path / "bbb", "audio-only", 3.0)
    target = tmp_path / "claim" / "film.mp4"
    with FakeBBB(tmp_path / "bbb") as bbb:
        link = f"{bbb.url}/playback/presentation/2.3/{sample.record_id}"
        python(environment, "-c", ASK, link, str(target))
        deadline = time.monotonic() + PATIENCE_S
        state = error = ""
        while time.monotonic() < deadline and state not in {"done", "failed"}:
            time.sleep(0.1)
            state, error, attempts = job(environment)
    assert target.is_file(), worker.read_text(encoding="utf-8", errors="replace")
    assert attempts == 1
    assert state == "failed"
    assert "none" in error


def test_a_worker_waits_for_its_broker_for_as_long_as_it_takes() -> None:
    """Celery's default is to end after 100 tries, within the hour."""
    assert app.conf.broker_connection_max_retries is None


def test_a_worker_whose_channel_is_closed_opens_another() -> None:
    """RabbitMQ closes it when a busy worker keeps a message for long; Celery's default is to end then."""
    assert app.conf.broker_channel_error_retry is True
    assert not app.conf.worker_cancel_long_running_tasks_on_connection_loss


def test_without_a_broker_the_job_stays_queued_and_the_error_says_what_to_do(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """Nothing is lost when the broker is down."""
    closed = {**environment, "CELERY_BROKER_URL": "amqp://guest:guest@127.0.0.1:1//"}
    done = subprocess.run(
        [sys.executable, "-c", ASK, "/nowhere", str(tmp_path / "film.mp4")],
        cwd=ROOT,
        env=closed,
        check=False,
        capture_output=True,
        text=True,
    )
    assert "run_conversions --dispatch" in done.stderr
    assert job(environment)[0] == "queued"


LOST = """
import sys, time, django
django.setup()
from pathlib import Path
from celery import current_app
from pod.conversion.services import ConversionRequest, dispatch_lost, request
for n in range(2):
    known = {"delivery": "none", "source_url": "/", "target": Path(f"/{n}"), "title": "Lost"}
    request(ConversionRequest(key=f"{n}", **known))
channel = current_app.connection_for_write().default_channel
queue = current_app.conf.task_default_queue
sent, late = dispatch_lost(), time.monotonic() + 20  # a message is under way after it was sent
while (held := channel.queue_declare(queue, passive=True).message_count) < sent and time.monotonic() < late:
    time.sleep(0.05)
found = [sent, held, dispatch_lost()]
channel.queue_delete(queue)
print(found)
"""


@pytest.mark.server("rabbitmq")
def test_jobs_whose_messages_are_lost_are_sent_again_once(environment: dict[str, str]) -> None:
    """A broker that forgot them holds none; while it holds some, others may be on their way."""
    assert python(environment, "-c", LOST).splitlines()[-1] == "[2, 2, 0]"


@pytest.mark.django_db
def test_a_celery_worker_looks_every_minute_for_what_dead_ones_left(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when one of its own processes was killed: no other message may come for days."""
    job = ask()
    monkeypatch.setattr(tasks.take_back_dead, "apply_async", lambda **_more: tasks.take_back_dead())
    timer = Mock()
    tasks.Looks(None).start(Mock(timer=timer))
    ((every_s, look),) = (call.args for call in timer.call_repeatedly.call_args_list)
    assert every_s == 60
    silent_since = timezone.now() - SILENCE
    Conversion.objects.update(state=State.CONVERTING, attempts=1, heartbeat_at=silent_since)
    look()
    job.refresh_from_db()
    assert job.state == State.QUEUED
