"""Pod's own database on MariaDB: a whole migration there, in processes of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.fake_bbb import FakeBBB
from tests.integration.owners.databases import Server, temporary
from tests.samples import make_recording

ROOT = Path(__file__).resolve().parents[2]
MANAGE = [sys.executable, str(ROOT / "manage.py")]
SECRET = "fake-secret"
EMOJI = "Théâtre 🎭"
pytestmark = pytest.mark.server("mariadb")

SEED = """
from django.contrib.auth.models import User
from pod.recorder.models import Recorder
from pod.video.services import default_type
User.objects.create_superuser("admin", "admin@example.org", "x", pk=1)
User.objects.create_user("rene", "rene@example.org", "x")
Recorder.objects.create(pk=1, name="BBB", address_ip="192.0.2.1", type=default_type(), directory="bbb")
"""
ACCENT = """
import json
from django.contrib.auth.models import User
from pod.bbb_migration.owners.accounts import Accounts
from pod.bbb_migration.owners.base import Person
known = Person(source="moodle", id="1", username="rené", email="rené@univ.example")
new = [Person(source="moodle", id=number, username=name) for number, name in (("2", "zoé"), ("3", "zoe"))]
made = Accounts(create=True, staff=True).apply([known, *new])
print(json.dumps([made[one].username for one in (known, *new)]))
"""
RENAMED = """
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from django.contrib.auth.models import User
from django.utils import timezone
from pod.recorder.models import ClaimName, Recorder, RecordingFileTreatment
from pod.recorder.newcomers import keep_owners
from pod.recorder.services import ClaimSpec, make_claimable

with TemporaryDirectory() as folder:
    path = Path(folder) / "a.mp4"
    path.touch()
    make_claimable(ClaimSpec(path, Recorder.objects.get().pk, timezone.now(), "Title"))
detail = RecordingFileTreatment.objects.get(file=str(path)).detail
keep_owners(detail, (), ["celine", "céline"])
account = User.objects.create_user("celine")
detail.probable_owners.clear()
account.username = "céline"
account.save()
found = detail.probable_owners.count()
ClaimName.objects.filter(detail=detail).exclude(pk=ClaimName.objects.earliest("pk").pk).delete()
account.delete()
print(json.dumps([found, sorted(ClaimName.objects.filter(detail=detail).values_list("username", flat=True))]))
"""
# as many workers as it takes to meet, each with its connection; none may lose its job to the other's lock
CROWD = """
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from django.db import connection
from django.utils import timezone
from pod.conversion import runner, services, taking
from pod.conversion.models import Conversion
from pod.main.states import State

Conversion.objects.bulk_create(
    Conversion(key=f"crowd-{n}", delivery="x", target=f"/t/{n}", engine="native") for n in range(60)
)
keys = list(Conversion.objects.filter(key__startswith="crowd").order_by("pk").values_list("pk", flat=True))

def work(backwards):
    won = []
    for key in reversed(keys) if backwards else keys:
        job = taking.take(key, later=True)
        if job is None:
            continue
        won.append(key)
        for second in range(3):
            taking.note(job, state=State.CONVERTING, done_s=float(second), total_s=3.0)
        runner._finish(job, State.DONE)
    connection.close()
    return won

def steer(_number):
    for _time in range(10):
        services.prefer_all(keys, 3)
        services.requeue_stale(timezone.now() - timedelta(hours=1))
    connection.close()
    return []

with ThreadPoolExecutor(6) as crowd:
    workers = [crowd.submit(work, number % 2) for number in range(4)]
    others = [crowd.submit(steer, number) for number in range(2)]
    taken = [key for one in (*workers, *others) for key in one.result()]
states = set(Conversion.objects.filter(pk__in=keys).values_list("state", flat=True))
print(json.dumps([sorted(taken) == keys, sorted(states)]))
"""
CLOCK = """
import json
from datetime import timedelta
from django.db import connection
from django.utils import timezone
from pod.bbb_migration import lock
from pod.conversion import services, taking
from pod.conversion.models import Conversion

with connection.cursor() as cursor:
    cursor.execute("SET time_zone = '+05:00'")
run = lock.take(mode="import-video", server="s")
quiet = abs(lock.silence_of(run))
job = Conversion.objects.create(key="clock", delivery="x", target="/t", engine="native")
taken = taking.take(job.pk, later=True)
wrong = abs(timezone.now() - taken.heartbeat_at)
alive = services.requeue_stale()
Conversion.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now() - timedelta(minutes=2))
near = [span < timedelta(minutes=1) for span in (quiet, wrong)]
print(json.dumps([*near, alive, services.requeue_stale()]))
"""
BOOKS = """
import json
from django.utils import timezone
from pod.bbb_migration.sinks.describe import SLIDE_TEXT_LENGTH
from pod.import_video.models import ExternalRecordingText
from pod.import_video.services import ExternalSpec, create_external_recordings
text = "é" * SLIDE_TEXT_LENGTH
known = {"owner_id": None, "start_at": timezone.now(), "source_url": "https://bbb.example.org/x"}
create_external_recordings([ExternalSpec(name=f"Book {n}", slide_text=text, **known) for n in range(200)])
print(json.dumps(ExternalRecordingText.objects.filter(slides__startswith="é").count()))
"""


class Site:
    """An installation whose database is on MariaDB."""

    def __init__(self, server: Server, folder: Path) -> None:
        self._server = server
        self.env = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "DATABASE_URL": "mysql://root@127.0.0.1:{port}/{database}".format(**server.params),
            "DATA_DIR": str(folder),
            "LANGUAGE_CODE": "en",
            "CONVERSION_SIZE": "320x180",
            "POD_ISOLATED": "1",
        }

    def manage(self, *arguments: str, **more: str) -> tuple[int, str]:
        """Call manage.py; its exit code and what it wrote."""
        done = subprocess.run(
            [*MANAGE, *arguments],
            check=False,
            env=self.env | more,
            capture_output=True,
            text=True,
            timeout=300,
        )
        return done.returncode, done.stdout + done.stderr

    def told(self, script: str) -> Any:
        """Run a script in Django's shell; return the JSON of its last line."""
        code, out = self.manage("shell", "-v0", "-c", script)
        assert code == 0, out
        return json.loads(out.strip().splitlines()[-1])

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database."""
        with closing(self._server.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(query)
            return [tuple(row) for row in cursor.fetchall()]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Its tables, an administrator, a teacher and a recorder."""
    folder = tmp_path_factory.mktemp("mariadb")
    with temporary("mysql", folder) as server:
        made = Site(server, folder)
        for arguments in (("migrate", "-v0"), ("shell", "-v0", "-c", SEED)):
            code, out = made.manage(*arguments)
            assert code == 0, out
        yield made


def test_a_whole_migration_arrives_on_mariadb(site: Site, tmp_path: Path) -> None:
    """Rows of external recordings, a file to claim, titles of any letters; a rerun finds all of it."""
    make_recording(tmp_path / "published", "lecture", 3.0, name=EMOJI)
    with FakeBBB(tmp_path / "published", secret=SECRET) as bbb:
        known = {"SCRIPT_BBB_SERVER_URL": bbb.api_url, "SCRIPT_BBB_SECRET_KEY": SECRET}
        for mode, outcome in (
            ("--use-import-video", "create"),
            ("--use-manual-claim", "convert"),
            ("--use-manual-claim", "exists"),
        ):
            code, out = site.manage("migrate_bbb_recordings", "--no-color", mode, "--json", **known)
            outcomes = [json.loads(line)["outcome"] for line in out.splitlines() if '"item"' in line]
            assert (code, outcomes) == (0, [outcome]), out
    assert site.rows("SELECT name FROM import_video_externalrecording") == [(EMOJI,)]
    assert site.rows("SELECT title FROM recorder_claimdetail") == [(EMOJI,)]
    assert site.rows("SELECT state FROM conversion_conversion") == [("done",)]


def test_nobody_gets_the_account_of_a_name_without_accents(site: Site) -> None:
    """MariaDB's collation reads é as e: rené is refused, never given what is rene's; so are two new ones."""
    assert site.told(ACCENT) == ["", "zoé", ""]


def test_an_account_that_gets_an_accent_finds_what_waits_under_its_name(site: Site) -> None:
    """Though to MariaDB it had that name before; and that name, too, is kept when the account goes."""
    assert site.told(RENAMED) == [1, ["celine", "céline"]]


def test_no_worker_loses_its_job_to_another_ones_lock(site: Site) -> None:
    """Each job is taken once and ends well, while others steer the same rows."""
    assert site.told(CROWD) == [True, ["done"]]


def test_signs_of_life_bear_the_time_of_no_zone(site: Site) -> None:
    """A database server somewhere else on earth takes no worker for dead, and a dead one not for alive."""
    assert site.told(CLOCK) == [True, True, 0, 1]


def test_a_database_without_room_for_all_letters_is_named(tmp_path: Path) -> None:
    """Older Pods' character set utf8 is told before the first emoji stops a run."""
    with temporary("mysql", tmp_path) as server:
        server.run(f"ALTER DATABASE `{server.params['database']}` CHARACTER SET utf8mb3")
        code, out = Site(server, tmp_path).manage("migrate", "-v0")
    assert code == 1
    assert "pod.E001" in out


def test_rows_with_a_books_worth_of_slides_are_written_in_bulk(site: Site) -> None:
    """Two hundred recordings of the longest text are more than MariaDB takes in one statement."""
    assert site.told(BOOKS) == 200
