"""Rows that are films already: fetched, checked, remuxed; PeerTube by its public API."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User

from pod.bbb.errors import AwayError, Cancelled
from pod.conversion.causes import Cause
from pod.conversion.engines import Work
from pod.conversion.engines.peertube import film_address
from pod.conversion.engines.youtube import YouTubeEngine
from pod.conversion.errors import ConversionError
from pod.conversion.models import Conversion
from pod.conversion.services import run
from pod.import_video.errors import ImportVideoError
from pod.import_video.importing import request_import
from pod.import_video.models import ExternalRecording, SourceType
from pod.import_video.services import create_external_recordings
from pod.main.states import State
from pod.video.models import Video
from pod.video.probe import probe
from tests.integration.conftest import spec_of, write_film

VIDEO_ID = "b37d9d0a-0f1c-4f0e-9d7c-1f2a3b4c5d6e"


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without talking; `NAME.mp4` redirects to the address that the file NAME holds."""

    def do_GET(self) -> None:
        """Redirect or serve."""
        if "turned-away" in self.path:
            self.send_error(503)
            return
        if "unannounced" in self.path:
            self.send_response(200)
            self.send_header("Content-Type", "video/mp4")
            self.end_headers()
            self.wfile.write(Path(self.translate_path(self.path)).read_bytes())
            return
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


def film_at(url: str, teacher: User) -> ExternalRecording:
    """An external row of a film on a web server."""
    return create_external_recordings([spec_of(teacher, source_url=url, type=SourceType.VIDEO)])[0]


@pytest.mark.django_db(transaction=True)
def test_a_film_is_fetched_and_becomes_a_video(server: tuple[str, Path], teacher: User) -> None:
    """A row of type `video` ends as a playable MP4 whatever container it came in."""
    address, folder = server
    write_film(folder / "lecture.mkv")
    row = film_at(f"{address}/lecture.mkv", teacher)
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
@pytest.mark.parametrize(
    ("content", "cause"), [("<html>log in first</html>", Cause.FETCH), ("no film", Cause.SOURCE)]
)
def test_what_is_no_film_fails_with_a_cause(
    server: tuple[str, Path], teacher: User, content: str, cause: Cause
) -> None:
    """The row says failed: a page in its place was not given, anything else is damaged; no video, no file."""
    address, folder = server
    (folder / "lecture.mp4").write_text(content, encoding="utf-8")
    row = film_at(f"{address}/lecture.mp4", teacher)
    assert run(request_import(row, teacher).pk) == State.FAILED
    assert Conversion.objects.get().cause == cause
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
    row = film_at(f"{allowed}/away.mp4", teacher)
    assert run(request_import(row, teacher).pk) == State.FAILED
    assert not Video.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_film_larger_than_allowed_is_refused(
    server: tuple[str, Path], teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MAX_UPLOAD_SIZE_ON_IMPORT holds, before anything is fetched."""
    address, folder = server
    write_film(folder / "lecture.mp4")
    monkeypatch.setattr("pod.conversion.engines.limits.GIGABYTE", 100)
    row = film_at(f"{address}/lecture.mp4", teacher)
    assert run(request_import(row, teacher).pk) == State.FAILED
    assert "MAX_UPLOAD_SIZE_ON_IMPORT" in Conversion.objects.get().error


@pytest.mark.django_db(transaction=True)
def test_a_film_whose_size_nobody_announced_is_refused_when_it_grows_too_large(
    server: tuple[str, Path], teacher: User, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some servers say no Content-Length; what had come is not kept."""
    address, folder = server
    write_film(folder / "unannounced.mp4")
    monkeypatch.setattr("pod.conversion.engines.limits.GIGABYTE", 100)
    row = film_at(f"{address}/unannounced.mp4", teacher)
    assert run(request_import(row, teacher).pk) == State.FAILED
    assert Conversion.objects.get().cause == Cause.TOO_LARGE
    assert not [path for path in Path(settings.CONVERSION_DIR).rglob("*") if path.is_file()]


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


def peertube_file(address: str, number: int, height: int, **values: object) -> dict[str, object]:
    """Return a VideoFile as PeerTube's documentation describes it (8.1)."""
    url = f"{address}/download/{number}-{height}.mp4"
    known = {"resolution": {"id": height, "label": f"{height}p"}, "size": 1000, "fps": 30, "storage": 0}
    return {
        "id": number,
        "fileUrl": url,
        "fileDownloadUrl": url,
        "torrentUrl": f"{url}.torrent",
        **known,
        **values,
    }


PICTURE, SOUND = {"hasVideo": True, "hasAudio": False}, {"hasVideo": False, "hasAudio": True}
BOTH = {"hasVideo": True, "hasAudio": True}
PEERTUBE = {
    "a web video and HLS without sound": (
        [(1, 480, BOTH)],
        [(2, 1080, PICTURE), (3, 0, SOUND)],
        "/download/1-480.mp4",
    ),
    "only HLS, picture and sound apart": (
        [],
        [(2, 480, PICTURE), (4, 1080, PICTURE), (3, 0, SOUND)],
        f"/download/videos/generate/{VIDEO_ID}?videoFileIds=4&videoFileIds=3",
    ),
    "a picture without any sound": ([(1, 720, PICTURE), (2, 480, PICTURE)], [], "/download/1-720.mp4"),
    "sound alone": ([], [(3, 0, SOUND)], "/download/3-0.mp4"),
    "before 6.2, which does not tell": ([(1, 480, {}), (2, 720, {})], [], "/download/2-720.mp4"),
}  # fmt: skip


@pytest.mark.parametrize(("web", "hls", "wanted"), PEERTUBE.values(), ids=PEERTUBE.keys())
def test_of_a_peertube_video_the_largest_picture_with_its_sound_is_taken(
    server: tuple[str, Path], web: list[Any], hls: list[Any], wanted: str
) -> None:
    """Never a silent film where there is sound: PeerTube keeps the two apart for HLS, and joins them."""
    address, folder = server
    api = folder / "api" / "v1" / "videos"
    api.mkdir(parents=True)
    files, streamed = (
        [peertube_file(address, number, height, **has) for number, height, has in some] for some in (web, hls)
    )
    known = {"uuid": VIDEO_ID, "files": files, "streamingPlaylists": [{"type": 1, "files": streamed}]}
    (api / VIDEO_ID).write_text(json.dumps(known), encoding="utf-8")
    for page in (f"/w/{VIDEO_ID}", f"/videos/watch/{VIDEO_ID}?start=10s"):
        assert film_address(f"{address}{page}", ["127.0.0.1"]) == f"{address}{wanted}"


def test_a_peertube_video_that_is_not_given_says_why(server: tuple[str, Path]) -> None:
    """Without file, with an answer that is none, private or gone, or of another page: a cause each."""
    address, folder = server
    api = folder / "api" / "v1" / "videos"
    api.mkdir(parents=True)
    (api / VIDEO_ID).write_text(json.dumps({"uuid": VIDEO_ID, "files": []}), encoding="utf-8")
    (api / "2y84q2MQUMWPbiEcxNXMgC").write_text("<html>", encoding="utf-8")
    for page, words in (
        (f"/w/{VIDEO_ID}", "no file"), ("/w/2y84q2MQUMWPbiEcxNXMgC", "cannot be read"),
        ("/w/gonegonegone", "HTTP 404"), ("/c/a-channel/videos", "not the address"),
    ):  # fmt: skip
        with pytest.raises(ConversionError, match=words):
            film_address(f"{address}{page}", ["127.0.0.1"])
    with pytest.raises(AwayError, match="HTTP 503"):  # not “private or gone”: it is asked again later
        film_address(f"{address}/w/turned-away", ["127.0.0.1"])


def test_what_is_no_page_of_a_peertube_video_is_told_at_once(
    house: Path, teacher: User, settings: LazySettings
) -> None:
    """Not by a failed import some minutes later."""
    settings.BBB_ALLOWED_HOSTS = ["tube.example.org"]
    spec = spec_of(teacher, type=SourceType.PEERTUBE, source_url="https://tube.example.org/c/physics/videos")
    with pytest.raises(ImportVideoError, match="PeerTube"):
        request_import(create_external_recordings([spec])[0], teacher)


def test_youtube_is_told_as_not_importable(house: Path, teacher: User) -> None:
    """The row is kept; asking for it is answered with a sentence."""
    row = create_external_recordings([spec_of(teacher, type=SourceType.YOUTUBE)])[0]
    with pytest.raises(ImportVideoError, match="YouTube"):
        request_import(row, teacher)


STAND_IN = """
import pathlib, shutil, sys, time
target = pathlib.Path(sys.argv[sys.argv.index("-o") + 1])
if "slow" in sys.argv[-1]:
    time.sleep(60)
if "gone" in sys.argv[-1]:
    sys.exit("ERROR: Video unavailable")
if "large" not in sys.argv[-1]:
    shutil.copy({film!r}, target)
target.parent.joinpath("argv").write_text(chr(10).join(sys.argv))
"""


@pytest.fixture
def yt_dlp(house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module in yt-dlp's place that copies a film; returns the folder of conversions."""
    film = write_film(tmp_path / "youtube" / "film.mp4")
    package = tmp_path / "modules" / "yt_dlp"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(STAND_IN.replace("{film!r}", repr(str(film))), encoding="utf-8")
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    return tmp_path / "conversion"


def youtube_row(teacher: User, name: str, host: str = "www.youtube.com") -> ExternalRecording:
    """Return a row of YouTube."""
    spec = spec_of(teacher, source_url=f"https://{host}/watch?v={name}", type=SourceType.YOUTUBE)
    return create_external_recordings([spec])[0]


@pytest.mark.django_db(transaction=True)
def test_youtube_is_imported_where_yt_dlp_is_installed(yt_dlp: Path, teacher: User) -> None:
    """The film that yt-dlp brings becomes the video."""
    job = request_import(youtube_row(teacher, "abc"), teacher)
    assert run(job.pk) == State.DONE, Conversion.objects.get().error
    assert probe(Path(Video.objects.get().video.path)).is_playable


def test_yt_dlp_is_told_its_limits(yt_dlp: Path, tmp_path: Path) -> None:
    """One video, MP4, no larger than allowed, no configuration of the account, the address last."""
    url = "https://youtu.be/abc"
    YouTubeEngine().convert(Work(url, "T", tmp_path, "n"), progress=lambda *_: None, cancelled=lambda: False)
    said = (tmp_path / "argv").read_text(encoding="utf-8").splitlines()
    assert said[-2:] == ["--", url]
    assert {"--no-playlist", "--ignore-config"} < set(said)
    assert said[said.index("--max-filesize") + 1] == "4000000000"
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_file()) == ["argv", "n.mp4"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("name", "words"), [("gone", "private"), ("large", "MAX_UPLOAD")])
def test_what_youtube_does_not_give_fails_with_a_cause(
    name: str, words: str, yt_dlp: Path, teacher: User
) -> None:
    """A video that is gone, and one that yt-dlp leaves because of its size."""
    assert run(request_import(youtube_row(teacher, name), teacher).pk) == State.FAILED
    assert words in Conversion.objects.get().error
    assert not Video.objects.exists()


def test_a_fetch_from_youtube_can_be_cancelled(yt_dlp: Path, tmp_path: Path) -> None:
    """yt-dlp is ended, nothing is left."""
    work = Work("https://youtu.be/slow", "T", tmp_path / "job", "n")
    work.folder.mkdir()
    with pytest.raises(Cancelled):
        YouTubeEngine().convert(work, progress=lambda *_: None, cancelled=lambda: True)
    assert not list(work.folder.glob("*.mp4"))


@pytest.mark.django_db
@pytest.mark.parametrize("host", ["www.youtube.com.example.org", "localhost", "evil.org"])
def test_only_hosts_of_youtube_are_given_to_yt_dlp(host: str, yt_dlp: Path, teacher: User) -> None:
    """A row that calls itself YouTube reaches no other host."""
    with pytest.raises(ImportVideoError, match="YouTube"):
        request_import(youtube_row(teacher, "abc", host), teacher)


def test_the_real_yt_dlp_brings_the_film_of_a_page(
    server: tuple[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its program understands our command: a page with a film, one that is gone, a film too large."""
    pytest.importorskip("yt_dlp", reason="yt-dlp is not installed")
    address, folder = server
    write_film(folder / "film.mp4")
    (folder / "page.html").write_text('<html><video src="film.mp4"></video></html>', encoding="utf-8")
    monkeypatch.setattr("pod.conversion.engines.youtube.HOSTS", frozenset({"127.0.0.1"}))

    def bring(page: str) -> Path:
        work = Work(f"{address}/{page}", "T", tmp_path, "n")
        return YouTubeEngine().convert(work, progress=lambda *_: None, cancelled=lambda: False).path

    assert probe(bring("page.html")).is_playable
    with pytest.raises(ConversionError, match="gone"):
        bring("absent.html")
    monkeypatch.setattr("pod.conversion.engines.limits.GIGABYTE", 100)
    with pytest.raises(ConversionError, match="MAX_UPLOAD_SIZE_ON_IMPORT"):
        bring("page.html")
