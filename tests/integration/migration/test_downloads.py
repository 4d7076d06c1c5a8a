"""Ready videos: found, fetched whole, seen to play, put in their place, claimable at once."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings

from pod.bbb.errors import Cancelled, FetchError, PlaybackError
from pod.bbb.video_format import FilmDownloader, require_film
from pod.bbb_migration.models import Item, Run, RunState
from pod.conversion.causes import Cause
from pod.conversion.models import Conversion
from pod.recorder.models import Recorder, RecordingFileTreatment
from pod.video.probe import probe
from tests.fake_bbb import FakeBBB, Fault
from tests.fake_bbb.behaviour import LOGIN_PAGE
from tests.integration.conftest import write_film
from tests.integration.migration.conftest import Migrate, entry

CLAIM = "--use-manual-claim"


def folder(recorder: Recorder, site: LazySettings) -> Path:
    """The claim folder."""
    return Path(site.DEFAULT_RECORDER_PATH) / recorder.directory


def files(recorder: Recorder, site: LazySettings) -> list[str]:
    """The names of everything in the claim folder."""
    return sorted(path.name for path in folder(recorder, site).iterdir())


def test_a_video_is_claimable_at_once_with_the_meetings_date(
    claiming: Recorder, site: LazySettings, ready: FakeBBB, migrate: Migrate
) -> None:
    """The file stands whole under its documented name, and its row carries the meeting's date."""
    assert migrate(CLAIM).code == 0
    (name,) = files(claiming, site)
    record_id = Item.objects.get().record_id
    assert name == f"sample-video-2023-11-14-221320-{record_id[:8]}.m4v"
    row = RecordingFileTreatment.objects.get()
    assert row.file == str(folder(claiming, site) / name)
    assert row.file_size == Path(row.file).stat().st_size
    assert row.require_manual_claim
    assert row.date_added == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


def test_a_truncated_download_never_reaches_the_folder(
    bbb: FakeBBB, claiming: Recorder, site: LazySettings, ready: FakeBBB, migrate: Migrate, quick: None
) -> None:
    """A server that always breaks off makes a failure; nothing is left, nothing can be claimed."""
    bbb.behaviour.ranges = False
    bbb.behaviour.faults = [Fault(r"\.m4v$", times=-1, cut_after=1000)]
    called = migrate(CLAIM)
    assert called.code == 3
    assert "the connection broke" in called.text
    assert files(claiming, site) == []
    assert not RecordingFileTreatment.objects.exists()


def test_a_full_disk_stops_the_run(
    claiming: Recorder, site: LazySettings, ready: FakeBBB, migrate: Migrate
) -> None:
    """The recording that finds no space is the last that is tried: the next ones would only fail too."""
    (film,) = ready.entries
    ready.add(entry(1, kinds=("video",)))
    name = f"sample-video-2023-11-14-221320-{film.record_id[:8]}.m4v.part"
    (folder(claiming, site) / name).symlink_to("/dev/full")
    called = migrate(CLAIM)
    assert called.code == 1
    assert "No space left on device" in called.out
    assert "There is no space left: make room" in called.text
    assert [item.record_id for item in Item.objects.all()] == [film.record_id]
    assert Run.objects.get().state == RunState.STOPPED


def test_a_broken_connection_is_gone_on_with(
    bbb: FakeBBB, claiming: Recorder, site: LazySettings, ready: FakeBBB, migrate: Migrate, quick: None
) -> None:
    """What came before the cut is not fetched again: the next request asks for the rest."""
    bbb.behaviour.faults = [Fault(r"\.m4v$", times=2, skip=1, cut_after=150_000)]
    assert migrate(CLAIM).code == 0
    asked = [request.headers.get("Range") for request in bbb.requests if request.path.endswith(".m4v")]
    assert [one for one in asked if one]
    (name,) = files(claiming, site)
    assert probe(folder(claiming, site) / name).duration_s == pytest.approx(3.0, abs=0.5)


def test_a_wrong_announcement_is_a_failure(
    bbb: FakeBBB, claiming: Recorder, site: LazySettings, ready: FakeBBB, migrate: Migrate, quick: None
) -> None:
    """A file that is shorter than announced is not taken for whole."""
    bbb.behaviour.ranges = False
    bbb.behaviour.faults = [Fault(r"\.m4v$", times=-1, announce=10_000_000)]
    assert migrate(CLAIM).code == 3
    assert files(claiming, site) == []


def test_a_film_that_the_server_does_not_give_for_now_is_not_lost(
    bbb: FakeBBB, claiming: Recorder, site: LazySettings, ready: FakeBBB, migrate: Migrate, quick: None
) -> None:
    """Its presentation is not converted in its place: the next run may bring the film itself."""
    bbb.behaviour.faults = [Fault(r"\.m4v$", times=-1, status=503)]
    called = migrate(CLAIM)
    assert called.code != 0
    assert Item.objects.get().why == Cause.AWAY
    assert not Conversion.objects.exists()
    bbb.behaviour.faults = []
    assert migrate(CLAIM, "--retry-failed").code == 0
    assert [Path(name).suffix for name in files(claiming, site)] == [".m4v"]


@pytest.fixture
def film_only(ready: FakeBBB) -> FakeBBB:
    """The server of `ready`, whose recording was not published as a presentation."""
    shutil.rmtree((ready.folder or Path()) / "presentation")
    ready.rescan()
    return ready


def spoil(bbb: FakeBBB) -> None:
    """Fill the film with nothing, in its length."""
    film = next((bbb.folder or Path()).glob("video/*/video-0.m4v"))
    film.write_bytes(b"\0" * film.stat().st_size)


def test_what_does_not_play_is_a_failure(
    claiming: Recorder, site: LazySettings, film_only: FakeBBB, migrate: Migrate
) -> None:
    """A file of the right size that holds no film is refused."""
    spoil(film_only)
    called = migrate(CLAIM)
    assert called.code == 3
    assert "not a playable film" in called.text
    assert files(claiming, site) == []
    item = Item.objects.get()
    assert item.why in Cause.values  # each reader has it in the own language
    assert "not a playable film" in item.reason


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
def test_the_real_extension_is_kept(
    bbb: FakeBBB, claiming: Recorder, site: LazySettings, ready: FakeBBB, migrate: Migrate, suffix: str
) -> None:
    """A file is called what it is, not .m4v."""
    published = next((bbb.folder or Path()).glob("video/*/index.html")).parent
    (published / "video-0.m4v").unlink()
    write_film(published / f"video-0{suffix}", 2.0, "libvpx" if suffix == ".webm" else "libx264")
    page = published / "index.html"
    page.write_text(page.read_text(encoding="utf-8").replace(".m4v", suffix), encoding="utf-8")
    assert migrate(CLAIM).code == 0
    (name,) = files(claiming, site)
    assert name.endswith(suffix)


def test_a_page_is_read_in_however_many_chunks_it_comes(
    bbb: FakeBBB, claiming: Recorder, site: LazySettings, ready: FakeBBB, migrate: Migrate
) -> None:
    """Its film may have any name, and be named after the first chunk, as by a server that compresses."""
    page = next((bbb.folder or Path()).glob("video/*/index.html"))
    (page.parent / "video-0.m4v").rename(page.parent / "lecture.m4v")
    page.write_text(page.read_text(encoding="utf-8").replace("video-0", "lecture"), encoding="utf-8")
    bbb.behaviour.chunks = 20
    assert migrate(CLAIM).code == 0
    assert len(files(claiming, site)) == 1


def test_a_page_without_source_is_helped(
    bbb: FakeBBB, claiming: Recorder, site: LazySettings, ready: FakeBBB, migrate: Migrate
) -> None:
    """When the page names no film, the usual names are tried."""
    next((bbb.folder or Path()).glob("video/*/index.html")).write_text("<html>?</html>", encoding="utf-8")
    assert migrate(CLAIM).code == 0
    assert len(files(claiming, site)) == 1


def test_no_film_at_all_is_said(
    bbb: FakeBBB, claiming: Recorder, site: LazySettings, migrate: Migrate, quick: None
) -> None:
    """A listed video whose film is gone fails with its address."""
    one = entry(1, kinds=("video",))
    bbb.add(one)
    called = migrate(CLAIM)
    assert called.code == 3
    assert f"/playback/video/{one.record_id}/" in called.text


def test_failures_are_tried_again_when_asked(
    claiming: Recorder, site: LazySettings, film_only: FakeBBB, migrate: Migrate, quick: None
) -> None:
    """A rerun tells the old failure; --retry-failed tries again, and it arrives."""
    bbb = film_only
    bbb.behaviour.faults = [Fault(r"\.m4v$", times=-1, status=404)]
    assert migrate(CLAIM).code == 3
    bbb.behaviour.faults = []
    again = migrate(CLAIM)
    assert again.code == 3
    assert "--retry-failed" in again.text
    assert files(claiming, site) == []
    assert migrate(CLAIM, "--retry-failed").code == 0
    assert len(files(claiming, site)) == 1


def test_a_file_whose_row_was_not_written_is_not_fetched_again(
    bbb: FakeBBB, claiming: Recorder, site: LazySettings, ready: FakeBBB, migrate: Migrate
) -> None:
    """A run that was killed between file and row is gone on with: what has its final name is whole.

    A dry run says the same.
    """
    migrate(CLAIM)
    RecordingFileTreatment.objects.all().delete()
    Item.objects.all().delete()
    bbb.requests.clear()
    for option in ("--dry", "--json"):
        called = migrate(CLAIM, "--json", option)
        assert [outcome for outcome, _owner in called.outcomes()] == ["exists"], called.text
    assert not [request for request in bbb.requests if request.path.endswith(".m4v")]
    assert RecordingFileTreatment.objects.count() == 1


def test_an_interrupted_download_is_gone_on_with(ready: FakeBBB, tmp_path: Path) -> None:
    """Another process asks only for what the interrupted one had not fetched."""
    part = tmp_path / "film.m4v.part"
    record = next((ready.folder or Path()).glob("video/*")).name
    first = FilmDownloader(lambda _url: True, cancelled=lambda: part.is_file() and part.stat().st_size > 0)
    film = first.find(f"{ready.url}/playback/video/{record}/")
    with pytest.raises(Cancelled):
        first.download(film, part)
    first.close()
    ready.requests.clear()
    second = FilmDownloader(lambda _url: True)
    second.download(film, part)
    second.close()
    (request,) = ready.requests
    assert request.headers["Range"].startswith("bytes=")
    assert request.headers["Range"] != "bytes=0-"
    assert part.read_bytes() == next((ready.folder or Path()).glob("video/*/video-0.m4v")).read_bytes()
    assert [path.name for path in tmp_path.glob("*film*")] == [part.name]


def test_a_half_fetched_film_of_another_version_is_not_mixed(
    bbb: FakeBBB, ready: FakeBBB, tmp_path: Path
) -> None:
    """A rest is fetched only of the very file that the beginning is of."""
    part = tmp_path / "film.m4v.part"
    part.write_bytes(b"x" * 500)
    part.with_name(".film.m4v.version.part").write_text('"another"', encoding="utf-8")
    downloader = FilmDownloader(lambda _url: True)
    record = next((bbb.folder or Path()).glob("video/*")).name
    film = downloader.find(f"{bbb.url}/playback/video/{record}/")
    downloader.download(film, part)
    downloader.close()
    assert part.stat().st_size == film.size
    require_film(part)


def test_a_film_whose_last_byte_came_is_not_fetched_again(ready: FakeBBB, tmp_path: Path) -> None:
    """What a process that was killed after the last byte left is whole: only more is asked for."""
    film_file = next((ready.folder or Path()).glob("video/*/video-0.m4v"))
    part = tmp_path / "film.m4v.part"
    first = FilmDownloader(lambda _url: True, cancelled=lambda: _is_like(part, film_file))
    film = first.find(f"{ready.url}/playback/video/{film_file.parent.name}/")
    with pytest.raises(Cancelled):
        first.download(film, part)
    first.close()
    written = part.stat().st_mtime_ns
    second = FilmDownloader(lambda _url: True)
    second.download(film, part)
    second.close()
    assert part.stat().st_mtime_ns == written
    assert _is_like(part, film_file)


def _is_like(part: Path, film: Path) -> bool:
    return part.is_file() and part.stat().st_size == film.stat().st_size


def test_a_login_page_is_not_fetched_as_a_film(bbb: FakeBBB, ready: FakeBBB, tmp_path: Path) -> None:
    """A link whose permission ended between looking and fetching is a clear error, and no file."""
    part = tmp_path / "film.m4v.part"
    downloader = FilmDownloader(lambda _url: True)
    record = next((bbb.folder or Path()).glob("video/*")).name
    film = downloader.find(f"{bbb.url}/playback/video/{record}/")
    bbb.behaviour.faults = [Fault(r"\.m4v$", times=-1, status=200, body=LOGIN_PAGE)]
    with pytest.raises(FetchError, match="a web page"):
        downloader.download(film, part)
    downloader.close()
    assert not part.exists()


def test_other_hosts_are_not_asked(bbb: FakeBBB, ready: FakeBBB) -> None:
    """A host that nobody vouched for is refused, also behind a redirect."""
    allowed = f"{bbb.url}/"
    downloader = FilmDownloader(lambda url: url.startswith(allowed))
    bbb.behaviour.faults = [Fault("/playback/video", status=302, location="http://192.0.2.1/secret")]
    with pytest.raises(FetchError, match="not an allowed host"):
        downloader.find(f"{bbb.url}/playback/video/x/")
    downloader.close()


def test_a_page_is_no_film(tmp_path: Path) -> None:
    """An error page that was saved as a film is told from one."""
    (tmp_path / "page.mp4").write_text("<html>Not found</html>", encoding="utf-8")
    with pytest.raises(PlaybackError, match="not a playable film"):
        require_film(tmp_path / "page.mp4")
