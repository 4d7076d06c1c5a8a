"""What tldraw 2 draws as boxes: notes, frames, and embedded files and pages that were not published."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import Any, Final

from pod.bbb.playback.drawing import Fill, Op, Stroke, Text
from pod.bbb.render.text.blocks import measure
from pod.bbb.render.tldraw import colours, paths
from pod.bbb.render.tldraw.geometry import scaled
from pod.bbb.render.tldraw.labels import label_op, tidy
from pod.bbb.render.tldraw.links import link_ops
from pod.bbb.render.tldraw.shadows import Shadow, box_shadow
from pod.bbb.render.tldraw.targets import NOTE_SIZE, note_height
from pod.bbb.render.tldraw.values import size, word

Props = Mapping[str, Any]
WHOLE: Final = 1262.2 / 1440  # pixels of the player a unit, where it shows a slide whole
_NORMAL: Final = 1.15  # the line height of the page's font, Arial
_CARD: Final = colours.from_hex("#fdfdfd")
_NO_IMAGE: Final = colours.from_hex("#f2f2f2")
_GREY: Final = colours.from_hex("#4f5054")
_NOTE_SHADOW: Final = (Shadow(0, 1, 2, 0, 0.25), Shadow(0, 1, 3, 0, 0.09))
_SCRIM: Final = 0.28  # notes are paler than their colour by so much of the background


def note_ops(_: str, props: Props) -> tuple[Op, ...]:
    """A sticky note."""
    colour = word(props.get("color"), "black")
    solid = colours.tones("yellow" if colour == "black" else colour).solid
    height = note_height(props)
    paper = colours.mixed(solid, colours.V2_BACKGROUND, _SCRIM)
    edge = Stroke(paths.rectangle(0.5, 0.5, NOTE_SIZE - 1, height - 1, 5.5), solid, 1.0)
    label = label_op(props, (1.0, 1.0, NOTE_SIZE - 1, height - 1), "black")  # inside its edge
    shade = box_shadow(NOTE_SIZE, height, 6.0, _NOTE_SHADOW)
    body: tuple[Op, ...] = (*shade, Fill(paths.rectangle(0, 0, NOTE_SIZE, height, 6), paper), edge)
    return (*body, *((label,) if label else ()), *link_ops(props, NOTE_SIZE))


def frame_ops(props: Props, zoom: float) -> tuple[Op, ...]:
    """A frame: paper with a thin edge, its name above the top left corner, cut off at the frame's width.

    Edge and name have the same size at every zoom; `zoom` is pixels of the player a unit.
    """
    width, height = size(props.get("w"), 320.0), size(props.get("h"), 180.0)
    box = paths.rectangle(0, 0, width, height)
    name = re.sub(r"\s+", " ", tidy(props.get("name")) or "Frame")[:200]
    shown = _shortened(name, max(0.0, width * zoom - 2), 12.0)
    long = min(measure(shown, "arial", 12) + 18, width * zoom + 16)
    return (
        Fill(box, colours.V2_PAPER),
        Stroke(box, colours.V2_TEXT, 1 / zoom),
        Fill(paths.rectangle(-8, -36, long, 32, 4), colours.V2_BACKGROUND, matrix=scaled(1 / zoom)),
        Text(shown, 1, -27, None, 12, colours.V2_TEXT, line_height=_NORMAL, matrix=scaled(1 / zoom)),
    )


def _shortened(line: str, room: float, letters: float) -> str:
    """The line, its end replaced by dots where it is too long; `letters` is their size."""
    if measure(line, "arial", letters) <= room:
        return line
    # halved instead of taken off one by one: measuring costs
    over = bisect_left(
        range(len(line)), True, key=lambda end: measure(f"{line[:end]}…", "arial", letters) > room
    )
    return f"{line[: max(0, over - 1)]}…"


# -- pictures


def picture_ops(kind: str, props: Props) -> tuple[Op, ...]:
    """What is left of a picture, film, page or link whose file is not published with the recording.

    The player shows nothing of a picture; of a link the card without its image.
    """
    width, height = size(props.get("w"), 100.0), size(props.get("h"), 100.0)
    if kind in {"image", "video"}:
        return ()
    if kind == "bookmark":
        card = _bookmark(tidy(props.get("url")), width, height)
        return (*card, *link_ops(props, width, paper=_CARD))
    box = paths.rectangle(0, 0, width, height)
    return (
        Fill(box, (0xEC, 0xEE, 0xF0, 160)),
        Stroke(box, colours.tones("grey").solid, 1.0, dash=(6.0, 6.0)),
    )


def _bookmark(url: str, width: float, height: float) -> tuple[Op, ...]:
    """A link's card: where its image would be, its address as title, and the address without its scheme."""
    card = paths.rectangle(0, 0, width, height, 6)
    image = paths.rectangle(1, 1, width - 2, max(1.0, height - 80), 5)
    lines = (
        (url, 16.0, height - 60, colours.V2_TEXT),
        (re.sub(r"^\w+://", "", url), 14.0, height - 29, _GREY),
    )
    return (
        *box_shadow(width, height, 6.0, _NOTE_SHADOW),
        Fill(card, _CARD),
        Fill(image, _NO_IMAGE),
        *(
            Text(_shortened(found[:500], width - 30, letters), 14.0, top, None, letters, colour)
            for found, letters, top, colour in lines
        ),
    )
