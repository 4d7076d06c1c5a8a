"""Settings follow from one another, wherever an institution gives them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
TELL = """
import dotenv, json
dotenv.load_dotenv = lambda _path: None  # this machine's own is none of the test's
from pod import settings
print(json.dumps({expression}, default=str))
"""


def with_local(folder: Path, local: str, expression: str, **given: str) -> Any:
    """Return an expression of `settings` in a process with this custom/settings_local.py and environment."""
    (folder / "custom").mkdir()
    (folder / "custom/__init__.py").touch()
    (folder / "custom/settings_local.py").write_text(f'DATA_DIR = "{folder}/data"\n{local}\n')
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, "-c", TELL.format(expression=expression)],
        cwd=folder,
        env={**kept, **given, "PYTHONPATH": f"{folder}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_sites_address_is_enough(tmp_path: Path) -> None:
    """Hosts, origins and cookies follow from SITE_URL."""
    asked = "settings.ALLOWED_HOSTS", "settings.CSRF_TRUSTED_ORIGINS", "settings.SESSION_COOKIE_SECURE"
    local = 'SITE_URL = "https://pod.univ.example"'
    hosts, origins, secure = with_local(tmp_path, local, f"[{', '.join(asked)}]")
    assert "pod.univ.example" in hosts
    assert origins == ["https://pod.univ.example"]
    assert secure is True


def test_an_address_of_numbers_is_answered_at(tmp_path: Path) -> None:
    """Browsers write IPv6 in brackets, and so does what they are compared with."""
    hosts = with_local(tmp_path, 'SITE_URL = "http://[2001:db8::1]:8000"', "settings.ALLOWED_HOSTS")
    assert "[2001:db8::1]" in hosts


def test_what_is_given_itself_follows_from_nothing(tmp_path: Path) -> None:
    """The file wins over all that is made of its other settings."""
    local = 'SITE_URL = "https://pod.univ.example"\nALLOWED_HOSTS = ["inner.example"]'
    assert with_local(tmp_path, local, "settings.ALLOWED_HOSTS") == ["inner.example"]


def test_folders_lie_in_the_data_folder_unless_they_are_named(tmp_path: Path) -> None:
    """A path written as text is one; the key and SQLite's file lie there, too."""
    expression = "[settings.STATIC_ROOT, settings.MEDIA_ROOT, settings.DATABASES['default']['NAME']]"
    found = with_local(tmp_path, 'MEDIA_ROOT = "/srv/media"', expression)
    assert found == [f"{tmp_path}/data/static", "/srv/media", f"{tmp_path}/data/pod.sqlite3"]
    assert (tmp_path / "data/secret_key").is_file()


def test_folders_may_be_named_from_the_projects_own(tmp_path: Path) -> None:
    """As .env.example writes them: the site, the command and cron are started in different folders."""
    expression = "[settings.MEDIA_ROOT, settings.DEFAULT_RECORDER_PATH]"
    given = {"MEDIA_ROOT": "data/media", "DEFAULT_RECORDER_PATH": "data/recorders"}
    found = with_local(tmp_path, "", expression, **given)
    assert found == [str(ROOT / "data/media"), str(ROOT / "data/recorders")]


def test_a_database_is_named_by_its_address(tmp_path: Path) -> None:
    """As in the environment; what holds its password is no setting that a page of errors would show."""
    local = 'DATABASE_URL = "postgres://pod:secret@db.univ.example:5432/pod"'
    expression = "[settings.DATABASES['default']['HOST'], hasattr(settings, 'DATABASE_URL')]"
    assert with_local(tmp_path, local, expression) == ["db.univ.example", False]


def test_a_pod_that_brings_its_own_mysql_needs_no_mysqlclient(tmp_path: Path) -> None:
    """The driver that is installed serves a DATABASES of the file, too."""
    local = 'DATABASES = {"default": {"ENGINE": "django.db.backends.mysql", "NAME": "pod"}}'
    assert with_local(tmp_path, local, "__import__('MySQLdb').__name__") in {"pymysql", "MySQLdb"}


def test_logs_tell_as_much_as_is_asked_for(tmp_path: Path) -> None:
    """LOG_LEVEL is no setting of Django's: ours makes one of it."""
    assert with_local(tmp_path, 'LOG_LEVEL = "ERROR"', "settings.LOGGING['root']['level']") == "ERROR"


def test_celery_asks_the_broker_that_the_file_names(tmp_path: Path) -> None:
    """As `--check` does, also where `.env` names another one: Celery reads that by itself."""
    local = 'CELERY_BROKER_URL = "redis://broker.univ.example/5"'
    host = "__import__('pod.main.celery', fromlist=['app']).app.connection_for_write().hostname"
    found = with_local(tmp_path, local, host, CELERY_BROKER_URL="amqp://127.0.0.1:1//")
    assert found == "broker.univ.example"
