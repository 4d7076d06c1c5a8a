"""DB_PARAMS: how each database is reached."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb_migration.owners.base import OwnersError
from pod.bbb_migration.owners.db_params import DatabaseParams, read_params
from pod.bbb_migration.owners.moodle_tables import MOODLE

pytestmark = pytest.mark.usefixtures("in_english")

DOCUMENTED: dict[str, Any] = {
    "host": "db.univ.example",
    "database": "moodle",
    "user": "reader",
    "password": "pa$$word",
    "port": None,
    "connect_timeout": 10,
}


def one(entry: dict[str, Any]) -> DatabaseParams:
    """Return one entry read."""
    return read_params({"default": entry}, MOODLE)["default"]


def test_the_documented_entry_is_postgresql_with_moodles_habits() -> None:
    """Engine, prefix and schema have defaults."""
    params = one(DOCUMENTED)
    assert (params.engine, params.prefix, params.schema) == ("postgresql", "mdl_", "")
    assert params.options == {"host": "db.univ.example", "connect_timeout": 10}
    assert params.table("user") == '"mdl_user"'


@pytest.mark.parametrize("name", ["database", "dbname", "name", "db", "DATABASE"])
def test_the_database_has_several_names(name: str) -> None:
    """psycopg2, Django and the documentation call it differently."""
    assert one({name: "moodle", "host": "h"}).database == "moodle"


@pytest.mark.parametrize(
    ("word", "engine"),
    [
        ("mysql", "mysql"),
        ("MariaDB", "mysql"),
        ("pgsql", "postgresql"),
        ("django.db.backends.sqlite3", "sqlite"),
    ],
)
def test_engines_are_known_by_their_usual_names(word: str, engine: str) -> None:
    """Also as Django's path."""
    assert one({"database": "moodle", "engine": word}).engine == engine


def test_prefix_and_schema_are_quoted() -> None:
    """Each engine in its own way; an empty prefix is one."""
    assert one({**DOCUMENTED, "prefix": "", "schema": "my-moodle"}).table("user") == '"my-moodle"."user"'
    assert one({**DOCUMENTED, "engine": "mysql", "schema": "m"}).table("user") == "`m`.`mdl_user`"


@pytest.mark.parametrize("wrong", ['m"; DROP TABLE x; --', "m.x", "m`", "é", "{user}", "%s", "a" * 80])
def test_names_that_could_become_sql_are_refused(wrong: str) -> None:
    """Prefix and schema are letters, digits and _."""
    for name in ("prefix", "schema"):
        with pytest.raises(OwnersError, match=name):
            one({**DOCUMENTED, name: wrong})


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ({"host": "h"}, "no database"),
        ({"database": "m", "engine": "oracle"}, "oracle"),
        ({"database": "m", "port": "many"}, "port"),
        ({"database": "m", "engine": "mysql", "sslmode": "require"}, "sslmode"),
        ("postgresql://moodle", "mapping"),
    ],
)
def test_what_is_wrong_is_named(entry: object, what: str) -> None:
    """With the entry's key."""
    with pytest.raises(OwnersError, match=what) as caught:
        read_params({"moodle.example": entry}, MOODLE)
    assert "moodle.example" in str(caught.value)


def test_all_wrong_entries_are_named_at_once() -> None:
    """Not one after the other."""
    with pytest.raises(OwnersError) as caught:
        read_params({"one": {}, "two": {}}, MOODLE)
    assert "'one'" in str(caught.value)
    assert "'two'" in str(caught.value)


@given(st.text(min_size=4, alphabet=st.characters(categories=("L", "N"))))
def test_the_password_is_in_no_text(password: str) -> None:
    """Neither in the entry's text nor in a driver's message."""
    params = one({**DOCUMENTED, "password": f"#{password}#"})
    assert f"#{password}#" not in repr(params)
    assert f"#{password}#" not in params.masked(f"cannot log in with #{password}#")


def test_a_list_is_no_mapping() -> None:
    """The setting's form is said."""
    with pytest.raises(OwnersError, match="must map"):
        read_params([], MOODLE)  # type: ignore[arg-type]
