"""Small Greenlights of both versions, written into PostgreSQL or SQLite."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DDL = {
    2: {
        "roles": "id integer PRIMARY KEY, name varchar(50)",
        "users": "id integer PRIMARY KEY, name varchar(200), username varchar(200), email varchar(200),"
        " social_uid varchar(200), provider varchar(200), password_digest varchar(200), deleted boolean,"
        " role_id integer",
        "rooms": "id integer PRIMARY KEY, user_id integer, name varchar(200), bbb_id varchar(200),"
        " access_code varchar(50), deleted boolean",
        "shared_accesses": "id bigint PRIMARY KEY, room_id bigint, user_id bigint",
    },
    3: {
        "users": "id uuid PRIMARY KEY, name varchar(200) NOT NULL, email varchar(200) NOT NULL,"
        " external_id varchar(200), password_digest varchar(200), status integer DEFAULT 0",
        "rooms": "id uuid PRIMARY KEY, user_id uuid, name varchar(200) NOT NULL,"
        " meeting_id varchar(200) NOT NULL UNIQUE",
        "shared_accesses": "id uuid PRIMARY KEY, room_id uuid NOT NULL, user_id uuid NOT NULL",
    },
}
DENIED = 3


@dataclass
class Greenlight:
    """Rows of one Greenlight; ids are numbers in version 2 and UUIDs in version 3."""

    version: int
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.version == 2:
            for number, name in ((1, "user"), (2, "admin"), (DENIED, "denied")):
                self._add("roles", id=number, name=name)

    def user(self, login: str, **columns: object) -> object:
        """Add somebody with a log-in name, a mail address and a name made of it."""
        row: dict[str, object] = {"name": f"{login.title()} Smith", "email": f"{login}@univ.example"}
        if self.version == 2:
            row |= {"username": login, "provider": "ldap", "deleted": False, "role_id": 1}
        else:
            row |= {"external_id": login}
        return self._add("users", **row | columns)

    def room(self, owner: object, meeting_id: str, **columns: object) -> object:
        """Add a room; `owner` is None when its row is gone."""
        called = {2: "bbb_id", 3: "meeting_id"}[self.version]
        return self._add("rooms", **{"user_id": owner, "name": "Algebra", called: meeting_id, **columns})

    def share(self, room: object, *users: object) -> None:
        """Share a room."""
        for user in users:
            self._add("shared_accesses", room_id=room, user_id=user)

    def write(self, connection: Any, *, leave_out: Collection[str] = ()) -> None:
        """Make and fill the tables; `leave_out` names tables and columns that this one does not have."""
        mark = "?" if isinstance(connection, sqlite3.Connection) else "%s"
        with closing(connection.cursor()) as cursor:
            for table, columns in DDL[self.version].items():
                if table in leave_out:
                    continue
                kept = [one for one in columns.split(",") if one.split()[0] not in leave_out]
                cursor.execute(f"CREATE TABLE {table} ({','.join(kept)})")
                for row in self.tables.get(table, ()):
                    given = {name: value for name, value in row.items() if name not in leave_out}
                    marks = ", ".join([mark] * len(given))
                    sql = f"INSERT INTO {table} ({', '.join(given)}) VALUES ({marks})"
                    cursor.execute(sql, [*given.values()])
        connection.commit()

    def write_sqlite(self, path: Path) -> dict[str, Any]:
        """Write a file; return the GREENLIGHT_DB_PARAMS that read it."""
        with closing(sqlite3.connect(path)) as connection:
            self.write(connection)
        return {"engine": "sqlite", "database": str(path)}

    def _add(self, table: str, **row: object) -> object:
        rows = self.tables.setdefault(table, [])
        number = len(rows) + 1
        row = {"id": number if self.version == 2 else str(uuid.UUID(int=number)), **row}
        rows.append(row)
        return row["id"]
