"""Photographs and scanned pages inside SVG slides, scaled down before they are drawn.

Whoever draws a picture smaller from a few of its pixels only gets jagged letters and broken lines; browsers
heed all of them.
"""

from __future__ import annotations

import base64
import io
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final

from lxml import etree
from PIL import Image

from pod.bbb.playback.drawing import Matrix, multiply
from pod.bbb.playback.style import SAME, affine
from pod.bbb.render.images.damaged import BROKEN, decode
from pod.bbb.render.images.rasters import data_address, plain
from pod.bbb.render.images.svg_tree import reference
from pod.bbb.untrusted_xml import local

_ENOUGH: Final = 2 / 3  # of its pixels on each axis: drawn no smaller, a picture stays as it is
_MOST_STEPS: Final = 400  # of references and groups from a picture outwards, all of its places together
_PLAIN: Final = re.compile(r"\s*(?:[a-z]+\s*\([-+.\deE\s,]*\)[\s,]*)*", re.ASCII)  # transforms, nothing else
_MASKED: Final = re.compile(r"url\(#([^)]+)\)")


@dataclass(frozen=True, slots=True)
class Photo:
    """Where an SVG's text holds a picture as a data address, and how large one of its pixels is drawn."""

    start: int
    end: int
    scale: float  # CSS pixels of the SVG


class _UnknownPlaceError(ValueError):
    """How large the picture is drawn cannot be told."""


def photos(root: etree._Element, stretched: float) -> list[tuple[str, float]]:
    """The data addresses of pictures in an SVG, with their scale, in order, if that is known.

    A unit of the SVG has `stretched` CSS pixels, at most.
    """
    found: list[tuple[str, float]] = []
    users = _users(root)
    for element in root.iter(f"{{{etree.QName(root).namespace}}}image"):
        address = reference(element)
        try:
            with Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))) as image:
                own = image.size
            wide, high = float(element.get("width") or 0) / own[0], float(element.get("height") or 0) / own[1]
            if not 0 < wide < 1.01 * high < 1.03 * wide:
                continue
            steps = count()
            places = list(_places(element, root, users, SAME, steps))
            scales = [max(math.hypot(a, b), math.hypot(c, d)) for a, b, c, d, _e, _f in places]
        except (*BROKEN, _UnknownPlaceError):
            continue
        if scales:
            element.set("preserveAspectRatio", "none")  # scaled down it may have a slightly other shape
            found.append((address, max(scales) * high * stretched))
    return found


def located(text: str, found: Iterable[tuple[str, float]]) -> tuple[Photo, ...]:
    """Where these addresses are in an SVG's text."""
    result, at = list[Photo](), 0
    for address, scale in found:
        start = text.find(address, at)
        if start >= 0:
            at = start + len(address)
            result.append(Photo(start, at, scale))
    return tuple(result)


def scaled_down(text: str, found: Iterable[Photo], zoom: float) -> str:
    """The SVG's text with its pictures scaled down for `zoom` pixels a CSS pixel."""
    parts, at = list[str](), 0
    for photo in found:
        if photo.scale * zoom < _ENOUGH:
            parts += text[at : photo.start], _smaller(text[photo.start : photo.end], photo.scale * zoom)
            at = photo.end
    return "".join([*parts, text[at:]])


def _smaller(address: str, scale: float) -> str:
    try:
        with Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2]))) as image:
            size = math.ceil(image.width * scale), math.ceil(image.height * scale)
            image.draft(None, size)  # a JPEG is decoded smaller, never too small; others ignore it
            decode(image)
            smaller = plain(image).resize(size, Image.Resampling.HAMMING, reducing_gap=2.0)
            return data_address(smaller, "png")
    except BROKEN:
        return address


def _users(root: etree._Element) -> dict[str, list[etree._Element]]:
    """What shows an element of a name elsewhere: `use`, and what is masked by it."""
    found: dict[str, list[etree._Element]] = {}
    for element in root.iter(etree.Element):
        name = reference(element)
        if local(element) == "use" and name.startswith("#"):
            found.setdefault(name[1:], []).append(element)
        masked = _MASKED.fullmatch((element.get("mask") or "").strip())
        if masked:
            found.setdefault(masked[1], []).append(element)
    return found


def _places(
    element: etree._Element,
    root: etree._Element,
    users: dict[str, list[etree._Element]],
    inner: Matrix,
    steps: Iterator[int],
) -> Iterator[Matrix]:
    """The maps from within an element to the SVG, one for each place where it is shown."""
    if next(steps) > _MOST_STEPS:
        raise _UnknownPlaceError
    kind = local(element)
    if kind not in {"image", "g", "use", "svg", "defs", "mask", "a"} or (
        kind == "svg" and element is not root
    ):
        raise _UnknownPlaceError
    if element is root:
        yield inner
        return
    here = multiply(_matrix(element.get("transform") or ""), inner)
    for user in users.get(element.get("id") or "", ()):
        yield from _places(user, root, users, here, steps)
    parent = element.getparent()
    if kind not in {"defs", "mask"} and parent is not None:
        yield from _places(parent, root, users, here, steps)


def _matrix(text: str) -> Matrix:
    found = affine(text) if _PLAIN.fullmatch(text) else None
    if found is None:
        raise _UnknownPlaceError
    return found
