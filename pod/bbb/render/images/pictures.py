"""The picture files of a recording: slides (PNG, SVG) and poll results, decoded once and kept for a while.

Nothing outside the recording's folder is ever opened, and nothing is decoded
whose header promises more pixels than a slide may have.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Final

from pod.bbb.errors import end_if_unanswered
from pod.bbb.playback.notes import Note
from pod.bbb.render.images.damaged import BROKEN, why
from pod.bbb.render.images.picture_process import DrawingFailedError, PictureProcess, TooCostlyError
from pod.bbb.render.images.rasters import Place, Raster, is_small, load_raster
from pod.bbb.render.images.vector import Vector

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
        self._vectors: dict[str, Vector] = {}
        self._rasters: OrderedDict[tuple[str, int], Raster] = OrderedDict()  # by href and level
        self._failed: set[str] = set()
        self._least = 0.0  # pixels: how wide vectors are drawn at least
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
            return self._cached(href, max(scale_to, self._least), None if self._least else place)
        except DrawingFailedError as error:
            self._fail(href, str(error))
        except BROKEN as error:
            end_if_unanswered(error)
            self._fail(href, why(error))
        return None

    def as_large_as(self, width: float) -> Pictures:
        """These pictures, vectors drawn at least `width` pixels wide: kept ones of that width serve again."""
        larger = copy.copy(self)
        larger._least = width  # noqa: SLF001 - our own
        return larger

    def _fail(self, href: str, reason: str) -> None:
        self._failed.add(href)
        self._note(f"The picture {href} cannot be shown: {reason}.")

    def _cached(self, href: str, width: float, place: Place | None) -> Raster:
        if href.lower().endswith(".svg"):
            found, level = self._vector(href, width, place)
        else:
            found, level = self._rasters.get((href, 0)) or self._load(href), 0
        self._rasters[href, level] = found
        self._rasters.move_to_end((href, level))
        while len(self._rasters) > 1 and sum(r.size for r in self._rasters.values()) > CACHE_BYTES:
            self._rasters.popitem(last=False)
        return found

    def _vector(self, href: str, width: float, place: Place | None) -> tuple[Raster, int]:
        """The picture as it is kept or drawn for this use, smaller if that costs too much; its level."""
        if href not in self._vectors:
            self._vectors[href] = Vector(href, self.path(href), self._process, self._area, self._note)
        picture = self._vectors[href]
        width = picture.bounded(width)
        while (kept := self._kept(href, width, place)) is None:
            try:
                cheaper = picture.affordable(width) if place is None else width
                if cheaper == width:
                    drawn = picture.draw(width, place)
                    return drawn.raster, drawn.level
                width = cheaper  # a lower level may be there already
            except TooCostlyError:
                smaller = picture.smaller(width) if place is None else None
                if smaller is None:
                    raise
                width = smaller
        return kept

    def _kept(self, href: str, width: float, place: Place | None) -> tuple[Raster, int] | None:
        """A vector picture as it is kept for this use, and its level."""
        picture = self._vectors[href]
        level = picture.level(width, place)
        found = self._rasters.get((href, level))
        return (found, level) if found is not None and picture.serves(found, level, place) else None

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
            drawn = self._process.raster(path)
            raster, said = drawn.raster, drawn.notes
        for text in said:
            self._note(f"The picture {href} {text}.")
        return raster
