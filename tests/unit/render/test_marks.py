"""Letters with marks that the font standing for tldraw's handwriting lacks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.render.text.fonts import font
from pod.bbb.render.text.shaping import Glyph, shape


def edges(glyph: Glyph) -> tuple[float, float, float, float]:
    """Where a glyph's ink is on its line: left, bottom, right, top; in em."""
    assert glyph.font is not None
    points = glyph.font.outline(glyph.index).points
    (left, bottom), (right, top) = points.min(axis=0), points.max(axis=0)
    return left + glyph.x, bottom + glyph.y, right + glyph.x, top + glyph.y


@pytest.mark.parametrize("character", "čřžšěůńźżćāūęąșțŚŽŐű")
def test_a_letter_of_central_europe_is_of_its_face(character: str) -> None:
    """The letter and its mark come from the handwriting, not from a face that does not match."""
    line = shape(character, "draw")
    assert {glyph.font for glyph in line.glyphs} == {font("draw")}


@pytest.mark.parametrize(("character", "letter"), [("č", "c"), ("Ž", "Z"), ("ę", "e"), ("ș", "s")])
def test_a_mark_does_not_make_a_letter_wider(character: str, letter: str) -> None:
    """Lines break where the player breaks them."""
    assert shape(character * 3, "draw").width == pytest.approx(shape(letter * 3, "draw").width, abs=0.05)


@pytest.mark.parametrize("character", ["č", "Č", "ű", "ī"])
def test_a_mark_above_stands_over_the_middle_of_its_letter(character: str) -> None:
    """Also over a capital, and the dot of an i makes way."""
    letter, *marks = map(edges, shape(character, "draw").glyphs)
    assert min(mark[1] for mark in marks) > letter[3] - 0.05
    middle = (min(mark[0] for mark in marks) + max(mark[2] for mark in marks)) / 2
    assert middle == pytest.approx((letter[0] + letter[2]) / 2, abs=0.01)


@pytest.mark.parametrize("character", ["ș", "ț", "ņ"])
def test_a_mark_below_stands_under_its_letter(character: str) -> None:
    """It reaches lower than the letter, and not above the line."""
    letter, mark = map(edges, shape(character, "draw").glyphs)
    assert mark[1] < letter[1] - 0.1
    assert mark[3] < 0.1


def test_the_caron_of_a_tall_letter_stands_beside_it() -> None:
    """As Czech and Slovak write it; what follows keeps clear of it."""
    letter, mark = map(edges, shape("ď", "draw").glyphs)
    assert mark[0] == pytest.approx(letter[2], abs=0.01)
    assert shape("ď", "draw").width > shape("d", "draw").width


@given(st.text(st.characters(min_codepoint=0xC0, max_codepoint=0x24F), max_size=8))
def test_each_latin_letter_is_shown(text: str) -> None:
    """Whether it is composed or of another face: none is a box, and each takes its width."""
    line = shape(text, "draw")
    assert not line.missing
    assert line.width > 0.1 * len(text) or not text


def test_marks_stay_with_their_letters_inside_a_word() -> None:
    """Between other letters, too, each mark is put to its own letter."""
    plain, marked = shape("lusty", "draw"), shape("lušty", "draw")
    assert [g.x for g in plain.glyphs] == pytest.approx(
        [g.x for g in (*marked.glyphs[:3], *marked.glyphs[4:])]
    )


@pytest.mark.parametrize("text", ["Привет, формула", "ґанок їжак", "Tiếng Việt", "ơưđ", "∑√≈→"])
def test_what_the_handwriting_lacks_is_of_one_face_that_matches(text: str) -> None:
    """Cyrillic, Vietnamese and signs: of the two fonts that stand for the player's, not of the page's."""
    line = shape(text, "draw")
    assert {glyph.font for glyph in line.glyphs} <= {font("draw"), font("draw-more")}
    assert font("draw-more") in {glyph.font for glyph in line.glyphs}


def test_cyrillic_is_as_wide_as_in_the_player() -> None:
    """Lines break where they break there: the letters have the widths of its font."""
    assert shape("площадь", "draw").width == pytest.approx(4.66, abs=0.01)


def test_greek_is_not_handwritten() -> None:
    """The player's handwriting has none, either."""
    assert font("draw-more") not in {glyph.font for glyph in shape("αβγ", "draw").glyphs}


@pytest.mark.parametrize(("small", "capital"), [("т", "Т"), ("д", "Д")])
def test_a_letter_of_another_form_is_a_small_capital(small: str, capital: str) -> None:
    """The font that stands in writes it by another form than the player's: as an m or a g."""
    low, high = (edges(shape(character, "draw").glyphs[0]) for character in (small, capital))
    assert 0.6 < (low[3] - low[1]) / (high[3] - high[1]) < 0.85
