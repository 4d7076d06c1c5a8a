"""One shape of tldraw 2 (BBB >= 3.0): its operations in whiteboard space."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from pod.bbb.playback.drawing import Fill, Layer, Op, Picture, Piece, Stroke, Text, multiply
from pod.bbb.render.tldraw.arrows import arrow_ops
from pod.bbb.render.tldraw.cards import frame_ops, note_ops, picture_ops
from pod.bbb.render.tldraw.colours import faded
from pod.bbb.render.tldraw.geo import geo_ops
from pod.bbb.render.tldraw.geometry import scaled
from pod.bbb.render.tldraw.labels import text_op
from pod.bbb.render.tldraw.lines import line_ops
from pod.bbb.render.tldraw.page import Page
from pod.bbb.render.tldraw.polls import poll_ops
from pod.bbb.render.tldraw.strokes import UNDERLAY, draw_ops, highlight_ops
from pod.bbb.render.tldraw.values import size

Props = Mapping[str, Any]


def _text(_: str, props: Props) -> tuple[Op, ...]:
    found = text_op(props)
    if found is None:
        return ()
    return (replace(found, matrix=scaled(min(100.0, size(props.get("scale"), 1.0)))),)


_SIMPLE: Final[dict[str, Callable[[str, Props], tuple[Op, ...]]]] = {
    "draw": draw_ops,
    "highlight": highlight_ops,
    "geo": geo_ops,
    "line": line_ops,
    "text": _text,
    "note": note_ops,
    "poll": poll_ops,
}
_PICTURES: Final = frozenset({"image", "video", "embed", "bookmark"})
KNOWN: Final = frozenset(_SIMPLE) | _PICTURES | {"arrow", "frame", "group"}


def ops_of(name: str, page: Page, zoom: float) -> tuple[tuple[Piece, ...], tuple[str, ...]]:
    """The operations of one shape at a zoom (pixels of the player a unit), and notes on what is not drawn."""
    kind = page.facts[name].kind
    notes: tuple[str, ...] = ()
    found: tuple[Op, ...] = ()
    if kind in _SIMPLE:
        found = _SIMPLE[kind](name, page.props(name))
    elif kind == "frame":
        found = frame_ops(page.props(name), zoom, page.turn(name))
    elif kind == "arrow":
        found = arrow_ops(name, page)
    elif kind in _PICTURES:
        found = picture_ops(kind, page.props(name), page.turn(name))
        shown = "not shown" if kind in {"image", "video"} else "shown as an empty box"
        notes = (f"A whiteboard {kind} is {shown}: its file is not published.",)
    matrix, opacity = page.matrix(name), page.opacity(name)
    moved = [replace(op, matrix=multiply(matrix, op.matrix) if op.matrix else matrix) for op in found]
    return _translucent(moved, opacity), notes


def beneath(name: str, page: Page, found: Sequence[Piece]) -> tuple[Piece, ...]:
    """What of a shape the player draws below the slide too; `found` is what it draws above it."""
    if page.facts[name].kind != "highlight":
        return ()
    alpha = round(255 * UNDERLAY * page.opacity(name))
    return tuple(replace(op, colour=(*op.colour[:3], alpha)) for op in found if isinstance(op, Fill | Stroke))


def _translucent(found: Sequence[Op], opacity: float) -> tuple[Piece, ...]:
    """The shape with its opacity: as one layer, unless it is a single stroke or fill."""
    if opacity >= 1:
        return tuple(found)
    whole = [op for op in found if isinstance(op, Fill | Stroke) or (isinstance(op, Text) and not op.clip)]
    if len(whole) < len(found) or (len(found) == 1 and not isinstance(found[0], Text)):
        return tuple(_faded(op, opacity) for op in found)
    return (Layer(tuple(whole), opacity),) if opacity > 0 else ()


def _faded(op: Op, opacity: float) -> Op:
    if isinstance(op, Picture):
        return op
    if isinstance(op, Fill):
        return replace(op, colour=faded(op.colour, opacity))
    if isinstance(op, Text):
        halo = op.halo and faded(op.halo, opacity)
        return replace(op, colour=faded(op.colour, opacity), halo=halo)
    return replace(op, colour=faded(op.colour, opacity))
