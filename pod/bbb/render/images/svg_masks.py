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

from pod.bbb.render.images.svg_tree import all_of, by_reference, has_styles
from pod.bbb.untrusted_xml import local

_WHITE: Final = (0, 0, 0, 0, 1) * 3 + (0, 0, 0, 1, 0)  # a colour matrix: red, green, blue 1, alpha as it is
_PART: Final = re.compile(r"\s*(-?[0-9]+(?:\.[0-9]+)?)\s*(%?)\s*")
_STYLED: Final = re.compile(r"(?:^|;)\s*(?:stroke|filter)\s*:\s*(?!none\b)", re.IGNORECASE)
_NAME: Final = re.compile(r"[\w.-]+")
_PLACE: Final = ("x", "y", "width", "height")


def simplify_masks(elements: Iterable[etree._Element]) -> None:
    """Let masks heed the alpha of what they show where a filter made all of that white.

    Only where this is certain to show the same: files with style sheets, which may change anything, stay.
    """
    named = [element for element in elements if local(element)]
    whitening = _whitening(found for found in named if local(found) == "filter")
    if not whitening or has_styles(named):
        return
    by_name = by_reference(named)
    for mask in named:
        if local(mask) != "mask" or len(mask) != 1 or mask.get("mask-type") or "style" in mask.attrib:
            continue
        shown = mask[0]
        if local(shown) != "g" or "style" in shown.attrib or shown.get("filter") not in whitening:
            continue
        name = shown.attrib.pop("filter")
        # A stroke, or what another filter shifts, reaches beyond the box within which the filter is computed.
        if any(map(_reaches_out, (*mask.iterancestors(), mask, *all_of(shown, by_name)))):
            shown.set("filter", name)
        else:
            mask.set("mask-type", "alpha")


def _whitening(filters: Iterable[etree._Element]) -> set[str]:
    """How elements refer to the filters that make all white; names that another filter has, too, are none."""
    kinds: dict[str, bool] = {}
    for found in filters:
        name = found.get("id") or ""
        kinds[name] = name not in kinds and bool(_NAME.fullmatch(name)) and _whitens(found)
    return {f"url(#{name})" for name, whitens in kinds.items() if whitens}


def _whitens(found: etree._Element) -> bool:
    steps = [step for step in found if local(step)]
    if not covers(found) or len(steps) != 1 or local(steps[0]) != "feColorMatrix":
        return False
    if steps[0].get("type", "matrix") != "matrix" or steps[0].get("in", "SourceGraphic") != "SourceGraphic":
        return False
    if any(side in steps[0].attrib for side in _PLACE):
        return False
    try:
        return tuple(map(float, re.split(r"[\s,]+", (steps[0].get("values") or "").strip()))) == _WHITE
    except ValueError:
        return False


def covers(found: etree._Element) -> bool:
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


def _reaches_out(element: etree._Element) -> bool:
    if element.get("stroke", "none") != "none" or element.get("filter", "none") != "none":
        return True
    return bool(_STYLED.search(element.get("style") or ""))
