"""Letters in the shape that a browser on Linux gives them at a size: FreeType's light hinting.

Chromium moves the horizontal strokes of its letters onto whole pixels, puts
each baseline onto a whole pixel and each letter onto a quarter of one. That is
seen at the sizes of a whiteboard's text; so the letters are made here as they
are in the official player, on its pixel grid (`PLAYER`), and scaled from there
to the size of the video.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import freetype

from pod.bbb.playback.drawing import Matrix
from pod.bbb.render.canvas import Path as Outline
from pod.bbb.render.text.pen import GlyphPen

# The content area of the official player in a window of 1600 x 900 pixels.
PLAYER: Final = (0, 0, 1280, 710)
_SMALLEST, _LARGEST = 4.0, 256.0  # pixels: beyond, Skia draws letters as plain paths
_MODE: Final = freetype.FT_LOAD_TARGET_LIGHT | freetype.FT_LOAD_NO_BITMAP
_KEPT: Final = 8192


@dataclass(frozen=True, slots=True)
class Grid:
    """The player's pixels under a text: x' = scale * x + dx, y' = scale * y + dy."""

    scale: float
    dx: float
    dy: float

    @classmethod
    def of(cls, matrix: Matrix) -> Grid | None:
        """The grid of a matrix from text to the player's pixels; None where it turns or stretches."""
        a, b, c, d, e, f = matrix
        return cls(a, e, f) if b == 0 == c and a > 0 and abs(a - d) < 1e-9 * a else None

    def hints(self, size: float) -> bool:
        """Whether letters of this size are hinted."""
        return _SMALLEST <= size * self.scale <= _LARGEST

    def letter(self, x: float) -> float:
        """Where a letter that should be at x is put."""
        return (math.floor((x * self.scale + self.dx) * 4) / 4 - self.dx) / self.scale

    def baseline(self, y: float) -> float:
        """Where a baseline that should be at y is put."""
        return (math.floor(y * self.scale + self.dy + 0.5) - self.dy) / self.scale


class Hinted:
    """The hinted outlines of one font file at one weight."""

    def __init__(self, path: Path, weight: int | None) -> None:
        """Open the file; OSError if it is no font."""
        try:
            self._face = freetype.Face(str(path))
            if weight is not None:
                self._face.set_var_design_coords(self._coordinates(weight))
        except freetype.FT_Exception as error:
            raise OSError(f"{path.name}: {error}") from error
        self._size = 0
        self._kept: dict[tuple[int, int], Outline] = {}

    def _coordinates(self, weight: int) -> list[float]:
        axes = self._face.get_variation_info().axes
        return [float(weight) if axis.tag == "wght" else axis.default for axis in axes]

    def outline(self, glyph: int, pixels: float) -> Outline:
        """The outline of a glyph at so many pixels an em; in em, y upwards."""
        size = round(pixels * 64)
        found = self._kept.get((glyph, size))
        if found is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            found = self._kept[glyph, size] = self._load(glyph, size)
        return found

    def _load(self, glyph: int, size: int) -> Outline:
        if size != self._size:
            self._face.set_char_size(size, 0, 72, 72)
            self._size = size
        self._face.load_glyph(glyph, _MODE)
        pen = GlyphPen()
        self._face.glyph.outline.decompose(pen, _move, _line, _conic, _cubic)
        return pen.outline(size)


def _move(at: Any, pen: GlyphPen) -> None:  # noqa: ANN401 - a C structure with x and y
    pen.move_to(at.x, at.y)


def _line(at: Any, pen: GlyphPen) -> None:  # noqa: ANN401 - see above
    pen.line_to(at.x, at.y)


def _conic(control: Any, at: Any, pen: GlyphPen) -> None:  # noqa: ANN401 - see above
    pen.quadratic_to(control.x, control.y, at.x, at.y)


def _cubic(first: Any, second: Any, at: Any, pen: GlyphPen) -> None:  # noqa: ANN401 - see above
    pen.cubic_to(first.x, first.y, second.x, second.y, at.x, at.y)
