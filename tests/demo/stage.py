"""Where the demo plays: its folder, its environment, and the programs that run beside it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "data" / "demo"
PATIENCE_S = 60
MOODLE_DATABASE = "pod_demo_moodle"


class DemoError(Exception):
    """A step of the demo did not give what it should."""


@dataclass(frozen=True)
class Stage:
    """The demo's folder, its fake server and what its programs find in their environment."""

    folder: Path
    bbb_port: int
    web_port: int
    secret: str
    moodle: dict[str, Any]

    @property
    def published(self) -> Path:
        """Where the fake server's recordings stand."""
        return self.folder / "bbb"

    @property
    def environment(self) -> dict[str, str]:
        """What every program of the demo is started with; an institution's own settings are not read."""
        return {
            **os.environ,
            "POD_ISOLATED": "1",
            "DJANGO_SETTINGS_MODULE": "pod.settings",
            "PYTHONPATH": str(ROOT),
            "DEBUG": "1",
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.folder / 'pod.sqlite3'}",
            "SITE_URL": f"http://localhost:{self.web_port}",
            "SCRIPT_BBB_SERVER_URL": f"http://127.0.0.1:{self.bbb_port}/bigbluebutton/",
            "SCRIPT_BBB_SECRET_KEY": self.secret,
            "DB_PARAMS": json.dumps({"default": self.moodle}),
            # short: a path has 200 characters in Pod's column
            "DEFAULT_RECORDER_PATH": str(self.folder / "recorders"),
            "CONVERSION_DIR": str(self.folder / "conversion"),
            "CELERY_TO_ENCODE": "False",
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "LANGUAGE_CODE": "fr" if os.environ.get("LANG", "").startswith("fr") else "en",
            "COLUMNS": os.environ.get("COLUMNS", "110"),
        }

    def manage(self, *arguments: str, codes: tuple[int, ...] = (0,)) -> int:
        """Run manage.py where the person at the terminal sees it; DemoError for another exit code."""
        sys.stdout.write(f"\n$ manage.py {' '.join(arguments)}\n")
        sys.stdout.flush()
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment, check=False
        )
        if done.returncode not in codes:
            raise DemoError(f"manage.py {arguments[0]} ended with code {done.returncode}")
        return done.returncode


def new_stage() -> Stage:
    """Return a stage with an empty folder, free ports and a Moodle database."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    return Stage(
        folder=FOLDER,
        bbb_port=free_port(0),
        web_port=free_port(int(os.environ.get("PORT", "8000"))),
        secret=secrets.token_hex(16),
        moodle=moodle_place(),
    )


def moodle_place() -> dict[str, Any]:
    """Return the DB_PARAMS entry of the demo's Moodle: PostgreSQL if one lets us in, else an SQLite file."""
    server: dict[str, Any] = {"host": "127.0.0.1", "port": 5432, "user": os.environ.get("PGUSER", "postgres")}
    try:
        with closing(psycopg2.connect(**server, dbname="postgres", connect_timeout=2)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {MOODLE_DATABASE}")
                cursor.execute(f"CREATE DATABASE {MOODLE_DATABASE}")
    except psycopg2.Error:
        return {"engine": "sqlite", "database": str(FOLDER / "moodle.sqlite3")}
    return {"engine": "postgresql", "database": MOODLE_DATABASE, "password": "", **server}


def forget_moodle(stage: Stage) -> None:
    """Drop the demo's database from a PostgreSQL that is not ours."""
    if stage.moodle["engine"] == "postgresql":
        server = {name: stage.moodle[name] for name in ("host", "port", "user")}
        with closing(psycopg2.connect(**server, dbname="postgres")) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(f"DROP DATABASE IF EXISTS {MOODLE_DATABASE}")


def free_port(wanted: int) -> int:
    """Return `wanted` if it is free, else any free port."""
    for port in (wanted, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise DemoError("No free port was found on 127.0.0.1.")


@contextmanager
def program(stage: Stage, *arguments: str, log: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a Python program beside the demo, its output in a log file; stopped at the end."""
    with (stage.folder / log).open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, *arguments], cwd=ROOT, env=stage.environment, stdout=output, stderr=output
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


def wait_until_answers(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until `url` answers; DemoError when its program ended or took too long."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.2)
    raise DemoError(f"{url} does not answer: its log is in {FOLDER}.")
