"""WebVTT captions as text at their second."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.video.vtt import cues, is_vtt

SAID = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="<>&"), min_size=1
)
SECOND = st.integers(min_value=0, max_value=359_999_999).map(lambda thousandths: thousandths / 1000)


def stamp(second: float) -> str:
    """Write a second as WebVTT does."""
    thousandths = round(second * 1000)
    minutes, rest = divmod(thousandths, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}.{rest % 1000:03}"


@given(st.lists(st.tuples(SECOND, SECOND, SAID)))
def test_what_is_written_is_read(spoken: list[tuple[float, float, str]]) -> None:
    """Each cue comes back with its seconds and its text."""
    blocks = [f"{stamp(start)} --> {stamp(end)}\n{text}" for start, end, text in spoken]
    found = list(cues("WEBVTT\n\n" + "\n\n".join(blocks)))
    assert [(cue.start, cue.end, cue.text) for cue in found] == [(a, b, text) for a, b, text in spoken]


@given(st.text())
def test_no_text_at_all_breaks_the_reader(text: str) -> None:
    """Whatever the file holds, there are cues with text or none."""
    assert all(cue.text and cue.start >= 0 for cue in cues(text))


def test_a_sign_that_begins_no_tag_stays() -> None:
    """Nor does it take what is said up to the next tag."""
    (cue,) = cues("WEBVTT\n\n00:01.000 --> 00:02.000\nif a < b <i>then</i>")
    assert cue.text == "if a < b then"


def test_hours_that_nobody_counts_are_no_time() -> None:
    """Python would refuse to read so long a number, and the page with it."""
    assert not list(cues(f"WEBVTT\n\n{'9' * 5000}:00:01.000 --> 00:00:02.000\nHello"))


def test_tags_and_entities_are_taken_out() -> None:
    """What is searched and shown is what was said."""
    text = "WEBVTT\n\n1\n00:01.000 --> 00:02.500 line:0\n<v Ada>Is <i>x</i> &lt; y?\n"
    assert [(cue.start, cue.end, cue.text) for cue in cues(text)] == [(1.0, 2.5, "Is x < y?")]


def test_notes_and_styles_are_no_captions() -> None:
    """Only blocks with a timing are."""
    text = "WEBVTT\n\nNOTE a note\n\nSTYLE\n::cue { color: red }\n\n00:00.000 --> 00:01.000\nHello\n"
    assert [cue.text for cue in cues(text)] == ["Hello"]


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"WEBVTT\n", True),
        (b"\xef\xbb\xbfWEBVTT", True),
        (b"<html>", False),
        (b"", False),
        (b"1\n00:00", False),
    ],
)
def test_the_beginning_tells_captions(head: bytes, expected: bool, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter
    """A page with the name of a caption file is not one."""
    path = tmp_path / "a.vtt"
    path.write_bytes(head)
    assert is_vtt(path) is expected
