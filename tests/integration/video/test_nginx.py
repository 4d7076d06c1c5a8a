"""Videos sent by a real nginx, set up as the guide says."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from pod.video.models import Video

GUIDE = Path(__file__).parents[3] / "docs" / "operate.md"
NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
FRAME = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors;
events {{ worker_connections 32; }}
http {{
    access_log off; client_body_temp_path {folder}/a; proxy_temp_path {folder}/b;
    fastcgi_temp_path {folder}/c; uwsgi_temp_path {folder}/d; scgi_temp_path {folder}/e;
    server {{
        listen 127.0.0.1:{port};
        location / {{ proxy_pass {site}; proxy_set_header Host $host; }}
        {protected}
    }}
}}
"""

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        NGINX is None and os.environ.get("REQUIRE_SERVICES") != "1", reason="nginx is not installed"
    ),
]


def protected() -> str:
    """The location that the guide gives for MEDIA_X_ACCEL."""
    found = re.search(
        r"^ {8}location /protected/ \{.*?^ {8}\}", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert found is not None
    return found[0]


@pytest.fixture
def nginx(
    live_server: LiveServer, house: Path, settings: LazySettings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """An nginx before the site; gives its address."""
    settings.MEDIA_X_ACCEL = "/protected/"
    folder = tmp_path_factory.mktemp("nginx")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    location = protected().replace("/path/of/MEDIA_ROOT", str(settings.MEDIA_ROOT))
    written = FRAME.format(folder=folder, port=port, site=live_server.url, protected=location)
    (folder / "nginx.conf").write_text(written, encoding="utf-8")
    process = subprocess.Popen([str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")])
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield address
    finally:
        process.terminate()
        process.wait()


def cookies(user: User) -> dict[str, str]:
    """What the browser of a signed-in user sends."""
    client = Client()
    client.force_login(user)
    return {name: morsel.value for name, morsel in client.cookies.items()}


def test_nginx_sends_parts_to_whom_the_site_lets_in(nginx: str, video: Video, teacher: User) -> None:
    """The bytes asked for come from nginx, with the site's rules for caches and types; others get none."""
    address = f"{nginx}/video/media/{video.slug}/"
    content = Path(video.video.path).read_bytes()
    part = requests.get(address, cookies=cookies(teacher), headers={"Range": "bytes=100-199"}, timeout=30)
    assert (part.status_code, part.content) == (206, content[100:200])
    assert part.headers["Content-Range"] == f"bytes 100-199/{len(content)}"
    assert part.headers["Server"].startswith("nginx")
    assert part.headers["Content-Type"] == "video/mp4"
    assert part.headers["X-Content-Type-Options"] == "nosniff"
    assert "private" in part.headers["Cache-Control"]
    assert "Cookie" in part.headers["Vary"]
    assert requests.get(address, timeout=30).status_code == 403
    assert requests.get(f"{nginx}/protected/{video.video.name}", timeout=30).status_code == 404
