"""Text of tldraw 2: inside shapes and notes, and on its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal

from pod.bbb.playback.drawing import Text
from pod.bbb.render.text.blocks import measure, wrap
from pod.bbb.render.tldraw import colours
from pod.bbb.render.tldraw.values import by_size, num, text, word

Align = Literal["start", "middle", "end"]
LINE_HEIGHT: Final = 1.35
TEXT_SIZES: Final = {"s": 18.0, "m": 24.0, "l": 36.0, "xl": 44.0}
LABEL_SIZES: Final = {"s": 18.0, "m": 22.0, "l": 26.0, "xl": 32.0}
ARROW_LABEL_SIZES: Final = {"s": 18.0, "m": 20.0, "l": 24.0, "xl": 28.0}
FAMILIES: Final = frozenset({"draw", "sans", "serif", "mono"})
_ROUNDED: Final = 0.02  # units: a browser rounds a block's width up
PADDING: Final = 16.0  # round a label, on each side


def align_of(value: object) -> Align:
    """An alignment; those of converted boards end in `-legacy`."""
    name = word(value).removesuffix("-legacy")
    found: dict[str, Align] = {"start": "start", "end": "end"}
    return found.get(name, "middle")


def family_of(props: Mapping[str, Any]) -> str:
    """The font family's name for the painter."""
    name = word(props.get("font"), "draw")
    return name if name in FAMILIES else "draw"


def tidy(value: object) -> str:
    """A shape's text with its line breaks made uniform; empty when only blanks."""
    found = re.sub(r"\r\n?", "\n", text(value)).replace("\0", "")
    return found if found.strip() else ""


def label_op(
    props: Mapping[str, Any], box: tuple[float, float, float, float], colour: str | None = None
) -> Text | None:
    """The label of a geo shape or note in `box` (left, top, right, bottom); None without text.

    The `-legacy` alignments of converted boards place lines in a block as wide as they are, in the middle.
    Only the label of a note, which has a `colour` of its own, lies bare on its paper.
    """
    left, top, right, bottom = box
    found = tidy(props.get("text"))
    if not found:
        return None
    size = by_size(LABEL_SIZES, props)
    x, width = left + PADDING, max(1.0, right - left - 2 * PADDING)
    if word(props.get("align")).endswith("-legacy"):
        own = measure(found, family_of(props), size) + _ROUNDED
        x, width = x + max(0.0, width - own) / 2, min(width, own)
    return Text(
        text=found,
        x=x,
        y=top + PADDING,
        width=width,
        size=size,
        colour=colours.tones(colour or word(props.get("labelColor"), "black")).solid,
        family=family_of(props),
        align=align_of(props.get("align")),
        line_height=LINE_HEIGHT,
        height=bottom - top - 2 * PADDING,
        vertical=align_of(props.get("verticalAlign")),
        halo=None if colour else colours.V2_BACKGROUND,
    )


def label_height(props: Mapping[str, Any], width: float, padding: float) -> float:
    """How high a shape or note must be for its label, broken to `width` less the padding on both sides."""
    found = tidy(props.get("text"))
    if not found:
        return 0.0
    size, family = by_size(LABEL_SIZES, props), family_of(props)
    return len(wrap(found, family, size, width)) * size * LINE_HEIGHT + 2 * padding


def text_op(props: Mapping[str, Any]) -> Text | None:
    """A text shape in its own space, not scaled; None without text."""
    found = tidy(props.get("text"))
    if not found:
        return None
    return Text(
        text=found,
        x=0.0,
        y=0.0,
        width=text_width(props),
        size=by_size(TEXT_SIZES, props),
        colour=colours.tones(word(props.get("color"), "black")).solid,
        family=family_of(props),
        align=align_of(props.get("align")),
        line_height=LINE_HEIGHT,
        halo=colours.V2_BACKGROUND,
    )


def text_width(props: Mapping[str, Any]) -> float:
    """The width that a text shape is broken to, not scaled: its own, or its longest line's and 1 more."""
    if props.get("autoSize") is False:
        return max(16.0, num(props.get("w"), 16.0))
    size = by_size(TEXT_SIZES, props)
    return max(16.0, measure(tidy(props.get("text")), family_of(props), size) + 1)
