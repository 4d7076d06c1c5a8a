"""Small recordings made in memory, for the painter's tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pod.bbb.playback.drawing import Colour, Fill, Piece, Stroke
from pod.bbb.playback.model import Playback, Rect, Slide, SlideKind, SvgShape, Whiteboard
from pod.bbb.render.timing.scene import Scene

RED: Colour = (255, 0, 0, 255)
BLUE: Colour = (0, 0, 255, 255)
SIZE = (160, 90)
WHOLE = Rect(0, 0, *SIZE)
LETTERBOX = (243, 246, 249)


def slide(href: str = "presentation/p/slide-1.png", width: float = SIZE[0], height: float = SIZE[1]) -> Slide:
    """A slide of 160 x 90 unless told otherwise."""
    return Slide("image1", 0.0, 10.0, href, width, height, SlideKind.SLIDE)


def playback(folder: Path, whiteboard: Whiteboard = Whiteboard.SVG) -> Playback:
    """A recording in `folder`, whose files the test makes."""
    return Playback(folder, "a-1", "Title", None, "", 10.0, whiteboard)


def white_slide(
    folder: Path, size: tuple[int, int] = SIZE, colour: tuple[int, int, int] = (255, 255, 255)
) -> Slide:
    """A slide of one colour, with its file."""
    shown = slide()
    path = folder / shown.href
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, "white").save(path)
    return Slide(shown.image, 0.0, 10.0, shown.href, size[0], size[1], SlideKind.SLIDE)


def scene(
    shown: Slide | None,
    *shapes: SvgShape,
    view: Rect | None = WHOLE,
    cursor: tuple[float, float] | None = None,
) -> Scene:
    """A scene of the whiteboard of BBB <= 2.5."""
    rect = Rect(0, 0, shown.width, shown.height) if shown else None
    return Scene(0.0, slide=shown, slide_rect=rect, view=view, shapes=shapes, cursor=cursor)


def shape(order: int, *ops: Piece) -> SvgShape:
    """A shape that is always there."""
    return SvgShape(f"shape{order}", order, 0.0, 10.0, ops)


def line(x0: float, y0: float, x1: float, y1: float, width: float = 4.0, colour: Colour = RED) -> Stroke:
    """A straight stroke."""
    return Stroke((("M", x0, y0), ("L", x1, y1)), colour, width, cap="butt")


def block(x: float, y: float, width: float, height: float, colour: Colour = RED) -> Fill:
    """A filled rectangle."""
    path = (("M", x, y), ("L", x + width, y), ("L", x + width, y + height), ("L", x, y + height), ("Z",))
    return Fill(path, colour)


def rgb(pixels: NDArray[np.uint8], x: int, y: int) -> tuple[int, int, int]:
    """The colour of a pixel of a painted picture."""
    blue, green, red, _ = pixels[y, x].tolist()
    return red, green, blue
