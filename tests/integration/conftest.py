"""People, folders and small films that the tests of the pages share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import av
import numpy as np
import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client

from pod.import_video.models import ExternalRecording
from pod.import_video.services import ExternalSpec, create_external_recordings
from pod.recorder.models import Recorder, RecordingFileTreatment
from pod.recorder.services import ClaimSpec, make_claimable
from pod.video.models import Video
from pod.video.services import NewVideo, create_video, default_type
from pod.video.storage import media_path
from tests.samples import Sample, make_recording

MEETING = datetime(2021, 5, 3, 8, 30, tzinfo=UTC)
Film = Callable[..., Path]
M = TypeVar("M", bound=Model)


def write_film(path: Path, seconds: float = 1.0, codec: str = "libx264") -> Path:
    """Write a small grey film, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=5)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        picture = np.full((48, 64, 3), 180, dtype=np.uint8)
        for number in range(max(1, int(seconds * 5))):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def house(settings: LazySettings, tmp_path: Path) -> Path:
    """Folders of the test's own for media, recorders and conversions; returns the recorders' one."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.CACHE_DIR = tmp_path / "cache"
    settings.CONVERSION_DIR = tmp_path / "conversion"
    settings.DEFAULT_RECORDER_PATH = f"{tmp_path}/recorders/"
    settings.CELERY_TO_ENCODE = False
    settings.CONVERSION_ENGINE = "native"
    settings.SCRIPT_BBB_SERVER_URL = "https://bbb.example.org/bigbluebutton/api"
    return tmp_path / "recorders"


@pytest.fixture(scope="session")
def lecture(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Sample]:
    """The folder of a small published recording with everything in it, made once for all tests."""
    folder = tmp_path_factory.mktemp("published")
    return folder, make_recording(folder, "lecture", 4)


@pytest.fixture
def film() -> Film:
    """Write a small film to a path."""
    return write_film


@pytest.fixture
def teacher(db: None) -> User:
    """A user of staff."""
    return User.objects.create_user("ada", "ada@example.org", "correct horse", is_staff=True)


@pytest.fixture
def colleague(db: None) -> User:
    """Another user of staff."""
    return User.objects.create_user("bob", "bob@example.org", "battery staple", is_staff=True)


@pytest.fixture
def student(db: None) -> User:
    """A user who is not of staff."""
    return User.objects.create_user("cyd", "cyd@example.org", "paper clip")


@pytest.fixture
def signed(teacher: User) -> Client:
    """A browser in which the teacher has logged in."""
    client = Client()
    client.force_login(teacher)
    return client


@pytest.fixture
def recorder(house: Path, db: None) -> Recorder:
    """A recorder without manager: its files are claimed by hand."""
    (house / "bbb").mkdir(parents=True)
    return Recorder.objects.create(
        name="BBB", address_ip="192.0.2.1", type=default_type(), directory="bbb", allow_downloading=True
    )


@pytest.fixture
def waiting(house: Path, recorder: Recorder) -> RecordingFileTreatment:
    """A whole file that waits to be claimed."""
    path = write_film(house / "bbb" / "algebra-2021-05-03-083000-0123abcd.mp4")
    spec = ClaimSpec(path, recorder.pk, MEETING, "Algebra", record_id="0123abcd-1", course="MAT101")
    return make_claimable(spec)


@pytest.fixture
def external(house: Path, teacher: User) -> ExternalRecording:
    """One external recording of the teacher."""
    return create_external_recordings([spec_of(teacher)])[0]


@pytest.fixture
def video(house: Path, teacher: User) -> Video:
    """One private video of the teacher."""
    path = write_film(media_path(teacher.pk, "algebra", ".mp4"))
    return create_video(NewVideo(teacher.pk, "Algebra", path, MEETING))


def in_bulk(model: type[M], rows: Iterable[M]) -> list[M]:
    """Write rows at once; return them with their keys, which MySQL does not tell."""
    made = model._default_manager.bulk_create(rows, batch_size=1000)
    return list(model._default_manager.order_by("-pk")[: len(made)])[::-1]


def spec_of(owner: User, name: str = "Algebra", number: int = 1, **values: object) -> ExternalSpec:
    """Return an external recording of `owner`."""
    known: dict[str, object] = {
        "owner_id": owner.pk,
        "name": name,
        "start_at": MEETING,
        "source_url": f"https://bbb.example.org/playback/presentation/2.3/rec-{number}",
        "record_id": f"rec-{number}",
        "duration_s": 3600.0,
        "course": "MAT101",
    }
    return ExternalSpec(**{**known, **values})  # type: ignore[arg-type]
