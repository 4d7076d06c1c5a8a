"""Sums of two pictures in SVG slides, left out where one of the two is empty.

Since cairo 1.18 (BigBlueButton 4.0), what a PDF file lays into a translucent group through a mask, such as
a soft shadow, is a filter: what is masked, plus what was in the group outside of the mask. Mostly nothing
was: then the filter, computed over more than the whole page, shows its first picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from lxml import etree

from pod.bbb.playback.xmlfile import XLINK_HREF
from pod.bbb.render.images.svg_masks import covers
from pod.bbb.render.images.svg_tree import SIDES, by_reference, has_styles, reference
from pod.bbb.untrusted_xml import local

_SUM: Final = {
    "in": "source", "in2": "destination", "operator": "arithmetic",
    "k1": "0", "k2": "1", "k3": "1", "k4": "0",
}  # fmt: skip


def simplify_sums(elements: Iterable[etree._Element]) -> None:
    """Let what is filtered to a picture plus nothing show that picture, in files without style sheets."""
    named = [element for element in elements if local(element)]
    by_name = by_reference(named)
    filters = {
        f"url({name})": first
        for name, found in by_name.items()
        if local(found) == "filter" and (first := _first_alone(found, by_name)) is not None
    }
    if not filters or has_styles(named):
        return
    for element in named:
        first = filters.get(element.get("filter") or "")
        # The filter is computed for this rectangle, which cairo makes larger than all that can be seen.
        if first is not None and len(element) == 1 and _place(element[0]) == _place(first):
            del element.attrib["filter"]
            space = etree.QName(element).namespace
            element[:] = [etree.Element(f"{{{space}}}use", {XLINK_HREF: reference(first)})]


def _first_alone(found: etree._Element, by_name: Mapping[str, etree._Element]) -> etree._Element | None:
    """The step of a filter that gives its first picture, if all that it does is to add an empty one."""
    steps = [step for step in found if local(step)]
    if not covers(found) or list(map(local, steps)) != ["feImage", "feImage", "feComposite"]:
        return None
    first, second, added = steps
    plain = first.get("result") == "source" and second.get("result") == "destination"
    if not plain or any(added.get(name) != value for name, value in _SUM.items()):
        return None
    shown, empty = (by_name.get(reference(step)) for step in (first, second))
    if shown is None or empty is None or not all(local(part) == "g" for part in empty.iter(etree.Element)):
        return None
    return first


def _place(element: etree._Element) -> tuple[str | None, ...]:
    return tuple(element.get(side) for side in SIDES)
