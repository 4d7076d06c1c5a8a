"""The colours of both whiteboards (light theme), as the player's bundled tldraw has them.

Figures: tldraw 1.29 `shape-styles.ts`; tlschema 2.0.0-alpha `TLColorStyle.ts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pod.bbb.playback.drawing import Colour


def from_hex(text: str) -> Colour:
    """`#rrggbb` as a colour."""
    return (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16), 255)


def mixed(a: Colour, b: Colour, part: float) -> Colour:
    """`part` of the way from `a` to `b`."""
    r, g, b_, _ = (int(x + part * (y - x) + 0.5) for x, y in zip(a, b, strict=True))
    return (r, g, b_, 255)


def faded(colour: Colour, opacity: float) -> Colour:
    """The colour with its alpha times `opacity` (0..1)."""
    r, g, b, a = colour
    return (r, g, b, round(a * min(1.0, max(0.0, opacity))))


@dataclass(frozen=True, slots=True)
class Tones:
    """One colour of tldraw 2 in its uses."""

    solid: Colour  # strokes, text, notes
    semi: Colour  # fill "solid"
    pattern: Colour  # the lines of fill "pattern"
    highlight: Colour


def _tones(solid: str, semi: str, pattern: str, highlight: str) -> Tones:
    return Tones(from_hex(solid), from_hex(semi), from_hex(pattern), from_hex(highlight))


V2: Final[dict[str, Tones]] = {
    "black": _tones("#1d1d1d", "#e8e8e8", "#494949", "#fddd00"),
    "blue": _tones("#4263eb", "#dce1f8", "#6681ee", "#10acff"),
    "green": _tones("#099268", "#d3e9e3", "#39a785", "#00ffc8"),
    "grey": _tones("#adb5bd", "#eceef0", "#bcc3c9", "#cbe7f1"),
    "light-blue": _tones("#4dabf7", "#ddedfa", "#6fbbf8", "#00f4ff"),
    "light-green": _tones("#40c057", "#dbf0e0", "#65cb78", "#65f641"),
    "light-red": _tones("#ff8787", "#f4dadb", "#fe9e9e", "#ff7fa3"),
    "light-violet": _tones("#e599f7", "#f5eafa", "#e9acf8", "#ff88ff"),
    "orange": _tones("#f76707", "#f8e2d4", "#f78438", "#ffa500"),
    "red": _tones("#e03131", "#f4dadb", "#e55959", "#ff636e"),
    "violet": _tones("#ae3ec9", "#ecdcf2", "#bd63d3", "#c77cff"),
    "yellow": _tones("#ffc078", "#f9f0e6", "#fecb92", "#fddd00"),
    "white": _tones("#ffffff", "#ffffff", "#ffffff", "#ffffff"),
}
V2_TEXT: Final = from_hex("#000000")
V2_BACKGROUND: Final[Colour] = (249, 250, 251, 255)
V2_PAPER: Final = from_hex("#fcfffe")  # fill "semi", frames
V2_HATCH_PAPER: Final = from_hex("#f8f9fa")  # between the lines of fill "pattern"


def tones(name: str) -> Tones:
    """The tones of a colour of tldraw 2; black's for an unknown one."""
    return V2.get(name, V2["black"])


_V1: Final[dict[str, str]] = {
    "white": "#f0f1f3",
    "lightGray": "#c6cbd1",
    "gray": "#788492",
    "black": "#1d1d1d",
    "green": "#36b24d",
    "cyan": "#0e98ad",
    "blue": "#1c7ed6",
    "indigo": "#4263eb",
    "violet": "#7746f1",
    "red": "#ff2133",
    "orange": "#ff9433",
    "yellow": "#ffc936",
}
_V1_CANVAS: Final = from_hex("#fafafa")
V1_STICKY_TEXT: Final = from_hex("#0d0d0d")


def v1_stroke(name: str) -> Colour:
    """Stroke and text colour of tldraw 1; white is drawn black."""
    return from_hex("#1d1d1d" if name == "white" else _V1.get(name, "#1d1d1d"))


def v1_fill(name: str) -> Colour:
    """Fill of a filled shape of tldraw 1: the colour, four fifths of the way to the canvas."""
    if name == "white":
        return from_hex("#fefefe")
    return mixed(from_hex(_V1.get(name, "#1d1d1d")), _V1_CANVAS, 0.82)


def v1_sticky(name: str) -> Colour:
    """Paper of a sticky note of tldraw 1; white and black ones are yellow."""
    paper = "yellow" if name in {"white", "black"} else name
    return mixed(from_hex(_V1.get(paper, _V1["yellow"])), _V1_CANVAS, 0.45)
