"""Blocks of text -> one outline: lines broken as a browser breaks them, aligned, shaped.

Line breaking is CSS's `word-wrap: break-word` with `white-space: pre-wrap`:
break after spaces and hyphens, around long dashes and between ideographs; inside
a word only when it alone is wider than the line. Widths are in the unit of the
font size.
"""

from __future__ import annotations

import functools
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from pod.bbb.playback.drawing import Text
from pod.bbb.render.canvas import CLOSE, LINE, MOVE
from pod.bbb.render.canvas import Path as Outline
from pod.bbb.render.text.fonts import PAGE, font
from pod.bbb.render.text.hinting import Grid
from pod.bbb.render.text.shaping import Line, is_rtl, shape

_BREAKS: Final = re.compile(r"\r\n|\r|\n|\u2028|\u2029")
_IDEOGRAPHS: Final = (
    "\u2e80-\u303f\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\uff01-\uff60"
)
# No line begins with one of the first, none ends with one of the second.
_CLOSING: Final = "、。〉》」』】〕〗々ー！），．：；？］｝"
_OPENING: Final = "〈《「『【〔〖（［｛"
# Blanks where a line may end, one without width: not the no-break spaces of French punctuation and numbers.
_BLANKS: Final = (
    " \t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u200b\u205f\u3000"
)
# Where a line may be broken: the pieces keep their blanks at their end.
_ALONE: Final = rf"{_IDEOGRAPHS}\u2014"  # a line may be broken before and after each of these
_PIECES: Final = re.compile(
    rf"[{_OPENING}]*(?:[{_ALONE}]"
    rf"|[^{_BLANKS}{_ALONE}]+?(?:[-\u2010\u2013?](?=[^\W\d_])|(?=[{_BLANKS}{_ALONE}])|$))"
    rf"[{_CLOSING}]*[{_BLANKS}]*|[{_BLANKS}]+"
)
_BOX: Final = Outline(  # the visible box for a character without a font: an upright frame
    np.array(2 * [MOVE, LINE, LINE, LINE, CLOSE], np.uint8),
    np.array(
        [
            (0.06, 0.0), (0.54, 0.0), (0.54, 0.7), (0.06, 0.7),
            (0.11, 0.05), (0.11, 0.65), (0.49, 0.65), (0.49, 0.05),
        ],
        np.float32,
    ),
)  # fmt: skip
_TOLERANCE: Final = 1.0 / 64  # browsers lay out in 64ths of a pixel


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A laid-out text (whiteboard units, y downwards): each line with its left end and its baseline."""

    lines: tuple[tuple[Line, float, float], ...]
    size: float
    missing: frozenset[str]  # characters without a font, drawn as boxes

    def outline(self, grid: Grid | None = None) -> Outline:
        """The outline of all letters: hinted for the pixels of `grid` as a browser does, or as designed."""
        usable = grid if grid is not None and grid.hints(self.size) else None
        return _joined([part for line, x, y in self.lines for part in _placed(line, x, y, self.size, usable)])


def measure(text: str, family: str, size: float, spacing: float = 0.0) -> float:
    """The advance width of the widest line of `text`, not wrapped; `spacing` is a factor of `size`."""
    return max((_advance(line, family, spacing) * size for line in _BREAKS.split(text)), default=0.0)


def line_metrics(family: str, size: float, line_height: float) -> tuple[float, float]:
    """The distance from line to line, and of the first baseline from the top, as Chromium on Linux has them.

    It rounds ascent, descent and line gap to whole pixels, and puts half of the
    leading, rounded down, above. Arial's lines are `line-height: normal`, which
    is the font's own.
    """
    face = font(family)
    ascent, descent = _rounded(face.ascent * size), _rounded(face.descent * size)
    step = line_height * size
    if family in PAGE:
        step = ascent + descent + _rounded(face.line_gap * size)
    return step, ascent + math.floor((step - ascent - descent) / 2)


def _rounded(length: float) -> int:
    return math.floor(length + 0.5)


def wrap(text: str, family: str, size: float, width: float | None, spacing: float = 0.0) -> list[str]:
    """The lines of `text` in a box of `width` (None: only at its own line breaks)."""
    limit = None if width is None or not width > 0 or not size > 0 else (width + _TOLERANCE) / size
    return [line for paragraph in _BREAKS.split(text) for line in _wrapped(paragraph, family, limit, spacing)]


def _wrapped(paragraph: str, family: str, limit: float | None, spacing: float) -> list[str]:
    """The lines of one paragraph; `limit` is the box's width in em."""
    if limit is None or not paragraph:
        return [paragraph]
    lines: list[str] = []
    line, used = "", 0.0
    for piece in _PIECES.findall(paragraph):
        bare = _advance(piece.rstrip(_BLANKS), family, spacing)
        if line and used + bare > limit and not _fits(line + piece, family, limit, spacing):
            lines.append(line)
            line, used = "", 0.0
        if bare > limit:
            *full, rest = _broken(piece, family, limit, spacing)
            lines.extend(full)
        else:
            rest = piece
        line += rest
        used += _advance(rest, family, spacing)
    lines.append(line)
    return lines


def _fits(line: str, family: str, limit: float, spacing: float) -> bool:
    """Whether a line that is too wide by the sum of its pieces fits with its letters kerned."""
    return _advance(line.rstrip(_BLANKS), family, spacing) <= limit


def _broken(piece: str, family: str, limit: float, spacing: float) -> Iterator[str]:
    """A piece wider than the line, cut between characters; marks stay with what they follow."""
    line, used = "", 0.0
    for cluster in _clusters(piece):
        advance = _advance(cluster, family, spacing)
        wide = line and used + advance > limit and cluster not in _BLANKS
        if wide and not _fits(line + cluster, family, limit, spacing):
            yield line
            line, used = "", 0.0
        line += cluster
        used += advance
    yield line


def _clusters(text: str) -> Iterator[str]:
    cluster = ""
    for character in text:
        joined = (
            unicodedata.combining(character)
            or character in "\u200d\ufe0e\ufe0f"
            or cluster.endswith("\u200d")
        )
        if cluster and not joined:
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


@functools.lru_cache(maxsize=16384)
def _advance(text: str, family: str, spacing: float) -> float:
    return shape(text, family, "L", spacing).width


def layout(op: Text) -> Block:
    """Lay a text operation out, in its own coordinates, without its matrix."""
    step, baseline = line_metrics(op.family, op.size, op.line_height)
    lines = [line for paragraph in _BREAKS.split(op.text) for line in _lines(paragraph, op)]
    top = op.y + _vertical_shift(op, step * len(lines))
    placed: list[tuple[Line, float, float]] = []
    missing: set[str] = set()
    for number, (line, indent) in enumerate(lines):
        # Browsers round the top of each line, so that lines are equally high; where tldraw's
        # text begins is a matter of a transformation, which they do not round.
        line_top = _rounded(top + number * step) if op.family in PAGE else top + _rounded(number * step)
        placed.append((line, op.x + indent, line_top + baseline))
        missing |= line.missing
    return Block(tuple(placed), op.size, frozenset(missing))


def _lines(paragraph: str, op: Text) -> Iterator[tuple[Line, float]]:
    """The shaped lines of a paragraph and how far each is from the box's left side.

    All of the player's texts are paragraphs written from left to right, whatever their words; not our own.
    """
    texts = wrap(paragraph, op.family, op.size, op.width, op.letter_spacing)
    for number, text in enumerate(texts):
        bare, last = text.rstrip(" \t"), number == len(texts) - 1
        line = shape(bare, op.family, "R" if op.rtl else "L", op.letter_spacing)
        if op.align == "justify" and not last:
            line = _justified(bare, op, line)
        width = line.width * op.size
        if (
            last and len(bare) < len(text) and op.width
        ):  # the blanks at a paragraph's end count as far as they fit
            width = max(width, min(op.width, _advance(text, op.family, op.letter_spacing) * op.size))
        yield line, _indent(op, width)


def _indent(op: Text, width: float) -> float:
    """How far a line begins from the box's left side; without a box, x is where the alignment points to.

    A line too long for its box begins at its side, as in browsers.
    """
    room = (op.width or 0.0) - width
    if op.width and not op.rtl:
        room = max(0.0, room)
    return {"middle": room / 2, "end": room}.get(op.align, 0.0)


def _vertical_shift(op: Text, height: float) -> float:
    if op.height is None or op.vertical == "start":
        return 0.0
    room = op.height - height
    return room / 2 if op.vertical == "middle" else room


def _justified(text: str, op: Text, line: Line) -> Line:
    """Spread the words of a line over the whole width; a line that holds one word stays."""
    words = text.split(" ")
    if len(words) < 2 or is_rtl(text) or not op.width:
        return line
    gap = (op.width / op.size - sum(_advance(word, op.family, op.letter_spacing) for word in words)) / (
        len(words) - 1
    )
    glyphs = []
    x = 0.0
    for word in words:
        shaped = shape(word, op.family, "L", op.letter_spacing)
        glyphs += shaped.moved(x)
        x += shaped.width + gap
    return Line(tuple(glyphs), x - gap, line.missing)


def _placed(line: Line, x: float, baseline: float, size: float, grid: Grid | None) -> Iterator[Outline]:
    flip = np.array([size, -size], np.float32)
    for glyph in line.glyphs:
        if glyph.font is None:
            outline = _BOX
        elif grid is not None and (hinted := glyph.font.hinted) is not None:
            outline = hinted.outline(glyph.index, size * grid.scale)
        else:
            outline = glyph.font.outline(glyph.index)
        if len(outline.points):
            at = x + glyph.x * size, baseline - glyph.y * size
            at = at if grid is None else (grid.letter(at[0]), grid.baseline(at[1]))
            yield Outline(outline.commands, outline.points * flip + np.array(at, np.float32))


def _joined(outlines: list[Outline]) -> Outline:
    if not outlines:
        return Outline(np.empty(0, np.uint8), np.empty((0, 2), np.float32))
    return Outline(
        np.concatenate([outline.commands for outline in outlines]),
        np.concatenate([outline.points for outline in outlines]),
    )
