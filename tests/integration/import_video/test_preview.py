"""A look before importing: the slides of the old server, fetched by ours and kept."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from time import sleep

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client

from pod.conversion.preview import PreviewSlide, _slides, slides_of
from pod.import_video.models import ExternalRecording
from pod.import_video.services import create_external_recordings
from tests.fake_bbb import FakeBBB
from tests.fake_bbb.behaviour import Behaviour
from tests.integration.conftest import spec_of
from tests.samples import Sample


@pytest.fixture
def old(house: Path, lecture: tuple[Path, Sample], teacher: User) -> ExternalRecording:
    """A recording of a server that runs during the test's requests (`FakeBBB` is started there)."""
    sample = lecture[1]
    path = f"/playback/presentation/2.3/{sample.record_id}"
    return create_external_recordings([spec_of(teacher, source_url=f"http://127.0.0.1:1{path}")])[0]


def serve(bbb: FakeBBB, row: ExternalRecording) -> None:
    """Point the row at the running server."""
    row.source_url = row.source_url.replace("http://127.0.0.1:1", bbb.url)
    row.save()


def test_the_slides_are_shown_and_kept(
    old: ExternalRecording, lecture: tuple[Path, Sample], signed: Client
) -> None:
    """Each slide once; the second look asks the old server nothing."""
    with FakeBBB(lecture[0]) as bbb:
        serve(bbb, old)
        text = signed.get(f"/import_video/preview/{old.pk}/").content.decode()
        assert text.count('<img src="/import_video/preview/') == 3
        picture = signed.get(f"/import_video/preview/{old.pk}/1/")
        assert picture["Content-Type"] == "image/jpeg"
        assert picture.getvalue().startswith(b"\xff\xd8")  # a JPEG
        bbb.requests.clear()
        signed.get(f"/import_video/preview/{old.pk}/")
        signed.get(f"/import_video/preview/{old.pk}/1/").getvalue()
        assert bbb.requests == []


def test_slides_and_pictures_are_shown_whole_in_however_many_chunks_they_come(
    old: ExternalRecording, lecture: tuple[Path, Sample], signed: Client
) -> None:
    """A web server that compresses, or a proxy, says no length and sends piece by piece."""
    with FakeBBB(lecture[0], behaviour=Behaviour(chunks=1000)) as bbb:
        serve(bbb, old)
        text = signed.get(f"/import_video/preview/{old.pk}/").content.decode()
        assert text.count('<img src="/import_video/preview/') == 3
        assert signed.get(f"/import_video/preview/{old.pk}/1/")["Content-Type"] == "image/jpeg"


def test_a_page_waits_once_for_a_server_that_is_silent(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its other addresses would not answer either."""
    monkeypatch.setattr("pod.conversion.preview.TIMEOUT", (0.3, 0.3))
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(0.1)
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/playback/presentation/2.3/{'a' * 40}-1700000000000"
        assert slides_of(url, frozenset({"127.0.0.1"})) == []
        silent.accept()
        with pytest.raises(TimeoutError):
            silent.accept()


def test_a_page_does_not_wait_for_a_server_that_drips(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time, the whole never would; its other addresses are not asked then."""
    monkeypatch.setattr("pod.bbb.transfer.small.WHOLE_S", 0.3)
    asked: list[str] = []

    def drip() -> None:
        while asked[-1:] != ["enough"]:
            try:
                here, _address = server.accept()
            except OSError:
                return
            asked.append("page")
            with here, suppress(OSError):
                here.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n")
                for _byte in range(1500):
                    here.sendall(b"x")
                    sleep(0.02)
                asked.append("enough")

    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as other:
        server.settimeout(5)
        other.submit(drip)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/playback/presentation/2.3/{'a' * 40}-1700000000000"
        assert slides_of(url, frozenset({"127.0.0.1"})) == []
        server.shutdown(socket.SHUT_RDWR)
    assert asked == ["page"]


def test_two_who_look_for_the_first_time_at_once_both_see_the_slides(
    old: ExternalRecording, lecture: tuple[Path, Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each writes a file of its own; the last one stays."""
    allowed = frozenset({"127.0.0.1"})
    put = Path.replace
    seen: list[list[PreviewSlide]] = []

    def put_after_the_other(part: Path, target: Path) -> Path:
        monkeypatch.setattr(Path, "replace", put)
        with ThreadPoolExecutor(1) as other:
            seen.append(other.submit(slides_of, old.source_url, allowed).result())
        return put(part, target)

    with FakeBBB(lecture[0]) as bbb:
        serve(bbb, old)
        monkeypatch.setattr(Path, "replace", put_after_the_other)
        seen.append(slides_of(old.source_url, allowed))
    assert [len(slides) for slides in seen] == [3, 3]


def test_the_dialog_gets_only_what_it_shows(old: ExternalRecording, signed: Client) -> None:
    """Htmx asks for the same address and gets no whole page."""
    text = signed.get(f"/import_video/preview/{old.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in text
    assert 'id="preview-title"' in text


def test_only_the_old_server_may_be_framed(old: ExternalRecording, signed: Client) -> None:
    """The page's policy names that server and no other."""
    policy = signed.get(f"/import_video/preview/{old.pk}/")["Content-Security-Policy"]
    assert "frame-src http://127.0.0.1:1" in policy
    assert "script-src 'self'" in policy


def test_a_server_that_may_not_be_asked_is_neither_asked_nor_framed(
    old: ExternalRecording, signed: Client, settings: LazySettings
) -> None:
    """A row whose address was changed to another host shows nothing of it."""
    old.source_url = "https://evil.example.net/playback/presentation/2.3/x; script-src *"
    old.save()
    answer = signed.get(f"/import_video/preview/{old.pk}/")
    assert "evil" not in answer["Content-Security-Policy"]
    assert "<iframe" not in answer.content.decode()


@pytest.mark.parametrize("second", [" ", "", "nan", "inf", "1e999", "-5", "soon"])
def test_a_slide_without_a_time_is_shown_at_the_start(second: str) -> None:
    """Damaged recordings have such; no page fails by it."""
    image = f'<image xmlns:x="http://www.w3.org/1999/xlink" in="{second}" x:href="presentation/1.png"/>'
    document = f'<svg xmlns="http://www.w3.org/2000/svg">{image}</svg>'.encode()
    base = "https://bbb.example.org/presentation/1/"
    slides = list(_slides(document, base, frozenset({"bbb.example.org"})))
    assert slides == [PreviewSlide(0.0, f"{base}presentation/1.png")]
