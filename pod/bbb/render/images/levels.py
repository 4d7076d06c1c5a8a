"""How large vector pictures are drawn: at few levels, so that one that is kept serves again."""

from __future__ import annotations

import math
from typing import Final

from pod.bbb.render.images.rasters import SEEN, Place

Size = tuple[float, float]  # width, height
MAX_PIXELS: Final = 8_000_000  # of one rendering; beyond it is scaled up
_NEARLY: Final = 0.01  # halves of an octave: shapes.svg rounds the sizes of slides to whole pixels
_MORE: Final = 1 / 4  # octaves: drawn for twice the size exactly, a slide shifted by half a pixel would blur


def drawn_level(size: Size, scale_to: float, area: Size) -> int:
    """How large a vector picture of a size is drawn to be `scale_to` pixels wide.

    0: so that it just fits into `area` (width, height in pixels), else by so many halves of an octave
    and `_MORE` larger or smaller, capped: 1.0 to 1.4 times as large as shown. The first step up is longer,
    up to 1.7, so that a slide into which one zooms slowly is not drawn once more.
    """
    width = min(max(scale_to, 16.0), math.sqrt(MAX_PIXELS * size[0] / size[1]), 8192.0)
    halves = 2 * math.log2(width / fitted_width(size, area))
    return 0 if abs(halves) < _NEARLY else math.ceil(halves - 2 * _MORE) or 1


def drawn_box(size: Size, level: int, area: Size, place: Place | None) -> tuple[tuple[int, int], Place]:
    """The pixels of a vector picture at a level, and the box of them that it fills.

    At level 0 these are the pixels of its `place` in the target, if that is known, parts of pixels
    included: the slide seen whole keeps its thin lines and the edges of its letters.
    """
    if level == 0 and place is not None:
        left, top = place[0] % 1, place[1] % 1
        right, bottom = left + place[2] - place[0], top + place[3] - place[1]
        return (math.ceil(right - SEEN), math.ceil(bottom - SEEN)), (left, top, right, bottom)
    width = fitted_width(size, area) * (2 ** (level / 2 + _MORE) if level else 1)
    pixels = max(1, round(width)), max(1, round(width * size[1] / size[0]))
    return pixels, (0.0, 0.0, *pixels)


def fitted_width(size: Size, area: Size) -> float:
    """How many pixels wide a picture of a size is that just fits into an area."""
    return min(area[0], area[1] * size[0] / size[1])
