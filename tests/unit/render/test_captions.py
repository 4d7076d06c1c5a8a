"""BBB's WebVTT into cues."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.render.beside.captions import LONGEST_JOINED, cut, language, parse, webvtt
from pod.bbb.render.media.joiner import CaptionText, Cue

VTT = """WEBVTT

00:00:02.000 --> 00:00:05.500
Bonjour &agrave; <b>tous</b>

NOTE a remark

1
01:00:06.250 --> 01:00:09.000 align:start
&lt;b&gt; &amp; deuxième ligne
suite
"""


def test_cues_are_read_with_their_times_and_plain_text() -> None:
    """Numbers, settings, tags and entities are taken away; lines stay."""
    assert list(parse(VTT)) == [
        Cue(2000, 5500, "Bonjour à tous"),
        Cue(3_606_250, 3_609_000, "<b> & deuxième ligne\nsuite"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "1:02.5-->0:01:04 line:0\na\n2\n0:01:05,25 --> 1:06\nb\n",
        "\n1:02.5 --> 1:04\na\n\n2\n1:05.250 --> 1:06\nb",
    ],
)
def test_cues_that_other_tools_wrote_are_read(text: str) -> None:
    """Commas, short fractions or none, arrows without blanks, no empty line between two."""
    assert list(parse(text)) == [Cue(62_500, 64_000, "a"), Cue(65_250, 66_000, "b")]


def test_a_cut_moves_the_cues_and_drops_what_is_outside() -> None:
    """Captions of a cut video begin with it."""
    cues = [Cue(0, 1000, "a"), Cue(2000, 4000, "b"), Cue(9000, 9500, "c")]
    assert cut(cues, 3000, 9000) == (Cue(0, 1000, "b"),)


def test_two_voices_at_once_are_shown_together() -> None:
    """MP4 shows one caption at a time, so overlapping ones are joined."""
    assert cut([Cue(0, 3000, "a"), Cue(1000, 4000, "b")], 0, 9000) == (
        Cue(0, 1000, "a"),
        Cue(1000, 3000, "a\nb"),
        Cue(3000, 4000, "b"),
    )


def test_a_long_caption_is_shown_alone_again_after_a_short_one() -> None:
    """What was said during a caption does not take it away, nor does it stay with it."""
    assert cut([Cue(0, 9000, "long"), Cue(2000, 3000, "short")], 0, 9000) == (
        Cue(0, 2000, "long"),
        Cue(2000, 3000, "long\nshort"),
        Cue(3000, 9000, "long"),
    )


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=10))
def test_at_each_moment_those_captions_are_shown_that_a_browser_shows(times: list[tuple[int, int]]) -> None:
    """In the order in which they began, and nothing when there is none."""
    cues = [Cue(start, start + length, f"n{number}") for number, (start, length) in enumerate(times)]
    kept = cut(cues, 5, 60)
    for at in range(55):
        browser = [cue.text for cue in sorted(cues, key=lambda c: c.start) if cue.start <= at + 5 < cue.end]
        assert [cue.text for cue in kept if cue.start <= at < cue.end] == (
            ["\n".join(browser)] if browser else []
        )


def test_locales_become_three_letters() -> None:
    """MP4 wants ISO 639-2; what is unknown is undetermined."""
    assert [language(x) for x in ("fr", "pt-BR", "en_US", "tlh")] == ["fra", "por", "eng", "und"]


CUES = st.builds(
    lambda start, length, text: Cue(start, start + length, text),
    st.integers(0, 10**7),
    st.integers(1, 10**5),
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=30),
)


@given(st.lists(CUES, max_size=20))
def test_what_is_written_is_read_back(cues: list[Cue]) -> None:
    """A track written beside the video says what the recording's file said."""
    kept = cut(cues, 0, 10**9)
    assert tuple(parse(webvtt(CaptionText("fr", "français", "fra", kept)))) == kept


@given(st.text())
def test_any_text_gives_cues_or_nothing(text: str) -> None:
    """No file makes the reader fail, and no cue is empty or ends before it begins."""
    assert all(cue.text and cue.start < cue.end for cue in parse(text))
    assert all(cue.end > cue.start for cue in cut(list(parse(f"00:01.000 --> 00:02.000\n{text}")), 0, 10**9))


def test_thousands_of_captions_at_once_are_cut() -> None:
    """Each that begins during others is shown with them: their texts must not grow without end."""
    together = cut([Cue(at, 10_000, f"words {at}") for at in range(2000)], 0, 10_000)
    assert len(together) == 2000
    assert max(len(cue.text) for cue in together) <= LONGEST_JOINED
    assert together[-1].text.endswith("words 1999")


def test_a_tag_that_never_ends_is_text() -> None:
    """Each letter is looked at once: a file of them must not take for ever."""
    (cue,) = parse("00:01.000 --> 00:02.000\n</b" + "a" * 1_000_000)
    assert len(cue.text) == 1_000_003
