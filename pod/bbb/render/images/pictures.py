"""The picture files of a recording: slides (PNG, SVG) and poll results, decoded once and kept for a while.

Nothing outside the recording's folder is ever opened, and nothing is decoded
whose header promises more pixels than a slide may have.
"""

from __future__ import annotations

import contextlib
import math
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image

from pod.bbb.errors import end_if_unanswered
from pod.bbb.playback.drawing import Matrix
from pod.bbb.render.canvas import Box, Pixels
from pod.bbb.render.images.damaged import BROKEN, why
from pod.bbb.render.images.picture_process import DrawingFailedError, PictureProcess, TooCostlyError
from pod.bbb.render.images.rasters import Place, Raster, fitted_place, is_small, load_raster
from pod.bbb.render.images.svg import drawn_box, drawn_level, fitted_width

Note = Callable[[str], None]
MAX_FILE_BYTES: Final = 100 * 1024 * 1024
_SEEN: Final = 0.02  # pixels
CACHE_BYTES: Final = 16 * 1024 * 1024  # two slides; each process at a conversion has its own


class Pictures:
    """The pictures below one recording's folder; `note` is told once of each that cannot be shown.

    `breathe` is called while one is drawn for long; what it raises ends the drawing.
    `area` is that of the content in the video (width, height in pixels).
    """

    def __init__(
        self,
        folder: Path,
        note: Note,
        breathe: Callable[[], None] = lambda: None,
        area: tuple[int, int] = (1280, 720),
    ) -> None:
        self._folder = folder.resolve()
        self._area = area
        self._note = note
        self._vectors: dict[str, tuple[float, float]] = {}  # their own sizes
        self._rasters: OrderedDict[tuple[str, int], Raster] = OrderedDict()
        self._failed: set[str] = set()
        self._least = 0.0  # pixels: how wide vectors are drawn at least
        self._most: dict[str, float] = {}  # pixels: how wide vectors are drawn that cost too much when wider
        self._costs: dict[str, tuple[float, int]] = {}  # seconds that drawing them took, and how many pixels
        self._bases: dict[str, float] = {}  # seconds of these that they take at any size
        self._process = PictureProcess(self._folder, breathe)

    def close(self) -> None:
        """End the process that draws; it is started again when more is asked for."""
        self._process.close()

    def get(self, href: str, scale_to: float, place: Place | None = None) -> Raster | None:
        """The picture, a vector one drawn for a width of about `scale_to` pixels; None if unusable.

        `place` is the box of pixels into which it will be fitted (left, top, right, bottom), for a
        vector that is to be drawn for these very pixels.
        """
        if href in self._failed:
            return None
        try:
            wanted = min(max(scale_to, self._least), self._most.get(href, math.inf))
            return self._cached(href, wanted, None if self._least else place)
        except DrawingFailedError as error:
            self._fail(href, str(error))
        except BROKEN as error:
            end_if_unanswered(error)
            self._fail(href, why(error))
        return None

    @contextlib.contextmanager
    def as_large_as(self, width: float) -> Iterator[None]:
        """Inside the block draw vectors at least `width` pixels wide: kept ones of that width serve again."""
        self._least = width
        try:
            yield
        finally:
            self._least = 0.0

    def _fail(self, href: str, reason: str) -> None:
        self._failed.add(href)
        self._note(f"The picture {href} cannot be shown: {reason}.")

    def _cached(self, href: str, scale_to: float, place: Place | None) -> Raster:
        found, level = self._kept(href, scale_to, place)
        if found is None:
            vector = href.lower().endswith(".svg")
            found, level = self._drawn_smaller(href, scale_to, place) if vector else (self._load(href), 0)
            self._rasters[href, level] = found
            while len(self._rasters) > 1 and sum(r.size for r in self._rasters.values()) > CACHE_BYTES:
                self._rasters.popitem(last=False)
        self._rasters.move_to_end((href, level))
        return found

    def _kept(self, href: str, scale_to: float, place: Place | None) -> tuple[Raster | None, int]:
        """The picture as it is kept for this use, and its level."""
        known = place is None and href in self._vectors
        level = drawn_level(self._vectors[href], scale_to, self._area) if known else 0
        found = self._rasters.get((href, level))
        return (found if found is not None and self._fits(href, level, found, place) else None), level

    def _fits(self, href: str, level: int, found: Raster, place: Place | None) -> bool:
        """Whether a vector picture was drawn for the very pixels of its place; large enough, without one."""
        if href not in self._vectors:
            return True
        own = self._vectors[href]
        _pixels, box = drawn_box(own, level, self._area, place and fitted_place(place, own))
        if place is None:
            return found.box[2] - found.box[0] > 0.99 * (box[2] - box[0])
        return max(abs(one - other) for one, other in zip(box, found.box, strict=True)) < _SEEN

    def _drawn_smaller(self, href: str, scale_to: float, place: Place | None) -> tuple[Raster, int]:
        """Draw it, if that costs too much half as large, down to the size at which it is seen whole.

        Each layer of a slide with shadows or translucent groups takes the memory of a whole picture.
        """
        while True:
            try:
                if place is None:
                    scale_to = self._affordable(href, scale_to)
                    kept, level = self._kept(href, scale_to, None)  # a lower level may be there already
                    if kept is not None:
                        return kept, level
                return self._drawn(href, scale_to, place)
            except TooCostlyError:
                if place is None and href not in self._vectors:
                    self._drawn(href, 1.0, None)  # tiny, for its own size
                whole = fitted_width(self._vectors.get(href, self._area), self._area)
                if place is not None or scale_to < 1.01 * whole:
                    raise
                scale_to = self._most[href] = max(scale_to / 2, whole)

    def _affordable(self, href: str, scale_to: float) -> float:
        """`scale_to`, or how wide (pixels) a closer view is drawn at most, by what drawing it took before.

        Reading the file and decoding its photographs takes as long at any size: drawing it tiny
        tells how long, once the time for so many pixels seems too much.
        """
        while href in self._costs and self._seconds(href, scale_to) > self._process.allowance:
            whole = fitted_width(self._vectors[href], self._area)
            if scale_to < 1.01 * whole:
                break
            if href in self._bases:
                scale_to = self._most[href] = max(scale_to / math.sqrt(2), whole)  # the next lower level
            else:
                self._process.svg(self.path(href), 1.0, self._area)
                self._bases[href] = self._process.seconds
        return scale_to

    def _seconds(self, href: str, width: float) -> float:
        """How long drawing the pixels of a closer view will take; counts what any size takes until known."""
        (seconds, pixels), own = self._costs[href], self._vectors[href]
        (across, down), _box = drawn_box(own, drawn_level(own, width, self._area), self._area, None)
        return (seconds - self._bases.get(href, 0.0)) * across * down / pixels

    def _drawn(self, href: str, scale_to: float, place: Place | None) -> tuple[Raster, int]:
        raster, level, said = self._process.svg(self.path(href), scale_to, self._area, place)
        for text in said:
            self._note(f"{href}: {text}.")
        self._vectors[href] = raster.width, raster.height
        if level >= 0:  # what is drawn smaller costs more a pixel
            self._costs[href] = self._process.seconds, raster.image.width * raster.image.height
        return raster, level

    def path(self, href: str) -> Path:
        """The file that a reference means; OSError if it is none of this recording."""
        try:
            path = (self._folder / href).resolve()
        except RuntimeError as error:
            raise OSError("its link leads in a circle") from error
        if not path.is_relative_to(self._folder):
            raise PermissionError("it lies outside the recording")
        if not path.is_file():
            raise FileNotFoundError("the file is missing")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise OSError(f"the file has {path.stat().st_size} bytes")
        return path

    def _load(self, href: str) -> Raster:
        path, said = self.path(href), list[str]()
        if is_small(path):
            raster = load_raster(path, said.append)
        else:
            raster, said = self._process.raster(path)
        for text in said:
            self._note(f"The picture {href} {text}.")
        return raster


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
        cuts[1:1] = [first + 1] * (start - first > _SEEN) + [last - 1] * (last - end > _SEEN)
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
