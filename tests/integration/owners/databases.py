"""Temporary databases on this machine's servers, made and dropped by the tests."""

from __future__ import annotations

import os
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg2
import pymysql
from pymysql.constants import CLIENT

from tests.moodle import Moodle
from tests.moodle.write import write, write_sqlite

HOST = "127.0.0.1"
MARIADB_PORT = int(os.environ.get("MARIADB_PORT", "3306"))  # another version, or MySQL


def postgresql(database: str = "postgres", user: str = "postgres", password: str = "") -> Any:
    """Connect to this machine's PostgreSQL."""
    return psycopg2.connect(host=HOST, port=5432, user=user, password=password or None, dbname=database)


def mariadb(
    database: str | None = None, user: str = "root", password: str = "", *, many: bool = False
) -> Any:
    """Connect to this machine's MariaDB; `many` lets one call hold many statements."""
    flags = CLIENT.MULTI_STATEMENTS if many else 0
    return pymysql.connect(
        host=HOST,
        port=MARIADB_PORT,
        user=user,
        password=password,
        database=database,
        charset="utf8mb4",
        client_flag=flags,
    )


@dataclass
class Server:
    """A temporary database; `params` is an entry of DB_PARAMS that reaches it."""

    engine: str
    params: dict[str, Any]
    folder: Path
    count: int = 0
    made: list[str] = field(default_factory=list)

    def connect(self) -> Any:
        """Return a connection that may do everything (not for SQLite)."""
        name = str(self.params["database"])
        return postgresql(name) if self.engine == "postgresql" else mariadb(name)

    def run(self, *statements: str) -> None:
        """Run statements as the database's owner."""
        with closing(self.connect()) as connection:
            with closing(connection.cursor()) as cursor:
                for statement in statements:
                    cursor.execute(statement)
            connection.commit()

    def hold(self, moodle: Moodle, *, leave_out: frozenset[str] = frozenset()) -> dict[str, Any]:
        """Write a Moodle under a prefix of its own; return the DB_PARAMS entry that reads it.

        Tables that an earlier test left are filled anew: making them takes long.
        """
        self.count += 1
        prefix = f"m{self.count}{'l' * len(leave_out)}_"
        if self.engine == "sqlite":
            path = self.folder / f"{prefix}{uuid.uuid4().hex}.sqlite3"
            write_sqlite(path, moodle, prefix=prefix, leave_out=leave_out)
            return {"engine": "sqlite", "database": str(path), "prefix": prefix}
        with closing(self.connect()) as connection:
            made = prefix in self.made
            write(connection, self.engine, moodle, prefix=prefix, leave_out=leave_out, made=made)
        self.made.append(prefix)
        return {**self.params, "prefix": prefix}

    def value(self, params: dict[str, Any], sql: str) -> list[tuple[Any, ...]]:
        """Return the rows of a question about a Moodle; `{name}` stands for its table."""
        prefix = params["prefix"]
        sql = sql.replace("{", prefix).replace("}", "")
        connection = self.connect() if self.engine != "sqlite" else _sqlite(params)
        with closing(connection), closing(connection.cursor()) as cursor:
            cursor.execute(sql)
            rows = [tuple(row) for row in cursor.fetchall()] if cursor.description else []
            connection.commit()
        return rows


def _sqlite(params: dict[str, Any]) -> Any:

    return sqlite3.connect(params["database"])


@contextmanager
def temporary(engine: str, folder: Path) -> Iterator[Server]:
    """Make a database, and drop it at the end."""
    name = f"podtest_{os.getpid()}_{uuid.uuid4().hex[:8]}"
    if engine == "sqlite":
        yield Server(engine, {"engine": "sqlite"}, folder)
        return
    reach = {"host": HOST, "database": name, "connect_timeout": 10}
    if engine == "postgresql":
        _as_owner(postgresql(), f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        try:
            yield Server(engine, {**reach, "port": None, "user": "postgres", "password": ""}, folder)
        finally:
            _as_owner(postgresql(), f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        return
    _as_owner(mariadb(), f"CREATE DATABASE `{name}` CHARACTER SET utf8mb4")
    reach |= {"engine": "mysql", "port": MARIADB_PORT}
    try:
        yield Server(engine, {**reach, "user": "root", "password": ""}, folder)
    finally:
        _as_owner(mariadb(), f"DROP DATABASE IF EXISTS `{name}`")


def _as_owner(connection: Any, *statements: str) -> None:
    """Run statements outside any transaction."""
    with closing(connection):
        if hasattr(connection, "set_session"):
            connection.set_session(autocommit=True)
        with closing(connection.cursor()) as cursor:
            for statement in statements:
                cursor.execute(statement)
