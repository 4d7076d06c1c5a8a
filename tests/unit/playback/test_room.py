"""How many drawings of a recording are kept."""

from __future__ import annotations

import pytest

from pod.bbb.playback.notes import Notes
from pod.bbb.playback.packed import Packed
from pod.bbb.playback.versions import Room


@pytest.fixture
def notes() -> Notes:
    """What was said."""
    return Notes()


def test_more_drawings_than_a_slide_can_show_are_left_out(
    notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another version of a drawing is no further drawing, and other slides have their own room."""
    monkeypatch.setattr(Room, "SHAPES", 2)
    room = Room("shapes.svg", notes)
    asked = [("1", "a"), ("1", "b"), ("1", "a"), ("1", "c"), ("2", "c")]
    kept = [room.admits(page, shape, Packed("x")) for page, shape in asked]
    assert kept == [True, True, True, False, True]
    assert "on a slide" in notes.sentences()[0]


def test_more_versions_than_can_be_kept_are_left_out(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole recording has room for so many."""
    monkeypatch.setattr(Room, "VERSIONS", 3)
    room = Room("tldraw.json", notes)
    assert [room.admits(str(page), "a", Packed("x")) for page in range(4)] == [True, True, True, False]


def test_versions_of_one_drawing_are_not_seen_at_once(notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the longest of them counts for what a slide shows at once."""
    monkeypatch.setattr(Room, "SEEN", 250)
    room = Room("shapes.svg", notes)
    assert [room.admits("1", "a", Packed("x" * 100)) for _version in range(3)] == [True, True, True]
    assert [room.admits("1", shape, Packed("x" * 100)) for shape in "bc"] == [True, False]


def test_one_endless_drawing_is_left_out(notes: Notes) -> None:
    """A version of more bytes than anybody draws is not kept, however well it packs."""
    room = Room("tldraw.json", notes)
    assert not room.admits("1", "a", Packed("x" * (Room.LARGEST + 1)))
    assert room.admits("1", "a", Packed("x" * 1000))
    assert "left out" in notes.sentences()[0]
