"""HLS beside the MP4: made afterwards when wanted, copied, sent to who may watch, gone with the video."""

from __future__ import annotations

import re
import resource
from pathlib import Path
from urllib.parse import urljoin

import av
import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client

from pod.bbb.choices import ConvertOptions
from pod.bbb.convert import convert
from pod.conversion.afterwards import finish_video
from pod.conversion.causes import PASSING, cause_of
from pod.conversion.models import Conversion
from pod.conversion.services import run
from pod.main.states import State
from pod.video.access import share_key
from pod.video.hls import make_stream
from pod.video.models import Video
from pod.video.sidecar import extras_folder
from tests.samples import make_recording

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def streamed(video: Video, settings: LazySettings) -> Video:
    """A video with HLS of its own size and of one smaller."""
    settings.VIDEO_HLS = True
    settings.VIDEO_RENDITIONS = ["24"]
    finish_video(video)
    while (job := Conversion.objects.waiting().first()) is not None:
        assert run(job.pk) == State.DONE, Conversion.objects.get(pk=job.pk).error
    return video


def read(client: Client, address: str, **headers: str) -> bytes:
    """Return what the address answers; it must answer."""
    answer = client.get(address, headers=headers)
    assert answer.status_code in {200, 206}, address
    return b"".join(answer) if answer.streaming else answer.content


def test_nothing_is_made_unless_it_is_wanted(video: Video) -> None:
    """VIDEO_HLS is off by default: no job, no source on the page."""
    finish_video(video)
    assert not Conversion.objects.exists()


def test_a_player_finds_its_way_from_the_page_to_the_pictures(
    streamed: Video, signed: Client, tmp_path: Path
) -> None:
    """Page, master, playlist, byte ranges: what the ranges give, put together, is the film."""
    page = f"/video/media/{streamed.slug}/hls/"
    text = signed.get(streamed.get_absolute_url()).content.decode()
    assert f'<source type="application/vnd.apple.mpegurl" src="{page}">' in text
    assert f'<source src="/video/media/{streamed.slug}/">' in text
    master = read(signed, page).decode().splitlines()
    listed = [line for line in master if line and not line.startswith("#")]
    assert listed == ["48/", "24/"]
    assert "RESOLUTION=64x48" in master[3]
    address = urljoin(page, listed[0])
    ranges, media = [], ""
    for line in read(signed, address).decode().splitlines():
        if "BYTERANGE" in line:
            size, start = line.replace('"', "").replace("BYTERANGE=", ":").rsplit(":", 1)[1].split("@")
            ranges.append((int(start), int(size)))
        elif line and not line.startswith("#"):
            media = urljoin(address, line)
    film = b"".join(read(signed, media, range=f"bytes={at}-{at + size - 1}") for at, size in ranges)
    (tmp_path / "film.mp4").write_bytes(film)
    with av.open(str(tmp_path / "film.mp4")) as container:
        assert len(list(container.decode(video=0))) == 5


def test_a_playlist_is_as_long_as_its_film(tmp_path: Path) -> None:
    """Also where pictures last differently long, as slides do: the last segment ends with the film."""
    film = tmp_path / "film.mp4"
    folder = make_recording(tmp_path, "audio-only", 15.0).folder
    convert(str(folder), film, ConvertOptions(size=(64, 64), jobs=1, start=1.0))
    text = make_stream(film, tmp_path / "64x64.mp4")
    lengths = [float(length) for length in re.findall(r"EXTINF:([\d.]+)", text)]
    assert lengths == pytest.approx([6.5, 7.5], abs=0.05)
    assert "TARGETDURATION:8\n" in text


def test_a_share_link_works_through_all_playlists(streamed: Video) -> None:
    """The key goes along; without it nothing of a private video is sent."""
    key, anybody = share_key(streamed), Client()
    page = f"/video/media/{streamed.slug}/hls/"
    assert f"48/?key={key}" in read(anybody, f"{page}?key={key}").decode()
    inner = read(anybody, f"{page}48/?key={key}").decode()
    assert inner.count(f"media/?key={key}") == 2
    assert read(anybody, f"{page}48/media/?key={key}")
    for address in (page, f"{page}48/", f"{page}48/media/", f"{page}48/media/?key=wrong"):
        assert anybody.get(address).status_code == 403


def test_a_key_cannot_add_lines_to_a_playlist(streamed: Video, teacher: User, signed: Client) -> None:
    """What stands in the address is quoted."""
    answer = signed.get(f"/video/media/{streamed.slug}/hls/", {"key": 'a"\n#EXT-X-EVIL'})
    assert "\n#EXT-X-EVIL" not in answer.content.decode()


def test_a_stream_without_playlist_is_not_offered(streamed: Video, signed: Client) -> None:
    """The playlist is written last: until then the rendition is not there."""
    for playlist in (extras_folder(Path(streamed.video.path)) / "hls").glob("*.m3u8"):
        playlist.unlink()
    assert signed.get(f"/video/media/{streamed.slug}/hls/").status_code == 404
    assert b"mpegurl" not in signed.get(streamed.get_absolute_url()).content


def test_it_goes_with_the_video(streamed: Video) -> None:
    """No file is left."""
    folder = extras_folder(Path(streamed.video.path)) / "hls"
    assert len(list(folder.iterdir())) == 4
    streamed.delete()
    assert not folder.exists()


def test_a_stream_that_could_not_be_written_whole_is_none(video: Video, tmp_path: Path) -> None:
    """FFmpeg does not report a full disk here: the file ended early, and players stopped there."""
    target = tmp_path / "64x48.mp4"
    size = Path(video.video.path).stat().st_size
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, before[1]))
    try:
        with pytest.raises(OSError, match="not all of it could be written") as raised:
            make_stream(Path(video.video.path), target)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert cause_of(raised.value) in PASSING
    assert not list(tmp_path.glob("64x48*"))


def test_a_playlist_that_could_not_be_written_is_no_fault_of_the_film(video: Video, tmp_path: Path) -> None:
    """FFmpeg does not report that either: the job is tried again when the disk is back."""
    (tmp_path / "64x48.part.m3u8").symlink_to(tmp_path / "away" / "64x48.m3u8")
    with pytest.raises(OSError, match="not all of it could be written") as raised:
        make_stream(Path(video.video.path), tmp_path / "64x48.mp4")
    assert cause_of(raised.value) in PASSING
    assert not list(tmp_path.glob("64x48*"))
