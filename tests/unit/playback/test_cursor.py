"""cursor.xml: where the presenter pointed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pod.bbb.playback.cursor import Cursors, read_cursor
from pod.bbb.playback.model import Cursor, CursorSpace
from pod.bbb.playback.notes import Notes
from tests.unit.playback.writing import cursor, write_events


def read(folder: Path, *events: str, attributes: str = "", until: float = 100) -> Cursors:
    """What some events mean."""
    write_events(folder, "cursor.xml", *events, attributes=attributes)
    return read_cursor(folder, until, Notes())


def test_fractions_are_of_the_view(tmp_path: Path) -> None:
    """BBB 1.1 to 2.5: values from 0 to 1."""
    found = read(tmp_path, cursor("0.4", "0.83627 0.25619"))
    assert found.space is CursorSpace.VIEW
    assert found.events == (Cursor(0.4, (0.83627, 0.25619)),)


def test_minus_one_is_hidden(tmp_path: Path) -> None:
    """-1.0 -1.0 hides the pointer."""
    found = read(tmp_path, cursor("0", "0.5 0.5"), cursor("1.6", "-1.0 -1.0"), cursor("1.7", "-1.0 -1.0"))
    assert found.events[1:] == (Cursor(1.6, None), Cursor(1.7, None))
    assert found.read == 3


def test_one_coordinate_of_minus_one_is_a_place(tmp_path: Path) -> None:
    """In tldraw's units (-1, 300) is just beside the slide."""
    found = read(tmp_path, cursor("0", "-1.0 300"), attributes=' tldraw="true"')
    assert found.events == (Cursor(0.0, (-1.0, 300.0)),)


def test_the_mark_of_tldraw_means_whiteboard_units(tmp_path: Path) -> None:
    """BBB >= 2.6 says so at the root."""
    found = read(tmp_path, cursor("0", "0.5 0.5"), attributes=' tldraw="true"')
    assert found.space is CursorSpace.WHITEBOARD


@pytest.mark.parametrize("event", [cursor("1", "445.8 300.2"), cursor("1", "0.4 0.3", ' orig="x"')])
def test_values_beyond_one_or_their_origin_mean_the_oldest_form(tmp_path: Path, event: str) -> None:
    """BBB <= 1.0 wrote numbers up to 800, and where they came from."""
    assert read(tmp_path, event).space is CursorSpace.LEGACY


def test_one_damaged_value_does_not_change_the_form(tmp_path: Path) -> None:
    """A single number beyond 1 among many fractions is damage."""
    events = [cursor(str(second), "0.5 0.4") for second in range(5)]
    assert read(tmp_path, *events, cursor("9", "7000 3")).space is CursorSpace.VIEW


@pytest.mark.parametrize(
    ("odd", "space"),
    [
        (("1 0.5", "0.5 1"), CursorSpace.VIEW),
        (("0.4 300", "0.4 1.5"), CursorSpace.LEGACY),
        (("0.4 300",), CursorSpace.VIEW),
    ],
    ids=["edges", "one-side", "half"],
)
def test_numbers_of_the_oldest_form_are_mostly_beyond_one(
    tmp_path: Path, odd: tuple[str, ...], space: CursorSpace
) -> None:
    """In more than half of the places, at one side at least; the edges of the view are none of them."""
    events = [cursor(str(second), place) for second, place in enumerate((*odd, "0.5 0.4"))]
    assert read(tmp_path, *events).space is space


@pytest.mark.parametrize(
    "event", [cursor("x", "0.1 0.1"), cursor("NaN", "0.1 0.1"), '<event timestamp="1"/>']
)
def test_unreadable_events_are_left_out(tmp_path: Path, event: str) -> None:
    """Without time or place there is nothing to show."""
    assert read(tmp_path, event).events == ()


def test_of_an_unreadable_event_the_notes_tell(tmp_path: Path) -> None:
    """Whoever misses the pointer finds out why."""
    write_events(tmp_path, "cursor.xml", cursor("x", "0.1 0.1"))
    notes = Notes()
    read_cursor(tmp_path, 100, notes)
    assert notes.sentences() == ("An event of cursor.xml is not readable: it is left out.",)


@pytest.mark.parametrize("place", ["NaN 0.5", "0.5 NaN"])
def test_a_place_that_is_no_number_is_hidden(tmp_path: Path, place: str) -> None:
    """NaN is nowhere."""
    assert read(tmp_path, cursor("0", "0.5 0.5"), cursor("1", place)).events[-1] == Cursor(1, None)


def test_events_past_the_end_are_let_go(tmp_path: Path) -> None:
    """Old versions wrote some."""
    assert read(tmp_path, cursor("101", "0.5 0.5")).events == ()


def test_many_events_in_a_tenth_of_a_second_are_one(tmp_path: Path) -> None:
    """The player looks ten times a second; the last one counts."""
    found = read(tmp_path, *(cursor(f"1.0{step}", f"0.{step} 0.5") for step in range(1, 5)))
    assert found.events == (Cursor(1.0, (0.4, 0.5)),)


def test_events_out_of_order_are_sorted(tmp_path: Path) -> None:
    """By time."""
    found = read(tmp_path, cursor("5", "0.5 0.5"), cursor("1", "0.1 0.1"))
    assert [one.start for one in found.events] == [1, 5]


def test_what_is_behind_the_end_hides_nothing_that_stands_after_it_in_the_file(tmp_path: Path) -> None:
    """The file is in the order of writing, which need not be that of time."""
    found = read(tmp_path, cursor("12", "0.5 0.5"), cursor("3", "0.1 0.2"), until=10)
    assert found.events == (Cursor(3.0, (0.1, 0.2)),)
