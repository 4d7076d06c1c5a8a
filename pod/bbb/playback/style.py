"""How a shape of shapes.svg is painted: its `style`, its presentation attributes, its colours."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, cast

from PIL import ImageColor

from pod.bbb.playback.drawing import Colour, Matrix, multiply
from pod.bbb.playback.numbers import number, numbers

Cap = Literal["butt", "round", "square"]
Join = Literal["miter", "round", "bevel"]
BLACK: Colour = (0, 0, 0, 255)
_PROPERTIES = frozenset(
    {
        "stroke",
        "stroke-width",
        "stroke-linecap",
        "stroke-linejoin",
        "stroke-miterlimit",
        "stroke-opacity",
        "stroke-dasharray",
        "fill",
        "fill-opacity",
        "fill-rule",
        "opacity",
        "color",
        "font-size",
        "font-family",
    }
)
_TRANSFORM = re.compile(r"([A-Za-z]+)\s*\(([^()]*)\)")
SAME: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Style:
    """Resolved paint of one primitive; None colours paint nothing."""

    fill: Colour | None
    stroke: Colour | None
    width: float
    cap: Cap
    join: Join
    miter_limit: float
    dash: tuple[float, ...]
    even_odd: bool


def declarations(attributes: Mapping[str, str]) -> dict[str, str]:
    """The paint properties of an element: its attributes, overruled by its `style`."""
    found = {name: value.strip() for name, value in attributes.items() if name in _PROPERTIES}
    for part in attributes.get("style", "").split(";"):
        name, colon, value = part.partition(":")
        if colon and name.strip().lower() in _PROPERTIES:
            found[name.strip().lower()] = value.strip()
    return found


def resolve(properties: Mapping[str, str]) -> Style:
    """What SVG makes of these properties: black fill, no stroke, width 1, unless they say otherwise."""
    opacity = _fraction(properties.get("opacity"))
    width = number(properties.get("stroke-width", "1"))
    cap = properties.get("stroke-linecap", "butt")
    join = properties.get("stroke-linejoin", "miter")
    dash = tuple(value for value in numbers(properties.get("stroke-dasharray")) if value and value > 0)
    limit = number(properties.get("stroke-miterlimit"))
    return Style(
        fill=colour(properties.get("fill", "black"), opacity * _fraction(properties.get("fill-opacity"))),
        stroke=colour(
            properties.get("stroke", "none"), opacity * _fraction(properties.get("stroke-opacity"))
        ),
        width=1.0 if width is None else max(0.0, width),
        cap=cast("Cap", cap) if cap in ("butt", "round", "square") else "butt",
        join=cast("Join", join) if join in ("miter", "round", "bevel") else "miter",
        miter_limit=4.0 if limit is None or limit < 1 else limit,
        dash=dash,
        even_odd=properties.get("fill-rule") == "evenodd",
    )


def colour(text: str, alpha: float = 1.0) -> Colour | None:
    """A CSS colour with its alpha times `alpha`; None for `none`, `transparent` and what is no colour."""
    text = text.strip().lower()
    if text in ("", "none", "transparent"):
        return None
    if text.isascii() and text.isdigit():  # some old servers wrote Flash's decimal colours
        value = int(text[:9]) & 0xFFFFFF
        return value >> 16, value >> 8 & 255, value & 255, round(255 * alpha)
    try:
        parts = ImageColor.getrgb(text)
    except ValueError:
        return None
    known = parts[3] if len(parts) == 4 else 255
    return parts[0], parts[1], parts[2], round(known * alpha)


def _fraction(text: str | None) -> float:
    value = number(text)
    return 1.0 if value is None else min(1.0, max(0.0, value))


def matrix(text: str | None) -> Matrix | None:
    """The affine map of a `transform` attribute; None when there is none or it is broken."""
    found = affine(text or "")
    return None if found == SAME else found


def affine(text: str) -> Matrix | None:
    """The affine map of a `transform` attribute, `SAME` of an empty one; None when it is broken."""
    if len(text) > 1000:
        return None
    result = SAME
    for name, arguments in _TRANSFORM.findall(text):
        one = _one(name, numbers(arguments))
        if one is None:
            return None
        result = multiply(result, one)
    return result


def _one(name: str, values: list[float | None]) -> Matrix | None:
    known = [value for value in values if value is not None]
    if len(known) != len(values) or not known:
        return None
    if name == "matrix" and len(known) == 6:
        return cast("Matrix", tuple(known))
    if name == "translate" and len(known) <= 2:
        return 1.0, 0.0, 0.0, 1.0, known[0], known[1] if len(known) == 2 else 0.0
    if name == "scale" and len(known) <= 2:
        return known[0], 0.0, 0.0, known[-1], 0.0, 0.0
    if name == "rotate" and len(known) in (1, 3):
        return _rotation(known)
    return None


def _rotation(values: list[float]) -> Matrix:
    cos, sin = math.cos(math.radians(values[0])), math.sin(math.radians(values[0]))
    x, y = values[1:] if len(values) == 3 else (0.0, 0.0)
    return cos, sin, -sin, cos, x - cos * x + sin * y, y - sin * x - cos * y
