"""Times and names, as servers of all versions write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.api.text import parse_time
from pod.bbb.counts import count
from pod.bbb.escaped import unescape


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1504087272607", datetime(2017, 8, 30, 10, 1, 12, 607000, UTC)),
        (" 1504087272607\n", datetime(2017, 8, 30, 10, 1, 12, 607000, UTC)),
        ("1504087272", datetime(2017, 8, 30, 10, 1, 12, 0, UTC)),
        ("Fri Nov 18 12:10:23 UTC 2011", datetime(2011, 11, 18, 12, 10, 23, 0, UTC)),
        ("Fri Nov 18 07:10:23 EST 2011", datetime(2011, 11, 18, 12, 10, 23, 0, UTC)),
        ("Sat Aug  6 12:10:23 2011", datetime(2011, 8, 6, 12, 10, 23, 0, UTC)),
        ("2011-09-22 18:47:55 UTC", datetime(2011, 9, 22, 18, 47, 55, 0, UTC)),
        ("2011-09-22T18:47:55+02:00", datetime(2011, 9, 22, 16, 47, 55, 0, UTC)),
        ("2011-09-22T18:47:55.123Z", datetime(2011, 9, 22, 18, 47, 55, 0, UTC)),
    ],
)
def test_every_way_of_writing_a_time_becomes_utc(written: str, expected: datetime) -> None:
    """Milliseconds and the text dates of BBB 0.7 and 0.8 are read, always as aware UTC."""
    found = parse_time(written)
    assert found == expected
    assert found is not None
    assert found.utcoffset() == UTC.utcoffset(None)


NO_TIMES = ["", "0", "yesterday", "-5", "9" * 18, "9" * 30, "2011-13-45 18:47:55", "١٢٣"]
NO_TIMES += ["Fri Xyz 18 12:10:23 UTC 2011", "2011-09-22T18:47:55+99:99"]


@pytest.mark.parametrize("written", NO_TIMES)
def test_what_is_no_time_is_none(written: str) -> None:
    """A text or number that is no time gives None, never an exception."""
    assert parse_time(written) is None


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("Let&#39;s Talk", "Let's Talk"),
        ("Let&amp;#39;s Talk", "Let's Talk"),
        ("Fran&#xe7;ais &quot;B1&quot;", 'Français "B1"'),
        ("Histoire &amp; droit", "Histoire & droit"),
        ("&lt;b&gt;", "<b>"),
        ("AT&T ?a=1&copy=2", "AT&T ?a=1&copy=2"),
        ("R&eacute;union", "Réunion"),
        ("line\nbreak\ttab\x00", "line break tab"),
        ("&#0; &#1114112;", "\ufffd \ufffd"),
        (" &nbsp;\u200b\u2060 ", ""),
        ("\u200b \u200b", ""),
        ("\u200fשיעור", "\u200fשיעור"),
    ],
)
def test_names_are_html_unescaped(stored: str, shown: str) -> None:
    """A name is unescaped once, and once more if known entities remain; what is no entity stays."""
    assert unescape(stored) == shown


@given(st.text())
def test_unescaping_never_fails_and_leaves_no_control_character(text: str) -> None:
    """Any text becomes one line without control characters or outer white space."""
    found = unescape(text)
    assert found == found.strip()
    assert not any(ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0 for character in found)


@given(st.text())
def test_any_text_is_a_time_or_none(text: str) -> None:
    """Reading a time raises nothing, and gives UTC."""
    found = parse_time(text)
    assert found is None or found.utcoffset() == UTC.utcoffset(None)


def test_sizes_are_whole_numbers_that_are_not_negative() -> None:
    """What is no count is None: no size of -1 or 1e9 bytes is believed."""
    assert [count(text) for text in ("12", " 7\n", "", "-1", "1.5", "x", "²")] == [
        12,
        7,
        None,
        None,
        None,
        None,
        None,
    ]
