"""From one `<g class="shape">` of shapes.svg to drawing operations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import overload

from lxml import etree

from pod.bbb.playback.drawing import Command, Fill, Matrix, Op, Picture, Stroke, multiply
from pod.bbb.playback.numbers import number, numbers
from pod.bbb.playback.packed import Packed, remembering
from pod.bbb.playback.paths import safe_href
from pod.bbb.playback.style import declarations, matrix, resolve
from pod.bbb.playback.svg_path import ellipse, line, parse_path, polygon, rectangle
from pod.bbb.playback.svg_text import text_op
from pod.bbb.playback.xmlfile import attributes
from pod.bbb.untrusted_xml import HARDENED, local

CONTAINERS = frozenset({"g", "switch", "a", "svg"})
OUTLINES = frozenset({"path", "line", "polyline", "polygon", "circle", "ellipse", "rect"})
DRAWN = OUTLINES | {"image", "foreignObject", "text"}


class LazyOps(Sequence[Op]):
    """The operations of one version of a shape, made when they are asked for.

    A lecture's shapes.svg repeats all points of a stroke with each of its
    versions; only the markup is kept, compressed.
    """

    __slots__ = ("_markup", "_record")

    def __init__(self, markup: str, record_id: str) -> None:
        self._markup = Packed(markup)
        self._record = record_id

    @property
    def packed(self) -> Packed:
        """What is kept of it."""
        return self._markup

    def ops(self) -> tuple[Op, ...]:
        """All of them."""
        return _opened(self._markup, self._record)

    @overload
    def __getitem__(self, index: int) -> Op: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Op, ...]: ...
    def __getitem__(self, index: int | slice) -> Op | tuple[Op, ...]:
        return self.ops()[index]

    def __len__(self) -> int:
        return len(self.ops())

    def __iter__(self) -> Iterator[Op]:
        return iter(self.ops())


@remembering(256)
def _opened(markup: Packed, record_id: str) -> tuple[Op, ...]:
    parser = etree.XMLParser(recover=True, **HARDENED)
    group = etree.fromstring(markup.text().encode(), parser)
    return () if group is None else tuple(ops(group, record_id))


def ops(group: etree._Element, record_id: str = "") -> Iterator[Op]:
    """The operations that draw an element of shapes.svg and all below it, in document order."""
    yield from _walk(group, {}, None, record_id)


def _walk(
    element: etree._Element, inherited: Mapping[str, str], above: Matrix | None, record_id: str
) -> Iterator[Op]:
    name = local(element)
    if name not in CONTAINERS and name not in DRAWN:
        return
    found = attributes(element)
    properties = {**inherited, **declarations(found)}
    own = matrix(found.get("transform"))
    placed = multiply(above, own) if above and own else own or above
    if name in CONTAINERS:
        boxed = name == "switch" and any(local(child) == "foreignObject" for child in element)
        for child in element:
            if not boxed or local(child) == "foreignObject":  # a switch shows one alternative
                yield from _walk(child, properties, placed, record_id)
    elif name in OUTLINES:
        yield from _painted(outline(name, found), properties, placed)
    elif name == "image":
        picture = _picture(found, placed, record_id)
        if picture:
            yield picture
    else:
        text = text_op(element, properties, placed)
        if text:
            yield text


def _painted(path: tuple[Command, ...], properties: Mapping[str, str], placed: Matrix | None) -> Iterator[Op]:
    style = resolve(properties)
    if not path:
        return
    if style.fill:
        yield Fill(path, style.fill, even_odd=style.even_odd, matrix=placed)
    if style.stroke and style.width > 0:
        yield Stroke(
            path,
            style.stroke,
            style.width,
            cap=style.cap,
            join=style.join,
            miter_limit=style.miter_limit,
            dash=style.dash,
            matrix=placed,
        )


def outline(name: str, found: Mapping[str, str]) -> tuple[Command, ...]:
    """The path of one of SVG's `OUTLINES` from its attributes; empty when they say nothing drawable."""
    if name == "path":
        return parse_path(found.get("d", ""))
    if name in ("polyline", "polygon"):
        values = numbers(found.get("points"))
        pairs = zip(values[0::2], values[1::2], strict=False)
        return polygon(
            [(x, y) for x, y in pairs if x is not None and y is not None], closed=name == "polygon"
        )
    if name == "line":
        return line(*(_at(found, key) for key in ("x1", "y1", "x2", "y2")))
    if name == "rect":
        x, y, width, height = (_at(found, key) for key in ("x", "y", "width", "height"))
        return rectangle(x, y, width, height) if width > 0 and height > 0 else ()
    rx, ry = (_at(found, "r"),) * 2 if name == "circle" else (_at(found, "rx"), _at(found, "ry"))
    return ellipse(_at(found, "cx"), _at(found, "cy"), rx, ry) if rx > 0 and ry > 0 else ()


def _at(found: Mapping[str, str], key: str) -> float:
    return number(found.get(key)) or 0.0


def _picture(found: Mapping[str, str], placed: Matrix | None, record_id: str) -> Picture | None:
    href = safe_href(found.get("href", ""), record_id)
    width, height = _at(found, "width"), _at(found, "height")
    if href is None or width <= 0 or height <= 0:
        return None
    return Picture(
        href,
        _at(found, "x"),
        _at(found, "y"),
        width,
        height,
        stretch=found.get("preserveAspectRatio", "").strip() == "none",
        matrix=placed,
    )
