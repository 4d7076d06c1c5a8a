"""With CELERY_TO_ENCODE a real worker gets the job through a real broker, and converts it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from pod.main.celery import app
from tests.fake_bbb import FakeBBB
from tests.samples import make_recording

ROOT = Path(__file__).resolve().parents[3]
PATIENCE_S = 90

# runs in a process of its own, with its own database: a worker must not see the test's transaction
ASK = """
import json, sys, django
django.setup()
from pathlib import Path
from pod.conversion.services import ConversionRequest, dispatch, request
source, target = sys.argv[1:]
job, _ = request(ConversionRequest(
    key="celery", delivery="none", source_url=source, target=Path(target), title="Through the broker"))
dispatch(job)
print(job.pk)
"""
TELL = """
import json, sys, django
django.setup()
from pod.conversion.models import Conversion
job = Conversion.objects.get()
print(json.dumps([job.state, job.error, job.attempts]))
"""


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Settings of a site of its own, with a queue of its own."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "pod.settings",
        "POD_ISOLATED": "1",
        "DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": f"sqlite:///{tmp_path}/data/pod.sqlite3",
        "CELERY_TO_ENCODE": "True",
        "CELERY_TASK_DEFAULT_QUEUE": f"pod-test-{uuid.uuid4()}",
        "CONVERSION_SIZE": "320x180",
        "BBB_ALLOWED_HOSTS": "127.0.0.1",
        "LOG_LEVEL": "INFO",
    }


def python(environment: dict[str, str], *arguments: str) -> str:
    """Run Python with these settings; return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def worker(environment: dict[str, str], tmp_path: Path) -> Iterator[Path]:
    """A Celery worker; gives its log."""
    (tmp_path / "data").mkdir()
    python(environment, "manage.py", "migrate", "--verbosity", "0")
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
    queue = environment["CELERY_TASK_DEFAULT_QUEUE"]
    python(environment, "-m", "celery", "-A", "pod.main.celery", "amqp", "queue.delete", queue)


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
            time.sleep(0.5)
            state, error, attempts = json.loads(python(environment, "-c", TELL))
    assert target.is_file(), worker.read_text(encoding="utf-8", errors="replace")
    assert attempts == 1
    assert state == "failed"
    assert "none" in error


def test_a_worker_whose_channel_is_closed_opens_another() -> None:
    """RabbitMQ closes it when a busy worker keeps a message for long; Celery's default is to end then."""
    assert app.conf.broker_channel_error_retry is True
    assert not app.conf.worker_cancel_long_running_tasks_on_connection_loss


def test_without_a_broker_the_job_stays_queued_and_the_error_says_what_to_do(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """Nothing is lost when the broker is down."""
    (tmp_path / "data").mkdir()
    python(environment, "manage.py", "migrate", "--verbosity", "0")
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
    assert json.loads(python(environment, "-c", TELL))[0] == "queued"
