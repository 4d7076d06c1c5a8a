"""Patterns of SVG slides, such as the hatching of charts, with tiles that join and keep their places.

resvg draws a tile at its size, cuts it off at a whole pixel and repeats that: of tiles 26.3 pixels wide
the twelfth lies 3.5 pixels beside its place, and where tiles meet there are gaps. So a larger tile is put
together of several, each on whole pixels for the size that is drawn: of as many as are nearly a whole
number of pixels, or cover all that is filled, from where that begins.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from lxml import etree

from pod.bbb.playback.drawing import Matrix, multiply
from pod.bbb.playback.numbers import number
from pod.bbb.playback.style import SAME, affine
from pod.bbb.playback.xmlfile import XLINK_HREF
from pod.bbb.render.images.svg_tree import SIDES, all_of, by_reference, has_styles, reference
from pod.bbb.untrusted_xml import local

_MOST: Final = 16  # tiles side by side
_LARGEST: Final = 400.0  # pixels, of the tile made of them,
_WHOLE: Final = 1600.0  # and of one that is not repeated
_SMALLEST: Final = 2.0  # pixels, of a tile that is worth it
_UNSEEN: Final = 0.5 / 2000  # pixels beside its place, for each pixel of the way
_SHORTEST: Final = 1e-4  # sides, and pixels of a unit, that are still written exactly
_WORK: Final = 50_000  # elements that all uses of all patterns may draw: half a second, 30 MB
_TILE: Final = "tile-of-"
_KNOWN: Final = {"id", "patternUnits", "patternTransform", "viewBox", *SIDES}
_PLAIN: Final = re.compile(r"M[-\d.\sMLCZ]*")
_NUMBER: Final = re.compile(r"-?[\d.]+")
_CLOSE: Final = 1e-6  # tiles
_UNPLACED: Final = {"defs", "symbol", "mask", "clipPath", "pattern", "marker"}
_NAMED: Final = re.compile(r"url\((#[\w.-]+)\)")
_TAKEN: Final = re.compile(rf'<pattern\b[^<>]*><use [^<>]*"#{_TILE}([\w.-]+)"/></pattern>')


@dataclass(frozen=True, slots=True)
class Tile:
    """What a pattern repeats: its box in the pattern's units."""

    box: tuple[float, float, float, float]  # left, top, width, height
    matrix: Matrix  # from the pattern's units to the SVG's
    scale: tuple[float, float]  # pixels of the SVG's own size a unit of the pattern, across and down
    most: int  # side by side, lest drawing them takes too long
    first: tuple[int, int] = 0, 0  # where what is filled begins, in tiles across and down from the box
    enough: tuple[float, float] = math.inf, math.inf  # tiles that cover it


def tiled(text: str, tiles: Mapping[str, Tile], zoom: tuple[float, float]) -> str:
    """The SVG's text with its patterns made for `zoom` pixels across and down of each of its own."""

    def pattern(found: re.Match[str]) -> str:
        tile = tiles.get(found[1])
        return _pattern(found[1], tile, zoom) if tile else found[0]  # the file may have such names itself

    return _TAKEN.sub(pattern, text) if tiles else text


def _pattern(name: str, tile: Tile, zoom: tuple[float, float]) -> str:
    x, y, width, height = tile.box
    across, down = tile.scale[0] * zoom[0], tile.scale[1] * zoom[1]
    columns = _edges(width * across, tile.most, tile.enough[0])
    rows = _edges(height * down, tile.most, tile.enough[1])
    origin = 1.0, 0.0, 0.0, 1.0, x + tile.first[0] * width, y + tile.first[1] * height
    shown = []
    for left, right in pairwise(columns):
        for top, bottom in pairwise(rows):
            wider, higher = (right - left) / across / width, (bottom - top) / down / height
            place = wider, 0.0, 0.0, higher, left / across - x * wider, top / down - y * higher
            shown.append(f'<use href="#{_TILE}{name}" transform="{_written(place)}"/>')
    return (
        f'<pattern id="{name}" patternUnits="userSpaceOnUse" '
        f'width="{columns[-1] / across:.9f}" height="{rows[-1] / down:.9f}" '
        f'patternTransform="{_written(multiply(tile.matrix, origin))}">{"".join(shown)}</pattern>'
    )


def _written(matrix: Matrix) -> str:
    return f"matrix({' '.join(f'{value:.9f}' for value in matrix)})"


def _edges(length: float, most: int, enough: float) -> list[float]:
    """Where tiles of so many pixels begin, and the last one ends, along one side of the larger one."""
    if length < _SMALLEST:
        return [0.0, length]
    if enough <= min(most, _WHOLE / length):
        return [*(float(round(at * length)) for at in range(int(enough))), enough * length]
    most = min(most, int(_LARGEST / length))
    if most < 1:
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
    uses = _uses(elements, patterns)
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
            tile = _tile(patterns[name], stretched, by_name, _WORK // len(uses) // len(uses[name]))
            if tile is not None:
                tiles[name[1:]] = tile
    used = Counter(map(reference, elements))
    for name, tile in tiles.items():
        pattern = by_name[f"#{name}"]
        _bound(all_of(pattern, by_name), tile.box, by_name, used)
        _take_out(pattern, name, tile)
    return {name: _where_filled(tile, uses[f"#{name}"], used) for name, tile in tiles.items()}


def _uses(elements: Iterable[etree._Element], patterns: Container[str]) -> dict[str, list[etree._Element]]:
    """What each pattern is named by, of those that are."""
    uses: dict[str, list[etree._Element]] = {}
    for found in elements:
        for name in _names(found):
            if name in patterns:
                uses.setdefault(name, []).append(found)
    return uses


def _bound(
    parts: Iterable[etree._Element],
    tile: Sequence[float],
    by_name: Mapping[str, etree._Element],
    used: Mapping[str, int],
) -> None:
    """Cut rectangles that cover a tile, and drop clips that do: it is clipped by itself.

    Since cairo 1.18 a hatching's paper is larger than the page, behind two clips, for each of which
    resvg makes a picture as large as the paper.
    """
    for part in parts:
        if used[f"#{part.get('id')}"] > 1 or any(part.get(name) for name in ("transform", "filter", "mask")):
            return  # what follows may lie elsewhere, or depend on how large this is
        clip = by_name.get(next(iter(_NAMED.findall(part.get("clip-path") or "")), ""))
        if clip is not None and len(clip) == 1 and set(clip.attrib) == {"id"} and _covers(clip[0], tile):
            del part.attrib["clip-path"]
        painted = f"{part.get('fill')} {part.get('stroke')} {part.get('style')}"
        if local(part) == "rect" and "url(" not in painted and _covers(part, tile):
            for side, value in zip(SIDES, tile, strict=True):
                part.set(side, str(value))


def _covers(element: etree._Element, tile: Sequence[float]) -> bool:
    """Whether an element is a rectangle that covers a tile."""
    points = _points(element)
    upright = all((one[0] == other[0]) != (one[1] == other[1]) for one, other in pairwise(points))
    if not upright or len(points) != 5 or "C" in (element.get("d") or "") or element.get("clip-path"):
        return False
    (x0, y0), (x1, y1) = points[0], points[2]
    x, y, width, height = tile
    return min(x0, x1) <= x <= x + width <= max(x0, x1) and min(y0, y1) <= y <= y + height <= max(y0, y1)


def _points(element: etree._Element) -> list[tuple[float, float]]:
    """The points of a rectangle, or of a path as cairo writes it, closed; none of others."""
    if element.get("transform"):
        return []
    if local(element) == "rect" and not element.get("rx") and not element.get("ry"):
        x, y, width, height = (number(element.get(side, "0")) for side in SIDES)
        if x is None or y is None or not width or not height:
            return []
        return [(x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y)]
    path = element.get("d") or ""
    found = list(map(number, _NUMBER.findall(path))) if _PLAIN.fullmatch(path) else []
    pairs = zip(found[::2], found[1::2], strict=False)
    return [(x, y) for x, y in pairs if x is not None and y is not None]


def _where_filled(tile: Tile, filled: Iterable[etree._Element], used: Mapping[str, int]) -> Tile:
    """The tile with where these elements lie, if that is known of all."""
    a, b, c, d, e, f = tile.matrix
    shapes = [_points(found) if _stays(found, used) else [] for found in filled]
    if b or c or not all(shapes):
        return tile
    x, y, width, height = tile.box
    across = [((at[0] - e) / a - x) / width for shape in shapes for at in shape]
    down = [((at[1] - f) / d - y) / height for shape in shapes for at in shape]
    (left, columns), (top, rows) = _span(across), _span(down)
    return replace(tile, first=(left, top), enough=(columns, rows))


def _span(places: Sequence[float]) -> tuple[int, int]:
    """The first of the whole steps that hold all places, and how many these are."""
    first, last = math.floor(min(places) + _CLOSE), math.ceil(max(places) - _CLOSE)
    return first, max(1, last - first)


def _stays(element: etree._Element, used: Mapping[str, int]) -> bool:
    """Whether an element that a pattern fills is drawn once, where it is written."""
    if "stroke:url(" in (element.get("style") or "") or "url(" in (element.get("stroke") or ""):
        return False
    way = [element, *element.iterancestors()]
    return not any(
        local(part) in _UNPLACED or part.get("transform") or f"#{part.get('id')}" in used for part in way
    )


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
    sides = [pattern.get(side, "0") for side in SIDES]
    x, y, width, height = map(number, sides)
    matrix = affine(pattern.get("patternTransform") or "")
    plain = set(map(str, pattern.attrib)) <= _KNOWN and pattern.get("patternUnits") == "userSpaceOnUse"
    plain = plain and pattern.get("viewBox", " ".join(sides)).split() == sides  # of cairo 1.18: its box
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
