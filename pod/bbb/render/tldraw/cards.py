"""What tldraw 2 draws as boxes: notes, frames, and embedded files and pages that were not published."""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlsplit

from pod.bbb.playback.drawing import Fill, Op, Stroke, Text, multiply
from pod.bbb.render.text.blocks import measure
from pod.bbb.render.tldraw import colours, paths
from pod.bbb.render.tldraw.geometry import placed, rotated, scaled
from pod.bbb.render.tldraw.labels import label_op, tidy
from pod.bbb.render.tldraw.links import link_ops
from pod.bbb.render.tldraw.shadows import Shadow, box_shadow
from pod.bbb.render.tldraw.targets import NOTE_SIZE, note_height
from pod.bbb.render.tldraw.values import size, word

Props = Mapping[str, Any]
WHOLE: Final = 1262.2 / 1440  # pixels of the player a unit, where it shows a slide whole
_CARD: Final = colours.from_hex("#fdfdfd")
_NO_IMAGE: Final = colours.from_hex("#f2f2f2")
_ADDRESS: Final = colours.from_hex("#2d2d2d")
_IN_EDGE: Final = placed(-1 + 1j)  # the card's button stands inside of its edge
_NOTE_SHADOW: Final = (Shadow(0, 1, 2, 0, 0.25), Shadow(0, 1, 3, 0, 0.09))
_CARD_SHADOW: Final = (Shadow(0, 2, 4, 0, 0.16), Shadow(0, 3, 6, 0, 0.12))
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


def frame_ops(props: Props, zoom: float, turn: float) -> tuple[Op, ...]:
    """A frame: paper with a thin edge, and its name outside of the side that is uppermost.

    Edge and name have the same size at every zoom; the name is cut off at the side's length.
    `zoom` is pixels of the player a unit, `turn` the frame's rotation in radians.
    """
    width, height = size(props.get("w"), 320.0), size(props.get("h"), 180.0)
    box = paths.rectangle(0, 0, width, height)
    corner, quarters = _upper_side(turn, width, height)
    room = (height if quarters % 2 else width) * zoom
    name = re.sub(r"\s+", " ", tidy(props.get("name")) or "Frame")[:200]
    shown = _shortened(name, max(0.0, room - 2), 12.0)
    long = min(measure(shown, "arial", 12) + 18, room + 16)
    matrix = multiply(placed(corner, quarters * math.pi / 2), scaled(1 / zoom))
    return (
        Fill(box, colours.V2_PAPER),
        Stroke(box, colours.V2_TEXT, 1 / zoom),
        Fill(paths.rectangle(-8, -36, long, 32, 4), colours.V2_BACKGROUND, matrix=matrix),
        Text(shown, 1, -27, None, 12, colours.V2_TEXT, matrix=matrix),
    )


def _upper_side(turn: float, width: float, height: float) -> tuple[complex, int]:
    """The corner of a turned frame where its name begins, and the quarter turns from its own top."""
    quarters = -math.floor(turn / (math.pi / 2) + 0.5) % 4
    return (0j, complex(width, 0), complex(width, height), complex(0, height))[quarters], quarters


def _shortened(line: str, room: float, letters: float, family: str = "arial") -> str:
    """The line, its end replaced by dots where it is too long; `letters` is their size."""
    if measure(line, family, letters) <= room:
        return line
    # halved instead of taken off one by one: measuring costs
    over = bisect_left(
        range(len(line)), True, key=lambda end: measure(f"{line[:end]}…", family, letters) > room
    )
    return f"{line[: max(0, over - 1)]}…"


# -- pictures


def picture_ops(kind: str, props: Props, turn: float) -> tuple[Op, ...]:
    """What is left of a picture, film, page or link whose file is not published with the recording.

    The player shows nothing of a picture but the button of its address; of a link the card without
    its image. `turn` is the shape's rotation in radians.
    """
    width, height = size(props.get("w"), 100.0), size(props.get("h"), 100.0)
    if kind in {"image", "video"}:
        return link_ops(props, width)
    if kind == "bookmark":
        return _bookmark(props, width, height, turn)
    box = paths.rectangle(0, 0, width, height)
    return (
        Fill(box, (0xEC, 0xEE, 0xF0, 160)),
        Stroke(box, colours.tones("grey").solid, 1.0, dash=(6.0, 6.0)),
    )


def _bookmark(props: Props, width: float, height: float, turn: float) -> tuple[Op, ...]:
    """A link's card: where its image would be, its address as title, and the address without its scheme."""
    url = tidy(props.get("url"))
    words_top = max(2.0, height - 79)
    lines = (
        (_cut(url, 32), "arial-bold", 16.0, height - 59, colours.V2_TEXT),
        (_cut(_readable(url), 45), "arial", 14.0, height - 29, _ADDRESS),
    )
    return (
        *box_shadow(width, height, 6.0, tuple(_fallen(shadow, turn) for shadow in _CARD_SHADOW)),
        Fill(paths.rectangle(0, 0, width, height, 6), _CARD),
        # its lower corners, which are square, end below the words
        Fill(paths.rectangle(1, 1, width - 2, words_top + 5, 5), _NO_IMAGE),
        Fill(paths.rectangle(1, words_top, width - 2, 8), _CARD),
        *(
            Text(_shortened(found, width - 28, letters, family), 13.0, top, None, letters, ink, family)
            for found, family, letters, top, ink in lines
        ),
        *(
            replace(op, matrix=multiply(_IN_EDGE, op.matrix) if op.matrix else _IN_EDGE)
            for op in link_ops(props, width, paper=_CARD)
        ),
    )


def _cut(line: str, most: int) -> str:
    """The line with at most so many letters, the last of them dots if there are more."""
    return line if len(line) <= most else f"{line[: most - 3]}..."


def _readable(url: str) -> str:
    """Host and path of an address; what is none stays as it is."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.hostname}{parts.path.rstrip('/')}" if parts.scheme and parts.hostname else url


def _fallen(shadow: Shadow, turn: float) -> Shadow:
    """The shadow of a turned box: it falls down the page, not down the box."""
    fall = rotated(complex(shadow.dx, shadow.dy), 0j, -turn)
    return replace(shadow, dx=fall.real, dy=fall.imag)
