"""One connection to one front-end's database: PostgreSQL, MariaDB/MySQL or SQLite.

It only reads unless it is opened to write the notice. SQL is written once, with
`%s` for every value and `{table}` for the front-end's tables; a list given for a `%s`
becomes a bracketed list of bound values. No value ever becomes part of the SQL.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg2
import pymysql
from django.utils.translation import gettext_noop as _
from psycopg2.extensions import QueryCanceledError

from pod.bbb_migration.owners.base import OwnersError
from pod.bbb_migration.owners.db_params import DatabaseParams
from pod.bbb_migration.reasons import because, listed

# SQLite binds at most 32,766 values in one statement; the other engines like shorter lists too.
LONGEST_LIST = 10_000
DRIVER_ERRORS = (psycopg2.Error, pymysql.Error, sqlite3.Error)
LOST = (psycopg2.OperationalError, psycopg2.InterfaceError, pymysql.OperationalError, pymysql.InterfaceError)
READ_TIMEOUT = 300  # seconds for one statement

Value = str | int | Sequence[str] | Sequence[int] | None
Row = tuple[Any, ...]


class Connection(Protocol):
    """What this module uses of a DB-API connection."""

    def cursor(self) -> Any:  # noqa: ANN401 - each driver has its own class
        """Return a cursor."""

    def commit(self) -> None:
        """Keep what was written."""

    def rollback(self) -> None:
        """Forget what was written."""

    def close(self) -> None:
        """Close."""


class _Tables(dict[str, str]):
    """`{name}` in SQL stands for the front-end's table, quoted."""

    def __init__(self, params: DatabaseParams) -> None:
        super().__init__()
        self._params = params

    def __missing__(self, name: str) -> str:
        self[name] = self._params.table(name)
        return self[name]


class FrontEndDatabase:
    """A front-end's database, connected when first asked; `queries` counts what was asked."""

    def __init__(self, params: DatabaseParams, *, writable: bool = False) -> None:
        self.params = params
        self.queries = 0
        self._writable = writable
        self._tables = _Tables(params)
        self._connection: Connection | None = None
        self._columns: dict[str, frozenset[str]] | None = None

    def rows(self, sql: str, *args: Value) -> list[Row]:
        """Return all rows; reconnects once when the server closed an idle connection."""
        found: list[Row] = []
        for part in _in_parts(args):
            statement, values = self._bind(sql, part)
            try:
                found.extend(self._run(statement, values))
            except QueryCanceledError as error:
                # it took too long: asking the same again would, too
                raise self._error("asking", error) from error
            except LOST:
                self.close()
                found.extend(self._asking(statement, values))
            except DRIVER_ERRORS as error:
                raise self._error("asking", error) from error
        return found

    def write(self, sql: str, *args: Value) -> int:
        """Run one statement inside the transaction that `transaction` opened; return the rows it changed."""
        statement, values = self._bind(sql, args)
        try:
            with closing(self._open().cursor()) as cursor:
                self.queries += 1
                cursor.execute(statement, values)
                return int(cursor.rowcount)
        except DRIVER_ERRORS as error:
            raise self._error("writing to", error) from error

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[None]:
        """Keep what is written inside as a whole (or, with `keep` false, none of it)."""
        connection = self._open()
        try:
            yield
            if keep:
                connection.commit()
        except DRIVER_ERRORS as error:
            raise self._error("writing to", error) from error
        finally:
            # after a commit there is nothing left to roll back
            try:
                connection.rollback()
            except DRIVER_ERRORS:
                # the connection is lost, and with it what was not kept: the next statement connects again
                self.close()

    def has(self, table: str, *columns: str) -> bool:
        """Whether `table` is there with all of `columns`, as far as this account may see; asked once."""
        if self._columns is None:
            self._columns = self._probe()
        return table in self._columns and self._columns[table].issuperset(columns)

    def close(self) -> None:
        """Close; the next question connects again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except DRIVER_ERRORS:
                # the server had closed it already: there is nothing left to close
                return

    def _asking(self, statement: str, values: Sequence[Any]) -> Sequence[Row]:
        try:
            return self._run(statement, values)
        except DRIVER_ERRORS as error:
            raise self._error("asking", error) from error

    def _run(self, statement: str, values: Sequence[Any]) -> Sequence[Row]:
        with closing(self._open().cursor()) as cursor:
            self.queries += 1
            cursor.execute(statement, values)
            return list(cursor.fetchall())

    def _bind(self, sql: str, args: Sequence[Value]) -> tuple[str, list[Any]]:
        pieces = sql.format_map(self._tables).split("%s")
        mark = "?" if self.params.engine == "sqlite" else "%s"
        statement, values = [pieces[0]], []
        for piece, arg in zip(pieces[1:], args, strict=True):
            if arg is None or isinstance(arg, str | int):
                statement.append(mark)
                values.append(arg)
            else:
                statement.append(f"({', '.join([mark] * len(arg)) or 'NULL'})")
                values.extend(arg)
            statement.append(piece)
        return "".join(statement), values

    def _open(self) -> Connection:
        if self._connection is None:
            try:
                self._connection = _connect(self.params, writable=self._writable)
            except (*DRIVER_ERRORS, OSError, TypeError, RuntimeError) as error:
                # TypeError: an unknown parameter; RuntimeError: PyMySQL lacks what the account's log-in takes
                raise self._error("connecting to", error) from error
        return self._connection

    def _error(self, doing: str, error: Exception) -> OwnersError:
        lines = self.params.masked(str(error)).strip().splitlines() or [type(error).__name__]
        name = self.params.front_end.name
        words = {
            "connecting to": _("The database of %(name)s cannot be reached: %(why)s."),
            "asking": _("The database of %(name)s could not be asked: %(why)s."),
            "writing to": _("The database of %(name)s could not be written to: %(why)s."),
        }[doing]
        name = f"{name} {self.params.key!r}" if self.params.key else name
        told = because(words, name=name, why=lines[0].strip().rstrip("."))
        check = because(_("Check %(place)s and the rights of its account."), place=self.params.place)
        return OwnersError(listed([told, check], " "))

    def _probe(self) -> dict[str, frozenset[str]]:
        """Return the columns that this account may see, by table: one question for all tables."""
        prefix = self.params.prefix
        names = [prefix + table for table in self.params.front_end.tables]
        if self.params.engine == "sqlite":
            sql = "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.name IN %s"
            rows = self.rows(sql, names)
        else:
            here = "current_schemas(false)" if self.params.engine == "postgresql" else "database()"
            where = f"= ANY({here})" if self.params.engine == "postgresql" else f"= {here}"
            sql = "SELECT table_name, column_name FROM information_schema.columns WHERE table_name IN %s"
            rows = (
                self.rows(f"{sql} AND table_schema = %s", names, self.params.schema)
                if self.params.schema
                else self.rows(f"{sql} AND table_schema {where}", names)
            )
        found: dict[str, set[str]] = {}
        for table, column in rows:
            found.setdefault(str(table)[len(prefix) :], set()).add(str(column).lower())
        return {table: frozenset(columns) for table, columns in found.items()}


def _in_parts(args: tuple[Value, ...]) -> Iterator[tuple[Value, ...]]:
    """Yield `args` with its longest list cut into pieces that every engine can bind."""
    lengths = [0 if arg is None or isinstance(arg, str | int) else len(arg) for arg in args]
    longest = max(lengths, default=0)
    if longest <= LONGEST_LIST:
        yield args
        return
    at = lengths.index(longest)
    values = args[at]
    assert values is not None and not isinstance(values, str | int)  # noqa: S101, PT018 - narrows for mypy
    for first in range(0, longest, LONGEST_LIST):
        yield (*args[:at], values[first : first + LONGEST_LIST], *args[at + 1 :])


def _connect(params: DatabaseParams, *, writable: bool) -> Connection:
    if params.engine == "sqlite":
        uri = Path(params.database).absolute().as_uri()
        return sqlite3.connect(f"{uri}?mode={'rw' if writable else 'ro'}", uri=True, timeout=30)
    given: dict[str, Any] = {"user": params.user, "password": params.password, **params.options}
    given = {name: value for name, value in given.items() if value != ""}
    if params.engine == "postgresql":
        connection: Any = psycopg2.connect(dbname=params.database, **given)
        connection.autocommit = True
        if "options" not in given:
            with closing(connection.cursor()) as cursor:
                cursor.execute("SET statement_timeout = %s", [READ_TIMEOUT * 1000])
        connection.set_session(readonly=not writable, autocommit=not writable)
        connection.set_client_encoding("UTF8")
        answer: Connection = connection
        return answer
    if params.password:
        # PyMySQL takes a text's letters for Latin-1; accounts are made by clients that speak UTF-8
        given["password"] = params.password.encode()
    timeouts = {"read_timeout": READ_TIMEOUT, "write_timeout": READ_TIMEOUT}
    return pymysql.connect(
        database=params.database,
        autocommit=not writable,
        init_command=None if writable else "SET SESSION TRANSACTION READ ONLY",
        **{"charset": "utf8mb4", **timeouts, **given},
    )
