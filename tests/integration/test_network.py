"""A network in trouble: whoever asks, the message says what it is, and holds no address of a file."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests

from pod.bbb.api import Client
from pod.bbb.errors import BBBError
from pod.bbb.network import SlowError, pieces
from pod.bbb.playback.fetch import fetch
from pod.bbb.playback.locate import locate
from pod.bbb.video_format import FilmDownloader
from tests.integration.playback.bringing import QUICK

WAYS: dict[str, Callable[[str, Path], object]] = {
    "presentation": lambda url, folder: fetch(
        locate(f"{url}/playback/presentation/2.3/{'0' * 40}-1600000000000"), folder, options=QUICK
    ),
    "film": lambda url, _folder: FilmDownloader(lambda _url: True).find(f"{url}/playback/video/abc/"),
    "catalogue": lambda url, _folder: Client(
        f"{url}/bigbluebutton/api", "secret", retries=1, sleep=lambda _seconds: None
    ).check(),
}


@pytest.fixture
def rude(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The host and port of a server that hangs up on everybody; nobody waits between two attempts."""
    monkeypatch.setattr("pod.bbb.video_format.PATIENCE_S", 0.0)
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                server.accept()[0].close()
            except OSError:  # closed: the test is over
                return

    threading.Thread(target=serve, daemon=True).start()
    yield f"127.0.0.1:{server.getsockname()[1]}"
    server.shutdown(socket.SHUT_RDWR)
    server.close()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("url", "proxy", "said"),
    [
        ("http://nowhere.invalid", "", "name is not found (DNS)"),
        ("http://127.0.0.1:1", "", "refused the connection"),
        ("http://bbb.example", "http://127.0.0.1:1", "the proxy cannot be reached"),
        ("http://{rude}", "", "the connection broke"),
        ("https://{rude}", "", "no TLS connection"),
    ],
)
def test_whoever_asks_hears_the_same_of_the_network(
    rude: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, url: str, proxy: str, said: str
) -> None:
    """What an administrator has to mend: a name, a port, a proxy, a line."""
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("no_proxy", "" if proxy else "*")
    with pytest.raises(BBBError) as caught:
        WAYS[way](url.format(rude=rude), tmp_path / "job")
    assert said in str(caught.value)


def test_a_piece_that_only_drips_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time-out of a socket ends what comes byte by byte; what came is not lost."""
    monkeypatch.setattr("pod.bbb.network.SLOWEST_S", 0.0)
    answer = requests.Response()
    answer.raw = SimpleNamespace(read1=lambda *_size, **_how: b"a")
    found = pieces(answer, 99, lambda: None)
    assert set(next(found)) == set(b"a")
    with pytest.raises(SlowError):
        next(found)
