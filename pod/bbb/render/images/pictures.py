"""The picture files of a recording: slides (PNG, SVG) and poll results, decoded once and kept for a while.

Nothing outside the recording's folder is ever opened, and nothing is decoded
whose header promises more pixels than a slide may have.
"""

from __future__ import annotations

import contextlib
import math
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pod.bbb.errors import end_if_unanswered
from pod.bbb.render.images.damaged import BROKEN, why
from pod.bbb.render.images.levels import drawn_box, drawn_level, fitted_width
from pod.bbb.render.images.picture_process import DrawingFailedError, PictureProcess, TooCostlyError
from pod.bbb.render.images.rasters import SEEN, Place, Raster, fitted_place, is_small, load_raster

Note = Callable[[str], None]
MAX_FILE_BYTES: Final = 100 * 1024 * 1024
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
        return max(abs(one - other) for one, other in zip(box, found.box, strict=True)) < SEEN

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
