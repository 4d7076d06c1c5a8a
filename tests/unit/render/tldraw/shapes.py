"""Small whiteboard shapes for the tests, as tldraw.json holds them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from pod.bbb.playback.drawing import Fill, Layer, Op, Piece, Stroke, Text
from pod.bbb.playback.model import TldrawShape, Whiteboard
from pod.bbb.playback.style import SAME
from pod.bbb.render import tldraw
from pod.bbb.render.tldraw.geometry import apply

V1, V2 = Whiteboard.TLDRAW_V1, Whiteboard.TLDRAW_V2
GEO = {"geo": "rectangle", "w": 100, "h": 60, "color": "black", "labelColor": "black", "fill": "none"}
GEO_REST = {
    "dash": "solid",
    "size": "m",
    "font": "sans",
    "text": "",
    "align": "middle",
    "verticalAlign": "middle",
}


def shape(data: dict[str, Any], order: int = 0) -> TldrawShape:
    """One version of a shape."""
    return TldrawShape(str(data.get("id", "shape:x")), order, 0.0, math.inf, data)


def record(kind: str, props: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A record of tldraw 2."""
    base = {"id": "shape:x", "type": kind, "x": 0, "y": 0, "rotation": 0, "opacity": 1, "index": "a1"}
    return {**base, "parentId": "page:1", "typeName": "shape", "props": props, **fields}


def geo(**props: Any) -> dict[str, Any]:
    """A geo shape of tldraw 2; fields of the record begin with an underscore."""
    fields = {key[1:]: props.pop(key) for key in list(props) if key.startswith("_")}
    return record("geo", {**GEO, **GEO_REST, **props}, **fields)


def old(kind: str, **data: Any) -> dict[str, Any]:
    """A shape of tldraw 1; `style` is completed."""
    style = {"color": "black", "size": "small", "dash": "solid", "isFilled": False, "scale": 1}
    return {
        "id": "one", "type": kind, "point": [0, 0], "childIndex": 1, "rotation": 0, **data,
        "style": {**style, **data.get("style", {})},
    }  # fmt: skip


def ops(*data: dict[str, Any], version: Whiteboard = V2) -> tuple[Op, ...]:
    """What some shapes draw that are seen together, one after the other; also within layers."""
    shapes = [shape(one, order) for order, one in enumerate(data)]
    return flat(piece for one in shapes for piece in tldraw.draw(one, version, shapes).ops)


def flat(pieces: Iterable[Piece]) -> tuple[Op, ...]:
    """Operations, those of layers too."""
    return tuple(op for piece in pieces for op in (piece.ops if isinstance(piece, Layer) else (piece,)))


def strokes(found: Iterable[Op]) -> list[Stroke]:
    """The strokes among operations."""
    return [op for op in found if isinstance(op, Stroke)]


def fills(found: Iterable[Op]) -> list[Fill]:
    """The fills among operations."""
    return [op for op in found if isinstance(op, Fill)]


def texts(found: Iterable[Piece]) -> list[Text]:
    """The texts among operations."""
    return [op for op in found if isinstance(op, Text)]


def points(found: Piece | Sequence[Piece]) -> list[complex]:
    """All points of paths, on the whiteboard."""
    result = []
    for op in found if isinstance(found, Sequence) else [found]:
        if isinstance(op, Fill | Stroke):
            for _, *values in op.path:
                v = [float(number) for number in values]
                result += [
                    apply(op.matrix or SAME, complex(x, y)) for x, y in zip(v[::2], v[1::2], strict=True)
                ]
    return result


def box(found: Piece | Sequence[Piece]) -> tuple[float, float, float, float]:
    """The box round all points of paths, on the whiteboard, rounded to a tenth."""
    xs, ys = [p.real for p in points(found)], [p.imag for p in points(found)]
    return round(min(xs), 1), round(min(ys), 1), round(max(xs), 1), round(max(ys), 1)
