"""What lies below the shapes that change, painted once.

A stroke that grows is drawn anew with each of its versions. All shapes below
it are the same meanwhile: they are kept as a picture, so that a version costs
as much on a crowded board as on an empty one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from pod.bbb.render.canvas import Box, Canvas, Pixels
from pod.bbb.render.painting.items import Drawn, meets

_PAYS: Final = 3  # a shape in a small region takes a third of what it takes in the whole picture


class Below:
    """The base with the lowest shapes; at first, and after `forget`, with none."""

    def __init__(self, base: Pixels) -> None:
        """Lie on `base`, an array that is read again after each `forget`."""
        self._base = base
        self._own: tuple[Pixels, Canvas] | None = None  # made when first needed
        self._again = 0  # shapes drawn again that might have been kept, since some were added
        self.shapes: list[Drawn] = []

    @property
    def pixels(self) -> Pixels:
        """The picture."""
        return self._own[0] if self.shapes and self._own else self._base

    def forget(self) -> None:
        """Hold no shapes."""
        self.shapes, self._again = [], 0

    def due(self, stayed: Sequence[Drawn], region: Box) -> Sequence[Drawn]:
        """The shapes that it pays to add now, a region being painted anew; `stayed` are the lowest ones.

        They are added once those that were drawn again took as long as adding
        them takes: changes that come by turns, high and low, cost twice at most.
        """
        if self.shapes != stayed[: len(self.shapes)]:
            self.forget()
        missing = stayed[len(self.shapes) :]
        self._again += sum(meets(shape.box, region) for shape in missing)
        return missing if self._again > _PAYS * len(missing) else ()

    def add(self, shapes: Sequence[Drawn]) -> Canvas:
        """Count shapes as held; give the canvas that they are to be drawn on."""
        if self._own is None:
            pixels = np.empty_like(self._base)
            self._own = pixels, Canvas(pixels)
        if not self.shapes:
            self._own[0][...] = self._base
        self.shapes += shapes
        self._again = 0
        return self._own[1]
