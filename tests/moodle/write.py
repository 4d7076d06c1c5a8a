"""Write a Moodle into a database."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from psycopg2.extras import execute_values

from tests.moodle.build import Moodle
from tests.moodle.schema import COLUMNS, create, quote

# what is written here is thrown away with the machine's next start: nobody waits for the disk
UNSAFE_AND_FAST = {"sqlite": "PRAGMA synchronous = OFF", "postgresql": "SET synchronous_commit TO off"}


def write(
    connection: Any,
    engine: str,
    moodle: Moodle,
    *,
    prefix: str = "mdl_",
    schema: str = "",
    leave_out: frozenset[str] = frozenset(),
    made: bool = False,
) -> None:
    """Fill the tables on a DB-API connection, making them before unless they are `made` already.

    `leave_out` names tables that this Moodle does not have.
    """
    mark = "?" if engine == "sqlite" else "%s"
    with closing(connection.cursor()) as cursor:
        if engine in UNSAFE_AND_FAST:
            cursor.execute(UNSAFE_AND_FAST[engine])
        for statement in () if made else create(engine, prefix, schema, leave_out):
            cursor.execute(statement)
        for table, rows in moodle.tables.items():
            if table in leave_out:
                continue
            name = quote(engine, schema, prefix + table)
            names = ("id", *COLUMNS[table])
            columns = ", ".join(quote(engine, column) for column in names)
            values = ", ".join([mark] * len(names))
            if made:
                cursor.execute(f"DELETE FROM {name}")
            tuples = [tuple(row[column] for column in names) for row in rows]
            if engine == "postgresql":
                # psycopg2's own executemany sends row by row
                execute_values(cursor, f"INSERT INTO {name} ({columns}) VALUES %s", tuples, page_size=1000)
            elif rows:
                cursor.executemany(f"INSERT INTO {name} ({columns}) VALUES ({values})", tuples)
    connection.commit()


def write_sqlite(
    path: Path, moodle: Moodle, *, prefix: str = "mdl_", leave_out: frozenset[str] = frozenset()
) -> None:
    """Write a new SQLite file; one of that name is replaced."""
    part = path.with_name(f"{path.name}.part")
    part.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(part)) as connection:
        write(connection, "sqlite", moodle, prefix=prefix, leave_out=leave_out)
    part.replace(path)
