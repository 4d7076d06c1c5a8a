"""Text of our own in the picture: chat messages, and cards for what was not recorded."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from pod.bbb.playback.drawing import Colour, Text
from pod.bbb.playback.style import SAME
from pod.bbb.render.canvas import Box, Canvas, Pixels, compile_path, paint
from pod.bbb.render.text.blocks import layout, line_metrics, wrap
from pod.bbb.render.text.shaping import is_rtl

FAMILY = "sans"
LINE_HEIGHT = 1.3


@dataclass(frozen=True, slots=True)
class Lines:
    """Text broken into lines of one size for a column of `width`, ready to be put somewhere.

    With `rtl` they are read from right to left, and stand at the column's right side.
    """

    text: str
    size: float
    colour: Colour
    height: float
    width: float
    rtl: bool = False

    def below(self, cut: float) -> tuple[Lines, float]:
        """The lines that lie wholly below `cut` from the top, and how far down they begin."""
        rows = self.text.split("\n")
        step = self.height / len(rows)
        gone = min(len(rows), max(0, math.ceil(cut / step - 1e-6)))
        text = "\n".join(rows[gone:])
        return replace(self, text=text, height=self.height - gone * step), gone * step


def lines(text: str, width: float, size: float, colour: Colour, most: int) -> Lines:
    """Break `text` to `width` pixels; beyond `most` lines it ends with an ellipsis."""
    broken = wrap(text, FAMILY, size, width)
    if len(broken) > most:
        broken = [*broken[: most - 1], broken[most - 1][:-1] + "…"]
    step, _ = line_metrics(FAMILY, size, LINE_HEIGHT)
    return Lines("\n".join(broken), size, colour, step * len(broken), width, is_rtl(text))


class Sheet:
    """A picture to write on."""

    def __init__(self, width: int, height: int, colour: tuple[int, int, int]) -> None:
        """Make it opaque, of one colour (red, green, blue)."""
        self.pixels = np.empty((height, width, 4), np.uint8)
        paint(self.pixels, colour)
        self._canvas = Canvas(self.pixels)
        self._canvas.clip((0, 0, width, height))

    def rectangle(self, box: Box, colour: Colour) -> None:
        """Fill `box` (left, top, right, bottom)."""
        left, top, right, bottom = box
        corners = (("M", left, top), ("L", right, top), ("L", right, bottom), ("L", left, bottom), ("Z",))
        self._canvas.fill(compile_path(corners), colour, SAME)

    def write(self, broken: Lines, x: float, y: float) -> None:
        """Put lines with their top left corner at (x, y)."""
        if not broken.text.strip():
            return
        op = Text(broken.text, x, y, None, broken.size, broken.colour, FAMILY, line_height=LINE_HEIGHT)
        if broken.rtl:
            op = replace(op, width=broken.width, align="end", rtl=True)
        self._canvas.fill(layout(op).outline(), broken.colour, SAME)

    def done(self) -> Pixels:
        """Give the finished picture."""
        self._canvas.flush()
        return self.pixels
