"""Thumbnails: fetched once, only from allowed hosts, only what is a picture."""

from __future__ import annotations

import os
import struct
import threading
import zlib
from collections.abc import Iterator
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from PIL import Image

from pod.import_video.models import ExternalRecording
from pod.video.models import Video
from pod.video.serving import send_file
from pod.video.thumbnails import FAILED_S, fetched_thumbnail

HERE = frozenset({"127.0.0.1"})


def picture() -> bytes:
    """Return a PNG of 800 x 600."""
    out = BytesIO()
    Image.new("RGB", (800, 600), "teal").save(out, format="PNG")
    return out.getvalue()


def huge(side: int) -> bytes:
    """Return a PNG whose header promises a square; nothing of it follows."""
    header = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


class Handler(BaseHTTPRequestHandler):
    """Answers with a picture, a page or a redirect, and counts."""

    asked: list[str] = []
    pictures: set[str] = set()
    body = b""
    redirects = {"/away": "http://localhost/secret", "/moved": "/slide.png"}

    def do_GET(self) -> None:
        """Answer by path."""
        self.asked.append(self.path)
        if self.path in self.redirects:
            self.send_response(302)
            self.send_header("Location", self.redirects[self.path])
            self.end_headers()
            return
        body = self.body if self.path in self.pictures else b"<html>log in</html>"
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@pytest.fixture
def server(house: Path) -> Iterator[str]:
    """A server of pictures."""
    Handler.asked.clear()
    Handler.pictures, Handler.body = {"/slide.png"}, picture()
    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=served.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{served.server_port}"
    served.shutdown()
    thread.join()
    served.server_close()


def test_a_picture_is_fetched_once_and_made_small(server: str) -> None:
    """The second call asks nobody."""
    first = fetched_thumbnail(f"{server}/slide.png", HERE)
    assert first is not None
    assert fetched_thumbnail(f"{server}/slide.png", HERE) == first
    assert Handler.asked == ["/slide.png"]
    with Image.open(first) as small:
        assert (small.format, small.size) == ("JPEG", (240, 180))


def test_what_is_no_picture_is_not_served(server: str) -> None:
    """Content counts, not the header; and the server is not asked again."""
    assert fetched_thumbnail(f"{server}/page.png", HERE) is None
    assert fetched_thumbnail(f"{server}/page.png", HERE) is None
    assert Handler.asked == ["/page.png"]


def test_a_server_that_gave_nothing_is_asked_again_later(server: str) -> None:
    """It may have been down when the list was first opened."""
    url = f"{server}/late.png"
    assert fetched_thumbnail(url, HERE) is None
    kept = Path(settings.CACHE_DIR) / "thumbnails" / f"{sha256(url.encode()).hexdigest()}.jpg"
    long_ago = kept.stat().st_mtime - FAILED_S - 1
    os.utime(kept, (long_ago, long_ago))
    Handler.pictures = {"/slide.png", "/late.png"}
    assert fetched_thumbnail(url, HERE) is not None


@pytest.mark.parametrize("side", [6_001, 14_000])
def test_a_picture_of_too_many_pixels_is_none(server: str, side: int) -> None:
    """Neither above our bound nor above Pillow's own: a small file would take much memory."""
    Handler.body = huge(side)
    assert fetched_thumbnail(f"{server}/slide.png", HERE) is None


def test_redirects_to_other_hosts_are_not_followed(server: str) -> None:
    """They could lead into the inner network."""
    assert fetched_thumbnail(f"{server}/away", HERE) is None
    assert Handler.asked == ["/away"]


def test_a_redirect_to_an_allowed_host_is_followed(server: str) -> None:
    """Servers send who asks by http on to https."""
    assert fetched_thumbnail(f"{server}/moved", HERE) is not None


def test_a_picture_of_too_many_bytes_is_not_brought(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever length the server says."""
    monkeypatch.setattr("pod.video.thumbnails.LARGEST", len(Handler.body) - 1)
    assert fetched_thumbnail(f"{server}/slide.png", HERE) is None


def test_a_picture_of_just_as_many_bytes_as_are_allowed_is_brought(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is what may be brought."""
    monkeypatch.setattr("pod.video.thumbnails.LARGEST", len(Handler.body))
    assert fetched_thumbnail(f"{server}/slide.png", HERE) is not None


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "http://[", "ftp://127.0.0.1/x"])
def test_odd_addresses_give_nothing(url: str, house: Path) -> None:
    """Nothing but http and https."""
    assert fetched_thumbnail(url, HERE) is None


def test_other_hosts_are_not_asked(server: str) -> None:
    """Only hosts that the catalogue or the settings name."""
    assert fetched_thumbnail(f"{server}/slide.png", frozenset({"bbb.example.org"})) is None
    assert Handler.asked == []


def test_kept_pictures_are_sent_behind_nginx_too(
    server: str, rf: RequestFactory, settings: LazySettings
) -> None:
    """They lie outside of what nginx may send: we send them."""
    settings.MEDIA_X_ACCEL = "/protected/"
    path = fetched_thumbnail(f"{server}/slide.png", HERE)
    assert path is not None
    answer = send_file(rf.get("/"), path)
    assert b"".join(answer.streaming_content) == path.read_bytes()  # type: ignore[attr-defined]
    assert "X-Accel-Redirect" not in answer


def test_a_row_whose_video_is_somebody_elses_has_its_own_picture(
    external: ExternalRecording, video: Video, signed: Client, colleague: User
) -> None:
    """An administrator gave the video away: its picture is refused by now, and would be shown as broken."""
    external.detail.video = video
    external.detail.thumbnail_url = "https://bbb.example.org/thumb-1.png"
    external.detail.save()
    theirs = f'src="/video/media/{video.slug}/thumbnail/"'
    assert theirs in signed.get("/import_video/").content.decode()
    Video.objects.filter(pk=video.pk).update(owner=colleague)
    page = signed.get("/import_video/").content.decode()
    assert theirs not in page
    assert f'src="/import_video/thumbnail/{external.pk}/"' in page
