"""Rows that are films already: fetched, checked, remuxed; PeerTube by its public API."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User

from pod.conversion.models import Conversion
from pod.conversion.services import run
from pod.import_video.errors import ImportVideoError
from pod.import_video.models import SourceType
from pod.import_video.services import create_external_recordings, request_import
from pod.main.states import State
from pod.video.models import Video
from pod.video.probe import probe
from tests.integration.conftest import spec_of, write_film

VIDEO_ID = "b37d9d0a-0f1c-4f0e-9d7c-1f2a3b4c5d6e"


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without talking; `NAME.mp4` redirects to the address that the file NAME holds."""

    def do_GET(self) -> None:
        """Redirect or serve."""
        noted = Path(self.translate_path(self.path)).with_suffix("")
        if not self.path.endswith(".mp4") or not noted.is_file():
            super().do_GET()
            return
        self.send_response(302)
        self.send_header("Location", noted.read_text(encoding="utf-8"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(tmp_path: Path, house: Path, settings: LazySettings) -> Iterator[tuple[str, Path]]:
    """A real web server of a folder; returns its address and the folder."""
    folder = tmp_path / "www"
    folder.mkdir()
    served = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    settings.BBB_ALLOWED_HOSTS = ["127.0.0.1"]
    yield f"http://127.0.0.1:{served.server_port}", folder
    served.shutdown()
    thread.join()
    served.server_close()


@pytest.mark.django_db(transaction=True)
def test_a_film_is_fetched_and_becomes_a_video(server: tuple[str, Path], teacher: User) -> None:
    """A row of type `video` ends as a playable MP4 whatever container it came in."""
    address, folder = server
    write_film(folder / "lecture.mkv")
    row = create_external_recordings(
        [spec_of(teacher, source_url=f"{address}/lecture.mkv", type=SourceType.VIDEO)]
    )[0]
    job = request_import(row, teacher)
    assert run(job.pk) == State.DONE, Conversion.objects.get().error
    assert probe(Path(Video.objects.get().video.path)).container == "mp4"


@pytest.mark.django_db(transaction=True)
def test_the_video_format_of_bigbluebutton_is_fetched_too(server: tuple[str, Path], teacher: User) -> None:
    """The film behind its page is found."""
    address, folder = server
    write_film(folder / "playback" / "video" / "rec-1" / "video-0.mp4")
    page = folder / "playback" / "video" / "rec-1" / "index.html"
    page.write_text(
        '<html><video><source src="video-0.mp4" type="video/mp4"></video></html>', encoding="utf-8"
    )
    row = create_external_recordings([spec_of(teacher, source_url=f"{address}/playback/video/rec-1/")])[0]
    assert run(request_import(row, teacher).pk) == State.DONE, Conversion.objects.get().error
    assert Video.objects.get().duration == 1


@pytest.mark.django_db(transaction=True)
def test_a_page_that_is_no_film_fails_with_a_cause(server: tuple[str, Path], teacher: User) -> None:
    """The row says failed; no video, no file."""
    address, folder = server
    (folder / "lecture.mp4").write_text("<html>log in first</html>", encoding="utf-8")
    row = create_external_recordings(
        [spec_of(teacher, source_url=f"{address}/lecture.mp4", type=SourceType.VIDEO)]
    )[0]
    assert run(request_import(row, teacher).pk) == State.FAILED
    assert Conversion.objects.get().error
    assert not Video.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_redirect_to_a_foreign_host_is_not_followed(
    server: tuple[str, Path], teacher: User, settings: LazySettings
) -> None:
    """The host that is asked at last counts, not only the one of the form (SSRF)."""
    address, folder = server
    write_film(folder / "secret.mp4")
    (folder / "away").write_text(f"{address}/secret.mp4", encoding="utf-8")
    settings.BBB_ALLOWED_HOSTS = ["localhost"]  # the same server under a name; 127.0.0.1 is not allowed
    allowed = address.replace("127.0.0.1", "localhost")
    row = create_external_recordings(
        [spec_of(teacher, source_url=f"{allowed}/away.mp4", type=SourceType.VIDEO)]
    )[0]
    assert run(request_import(row, teacher).pk) == State.FAILED
    assert not Video.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_film_larger_than_allowed_is_refused(
    server: tuple[str, Path], teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MAX_UPLOAD_SIZE_ON_IMPORT holds, before anything is fetched."""
    address, folder = server
    write_film(folder / "lecture.mp4")
    monkeypatch.setattr("pod.conversion.engines.video_file.GIGABYTE", 100)
    row = create_external_recordings(
        [spec_of(teacher, source_url=f"{address}/lecture.mp4", type=SourceType.VIDEO)]
    )[0]
    assert run(request_import(row, teacher).pk) == State.FAILED
    assert "MAX_UPLOAD_SIZE_ON_IMPORT" in Conversion.objects.get().error


@pytest.mark.django_db(transaction=True)
def test_a_peertube_video_is_found_by_its_api(server: tuple[str, Path], teacher: User) -> None:
    """The largest file that the API names is fetched."""
    address, folder = server
    write_film(folder / "files" / "720.mp4")
    api = folder / "api" / "v1" / "videos"
    api.mkdir(parents=True)
    known = {
        "files": [],
        "streamingPlaylists": [
            {
                "files": [
                    {"resolution": {"id": 240}, "fileDownloadUrl": f"{address}/files/240.mp4"},
                    {"resolution": {"id": 720}, "fileDownloadUrl": f"{address}/files/720.mp4"},
                ]
            }
        ],
    }
    (api / VIDEO_ID).write_text(json.dumps(known), encoding="utf-8")
    row = create_external_recordings(
        [spec_of(teacher, source_url=f"{address}/videos/watch/{VIDEO_ID}", type=SourceType.PEERTUBE)]
    )[0]
    assert run(request_import(row, teacher).pk) == State.DONE, Conversion.objects.get().error
    assert Video.objects.count() == 1


def test_youtube_is_told_as_not_importable(house: Path, teacher: User) -> None:
    """The row is kept; asking for it is answered with a sentence."""
    row = create_external_recordings([spec_of(teacher, type=SourceType.YOUTUBE)])[0]
    with pytest.raises(ImportVideoError, match="YouTube"):
        request_import(row, teacher)
