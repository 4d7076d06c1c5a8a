"""A whole site of its own for the browser: gunicorn, a worker, a fake BBB server, a folder and a database."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.fake_bbb import FakeBBB
from tests.web.recordings import Published, publish

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "demo"
PATIENCE_S = 90


class SiteError(Exception):
    """The site for the browser could not be made; the log says why."""


@dataclass(frozen=True)
class Site:
    """A running site: its address, the server that it brings recordings from, what the scene made."""

    url: str
    folder: Path
    bbb: FakeBBB
    published: Published
    known: dict[str, Any]

    def address(self, path: str) -> str:
        """Return the whole address of a path; `{words}` in it are what the scene knows (slugs, ids)."""
        return self.url + path.format(**self.known)


def environment(folder: Path, port: int, bbb: FakeBBB, size: str) -> dict[str, str]:
    """Return what the site's programs are started with: nothing of an institution's own settings."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'pod.sqlite3'}",
        "DEFAULT_RECORDER_PATH": str(folder / "recorders"),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "SCRIPT_BBB_SERVER_URL": bbb.api_url,
        "CONVERSION_SIZE": size,
        "CELERY_TO_ENCODE": "False",
        "EXTERNAL_RECORDINGS_AVAILABLE_UNTIL": "2030-06-30",
        "DEBUG": "False",
    }


@contextmanager
def open_site(
    folder: Path, scene: str, *, size: str = "320x180", worker: bool = False, camera: bool = False
) -> Iterator[Site]:
    """Run a site with the data of `scene` (see `tests.web.scenes`) until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    published = publish(folder / "bbb", camera=camera)
    with ExitStack() as stack:
        bbb = stack.enter_context(FakeBBB(folder / "bbb"))
        port = free_port()
        env = environment(folder, port, bbb, size)
        (folder / "published.json").write_text(json.dumps({**published.ids, "bbb": bbb.url}))
        run(env, "-m", "tests.web.scenes", scene)
        gunicorn = ("-m", "gunicorn", "pod.wsgi", "--threads", "8", "--bind", f"127.0.0.1:{port}")
        site = stack.enter_context(program(env, *gunicorn, log=folder / "site.log"))
        if worker:
            stack.enter_context(program(env, "-m", "tests.web.worker", log=folder / "worker.log"))
        wait_until_answers(f"http://127.0.0.1:{port}/health/ready/", site, folder / "site.log")
        known = json.loads((folder / "known.json").read_text())
        yield Site(f"http://127.0.0.1:{port}", folder, bbb, published, known)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(env: dict[str, str], *arguments: str) -> None:
    """Run a Python program to its end; SiteError with what it wrote when it fails."""
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SiteError(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


@contextmanager
def program(env: dict[str, str], *arguments: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Python program beside the block, its output in a log."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=env, stdout=output, stderr=output
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until `url` answers; SiteError when its program ended or took too long."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.1)
    raise SiteError(f"{url} does not answer:\n{log.read_text(errors='replace')[-2000:]}")
