"""Patterns of SVG slides, such as the hatching of charts, with tiles that join and keep their places.

resvg draws a tile at its size, cuts it off at a whole pixel and repeats that: of tiles 26.3 pixels wide
the twelfth lies 3.5 pixels beside its place, and where tiles meet there are gaps. So a larger tile is put
together of several, each on whole pixels for the size that is drawn: of as many as are nearly a whole
number of pixels.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from lxml import etree

from pod.bbb.playback.drawing import Matrix
from pod.bbb.playback.numbers import number
from pod.bbb.playback.style import SAME, affine
from pod.bbb.playback.xmlfile import XLINK_HREF
from pod.bbb.render.images.svg_tree import all_of, by_reference, has_styles
from pod.bbb.untrusted_xml import local

_MOST: Final = 16  # tiles side by side
_LARGEST: Final = 400.0  # pixels, of the tile made of them
_SMALLEST: Final = 2.0  # pixels, of a tile that is worth it
_UNSEEN: Final = 0.5 / 2000  # pixels beside its place, for each pixel of the way
_SHORTEST: Final = 1e-4  # sides, and pixels of a unit, that are still written exactly
_WORK: Final = 50_000  # elements that all uses of all patterns may draw: half a second, 30 MB
_TILE: Final = "tile-of-"
_KNOWN: Final = {"id", "patternUnits", "patternTransform", "x", "y", "width", "height"}
_NAMED: Final = re.compile(r"url\((#[\w.-]+)\)")
_TAKEN: Final = re.compile(rf'<pattern\b[^<>]*><use [^<>]*"#{_TILE}([\w.-]+)"/></pattern>')


@dataclass(frozen=True, slots=True)
class Tile:
    """What a pattern repeats: its box in the pattern's units."""

    box: tuple[float, float, float, float]  # left, top, width, height
    matrix: Matrix  # from the pattern's units to the SVG's
    scale: tuple[float, float]  # pixels of the SVG's own size a unit of the pattern, across and down
    most: int  # side by side, lest drawing them takes too long


def tiled(text: str, tiles: Mapping[str, Tile], zoom: tuple[float, float]) -> str:
    """The SVG's text with its patterns made for `zoom` pixels across and down of each of its own."""

    def pattern(found: re.Match[str]) -> str:
        tile = tiles.get(found[1])
        return _pattern(found[1], tile, zoom) if tile else found[0]  # the file may have such names itself

    return _TAKEN.sub(pattern, text) if tiles else text


def _pattern(name: str, tile: Tile, zoom: tuple[float, float]) -> str:
    x, y, width, height = tile.box
    across, down = tile.scale[0] * zoom[0], tile.scale[1] * zoom[1]
    columns, rows = _edges(width * across, tile.most), _edges(height * down, tile.most)
    shown = []
    for left, right in pairwise(columns):
        for top, bottom in pairwise(rows):
            wider, higher = (right - left) / across / width, (bottom - top) / down / height
            place = wider, 0.0, 0.0, higher, x + left / across - x * wider, y + top / down - y * higher
            shown.append(f'<use href="#{_TILE}{name}" transform="{_written(place)}"/>')
    return (
        f'<pattern id="{name}" patternUnits="userSpaceOnUse" x="{x}" y="{y}" '
        f'width="{columns[-1] / across:.9f}" height="{rows[-1] / down:.9f}" '
        f'patternTransform="{_written(tile.matrix)}">{"".join(shown)}</pattern>'
    )


def _written(matrix: Matrix) -> str:
    return f"matrix({' '.join(f'{value:.9f}' for value in matrix)})"


def _edges(length: float, most: int) -> list[float]:
    """Where tiles of so many pixels begin, and the last one ends, along one side of the larger one."""
    most = min(most, int(_LARGEST / length))
    if most < 1 or length < _SMALLEST:
        return [0.0, length]
    beside = {count: abs(count * length - round(count * length)) / count for count in range(1, most + 1)}
    exact = (count for count in beside if beside[count] < _UNSEEN * length)
    count = next(exact, min(beside, key=beside.__getitem__))
    return [float(round(at * round(count * length) / count)) for at in range(count + 1)]


def take_out_tiles(root: etree._Element, stretched: tuple[float, float]) -> dict[str, Tile]:
    """Put what patterns show beside them, where it can be used several times.

    Gives the tiles by their patterns' names. A unit of the SVG has `stretched` pixels of its size. Only
    plain patterns are taken, those of slides made of PDF files: none that is shown larger or smaller than
    the SVG, and none of files with style sheets, which may change anything.
    """
    elements = list(root.iter(etree.Element))
    if None not in root.nsmap or has_styles(elements):
        return {}
    by_name = by_reference(elements)
    patterns = {name: found for name, found in by_name.items() if local(found) == "pattern"}
    uses = Counter(name for found in elements for name in _names(found) if name in patterns)
    if not uses:
        return {}
    resized: set[etree._Element] = set()
    for found in elements:
        if found not in resized and _resizes(found):
            resized.update(all_of(found, by_name))
    unknown = {name for part in resized for name in _names(part)}
    tiles: dict[str, Tile] = {}
    for name in uses:
        if name not in unknown and f"#{_TILE}{name[1:]}" not in by_name:
            tile = _tile(patterns[name], stretched, by_name, _WORK // len(uses) // uses[name])
            if tile is not None:
                tiles[name[1:]] = tile
    for name, tile in tiles.items():
        _take_out(by_name[f"#{name}"], name, tile)
    return tiles


def _resizes(element: etree._Element) -> bool:
    """Whether what is in an element may be shown larger, smaller or turned; it may be mirrored."""
    transform = element.get("transform")
    if not transform:
        return False
    matrix = affine(transform)
    return matrix is None or tuple(map(abs, matrix[:4])) != SAME[:4]


def _names(element: etree._Element) -> Iterator[str]:
    """What an element is painted with, masked by and so on: `#` and its name."""
    for value in element.attrib.values():
        if "url(" in (text := str(value)):
            yield from _NAMED.findall(text)


def _tile(
    pattern: etree._Element, stretched: tuple[float, float], by_name: dict[str, etree._Element], work: int
) -> Tile | None:
    """The tile of a pattern whose uses may draw `work` elements each; None of one that is left as it is."""
    x, y, width, height = (number(pattern.get(side, "0")) for side in ("x", "y", "width", "height"))
    matrix = affine(pattern.get("patternTransform") or "")
    plain = set(map(str, pattern.attrib)) <= _KNOWN and pattern.get("patternUnits") == "userSpaceOnUse"
    if not plain or x is None or y is None or not width or not height or matrix is None:
        return None
    a, b, c, d, _e, _f = matrix
    scale = math.hypot(a, c) * stretched[0], math.hypot(b, d) * stretched[1]
    parts = list(all_of(pattern, by_name))
    shown = (by_name.get(name) for part in parts for name in _names(part))
    most = min(_MOST, math.isqrt(work // len(parts)))
    if (
        min(width, height, *scale) < _SHORTEST
        or most < 2
        or any(one is not None and local(one) == "pattern" for one in shown)
    ):
        return None
    return Tile((x, y, width, height), matrix, scale, most)


def _take_out(pattern: etree._Element, name: str, tile: Tile) -> None:
    x, y, width, height = map(str, tile.box)
    space, inner = etree.QName(pattern).namespace, f"{_TILE}{name}"
    aside = etree.Element(f"{{{space}}}defs")
    clip = etree.SubElement(aside, f"{{{space}}}clipPath", id=f"{inner}-clip")
    etree.SubElement(clip, f"{{{space}}}rect", x=x, y=y, width=width, height=height)
    shown = etree.SubElement(aside, f"{{{space}}}g", {"id": inner, "clip-path": f"url(#{inner}-clip)"})
    shown.extend(list(pattern))
    pattern.text = None
    pattern.addprevious(aside)
    etree.SubElement(pattern, f"{{{space}}}use", {XLINK_HREF: f"#{inner}"})
