"""The few drawing operations that every whiteboard is reduced to.

Readers of shapes.svg and of tldraw translate what they find into these; the
painter knows nothing else. Coordinates are those of the whiteboard concerned;
the painter applies the view. An operation may carry its own affine `matrix`
(a, b, c, d, e, f) as in SVG: x' = a*x + c*y + e, y' = b*x + d*y + f.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, Literal, cast, overload

Colour = tuple[int, int, int, int]  # red, green, blue, alpha, 0..255
Matrix = tuple[float, float, float, float, float, float]
# ("M", x, y) ("L", x, y) ("C", x1, y1, x2, y2, x, y) ("Z",): absolute, nothing else;
# quadratic curves and arcs are converted by those who make a path.
Command = tuple[str | float, ...]


def multiply(outer: Matrix, inner: Matrix) -> Matrix:
    """The map that applies `inner` first, then `outer`."""
    a, b, c, d, e, f = outer
    g, h, i, j, k, m = inner
    return (a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f)


class PackedPath(Sequence[Command]):
    """A path kept small: a tenth of the memory of its commands, and ready for the rasteriser.

    `codes` has one of `CODES` a command, `points` its points as 32-bit floats.
    Two are equal only if they are the same object.
    """

    CODES: Final = {"Z": 0, "M": 1, "L": 2, "C": 3}

    __slots__ = ("codes", "points")

    def __init__(self, commands: Iterable[Command]) -> None:
        """Pack commands; all their numbers must be finite."""
        listed = list(commands)
        names = cast("list[str]", [command[0] for command in listed])
        numbers = cast("Iterable[tuple[float, ...]]", (command[1:] for command in listed))
        self.codes = bytes(map(self.CODES.__getitem__, names))
        self.points = array("f", chain.from_iterable(numbers))

    @classmethod
    def of(cls, codes: bytes, points: bytes) -> PackedPath:
        """What is packed already: `points` holds 32-bit floats, as many as the codes ask for."""
        path = cls(())
        path.codes = codes
        path.points = array("f", points)
        return path

    @property
    def finite(self) -> bool:
        """Whether all its numbers are."""
        return all(map(math.isfinite, self.points))

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[Command]:
        at = 0
        for code in self.codes:
            count = 6 if code == 3 else 2 if code else 0
            yield ("ZMLC"[code], *self.points[at : at + count])
            at += count

    @overload
    def __getitem__(self, index: int) -> Command: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Command, ...]: ...
    def __getitem__(self, index: int | slice) -> Command | tuple[Command, ...]:
        return tuple(self)[index]


@dataclass(frozen=True, slots=True)
class Fill:
    """Fill a path, and only inside of the area `inside` (even-odd) if there is one."""

    path: Sequence[Command]  # a tuple, or a PackedPath
    colour: Colour
    even_odd: bool = False
    matrix: Matrix | None = None
    inside: Sequence[Command] = ()


@dataclass(frozen=True, slots=True)
class Stroke:
    """Stroke a path; `width`, `dash` and `dash_offset` are in the path's units; `inside` as with `Fill`."""

    path: Sequence[Command]  # a tuple, or a PackedPath
    colour: Colour
    width: float
    cap: Literal["butt", "round", "square"] = "round"
    join: Literal["miter", "round", "bevel"] = "round"
    miter_limit: float = 4.0
    dash: tuple[float, ...] = ()
    dash_offset: float = 0.0
    matrix: Matrix | None = None
    inside: Sequence[Command] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A block of text, wrapped to `width` unless that is None.

    (x, y) is the block's top left corner; with `clip` nothing is drawn outside of
    the box of `width` and `height`. `halo` is the colour of a thin edge round the
    letters that keeps them readable on what lies below (tldraw v2). `family` is one of the names that
    `pod.bbb.render.text.fonts` knows ("arial", "draw", "sans", "serif", "mono", ...).
    `line_height` is a factor of `size`. `height` with `vertical` places the
    lines inside a box. `letter_spacing` is added after every letter, as a factor
    of `size` (tldraw v1 sets -0.03). `within` is the box on the whiteboard (left,
    top, right, bottom) of the shape that the text belongs to: tldraw v1 cuts off
    what is too far outside of it. `rtl` says that its paragraphs run from right to left.
    """

    text: str
    x: float
    y: float
    width: float | None
    size: float
    colour: Colour
    family: str = "arial"
    align: Literal["start", "middle", "end", "justify"] = "start"
    line_height: float = 1.15
    height: float | None = None
    vertical: Literal["start", "middle", "end"] = "start"
    letter_spacing: float = 0.0
    clip: bool = False
    halo: Colour | None = None
    within: tuple[float, float, float, float] | None = None
    matrix: Matrix | None = None
    rtl: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture file of the recording (`href` below its folder), fitted into a box as SVG does."""

    href: str
    x: float
    y: float
    width: float
    height: float
    stretch: bool = False  # True: preserveAspectRatio="none"
    matrix: Matrix | None = None


Op = Fill | Stroke | Text | Picture


@dataclass(frozen=True, slots=True)
class Layer:
    """Operations that are drawn over one another first, then laid on the board with one opacity (0 to 1)."""

    ops: tuple[Op, ...]  # no pictures, no texts that are cut off
    opacity: float


Piece = Op | Layer
