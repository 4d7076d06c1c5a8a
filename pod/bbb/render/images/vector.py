"""One vector picture of a recording: what drawing it has taken, and how large it is drawn therefore."""

from __future__ import annotations

import math
from pathlib import Path

from pod.bbb.playback.notes import Note
from pod.bbb.render.images.levels import Size, drawn_box, drawn_level, fitted_width
from pod.bbb.render.images.picture_process import DrawnPicture, PictureProcess
from pod.bbb.render.images.rasters import SEEN, Place, Raster, fitted_place


class Vector:
    """The SVG file of an href, drawn by `process`; `note` is told what was left out of it.

    `area` (width, height in pixels) is where it is seen whole. Widths are in pixels.
    """

    def __init__(
        self, href: str, path: Path, process: PictureProcess, area: tuple[int, int], note: Note
    ) -> None:
        self._href, self._path, self._process, self._area, self._note = href, path, process, area, note
        self._own: Size | None = None  # known once it was drawn
        self._most = math.inf  # how wide it is drawn: it costs too much when wider
        self._cost: tuple[float, int] | None = None  # seconds that drawing it took, and how many pixels
        self._base: float | None = None  # seconds of these that it takes at any size

    def bounded(self, width: float) -> float:
        """So wide, unless that is known to cost too much."""
        return min(width, self._most)

    def level(self, width: float, place: Place | None) -> int:
        """The level at which it is kept when drawn so wide; 0 for its very place, and when not yet drawn."""
        return drawn_level(self._own, width, self._area) if self._own and place is None else 0

    def serves(self, raster: Raster, level: int, place: Place | None) -> bool:
        """Whether it was drawn so for the very pixels of its place; large enough, without one."""
        if self._own is None:
            return False
        _pixels, box = drawn_box(self._own, level, self._area, place and fitted_place(place, self._own))
        if place is None:
            return raster.box[2] - raster.box[0] > 0.99 * (box[2] - box[0])
        return max(abs(one - other) for one, other in zip(box, raster.box, strict=True)) < SEEN

    def draw(self, width: float, place: Place | None) -> DrawnPicture:
        """Draw it about so wide, or for its place; raises `DrawingFailedError`."""
        drawn = self._process.svg(self._path, width, self._area, place)
        for text in drawn.notes:
            self._note(f"{self._href}: {text}.")
        self._own = drawn.raster.width, drawn.raster.height
        if drawn.level >= 0:  # what is drawn smaller costs more a pixel
            self._cost = drawn.seconds, drawn.raster.image.width * drawn.raster.image.height
        return drawn

    def affordable(self, width: float) -> float:
        """`width`, or how wide a closer view is drawn at most, by what drawing it took before.

        Reading the file and decoding its photographs takes as long at any size: drawing it tiny
        tells how long, once the time for so many pixels seems too much.
        """
        while self._own and self._seconds(self._own, width) > self._process.allowance:
            whole = fitted_width(self._own, self._area)
            if width < 1.01 * whole:
                break
            if self._base is None:
                self._base = self._process.svg(self._path, 1.0, self._area).seconds
            else:
                width = self._most = max(width / math.sqrt(2), whole)  # the next lower level
        return width

    def _seconds(self, own: Size, width: float) -> float:
        """How long drawing the pixels of a closer view will take; counts what any size takes until known."""
        if self._cost is None:
            return 0.0
        (seconds, pixels), level = self._cost, drawn_level(own, width, self._area)
        (across, down), _box = drawn_box(own, level, self._area, None)
        return (seconds - (self._base or 0.0)) * across * down / pixels

    def smaller(self, width: float) -> float | None:
        """Half as wide, down to the size at which it is seen whole, as so wide costs too much.

        None at that size. Each layer of a slide with shadows or translucent groups takes the memory of a
        whole picture.
        """
        if self._own is None:
            self.draw(1.0, None)  # tiny, for its own size
        whole = fitted_width(self._own or self._area, self._area)
        if width < 1.01 * whole:
            return None
        self._most = max(width / 2, whole)
        return self._most
