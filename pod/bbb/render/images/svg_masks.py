"""Masks of SVG slides in a form that is drawn many times faster, and shows the same.

Slides are made of PDF files by cairo, which masks each translucent group and soft shadow through a
filter that makes every colour white, so that only transparency counts: computed over the whole page,
once for each mask. A mask can be told to heed nothing else.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Final

from lxml import etree

_WHITE: Final = (0, 0, 0, 0, 1) * 3 + (
    0,
    0,
    0,
    1,
    0,
)  # a colour matrix: red, green and blue 1, alpha as it is
_PART: Final = re.compile(r"\s*(-?[0-9]+(?:\.[0-9]+)?)\s*(%?)\s*")
_STROKED: Final = re.compile(r"(?:^|;)\s*stroke\s*:\s*(?!none\b)", re.IGNORECASE)


def simplify_masks(elements: Iterable[etree._Element]) -> None:
    """Let masks heed the alpha of what they show where a filter made all of that white."""
    named = [element for element in elements if isinstance(element.tag, str)]
    whitening = {f"url(#{found.get('id')})" for found in named if _is(found, "filter") and _whitens(found)}
    for mask in named:
        if not _is(mask, "mask") or len(mask) != 1 or mask.get("mask-type") or "style" in mask.attrib:
            continue
        shown = mask[0]
        # A stroke reaches beyond the box within which the filter is computed.
        if _is(shown, "g") and shown.get("filter") in whitening and not any(map(_stroked, shown.iter())):
            del shown.attrib["filter"]
            mask.set("mask-type", "alpha")


def _is(element: etree._Element, name: str) -> bool:
    return isinstance(element.tag, str) and etree.QName(element).localname == name


def _whitens(found: etree._Element) -> bool:
    steps = [step for step in found if isinstance(step.tag, str)]
    if not _covers(found) or len(steps) != 1 or not _is(steps[0], "feColorMatrix"):
        return False
    if steps[0].get("type", "matrix") != "matrix" or steps[0].get("in", "SourceGraphic") != "SourceGraphic":
        return False
    try:
        return tuple(map(float, re.split(r"[\s,]+", (steps[0].get("values") or "").strip()))) == _WHITE
    except ValueError:
        return False


def _covers(found: etree._Element) -> bool:
    """Whether a filter cuts nothing off: it is computed for all of the box, which is the rule."""
    if found.get("filterUnits", "objectBoundingBox") != "objectBoundingBox":
        return False
    for start, length in (("x", "width"), ("y", "height")):
        first, wide = _part(found.get(start, "-10%")), _part(found.get(length, "120%"))
        if not (first <= 0 and first + wide >= 1):
            return False
    return True


def _part(text: str) -> float:
    """A part of the box, written as a number or in hundredths; NaN if it is neither."""
    match = _PART.fullmatch(text)
    return float(match[1]) / (100 if match[2] else 1) if match else math.nan


def _stroked(element: etree._Element) -> bool:
    return element.get("stroke", "none") != "none" or bool(_STROKED.search(element.get("style") or ""))
