"""The text shapes of shapes.svg: HTML paragraphs inside a `foreignObject`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from pod.bbb.playback.drawing import Matrix, Text
from pod.bbb.playback.numbers import number
from pod.bbb.playback.style import BLACK, colour
from pod.bbb.playback.xmlfile import attributes
from pod.bbb.untrusted_xml import local

_BLANKS = re.compile(r"[ \t\n\f\v]+")  # what HTML joins; a no-break space stays
SMALLEST, LARGEST = 0.5, 2000.0  # sensible font sizes, in slide pixels
DEFAULT_SIZE = 16.0  # a browser's


def text_op(box: etree._Element, properties: Mapping[str, str], matrix: Matrix | None) -> Text | None:
    """The text of a `foreignObject`; None when it holds none.

    The official player breaks lines at `<br/>` and at each carriage return
    (Flash and the first HTML5 clients wrote those), joins other blanks as HTML
    does, wraps to the box's width, breaks words that are longer than that
    and cuts off what does not fit into the box.
    """
    found = attributes(box)
    text = lines_of(box)
    if not text.strip():
        return None
    x, y, width, height = (number(found.get(name)) for name in ("x", "y", "width", "height"))
    size = number(properties.get("font-size"))
    size = min(LARGEST, max(SMALLEST, size if size and size > 0 else DEFAULT_SIZE))
    margin = size if _has_margin(box) else 0.0
    return Text(
        text=text,
        x=x or 0.0,
        y=(y or 0.0) + margin,
        width=width if width and width > 0 else None,
        size=size,
        colour=colour(properties.get("color", properties.get("fill", "black"))) or BLACK,
        family=family(properties.get("font-family", "")),
        height=max(0.0, height - margin) if height and height > 0 else None,
        clip=bool(height and height > 0),
        matrix=matrix,
    )


def _has_margin(box: etree._Element) -> bool:
    """Whether the text stands below a paragraph's own margin, a line high: BBB 0.81 reckons with it."""
    first = next((child for child in box if local(child)), None)
    return first is not None and local(first) == "p" and "margin" not in first.get("style", "")


def lines_of(box: etree._Element) -> str:
    """The text of a paragraph, its lines joined by newlines."""
    pieces: list[str] = []
    _collect(box, pieces)
    lines = "".join(pieces).replace("\r\n", "\r").split("\r")
    return "\n".join(_BLANKS.sub(" ", line).strip(" ") for line in lines)


def _collect(element: etree._Element, pieces: list[str]) -> None:
    if local(element) == "br":
        pieces.append("\r")
    elif element.text and local(element):
        pieces.append(element.text)
    for child in element:
        before = len(pieces)
        _collect(child, pieces)
        if local(child) in ("p", "div") and child.getnext() is not None and len(pieces) > before:
            pieces.append("\r")
        if child.tail:
            pieces.append(child.tail)


def family(names: str) -> str:
    """Our name for a CSS font family; BigBlueButton only ever writes Arial."""
    lowered = names.lower()
    if "mono" in lowered or "courier" in lowered:
        return "mono"
    if "times" in lowered or "georgia" in lowered or lowered.strip() == "serif":
        return "serif"
    return "arial"
