"""Text: families, widths, line breaks, directions, fallback, hinting."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod.bbb.playback.drawing import Text
from pod.bbb.render.text.blocks import layout, line_metrics, measure, wrap
from pod.bbb.render.text.fonts import fallback, font
from pod.bbb.render.text.hinting import Grid
from pod.bbb.render.text.likeness import CAVEAT_BRUSH, SHANTELL_SANS, Likeness
from pod.bbb.render.text.shaping import shape
from tests.sampling import examples

BLACK = (0, 0, 0, 255)
FAMILIES = ("arial", "script", "sans-v1", "serif-v1", "mono-v1", "draw", "sans", "serif", "mono")
COPTIC = "\U00010920"  # a Lydian letter: no packaged font has it


def test_arial_is_as_wide_as_arial() -> None:
    """The packaged font has Arial's widths: 1139 of 2048 for an `n`."""
    assert measure("n", "arial", 2048) == 1139


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_has_its_packaged_font(family: str) -> None:
    """Every family that the whiteboards know has letters without any font of the system."""
    assert font(family).covers("é")
    assert measure("Été", family, 20) > 10


def test_families_differ() -> None:
    """No family falls back to another one's font."""
    assert len({font(family).path for family in FAMILIES}) == len(FAMILIES)


def test_unknown_family_is_drawn_as_arial() -> None:
    """An unknown name gives the default instead of an error."""
    assert font("comic-nonsense") is not None
    assert measure("n", "comic-nonsense", 2048) == 1139


@pytest.mark.parametrize("character", ["ش", "ש", "ก", "अ", "ա", "ა", "😀", "∑", "✓", "Ж", "Ω"])
def test_other_scripts_and_emoji_have_packaged_fonts(character: str) -> None:
    """Letters appear on a machine that has no font installed."""
    found = fallback(character)
    assert found is not None
    assert len(found.outline(found.hb.get_nominal_glyph(ord(character))).points)


@pytest.mark.parametrize(
    ("family", "characters"),
    [("script", "∑√≤πλ"), ("sans-v1", "∑√≤"), ("serif-v1", "∑√≤πλ"), ("mono-v1", "∑√≤")],
)
def test_what_a_face_of_tldraw_1_lacks_is_as_wide_as_in_times(family: str, characters: str) -> None:
    """As in the player: none of these faces has mathematical signs there, two have Latin letters only."""
    times = {"∑": 713, "√": 549, "≤": 549, "π": 505, "λ": 485}
    for character in characters:
        assert measure(character, family, 1000) == pytest.approx(times[character], abs=20), character


def test_missing_character_is_a_visible_box(monkeypatch: pytest.MonkeyPatch) -> None:
    """A character without a font takes room and is reported."""
    monkeypatch.setattr("pod.bbb.render.text.shaping.fallback", lambda *_, **__: None)
    shape.cache_clear()
    block = layout(Text(COPTIC, 0, 0, None, 20, BLACK))
    shape.cache_clear()
    assert block.missing == {COPTIC}
    assert len(block.outline().points)


def test_words_wrap_at_spaces() -> None:
    """A line is broken after the last word that fits; its trailing space hangs over."""
    width = measure("one two", "arial", 20)
    assert wrap("one two three", "arial", 20, width + 0.1) == ["one two ", "three"]


def test_a_long_word_is_broken_between_letters() -> None:
    """`word-wrap: break-word`: only a word that is wider than the line itself is cut."""
    width = measure("aaaa", "arial", 20)
    assert wrap("b aaaaaaaaaa", "arial", 20, width + 0.1) == ["b ", "aaaa", "aaaa", "aa"]


def test_accents_stay_with_their_letter() -> None:
    """A combining mark is never put on another line than its letter."""
    lines = wrap("e\u0301" * 10, "arial", 20, measure("eee", "arial", 20) + 0.1)
    assert not any(line.startswith("\u0301") for line in lines)
    assert len(lines) > 1


def test_a_hyphenated_word_breaks_after_its_hyphen() -> None:
    """A hyphen between letters is an opportunity to break."""
    width = measure("half-", "arial", 20)
    assert wrap("half-line", "arial", 20, width + 1) == ["half-", "line"]


def test_a_line_may_end_at_a_space_without_width() -> None:
    """A zero-width space, which pages have where a long word may be broken, is an opportunity to break."""
    width = measure("motor", "arial", 20) + 0.1
    assert wrap("in\u200bmotor", "arial", 20, width) == ["in\u200b", "motor"]
    assert wrap("in\u200bmotor", "arial", 20, 2 * width) == ["in\u200bmotor"]


def test_ideographs_break_anywhere() -> None:
    """Between ideographs a line may end."""
    width = 2 * measure("漢", "arial", 20)
    assert wrap("漢字漢字", "arial", 20, width + 0.1) == ["漢字", "漢字"]


@pytest.mark.parametrize("blank", ["\xa0", "\u202f", "\u2007"])
def test_no_line_ends_at_a_no_break_space(blank: str) -> None:
    """What a no-break space joins, as French does with a question mark, goes to the next line together."""
    width = measure("Vraiment tout", "arial", 20) + 0.1
    assert wrap(f"Vraiment tout{blank}?", "arial", 20, width) == ["Vraiment ", f"tout{blank}?"]


def test_ideographs_keep_their_punctuation() -> None:
    """No line begins with a full stop or a closing bracket of Chinese, none ends with an opening one."""
    width = measure("漢字漢", "arial", 20) + 0.1
    assert wrap("漢字。漢「字」漢。", "arial", 20, width) == ["漢字。", "漢", "「字」", "漢。"]
    assert wrap("漢字（i。", "arial", 20, width) == ["漢字", "（i。"]


@pytest.mark.parametrize("sign", ["\n", "\r", "\r\n"])
def test_line_breaks_of_all_ages(sign: str) -> None:
    """A carriage return, as Flash wrote it, is a line break as well."""
    assert wrap(f"one{sign}two", "arial", 20, None) == ["one", "two"]


@given(st.text(max_size=60), st.floats(1, 300), st.sampled_from(FAMILIES))
@settings(max_examples=examples(60), deadline=None)
def test_wrapping_loses_nothing(text: str, width: float, family: str) -> None:
    """The lines together are the text, but for its line breaks; and it can be laid out."""
    broken = "".join(text.replace("\r\n", "\n").splitlines()) if text else ""
    joined = "".join(wrap(text, family, 12, width))
    assert "".join(joined.splitlines()) == broken
    assert np.isfinite(layout(Text(text, 0, 0, width, 12, BLACK, family)).outline().points).all()


def test_characters_newer_than_this_unicode_stand_in_right_to_left_text() -> None:
    """A character without a known direction is laid out like a letter, not refused."""
    assert len(shape("א\U00018d09", "arial").glyphs) == 2


def test_right_to_left_runs_the_other_way() -> None:
    """The first Hebrew letter stands right of the second one."""
    glyphs = shape("אב", "arial").glyphs
    alef = font("arial").hb.get_nominal_glyph(ord("א"))
    assert [glyph.index for glyph in glyphs].index(alef) == 1


def test_numbers_in_right_to_left_text_keep_their_order() -> None:
    """Digits inside Hebrew read from left to right."""
    digits = [font("arial").hb.get_nominal_glyph(ord(digit)) for digit in "12"]
    indices = [glyph.index for glyph in shape("אב 12", "arial").glyphs]
    assert indices.index(digits[0]) + 1 == indices.index(digits[1])


def test_brackets_are_mirrored_in_right_to_left_text() -> None:
    """An opening bracket in Hebrew looks like a closing one."""
    closing = font("arial").hb.get_nominal_glyph(ord(")"))
    assert shape("א(ב", "arial").glyphs[1].index == closing


def test_arabic_letters_are_joined() -> None:
    """Arabic letters take the form of their place in the word, not that of the letter alone."""
    arabic = fallback("م")
    assert arabic is not None
    alone = arabic.hb.get_nominal_glyph(ord("م"))
    assert alone not in [glyph.index for glyph in shape("ممم", "arial").glyphs]


def test_right_to_left_words_stand_in_a_paragraph_from_left_to_right() -> None:
    """The player's texts begin at the left, whatever their words are written in."""
    block = layout(Text("שלום", 0, 0, 300, 20, BLACK, "draw"))
    assert block.outline().bounds is not None
    assert block.outline().points[:, 0].min() < 20


def test_a_number_after_hebrew_stands_left_of_it() -> None:
    """In a paragraph from left to right, numbers and brackets follow their neighbours only."""
    glyphs = shape("שלום 12 (a)", "arial", "L").glyphs
    letter = shape("a", "arial").glyphs[0].index
    digit = shape("1", "arial").glyphs[0].index
    at = {glyph.index: glyph.x for glyph in glyphs}
    assert at[digit] < 0.2
    assert at[letter] == max(x for index, x in at.items() if index in {letter, digit})


def test_a_tab_leads_to_the_next_stop() -> None:
    """Stops are eight spaces apart; one less than half a space away is passed over."""
    space = shape(" ", "sans").width
    (letter,) = [g for g in shape("i\tM", "sans").glyphs if g.index == shape("M", "sans").glyphs[0].index]
    assert letter.x == pytest.approx(8 * space)
    assert shape("\t\t", "sans").width == pytest.approx(16 * space)


def test_a_tab_at_a_line_that_was_broken_after_it_has_no_width() -> None:
    """Like blanks there it hangs over the edge: the word before it ends where the box does."""
    width = measure("here", "sans", 20) + 1
    (_, first, _), *_ = layout(
        Text("tab\there", 0.0, 0.0, width, 20.0, (0, 0, 0, 255), family="sans", align="end")
    ).lines
    assert first == pytest.approx(width - measure("tab", "sans", 20))


def test_lines_break_before_and_after_a_long_dash() -> None:
    """As browsers do, without spaces round it."""
    width = measure("before—", "arial", 20)
    assert wrap("before—after", "arial", 20, width) == ["before—", "after"]
    assert wrap("before—after", "arial", 20, width - 1) == ["before", "—after"]


def test_a_long_word_is_cut_by_its_kerned_width() -> None:
    """Pairs of f stand closer than one f's width: one more letter may fit."""
    word = "f" * 20
    kerned = measure("f" * 10, "arial", 40)
    assert kerned < 10 * measure("f", "arial", 40)
    assert wrap(word, "arial", 40, kerned + 0.1)[0] == "f" * 10


@pytest.mark.parametrize(("family", "known"), [("draw", SHANTELL_SANS), ("script", CAVEAT_BRUSH)])
def test_a_face_without_a_package_has_the_widths_of_the_players(family: str, known: Likeness) -> None:
    """Lines break where they do in the player, though the letters are another font's."""
    words = "To Yves, fox"
    kerned = sum(known.kerning.get(pair, 0.0) for pair in itertools.pairwise(words))
    assert kerned < 0
    assert measure(words, family, 1) == pytest.approx(sum(known.widths[c] for c in words) + kerned)


@pytest.mark.parametrize(
    ("family", "width"),
    [("draw", 332 - 52 + 259 - 100 + 589), ("script", 240 + 219 - 60 + 380)],
)
def test_the_typographic_apostrophe_stands_as_near_as_in_the_players_face(family: str, width: int) -> None:
    """Two letters and it are so wide, in thousandths of an em: French words break where they do there."""
    assert measure("l’e", family, 1000) == pytest.approx(width, abs=5)


@pytest.mark.parametrize(("align", "share"), [("start", 0.0), ("middle", 0.5), ("end", 1.0)])
def test_blanks_at_the_end_of_a_paragraph_count_where_it_is_aligned(
    align: Literal["start", "middle", "end"], share: float
) -> None:
    """As browsers have it; those at which a line was broken do not, nor those beyond the box."""

    def lefts(words: str) -> list[float]:
        op = Text(words, 0, 0, 200, 20, BLACK, family="sans", align=align)
        return [x for _, x, _ in layout(op).lines]

    blanks = measure("a  ", "sans", 20) - measure("a", "sans", 20)
    assert lefts("a  ") == pytest.approx([lefts("a")[0] - share * blanks])
    assert lefts("a" + " " * 90)[0] == pytest.approx(0)
    long = "a" * 15
    assert lefts(f"{long} {long}")[0] == pytest.approx(lefts(long)[0])


@pytest.mark.parametrize(
    ("family", "letter", "bounds"),
    [
        ("draw", "o", (0.047, -0.012, 0.589, 0.511)),
        ("draw", "=", (0.062, 0.126, 0.627, 0.536)),
        ("script", "o", (0.045, -0.004, 0.342, 0.412)),
        ("script", "=", (0.011, 0.067, 0.370, 0.370)),
    ],
)
def test_letters_of_a_face_without_a_package_lie_where_the_players_do(
    family: str, letter: str, bounds: tuple[float, ...]
) -> None:
    """Each is bent by itself: left, bottom, right and top are those of the player's letter."""
    face = font(family)
    glyph = face.hb.get_nominal_glyph(ord(letter))
    assert glyph is not None
    assert face.outline(glyph).bounds == pytest.approx(bounds, abs=0.05)


@pytest.mark.parametrize(("align", "left"), [("start", 10), ("middle", 60), ("end", 110)])
def test_alignment(align: Literal["start", "middle", "end"], left: float) -> None:
    """Lines begin, are centred, or end at the box."""
    width = measure("word", "arial", 20)
    op = Text("word", 10, 0, width + 100, 20, BLACK, align=align)
    assert layout(op).lines[0][1] == pytest.approx(left)


def test_justified_lines_reach_the_right_side() -> None:
    """All lines but the last one are spread over the whole width."""
    op = Text("some words that fill the lines of a box", 0, 0, 150, 20, BLACK, align="justify")
    lines = [line.width * 20 for line, _, _ in layout(op).lines]
    assert lines[:-1] == pytest.approx([150.0] * (len(lines) - 1))
    assert lines[-1] < 150


@pytest.mark.parametrize(("vertical", "top"), [("start", 0), ("middle", 50), ("end", 100)])
def test_vertical_place(vertical: Literal["start", "middle", "end"], top: float) -> None:
    """Lines stand at the top, in the middle or at the bottom of a box with a height."""
    op = Text("a", 0, 0, 50, 20, BLACK, "sans", line_height=1.5, height=130, vertical=vertical)
    at_top = layout(dataclasses.replace(op, height=None)).lines[0][2]
    assert layout(op).lines[0][2] - at_top == top


def test_letter_spacing_is_added_to_each_letter() -> None:
    """Spacing counts once a letter, also in wrapping."""
    assert measure("abc", "sans", 10, 0.1) == pytest.approx(measure("abc", "sans", 10) + 3)
    assert measure("abc", "sans", 10, -0.03) < measure("abc", "sans", 10)


@pytest.mark.parametrize(("size", "step", "baseline"), [(23.176, 27, 21), (15.607, 18, 14), (16.281, 19, 15)])
def test_lines_of_arial_are_as_chromium_spaces_them(size: float, step: float, baseline: float) -> None:
    """Ascent, descent and gap are rounded: distances measured in pictures of the official player."""
    assert line_metrics("arial", size, 1.15) == (step, baseline)


def test_hinting_puts_foot_and_top_of_letters_on_whole_pixels() -> None:
    """On the player's grid an `E` begins and ends at a pixel's edge."""
    op = Text("E", 3.3, 5.2, None, 17.3, BLACK)
    outline = layout(op).outline(Grid(1.7, 0.4, 0.9))
    edges = outline.points[:, 1] * 1.7 + 0.9
    ends = [edges.min(), edges.max()]
    assert ends == pytest.approx(np.round(ends), abs=0.01)


def test_turned_text_is_not_hinted() -> None:
    """Browsers draw turned letters as they were designed."""
    assert Grid.of((0.0, 1.0, -1.0, 0.0, 0.0, 0.0)) is None
    assert Grid.of((2.0, 0.0, 0.0, 2.0, 3.0, 4.0)) == Grid(2.0, 3.0, 4.0)


def test_stand_in_for_a_missing_font_has_its_widths() -> None:
    """Shantell Sans is not to be had as a package: what stands for it is as wide as it is in the player."""
    player = {"The quick brown fox jumps over the lazy dog": 22.97, "longer text which wraps in it": 14.92}
    for sentence, width in player.items():
        assert measure(sentence, "draw", 1.0) == pytest.approx(width, rel=0.001)


@pytest.mark.parametrize("align", ["middle", "end", "start"])
def test_a_letter_wider_than_its_box_begins_at_its_side(align: Literal["middle", "end", "start"]) -> None:
    """Browsers let what is too long reach beyond the box's end, however it is aligned."""
    block = layout(Text("WW", 5.0, 0.0, 8.0, 32.0, (0, 0, 0, 255), "mono", align=align))
    assert [x for _line, x, _baseline in block.lines] == [5.0, 5.0]
