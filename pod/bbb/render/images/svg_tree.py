"""What is asked of the elements of an SVG: their names, and what they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lxml import etree

from pod.bbb.playback.xmlfile import XLINK_HREF
from pod.bbb.untrusted_xml import local

SIDES: Final = ("x", "y", "width", "height")  # where a rectangle lies


def reference(element: etree._Element) -> str:
    """What an element links to, by either name of the attribute; "" for nothing."""
    return element.get(XLINK_HREF) or element.get("href") or ""


def by_reference(elements: Iterable[etree._Element]) -> dict[str, etree._Element]:
    """Elements by how links refer to them: `#` and their id."""
    return {f"#{found.get('id')}": found for found in elements if found.get("id")}


def has_styles(elements: Iterable[etree._Element]) -> bool:
    """Whether there is a style sheet, which may change anything."""
    return any(local(found) == "style" for found in elements)


def all_of(element: etree._Element, by_name: Mapping[str, etree._Element]) -> Iterator[etree._Element]:
    """An element and all below it, with what these use."""
    met, waiting = {element}, [element]
    while waiting:
        for one in waiting.pop().iter(etree.Element):
            yield one
            used = by_name.get(reference(one))
            if used is not None and used not in met:
                met.add(used)
                waiting.append(used)
