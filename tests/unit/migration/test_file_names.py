"""Names of files in the claim folder."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb_migration import naming

FOLDER = PurePosixPath("/data/recorders/bbb")
START = datetime(2021, 5, 3, 8, 30, 5, tzinfo=UTC)
ROOM = "0123abcd" + "0" * 32
RECORD = f"{ROOM}-1620030605000"


def stem(name: str, **values: object) -> str:
    """Return the name of a recording."""
    given = {"start": START, "record_id": RECORD, "folder": FOLDER, **values}
    return naming.stem(name, **given)  # type: ignore[arg-type]


def test_a_name_is_slug_second_and_room() -> None:
    """A file is called after its meeting, the second of its start in UTC, and the room."""
    assert stem("Algebra, lecture 3") == "algebra-lecture-3-2021-05-03-083005-0123abcd"


def test_time_is_utc() -> None:
    """The start is written in UTC, whatever its time zone."""
    local = START.astimezone(timezone(timedelta(hours=9)))
    assert stem("Algebra", start=local) == stem("Algebra")


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("Лекция по алгебре", "lektsiya-po-algebre-"),
        ("Été à l'école", "ete-a-l-ecole-"),
        ("線形代数", "xianxingdaishu-"),
        ("الجبر", "ljbr-"),
        ("Straße & Œuvre", "strasse-oeuvre-"),
        ("!!! ???", "recording-"),
        ("", "recording-"),
    ],
)
def test_names_of_other_scripts_keep_something_readable(name: str, begins: str) -> None:
    """A name in another script is transliterated, and no name is empty."""
    assert stem(name).startswith(begins)


def test_two_recordings_of_one_room_on_one_day_differ() -> None:
    """The second of the start tells recordings of one room apart, which share the id's first 8 characters."""
    assert stem("Algebra") != stem("Algebra", start=START + timedelta(seconds=1))


def test_same_room_same_second_gets_a_mark() -> None:
    """Of equal names all but the first by id get a mark, in whatever order they are listed."""
    other = f"{ROOM}-1620030605999"
    keys = [(stem("Algebra"), other), (stem("Algebra"), RECORD), (stem("Physics"), "x")]
    assert naming.marked_ids(keys) == naming.marked_ids(reversed(keys)) == {other}
    marked = stem("Algebra", record_id=other, marked=True)
    assert marked.startswith(stem("Algebra"))
    assert marked != stem("Algebra")


def test_names_that_differ_in_case_only_collide() -> None:
    """Some file systems take two such names for one."""
    assert naming.marked_ids([("Abc", "1"), ("abc", "2")]) == {"2"}


@given(name=st.text(max_size=400), depth=st.integers(1, 110), marked=st.booleans())
def test_every_path_fits_into_the_column(name: str, depth: int, *, marked: bool) -> None:
    """A path never has more than 200 characters, and its name only letters, digits and hyphens."""
    folder = PurePosixPath("/" + "d" * depth)
    made = stem(name, folder=folder, marked=marked)
    assert len(f"{folder}/{made}.webm") <= 200
    assert re.fullmatch(r"[a-z0-9-]+", made)


def test_a_folder_without_room_for_names_is_refused() -> None:
    """A path of nearly 200 characters is an error, not a cut-off name."""
    with pytest.raises(ValueError, match="leaves no room"):
        stem("Algebra", folder=PurePosixPath("/" + "d" * 190))
