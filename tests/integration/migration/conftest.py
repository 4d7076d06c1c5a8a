"""The command as an administrator calls it, against a fake BigBlueButton server."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from pod.recorder.models import Recorder
from tests.fake_bbb import Entry, FakeBBB, FormatEntry
from tests.moodle import Moodle
from tests.moodle.build import VIEWERS, Activity, user_rule
from tests.moodle.write import write_sqlite
from tests.samples import make_recording

SECRET = "fake-secret"
START_MS = 1_620_030_600_000  # 2021-05-03 08:30:00 UTC


@dataclass(frozen=True)
class Called:
    """What a call of the command came to."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything that was written."""
        return self.out + self.err

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The items of `--json`."""
        found = [json.loads(line) for line in self.out.splitlines() if line.startswith("{")]
        return [row for row in found if row["type"] == "item"]

    def outcomes(self) -> list[tuple[str, str]]:
        """(outcome, owner) of each item of `--json`."""
        return [(row["outcome"], row["owner"]) for row in self.rows]


Migrate = Callable[..., Called]


@pytest.fixture
def migrate() -> Migrate:
    """Call the command; its exit code comes back as a number."""

    def call(*arguments: str, **options: Any) -> Called:
        out, err = io.StringIO(), io.StringIO()
        try:
            call_command(
                "migrate_bbb_recordings", *arguments, stdout=out, stderr=err, no_color=True, **options
            )
        except CommandError as error:
            return Called(error.returncode, out.getvalue(), f"{err.getvalue()}{error}")
        return Called(0, out.getvalue(), err.getvalue())

    return call


@pytest.fixture
def bbb(tmp_path: Path) -> Iterator[FakeBBB]:
    """A BigBlueButton server without recordings."""
    folder = tmp_path / "published"
    folder.mkdir()
    with FakeBBB(folder, secret=SECRET) as server:
        yield server


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A server's files: a lecture, one with sound only, one with a ready video; to be copied."""
    folder = tmp_path_factory.mktemp("published")
    for number, kind in enumerate(("video", "lecture", "audio-only")):
        make_recording(folder, kind, 3.0, name=f"Sample {kind}", start_ms=1_700_000_000_000 - number * 1000)
    return folder


@pytest.fixture
def site(settings: LazySettings, tmp_path: Path, bbb: FakeBBB, admin: User, house: Path) -> LazySettings:
    """Settings of a migration from `bbb`, with folders of the test's own."""
    settings.LANGUAGE_CODE = "en"
    settings.SCRIPT_BBB_SERVER_URL = bbb.api_url
    settings.SCRIPT_BBB_SECRET_KEY = SECRET
    settings.SCRIPT_BBB_CHECKSUM = ""
    settings.SCRIPT_ADMIN_ID = admin.pk
    settings.SCRIPT_INFORM = ""
    settings.DB_PARAMS = {}
    settings.GREENLIGHT_DB_PARAMS = {}
    settings.IGNORED_SERVERS = []
    settings.USE_CACHE = False
    settings.SCRIPT_PLAYBACK_URL_23 = False
    settings.MIGRATION_DIR = tmp_path / "migration"
    settings.MIGRATION_CREATE_USERS = True
    settings.MIGRATION_CREATED_USERS_ARE_STAFF = True
    return settings


@pytest.fixture
def admin(db: None) -> User:
    """Who gets recordings that nobody is known for."""
    return User.objects.create_superuser("admin", "admin@example.org", "secret")


@pytest.fixture
def claiming(site: LazySettings, recorder: Recorder) -> Recorder:
    """The recorder that recordings are claimed from."""
    site.SCRIPT_RECORDER_ID = recorder.pk
    return recorder


def entry(number: int = 1, name: str = "", *, room: str = "", **values: Any) -> Entry:
    """Return a listed recording: the one of `number`, a second older for each."""
    start = values.pop("start_ms", START_MS - 1000 * number)
    prefix = sha1((room or f"room-{number}").encode()).hexdigest()  # noqa: S324 - BBB's own id
    record_id = values.pop("record_id", f"{prefix}-{start}")
    kinds = values.pop("kinds", ("presentation",))
    given: dict[str, Any] = {
        "record_id": record_id,
        "meeting_id": room or f"room-{number}",
        "name": name or f"Meeting {number}",
        "start_ms": start,
        "end_ms": start + 3_600_000,
        "formats": tuple(FormatEntry(kind, link_of(kind, record_id), length=60) for kind in kinds),
    }
    return Entry(**{**given, **values})


def link_of(kind: str, record_id: str) -> str:
    """Return the path of a format's page."""
    return {
        "presentation": f"/playback/presentation/2.3/{record_id}",
        "video": f"/playback/video/{record_id}/",
        "podcast": f"/podcast/{record_id}/audio.ogg",
    }[kind]


@pytest.fixture
def ready(bbb: FakeBBB, published: Path) -> FakeBBB:
    """A server with one recording, that has a ready video."""
    (film,) = published.glob("video/*")
    for kind in ("video", "presentation"):
        shutil.copytree(published / kind / film.name, (bbb.folder or Path()) / kind / film.name)
    bbb.rescan()
    return bbb


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait less between attempts."""
    monkeypatch.setattr("pod.bbb.video_format.PATIENCE_S", 0.01)


@pytest.fixture
def room(site: LazySettings, tmp_path: Path) -> Activity:
    """A Moodle with one room, whose moderator is Ada."""
    made = Moodle()
    ada = made.user("ada")
    activity = made.activity(made.course("Algebra"), "room", [VIEWERS, user_rule(ada)], intro="Welcome")
    write_sqlite(tmp_path / "moodle.sqlite", made)
    site.DB_PARAMS = {"default": {"engine": "sqlite", "database": str(tmp_path / "moodle.sqlite")}}
    return activity
