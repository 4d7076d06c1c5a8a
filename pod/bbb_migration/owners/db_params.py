"""Read DB_PARAMS and GREENLIGHT_DB_PARAMS: how each front-end's database is reached.

The names are those of the documented command (`host`, `database`, `user`,
`password`, `port`, `connect_timeout`); `engine`, `prefix` and `schema` are
added, because `mdl_` and `public` are habits and not rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop as _

from pod.bbb_migration.owners.base import OwnersError
from pod.bbb_migration.reasons import Reason, because, listed

DEFAULT = "default"
ENGINES = {
    "postgresql": "postgresql",
    "postgres": "postgresql",
    "pgsql": "postgresql",
    "psycopg2": "postgresql",
    "mysql": "mysql",
    "mariadb": "mysql",
    "mysqli": "mysql",
    "sqlite": "sqlite",
    "sqlite3": "sqlite",
}
SYNONYMS = {
    "dbname": "database",
    "name": "database",
    "db": "database",
    "username": "user",
    "passwd": "password",
}
PREFIX = re.compile(r"[A-Za-z0-9_]{0,40}", re.ASCII)
SCHEMA = re.compile(r"[A-Za-z_][A-Za-z0-9_$-]{0,62}", re.ASCII)
MYSQL_OPTIONS = frozenset(
    {"unix_socket", "ssl", "ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_cert", "charset"}
)


@dataclass(frozen=True, slots=True)
class FrontEnd:
    """What differs between front-ends' databases.

    `setting` says how they are reached, `prefix` is the habit for tables' names, and
    `tables` names what is read: each table without its prefix, with its columns.
    """

    name: str
    setting: str
    prefix: str
    tables: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class DatabaseParams:
    """How one database is reached, validated; its text form never shows the password.

    `key` is its name in the setting, "" where the setting is of one database;
    `options` are the driver's own connection arguments without user and password.
    """

    front_end: FrontEnd
    key: str
    engine: str
    database: str
    prefix: str = ""
    schema: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def place(self) -> str:
        """Where the administrator wrote this down."""
        return _place(self.front_end, self.key)

    def table(self, name: str) -> str:
        """Return the quoted name of the front-end's table `name`, with prefix and schema."""
        mark = "`" if self.engine == "mysql" else '"'
        table = f"{mark}{self.prefix}{name}{mark}"
        return f"{mark}{self.schema}{mark}.{table}" if self.schema else table

    def masked(self, text: str) -> str:
        """Return `text` without the password, whatever a driver wrote into it."""
        return text.replace(self.password, "***") if self.password else text


def read_params(db_params: Mapping[str, Any], front_end: FrontEnd) -> dict[str, DatabaseParams]:
    """Return a setting of several databases as validated entries, by their key as written.

    Raises OwnersError that names every wrong entry at once, never a value that may be secret.
    """
    if not isinstance(db_params, Mapping):
        raise OwnersError(
            because(
                _("%(setting)s must map server names (or 'default') to connection parameters."),
                setting=front_end.setting,
            )
        )
    found: dict[str, DatabaseParams] = {}
    problems: list[Reason] = []
    for key, entry in db_params.items():
        try:
            found[str(key)] = read_entry(entry, front_end, str(key))
        except OwnersError as error:
            problems.append(error.reason)
    if problems:
        raise OwnersError(listed(problems, " "))
    return found


def read_entry(entry: object, front_end: FrontEnd, key: str = "") -> DatabaseParams:
    """Return how one database is reached; raise OwnersError, without any secret, when it cannot be told."""
    place = _place(front_end, key)
    if not isinstance(entry, Mapping):
        words = _("%(place)s must be a mapping with host, database, user and password.")
        raise OwnersError(because(words, place=place))
    values = {SYNONYMS.get(str(name).lower(), str(name).lower()): value for name, value in entry.items()}
    asked = str(values.pop("engine", None) or "postgresql").lower()
    # a Django engine path ("django.db.backends.mysql") is what administrators have at hand
    engine = ENGINES.get(asked.rsplit(".", 1)[-1])
    if engine is None:
        words = _("%(place)s: engine “%(engine)s” is unknown; use postgresql, mysql or sqlite.")
        raise OwnersError(because(words, place=place, engine=asked))
    prefix, schema = values.pop("prefix", None), values.pop("schema", None)
    prefix = front_end.prefix if prefix is None else str(prefix)
    if not PREFIX.fullmatch(prefix):
        words = _("%(place)s: the prefix may hold letters, digits and _ only.")
        raise OwnersError(because(words, place=place))
    if schema and not SCHEMA.fullmatch(str(schema)):
        words = _("%(place)s: the schema may hold letters, digits, _, $ and - only.")
        raise OwnersError(because(words, place=place))
    database = str(values.pop("database", None) or "")
    if not database:
        raise OwnersError(because(_("%(place)s names no database."), place=place))
    return DatabaseParams(
        front_end=front_end,
        key=key,
        engine=engine,
        database=database,
        prefix=prefix,
        schema=str(schema or ""),
        user=str(values.pop("user", None) or ""),
        password=str(values.pop("password", None) or ""),
        options=_options(place, engine, values),
    )


def _place(front_end: FrontEnd, key: str) -> str:
    return f"{front_end.setting}[{key!r}]" if key else front_end.setting


def _options(place: str, engine: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the driver's remaining arguments, with ports and time-outs as numbers."""
    options = {name: value for name, value in values.items() if value not in (None, "")}
    if engine == "sqlite":
        return {}
    for name in ("port", "connect_timeout"):
        try:
            if name in options:
                options[name] = int(options[name])
        except (TypeError, ValueError) as error:
            words = _("%(place)s: %(name)s must be a whole number.")
            raise OwnersError(because(words, place=place, name=name)) from error
    options.setdefault("connect_timeout", 10)
    unknown = set(options) - MYSQL_OPTIONS - {"host", "port", "connect_timeout"}
    if engine == "mysql" and unknown:
        names = ", ".join(sorted(unknown))
        words = _("%(place)s has parameters that MySQL's driver does not know: %(names)s.")
        raise OwnersError(because(words, place=place, names=names))
    return options
