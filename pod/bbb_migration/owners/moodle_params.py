"""Read DB_PARAMS: how each Moodle database is reached.

The names are those of the documented command (`host`, `database`, `user`,
`password`, `port`, `connect_timeout`); `engine`, `prefix` and `schema` are
added, because `mdl_` and `public` are habits and not rules.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pod.bbb_migration.owners.base import OwnersError

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


class MoodleError(OwnersError):
    """A Moodle database could not be asked: which one, while doing what, and what to do next."""


@dataclass(frozen=True, slots=True)
class MoodleParams:
    """One entry of DB_PARAMS, validated; its text form never shows the password.

    `options` are the driver's own connection arguments without user and password.
    """

    key: str
    engine: str
    database: str
    prefix: str = "mdl_"
    schema: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    options: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def table(self, name: str) -> str:
        """Return the quoted name of Moodle's table `name`, with prefix and schema."""
        mark = "`" if self.engine == "mysql" else '"'
        table = f"{mark}{self.prefix}{name}{mark}"
        return f"{mark}{self.schema}{mark}.{table}" if self.schema else table

    def masked(self, text: str) -> str:
        """Return `text` without the password, whatever a driver wrote into it."""
        return text.replace(self.password, "***") if self.password else text


def read_params(db_params: Mapping[str, Any]) -> dict[str, MoodleParams]:
    """Return DB_PARAMS as validated entries, by their key as written; validated ones stay as they are.

    Raises MoodleError that names every wrong entry at once, never a value that may be secret.
    """
    if not isinstance(db_params, Mapping):
        raise MoodleError("DB_PARAMS must map server names (or 'default') to connection parameters.")
    found: dict[str, MoodleParams] = {}
    problems: list[str] = []
    for key, entry in db_params.items():
        try:
            found[str(key)] = entry if isinstance(entry, MoodleParams) else _read_entry(str(key), entry)
        except MoodleError as error:
            problems.append(str(error))
    if problems:
        raise MoodleError(" ".join(problems))
    return found


def _read_entry(key: str, entry: object) -> MoodleParams:
    if not isinstance(entry, Mapping):
        raise MoodleError(f"DB_PARAMS[{key!r}] must be a mapping with host, database, user and password.")
    values = {SYNONYMS.get(str(name).lower(), str(name).lower()): value for name, value in entry.items()}
    asked = str(values.pop("engine", None) or "postgresql").lower()
    # a Django engine path ("django.db.backends.mysql") is what administrators have at hand
    engine = ENGINES.get(asked.rsplit(".", 1)[-1])
    if engine is None:
        raise MoodleError(
            f"DB_PARAMS[{key!r}]: engine {asked!r} is unknown; use postgresql, mysql or sqlite."
        )
    prefix, schema = values.pop("prefix", None), values.pop("schema", None)
    prefix = "mdl_" if prefix is None else str(prefix)
    if not PREFIX.fullmatch(prefix):
        raise MoodleError(f"DB_PARAMS[{key!r}]: the prefix may hold letters, digits and _ only.")
    if schema and not SCHEMA.fullmatch(str(schema)):
        raise MoodleError(f"DB_PARAMS[{key!r}]: the schema may hold letters, digits, _, $ and - only.")
    database = str(values.pop("database", None) or "")
    if not database:
        raise MoodleError(f"DB_PARAMS[{key!r}] names no database.")
    return MoodleParams(
        key=key,
        engine=engine,
        database=database,
        prefix=prefix,
        schema=str(schema or ""),
        user=str(values.pop("user", None) or ""),
        password=str(values.pop("password", None) or ""),
        options=_options(key, engine, values),
    )


def _options(key: str, engine: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the driver's remaining arguments, with ports and time-outs as numbers."""
    options = {name: value for name, value in values.items() if value not in (None, "")}
    if engine == "sqlite":
        return {}
    for name in ("port", "connect_timeout"):
        try:
            if name in options:
                options[name] = int(options[name])
        except (TypeError, ValueError) as error:
            raise MoodleError(f"DB_PARAMS[{key!r}]: {name} must be a whole number.") from error
    options.setdefault("connect_timeout", 10)
    unknown = set(options) - MYSQL_OPTIONS - {"host", "port", "connect_timeout"}
    if engine == "mysql" and unknown:
        names = ", ".join(sorted(unknown))
        raise MoodleError(f"DB_PARAMS[{key!r}] has parameters that MySQL's driver does not know: {names}.")
    return options
