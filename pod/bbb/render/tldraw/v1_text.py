"""Labels, texts and sticky notes of tldraw 1."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final, Literal

from pod.bbb.playback.drawing import Fill, Op, Text
from pod.bbb.render.text.blocks import measure
from pod.bbb.render.tldraw import colours, paths
from pod.bbb.render.tldraw.labels import tidy
from pod.bbb.render.tldraw.shadows import Shadow, box_shadow
from pod.bbb.render.tldraw.values import mapping, pair, size, word

LETTER_SPACING: Final = -0.03
EARLY: Final = "pod:early"  # added to the data of a shape whose text is measured before its font is loaded
_SIZES: Final = {"small": 28.0, "medium": 48.0, "large": 96.0}
_STICKY_SIZES: Final = {"small": 24.0, "medium": 36.0, "large": 48.0}
_FAMILIES: Final = {
    "script": "script",
    "sans": "sans-v1",
    "erif": "serif-v1",
    "serif": "serif-v1",
    "mono": "mono-v1",
}
_PADDING: Final = 4.0
_STICKY_PADDING: Final = 16.0
_STICKY_SHADOW: Final = (Shadow(2, 3, 12, -2, 0.2), Shadow(1, 1, 4, 0, 0.16), Shadow(1, 1, 2, 0, 0.16))
Align = Literal["start", "middle", "end", "justify"]


def family_of(data: Mapping[str, Any]) -> str:
    """The font family's name for the painter (tldraw 1 misspells "serif")."""
    return _FAMILIES.get(word(mapping(data.get("style")).get("font")), "script")


def font_size(data: Mapping[str, Any]) -> float:
    """The size of a text or label in whiteboard units."""
    style = mapping(data.get("style"))
    return _SIZES.get(word(style.get("size")), 28.0) * min(100.0, size(style.get("scale"), 1.0))


def _align(data: Mapping[str, Any]) -> Align:
    name = word(mapping(data.get("style")).get("textAlign"))
    found: dict[str, Align] = {"start": "start", "middle": "middle", "end": "end", "justify": "justify"}
    return found.get(name, "start")


def text_box(data: Mapping[str, Any], key: str = "text") -> tuple[float, float]:
    """Width and height that tldraw 1 measures for a text: with 4 units of padding and 1 of border."""
    found = tidy(data.get(key))
    height = font_size(data)
    lines = max(1, len(found.removesuffix("\n").split("\n")))
    family = "unloaded" if data.get(EARLY) is True else family_of(data)
    width = measure(found, family, height, LETTER_SPACING) if found else 0.0
    return width + 2 * _PADDING + 2, lines * height + 2 * _PADDING + 2


def text_ops(data: Mapping[str, Any]) -> tuple[Op, ...]:
    """A text shape in its own space."""
    found = tidy(data.get("text"))
    if not found:
        return ()
    width, _ = text_box(data)
    colour = colours.v1_stroke(word(mapping(data.get("style")).get("color"), "black"))
    text = Text(
        text=found,
        x=_PADDING,
        y=_PADDING,
        width=width - 2 * _PADDING,
        size=font_size(data),
        colour=colour,
        family=family_of(data),
        align=_align(data),
        line_height=1.0,
        letter_spacing=LETTER_SPACING,
    )
    return (text,)


def label_ops(data: Mapping[str, Any], centre: complex, room: int, scale: float = 1.0) -> tuple[Op, ...]:
    """A shape's label, centred at `centre`; `room` is the height of the shape's box, in whole units."""
    found = tidy(data.get("label"))
    if not found:
        return ()
    width, height = text_box(data, "label")
    colour = colours.v1_stroke(word(mapping(data.get("style")).get("color"), "black"))
    # The box is one unit larger than measured; its text begins at the top, inside the padding.
    # A browser puts the text's top onto a whole unit of the shape's box.
    top = math.floor((room - height - 1) / 2 + 0.5) - room / 2
    text = Text(
        text=found.removesuffix("\n"),
        x=-(width + 1) / 2 + _PADDING,
        y=top + _PADDING,
        width=width + 1 - 2 * _PADDING,
        size=font_size(data),
        colour=colour,
        family=family_of(data),
        align="middle",
        line_height=1.0,
        letter_spacing=LETTER_SPACING,
        matrix=(scale, 0.0, 0.0, scale, centre.real, centre.imag),
    )
    return (text,)


def label_point(data: Mapping[str, Any]) -> complex:
    """Where a label's middle is, as parts of the shape's size."""
    return pair(data.get("labelPoint"), 0.5 + 0.5j)


def sticky_size(data: Mapping[str, Any]) -> tuple[float, float]:
    """Width and height of a sticky note."""
    found = pair(data.get("size"), 200 + 200j)
    return max(1.0, found.real), max(1.0, found.imag)


def sticky_ops(data: Mapping[str, Any]) -> tuple[Op, ...]:
    """A sticky note in its own space."""
    width, height = sticky_size(data)
    style = mapping(data.get("style"))
    paper = Fill(
        paths.rectangle(0, 0, width, height, 3), colours.v1_sticky(word(style.get("color"), "yellow"))
    )
    shade = box_shadow(width, height, 3.0, _STICKY_SHADOW)
    found = tidy(data.get("text"))
    if not found:
        return (*shade, paper)
    text = Text(
        text=found,
        x=_STICKY_PADDING,
        y=_STICKY_PADDING,
        width=max(1.0, width - 2 * _STICKY_PADDING),
        size=_STICKY_SIZES.get(word(style.get("size")), 24.0) * min(100.0, size(style.get("scale"), 1.0)),
        colour=colours.V1_STICKY_TEXT,
        family=family_of(data),
        align=_align(data),
        line_height=1.0,
        letter_spacing=LETTER_SPACING,
    )
    return (*shade, paper, text)
