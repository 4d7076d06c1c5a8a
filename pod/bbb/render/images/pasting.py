"""Laying decoded pictures into the painter's pixels: scaled, shifted, turned, blended."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from PIL import Image

from pod.bbb.playback.drawing import Matrix
from pod.bbb.render.canvas import Box, Pixels
from pod.bbb.render.images.rasters import SEEN, Place, Raster


def paste(target: Pixels, raster: Raster, matrix: Matrix, clip: Box, *, onto_nothing: bool = False) -> None:
    """Draw the picture into `target`: `matrix` maps its unit square to pixels, `clip` limits what is touched.

    `onto_nothing`: the target is empty and keeps the picture's transparency.
    """
    a, b, c, d, e, f = matrix
    if b == 0 and c == 0 and a > 0 and d > 0:
        _paste_upright(target, raster, (e, f, e + a, f + d), clip, copy=onto_nothing or raster.opaque)
    elif a * d - b * c != 0:
        _paste_turned(target, raster, matrix, clip, copy=onto_nothing)


def _paste_upright(target: Pixels, raster: Raster, where: Place, clip: Box, *, copy: bool) -> None:
    x0, y0, x1, y1 = where
    left, top = max(clip[0], round(x0)), max(clip[1], round(y0))
    right, bottom = min(clip[2], round(x1)), min(clip[3], round(y1))
    if right <= left or bottom <= top:
        return
    low_x, low_y, high_x, high_y = raster.box
    across = (high_x - low_x) / (x1 - x0)
    columns = _runs((x0, x1), (left, right), (low_x, high_x))
    rows = _runs((y0, y1), (top, bottom), (low_y, high_y))
    # Browsers interpolate linearly when they enlarge; to reduce, Hamming's window is as cheap and sharper.
    method = Image.Resampling.HAMMING if across > 1 else Image.Resampling.BILINEAR
    for row in rows:
        for column in columns:
            size = column.last - column.first, row.last - row.first
            source = column.low, row.low, column.high, row.high
            # To a thumbnail it is first brought by a whole factor: half the cost, and twice its pixels stay.
            scaled = raster.image.resize(size, method, box=source, reducing_gap=2.0)
            _lay(target[row.first : row.last, column.first : column.last], scaled, copy=copy)


@dataclass(frozen=True, slots=True)
class _Run:
    """Pixels `first` to `last` of the target on one axis, which show `low` to `high` of the picture's own."""

    first: int
    last: int
    low: float
    high: float


def _runs(place: tuple[float, float], pixels: tuple[int, int], own: tuple[float, float]) -> list[_Run]:
    """The `pixels` (first, last) that show a picture's `own` (from, to) lying at `place` on one axis.

    A pixel at an end that the picture covers in part is a run by itself: together
    with the others it would draw the whole picture towards it, by up to half a pixel.
    """
    (start, end), (first, last) = place, pixels
    cuts = [first, last]
    if last - first > 2:
        cuts[1:1] = [first + 1] * (start - first > SEEN) + [last - 1] * (last - end > SEEN)
    low, high = own
    step = (high - low) / (end - start)
    sides = [min(max(low + (cut - start) * step, low), high) for cut in cuts]
    runs = zip(pairwise(cuts), pairwise(sides), strict=True)
    return [_Run(*cut, *side) for cut, side in runs if side[1] > side[0]]


def _lay(target: Pixels, image: Image.Image, *, copy: bool) -> None:
    """Lay a raster's image over pixels of its size; `copy`: in their place."""
    words = np.frombuffer(image.tobytes("raw", "RGBX"), "<u4").reshape(image.height, image.width)
    if image.mode == "RGBX":
        blend(target, words.view(np.uint8).reshape(target.shape), opaque=copy)
    else:  # opaque; straight into the target: an array between costs ten times as much
        np.bitwise_or(words, np.uint32(0xFF000000), out=target.view("<u4")[..., 0])


def _paste_turned(target: Pixels, raster: Raster, matrix: Matrix, clip: Box, *, copy: bool) -> None:
    a, b, c, d, e, f = matrix
    xs, ys = [e, e + a, e + c, e + a + c], [f, f + b, f + d, f + b + d]
    left, top = max(clip[0], math.floor(min(xs))), max(clip[1], math.floor(min(ys)))
    right, bottom = min(clip[2], math.ceil(max(xs))), min(clip[3], math.ceil(max(ys)))
    if right <= left or bottom <= top:
        return
    # First to the size on the screen, so that the turning samples every pixel about once.
    size = (max(1, min(4096, round(math.hypot(a, b)))), max(1, min(4096, round(math.hypot(c, d)))))
    whole = raster.image.convert("RGBX")  # beside it is nothing
    image = whole.resize(size, Image.Resampling.HAMMING, raster.box)
    determinant = a * d - b * c
    u = (d / determinant * size[0], -c / determinant * size[0])
    v = (-b / determinant * size[1], a / determinant * size[1])
    offset_x, offset_y = left - e, top - f
    inverse = (
        u[0], u[1], u[0] * offset_x + u[1] * offset_y,
        v[0], v[1], v[0] * offset_x + v[1] * offset_y,
    )  # fmt: skip
    turned = image.transform(
        (right - left, bottom - top), Image.Transform.AFFINE, inverse, Image.Resampling.BILINEAR
    )
    _lay(target[top:bottom, left:right], turned, copy=copy)


def blend(target: Pixels, pixels: Pixels, *, opaque: bool) -> None:
    """Lay premultiplied pixels over an opaque picture of the same size."""
    if opaque:
        target[...] = pixels
        return
    rest = 255 - pixels[..., 3:4].astype(np.uint16)
    under = target.astype(np.uint16) * rest
    target[...] = pixels + ((under + 127) // 255).astype(np.uint8)
    target[..., 3] = 255
