"""metadata.xml."""

from __future__ import annotations

from pathlib import Path

import pytest

from pod.bbb.playback.metadata import read_metadata, readable
from pod.bbb.playback.notes import Notes
from tests.unit.playback.writing import RECORD, write_metadata


def test_metadata_tells_id_title_start_and_duration(tmp_path: Path) -> None:
    """The title is meta/meetingName, the duration is written in milliseconds."""
    write_metadata(tmp_path, duration_ms=118179, name="Réunion &lt;BBB&gt;")
    found = read_metadata(tmp_path, Notes())
    assert (found.record_id, found.title, found.start_ms) == (RECORD, "Réunion <BBB>", 1700000000000)
    assert found.duration == 118.179


def test_without_a_meeting_name_the_meetings_own_is_the_title(tmp_path: Path) -> None:
    """As the official player does."""
    write_metadata(tmp_path, name="")
    assert read_metadata(tmp_path, Notes()).title == "by meeting"


def test_somebodys_own_metadata_is_not_taken_for_the_recordings(tmp_path: Path) -> None:
    """Elements below meta may be called anything, also `id` or `duration`."""
    (tmp_path / "metadata.xml").write_text(
        "<recording><id>mine</id><meta><id>other</id><duration>5</duration></meta></recording>"
    )
    found = read_metadata(tmp_path, Notes())
    assert (found.record_id, found.duration) == ("mine", None)


def test_old_text_dates_are_no_milliseconds(tmp_path: Path) -> None:
    """BBB 0.8 wrote dates in words."""
    (tmp_path / "metadata.xml").write_text(
        "<recording><start_time>Fri Nov 18 12:10:23 UTC 2011</start_time></recording>"
    )
    assert read_metadata(tmp_path, Notes()).start_ms is None


@pytest.mark.parametrize(
    ("stored", "start"), [("253402300799999", 253402300799999), ("253402300800000", None)]
)
def test_a_start_that_no_calendar_has_is_none(tmp_path: Path, stored: str, start: int | None) -> None:
    """The date of the video's file and of its page are made of it."""
    (tmp_path / "metadata.xml").write_text(f"<recording><start_time>{stored}</start_time></recording>")
    assert read_metadata(tmp_path, Notes()).start_ms == start


@pytest.mark.parametrize(
    ("stored", "name"),
    [
        ("Let&#39;s", "Let's"),
        ("Let&amp;#39;s", "Let's"),
        ("A &amp; B", "A & B"),
        ("a\n  b", "a b"),
        ("AT&T", "AT&T"),
        ("?a=1&copy=2", "?a=1&copy=2"),
        (" &#8203;&nbsp;", ""),
    ],
)
def test_names_lose_the_html_that_they_are_stored_with(stored: str, name: str) -> None:
    """bbb-web stores names escaped, some serialisers escape once more."""
    assert readable(stored) == name


def test_a_missing_file_is_noted(tmp_path: Path) -> None:
    """Nothing in it is needed for drawing."""
    notes = Notes()
    assert read_metadata(tmp_path, notes).title == ""
    assert notes.sentences() == ("metadata.xml is missing.",)


def test_a_link_that_leads_out_of_the_recording_is_not_read(tmp_path: Path) -> None:
    """Whoever wrote the folder must not make a file of the server part of a video."""
    outside = tmp_path / "secret.xml"
    outside.write_text("<recording><meta><meetingName>secret</meetingName></meta></recording>")
    (tmp_path / "recording").mkdir()
    (tmp_path / "recording/metadata.xml").symlink_to(outside)
    notes = Notes()
    assert read_metadata(tmp_path / "recording", notes).title == ""
    assert "leads out of the recording" in notes.sentences()[0]
