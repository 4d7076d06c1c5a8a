"""One line of text -> glyphs at their places: bidirectional order, font fallback, shaping.

The text is cut into runs of one direction and one font; HarfBuzz shapes each
run, and the runs are set from left to right in visual order (Unicode
Bidirectional Algorithm, rules L1 and L2).
"""

from __future__ import annotations

import functools
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import uharfbuzz as hb
from bidi import algorithm

from pod.bbb.render.text.fonts import Font, fallback, font

Direction = Literal["L", "R", "auto"]
_RTL: Final = {"R", "AL", "AN", "RLE", "RLO", "RLI"}
_IGNORED: Final = "\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u2060\ufe0e\ufe0f\ufeff\u00ad"
_BOX_ADVANCE: Final = 0.6  # em; the width of the box that stands for a character without a font


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph at (x, y) on its line, in em, y upwards; without a font it is a visible box."""

    font: Font | None
    index: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Line:
    """A shaped line: its glyphs and its advance width, in em; `missing` characters were drawn as boxes."""

    glyphs: tuple[Glyph, ...]
    width: float
    missing: frozenset[str] = frozenset()

    def moved(self, x: float) -> list[Glyph]:
        """Its glyphs, so far to the right."""
        return [replace(glyph, x=glyph.x + x) for glyph in self.glyphs]


@dataclass(frozen=True, slots=True)
class _Run:
    text: str
    font: Font | None
    level: int


def is_rtl(text: str) -> bool:
    """Whether the first strong character of the text is written from right to left."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return False
        if kind in {"R", "AL"}:
            return True
    return False


@functools.lru_cache(maxsize=4096)
def shape(text: str, family: str, direction: Direction = "auto", spacing: float = 0.0) -> Line:
    """Shape one line (no line breaks in it) in a family of `pod.bbb.render.text.fonts`; `spacing` in em."""
    if "\t" in text:
        return _tabbed(text, family, direction, spacing)
    base = font(family)
    runs = _visual(_runs(text, base, _levels(text, direction)))
    glyphs: list[Glyph] = []
    missing: set[str] = set()
    x = 0.0
    for run in runs:
        if run.font is None:
            missing.update(run.text)
            for _ in run.text:
                glyphs.append(Glyph(None, 0, x, 0.0))
                x += _BOX_ADVANCE + spacing
        else:
            x = _shape_run(run, run.font, glyphs, x, spacing)
    return Line(tuple(glyphs), x, frozenset(missing))


def _tabbed(text: str, family: str, direction: Direction, spacing: float) -> Line:
    """A line with tabs: what follows each stands at the next stop, every eight spaces, as in browsers."""
    stop = 8 * shape(" ", family, direction, spacing).width
    glyphs: list[Glyph] = []
    missing: set[str] = set()
    x = 0.0
    for number, part in enumerate(text.split("\t")):
        if number:
            x = (math.floor(x / stop + 1 / 16) + 1) * stop  # half a space away at least
        line = shape(part, family, direction, spacing)
        glyphs += line.moved(x)
        missing |= line.missing
        x += line.width
    return Line(tuple(glyphs), x, frozenset(missing))


def _shape_run(run: _Run, face: Font, glyphs: list[Glyph], x: float, spacing: float) -> float:
    marked = {at: one for at, character in enumerate(run.text) if (one := face.composed(character))}
    buffer = hb.Buffer()
    buffer.add_str("".join(marked[at].letter if at in marked else c for at, c in enumerate(run.text)))
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if run.level % 2 else "ltr"
    hb.shape(face.hb, buffer, {"kern": not face.bent, "liga": not face.bent})
    em = face.em
    positions: Any = buffer.glyph_positions or ()
    cluster = -1
    for info, position in zip(buffer.glyph_infos, positions, strict=True):
        if info.cluster != cluster:
            if cluster >= 0:
                x += spacing + face.kern(run.text[cluster], run.text[info.cluster])
            cluster = info.cluster
        glyphs.append(Glyph(face, info.codepoint, x + position.x_offset / em, position.y_offset / em))
        width = face.width(info.codepoint)
        if cluster in marked:
            glyphs += [Glyph(face, mark.glyph, x + mark.x, mark.y) for mark in marked[cluster].marks]
            x += marked[cluster].wider
        x += position.x_advance / em if width is None else width
    return x + (spacing if cluster >= 0 else 0.0)


def _levels(text: str, direction: Direction) -> list[int]:
    """The embedding level of each character; even is left to right."""
    rtl = direction == "R" or (direction == "auto" and is_rtl(text))
    base = 1 if rtl else 0
    if not rtl and not any(unicodedata.bidirectional(c) in _RTL for c in text):
        return [0] * len(text)
    storage: Any = algorithm.get_empty_storage()
    storage["base_level"], storage["base_dir"] = base, ("L", "R")[base]
    # Marks of explicit embedding are left out, as the old algorithm of the library would drop them anyway.
    # A character that this Unicode does not know has no direction: it counts as a letter.
    known = "".join(c if unicodedata.bidirectional(c) else "A" for c in text)
    algorithm.get_embedding_levels(known, storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    kept = [entry["level"] for entry in storage["chars"]]
    levels: list[int] = []
    for character in text:
        removed = unicodedata.bidirectional(character) in algorithm.X9_REMOVED
        levels.append(base if removed or not kept else kept.pop(0))
    for at in range(
        len(text) - 1, -1, -1
    ):  # L1: white space at the line's end takes the paragraph's direction
        if not text[at].isspace():
            break
        levels[at] = base
    return levels


def _runs(text: str, base: Font, levels: Sequence[int]) -> list[_Run]:
    runs: list[_Run] = []
    start, current = 0, None
    for at, character in enumerate(text):
        face = _font_of(character, base, current)
        if at > start and (face is not current or levels[at] != levels[start]):
            runs.append(_Run(text[start:at], current, levels[start]))
            start = at
        current = face
    if text:
        runs.append(_Run(text[start:], current, levels[start]))
    return runs


def _font_of(character: str, base: Font, current: Font | None) -> Font | None:
    """The font of a character; marks and joiners stay in the font of what they follow."""
    if current is not None and (character in _IGNORED or unicodedata.combining(character)):
        return current
    if character in _IGNORED or base.covers(character) or base.composed(character):
        return base
    if (more := base.completed(character)) is not None:
        return more
    if current is not None and current.covers(character) and not character.isascii():
        return current
    if unicodedata.category(character) in {"Cc", "Cf", "Zs"}:
        return base
    return fallback(character, times=base.times)


def _visual(runs: list[_Run]) -> list[_Run]:
    """Rule L2: reverse from the highest level down to the lowest odd one."""
    highest = max((run.level for run in runs), default=0)
    for level in range(highest, 0, -1):
        at = 0
        while at < len(runs):
            end = at
            while end < len(runs) and runs[end].level >= level:
                end += 1
            runs[at:end] = runs[at:end][::-1]
            at = max(end, at + 1)
    return runs
