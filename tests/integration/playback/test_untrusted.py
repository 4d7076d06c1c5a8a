"""A server with a certificate that nobody here knows: one clear error, at once."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pod.bbb.api import Client
from pod.bbb.errors import BBBError
from pod.bbb.playback.fetch import fetch
from pod.bbb.playback.locate import locate
from pod.bbb.video_format import FilmDownloader
from tests.integration.playback.bringing import QUICK


class Stranger:
    """A server on https whose certificate is its own; counts how often somebody comes."""

    def __init__(self, folder: Path) -> None:
        self.visits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"https://127.0.0.1:{self._socket.getsockname()[1]}"
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(write_certificate(folder / "server.pem"))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                visitor, _address = self._socket.accept()
            except OSError:  # closed: the test is over
                return
            self.visits += 1
            with visitor, suppress(OSError):
                self._tls.wrap_socket(visitor, server_side=True).recv(1)

    def close(self) -> None:
        """Let nobody in any more."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


def write_certificate(path: Path) -> Path:
    """Write a key and a certificate for 127.0.0.1 that it has signed itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "stranger")])
    today = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(plain + certificate.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def stranger(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stranger]:
    """The server, and a machine on which nobody has named its authority."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    server = Stranger(tmp_path)
    yield server
    server.close()


WAYS: dict[str, Callable[[str, Path], object]] = {
    "presentation": lambda url, folder: fetch(
        locate(f"{url}/playback/presentation/2.3/{'0' * 40}-1600000000000"), folder, options=QUICK
    ),
    "film": lambda url, _folder: FilmDownloader(lambda _url: True).find(f"{url}/playback/video/abc/"),
    "catalogue": lambda url, _folder: Client(f"{url}/bigbluebutton/api", "secret").check(),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_certificate_that_is_not_accepted_is_one_error_that_says_what_to_do(
    stranger: Stranger, tmp_path: Path, way: str
) -> None:
    """Nobody waits for what waiting does not change, and the setting is named."""
    with pytest.raises(BBBError) as caught:
        WAYS[way](stranger.url, tmp_path / "job")
    assert "certificate is not accepted" in str(caught.value)
    assert "REQUESTS_CA_BUNDLE" in str(caught.value)
    assert "try again" not in str(caught.value)
    assert stranger.visits == 1
