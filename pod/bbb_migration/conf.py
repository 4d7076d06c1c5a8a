"""Every setting of the migration, read when used, as one validated object.

`load()` names all problems at once: an administrator should not repair them one run at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from pod.bbb.api import ALGORITHMS
from pod.bbb_migration.naming import PATH_LENGTH, SHORTEST_SLUG, slug_length
from pod.bbb_migration.owners.base import OwnersError
from pod.bbb_migration.owners.db_params import read_entry, read_params
from pod.bbb_migration.owners.greenlight_tables import GREENLIGHT
from pod.bbb_migration.owners.moodle_tables import MOODLE
from pod.bbb_migration.sinks.moodle_text import NoticeError, checked


@dataclass(frozen=True)
class Problem:
    """One wrong setting; `needed` says for what: "always", "bbb", "claim", "moodle" or "greenlight"."""

    id: str
    setting: str
    message: str
    hint: str
    needed: str = "always"


class ConfError(Exception):
    """Settings are missing or wrong; `problems` names each, with what to do."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(f"{problem.message} {problem.hint}" for problem in problems))
        self.problems = problems


@dataclass(frozen=True)
class Conf:
    """The migration's settings. Secrets are left out of the text form."""

    server_url: str
    secret: str = field(repr=False)
    checksum: str
    playback_23: bool
    recorder_id: int
    admin_id: int
    inform: str
    db_params: Mapping[str, Any] = field(repr=False)
    greenlight_db_params: Mapping[str, Any] = field(repr=False)
    site_url: str
    ignored_servers: frozenset[str]
    use_cache: bool
    recorder_path: Path
    celery: bool
    migration_dir: Path
    create_users: bool
    created_users_are_staff: bool
    engine: str
    plugin: Path
    broker_url: str = field(repr=False)

    @property
    def server(self) -> str:
        """The server's name in the ledger: host and port, so that http and https are one server."""
        return server_name(self.server_url)


def server_name(url: str) -> str:
    """Return host and port of `url`, lower case, without the scheme's default port; "" for no address."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:  # brackets or a port that are none
        return ""
    return host if port in (None, 80, 443) else f"{host}:{port}"


def load(needs: frozenset[str] = frozenset()) -> Conf:
    """Return the settings; raise ConfError with every problem that concerns `needs` or always holds."""
    found = [problem for problem in problems(needs) if problem.needed == "always" or problem.needed in needs]
    if found:
        raise ConfError(found)
    return Conf(
        server_url=str(settings.SCRIPT_BBB_SERVER_URL or "").strip(),
        secret=str(settings.SCRIPT_BBB_SECRET_KEY or "").strip(),
        checksum=str(settings.SCRIPT_BBB_CHECKSUM or "").lower(),
        playback_23=bool(settings.SCRIPT_PLAYBACK_URL_23),
        recorder_id=int(settings.SCRIPT_RECORDER_ID),
        admin_id=int(settings.SCRIPT_ADMIN_ID),
        inform=str(settings.SCRIPT_INFORM or "").strip(),
        db_params=settings.DB_PARAMS or {},
        greenlight_db_params=settings.GREENLIGHT_DB_PARAMS or {},
        site_url=str(settings.SITE_URL),
        ignored_servers=frozenset(str(name).strip().lower() for name in settings.IGNORED_SERVERS or ()),
        use_cache=bool(settings.USE_CACHE),
        recorder_path=Path(settings.DEFAULT_RECORDER_PATH),
        celery=bool(settings.CELERY_TO_ENCODE),
        migration_dir=Path(settings.MIGRATION_DIR),
        create_users=bool(settings.MIGRATION_CREATE_USERS),
        created_users_are_staff=bool(settings.MIGRATION_CREATED_USERS_ARE_STAFF),
        engine=str(settings.CONVERSION_ENGINE),
        plugin=Path(settings.IMPORT_VIDEO_BBB_RECORDER_PLUGIN),
        broker_url=str(settings.CELERY_BROKER_URL or ""),
    )


def problems(needs: frozenset[str]) -> list[Problem]:
    """Return every wrong setting; what is merely absent counts only when `needs` asks for it."""
    return [
        *_bbb_problems(required="bbb" in needs),
        *_number_problems(),
        *_list_problems(),
        *_moodle_problems(required="moodle" in needs),
        *_greenlight_problems(required="greenlight" in needs),
        *_notice_problems(),
        *_folder_problems(),
    ]


def _bbb_problems(*, required: bool) -> Iterator[Problem]:
    url = str(settings.SCRIPT_BBB_SERVER_URL or "").strip()
    if not url and required:
        yield Problem(
            "E001",
            "SCRIPT_BBB_SERVER_URL",
            _("SCRIPT_BBB_SERVER_URL is not set."),
            _("Give the address of the old server, such as https://bbb.univ.example/bigbluebutton/."),
            "bbb",
        )
    elif url and not _is_web_address(url):
        yield Problem(
            "E002",
            "SCRIPT_BBB_SERVER_URL",
            _("SCRIPT_BBB_SERVER_URL is not a web address."),
            _("It must begin with https:// or http:// and name a host."),
        )
    if required and not str(settings.SCRIPT_BBB_SECRET_KEY or "").strip():
        yield Problem(
            "E003",
            "SCRIPT_BBB_SECRET_KEY",
            _("SCRIPT_BBB_SECRET_KEY is not set."),
            _("`bbb-conf --secret` on the old server prints it; Scalelite calls it LOADBALANCER_SECRET."),
            "bbb",
        )
    if str(settings.SCRIPT_BBB_CHECKSUM or "").lower() not in ("", *ALGORITHMS):
        yield Problem(
            "E004",
            "SCRIPT_BBB_CHECKSUM",
            _("SCRIPT_BBB_CHECKSUM names no known algorithm."),
            _("Leave it empty (sha256, then sha1) or write sha1, sha256, sha384 or sha512."),
        )


def _is_web_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        return False


def _number_problems() -> Iterator[Problem]:
    for number, name in (("E005", "SCRIPT_RECORDER_ID"), ("E006", "SCRIPT_ADMIN_ID")):
        value = getattr(settings, name)
        if isinstance(value, bool) or not str(value).strip().isdecimal() or int(value) < 1:
            yield Problem(
                number,
                name,
                _("%(name)s is not a positive whole number.") % {"name": name},
                _("Write the number that Django's admin shows in the address of that object."),
            )


def _list_problems() -> Iterator[Problem]:
    servers: object = settings.IGNORED_SERVERS
    if not isinstance(servers, list | tuple | set | frozenset | None):
        yield Problem(
            "E007",
            "IGNORED_SERVERS",
            _("IGNORED_SERVERS is not a list."),
            _('Write a list of host names, such as ["moodle-test.univ.example"].'),
        )


def _moodle_problems(*, required: bool) -> Iterator[Problem]:
    lacking = _("DB_PARAMS names no Moodle database.")
    read = partial(read_params, front_end=MOODLE)
    return _front_end_problems("DB_PARAMS", ("E008", "E009"), "moodle", read, lacking if required else "")


def _greenlight_problems(*, required: bool) -> Iterator[Problem]:
    lacking = _("GREENLIGHT_DB_PARAMS names no database.")
    read = partial(read_entry, front_end=GREENLIGHT)
    ids = ("E013", "E014")
    return _front_end_problems("GREENLIGHT_DB_PARAMS", ids, "greenlight", read, lacking if required else "")


def _front_end_problems(
    setting: str, ids: tuple[str, str], needed: str, read: Callable[[Any], object], lacking: str
) -> Iterator[Problem]:
    """Yield what is wrong with a front-end's database; `lacking` says what it means that none is named."""
    params = getattr(settings, setting)
    if params:
        try:
            read(params)
        except OwnersError as error:
            yield Problem(ids[1], setting, str(error), _(".env.example shows its form."), needed)
    elif lacking:
        hint = _("Set %(setting)s (or %(setting)s_FILE), or leave %(option)s out.") % {
            "setting": setting,
            "option": f"--use-database-{needed}",
        }
        yield Problem(ids[0], setting, lacking, hint, needed)


def _notice_problems() -> Iterator[Problem]:
    text = str(settings.SCRIPT_INFORM or "").strip()
    try:
        checked(text or "-")
    except NoticeError as error:
        hint = _("Write the notice as HTML, or empty the setting: then nothing is written into Moodle.")
        yield Problem("E012", "SCRIPT_INFORM", str(error), hint, "moodle")


def _folder_problems() -> Iterator[Problem]:
    path = Path(settings.DEFAULT_RECORDER_PATH or "")
    if not path.is_absolute():
        yield Problem(
            "E010",
            "DEFAULT_RECORDER_PATH",
            _("DEFAULT_RECORDER_PATH is not an absolute path."),
            _("Write it from / on: the claim page and the command must mean the same folder."),
            "claim",
        )
    elif slug_length(path / "x") < SHORTEST_SLUG:
        yield Problem(
            "E011",
            "DEFAULT_RECORDER_PATH",
            _("DEFAULT_RECORDER_PATH is so long that no file name fits into %(length)d characters.")
            % {"length": PATH_LENGTH},
            _("Use a shorter path, or a symbolic link to it."),
            "claim",
        )
