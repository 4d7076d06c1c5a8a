"""Letters with marks that a font lacks, put together from its own letters and marks.

The fonts that stand for tldraw's handwriting know the letters of Western Europe; Czech,
Polish or Romanian boards have others, which would come from a face that does not match.
Lengths are in em, y upwards.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pod.bbb.render.text.fonts import Font

# by the combining mark: the character that shows it by itself
_ABOVE: Final = {
    "\u0302": "ˆ", "\u0301": "´", "\u0303": "˜", "\u0304": "¯", "\u0306": "˘", "\u0307": "˙", "\u0308": "¨",
    "\u030a": "˚", "\u030b": "´´", "\u030c": "ˇ",
}  # fmt: skip
_BELOW: Final = {"\u0326": ",", "\u0327": "¸", "\u0328": "˛"}
_BESIDE: Final = frozenset("ďľťĽ")  # whose caron is written like an apostrophe
_OGONEK: Final = "˛"
_APART: Final = 0.03  # between a letter and a comma below it
_STEP: Final = 0.7  # from one acute accent to the next, in widths of one
_DESCENDER: Final = -0.1  # a letter that reaches lower has no room for a mark below

Box = tuple[float, float, float, float]  # left, bottom, right, top


@dataclass(frozen=True, slots=True)
class Placed:
    """A mark of a letter: which glyph, and where from the letter's origin."""

    glyph: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter, its marks, and how much wider they make it."""

    letter: str
    marks: tuple[Placed, ...]
    wider: float = 0.0


def composed(font: Font, character: str) -> Composed | None:
    """How to put a character together from what the font has; None if it cannot be."""
    parts = unicodedata.normalize("NFD", character)
    above, below = _ABOVE.get(parts[1:], ""), _BELOW.get(parts[1:], "")
    letter = "ı" if above and parts[0] == "i" else parts[0]
    signs = "’" if character in _BESIDE else above or below
    if not signs:
        return None
    if not all(font.covers(one) for one in (letter, *signs, "x")):
        return None
    box, glyphs = _box(font, letter), [font.glyph_of(sign) for sign in signs]
    own = _box(font, signs[0])
    if character in _BESIDE:
        return Composed(letter, (Placed(glyphs[0], box[2] - own[0], 0.0),), (own[2] - own[0]) / 2)
    if below:
        placed = _below(box, own, signs)
        return placed and Composed(letter, (Placed(glyphs[0], *placed),))
    wide = own[2] - own[0]
    left = (box[0] + box[2] - wide * (1 + _STEP * (len(signs) - 1))) / 2 - own[0]
    y = max(0.0, box[3] - _box(font, "x")[3])  # marks stand above small letters by themselves
    return Composed(
        letter, tuple(Placed(glyph, left + n * _STEP * wide, y) for n, glyph in enumerate(glyphs))
    )


def _below(letter: Box, mark: Box, sign: str) -> tuple[float, float] | None:
    if letter[1] < _DESCENDER:
        return None
    if sign == _OGONEK:
        return letter[2] - mark[2], 0.0
    x = (letter[0] + letter[2] - mark[0] - mark[2]) / 2
    return x, 0.0 if sign != "," else -_APART - mark[3]


def _box(font: Font, character: str) -> Box:
    points = font.outline(font.glyph_of(character)).points
    (left, bottom), (right, top) = points.min(axis=0), points.max(axis=0)
    return float(left), float(bottom), float(right), float(top)
