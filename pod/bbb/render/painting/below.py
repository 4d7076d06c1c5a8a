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
    """The base with the lowest shapes painted on it; at first, and after `forget`, none are."""

    def __init__(self, base: Pixels) -> None:
        """`base` is an array that is read anew after each `forget`."""
        self._base = base
        self._own: tuple[Pixels, Canvas] | None = None  # made when first needed
        self._again = 0  # how many shapes were drawn again that could have been held, since the last `add`
        self.shapes: list[Drawn] = []

    @property
    def pixels(self) -> Pixels:
        """The picture."""
        return self._own[0] if self.shapes and self._own else self._base

    def forget(self) -> None:
        """Let go of all shapes: the base has changed."""
        self.shapes, self._again = [], 0

    def due(self, stayed: Sequence[Drawn], region: Box) -> Sequence[Drawn]:
        """The shapes that are worth adding now that `region` is painted anew.

        `stayed` are the lowest shapes, as many as did not change. They are added once
        drawing them again has cost as much as adding them does: if changes alternate
        between high and low shapes, all costs twice as much at most.
        """
        if self.shapes != stayed[: len(self.shapes)]:
            self.forget()
        missing = stayed[len(self.shapes) :]
        self._again += sum(meets(shape.box, region) for shape in missing)
        return missing if self._again > _PAYS * len(missing) else ()

    def add(self, shapes: Sequence[Drawn]) -> Canvas:
        """Hold `shapes` from now on; give the canvas that the caller must draw them on."""
        if self._own is None:
            pixels = np.empty_like(self._base)
            self._own = pixels, Canvas(pixels)
        if not self.shapes:
            self._own[0][...] = self._base
        self.shapes += shapes
        self._again = 0
        return self._own[1]
