"""One shape of tldraw 1 (BBB 2.6 and 2.7): its operations in whiteboard space."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from pod.bbb.playback.drawing import Matrix, Op, Text, multiply
from pod.bbb.render.tldraw.geometry import bounds, placed
from pod.bbb.render.tldraw.v1_arrows import arrow_ops, bounds_of
from pod.bbb.render.tldraw.v1_shapes import (
    draw_ops,
    ellipse_ops,
    points_of,
    radii_of,
    rectangle_ops,
    size_of,
    triangle_ops,
)
from pod.bbb.render.tldraw.v1_text import label_ops, label_point, sticky_ops, sticky_size, text_box, text_ops
from pod.bbb.render.tldraw.values import num, pair, word

Data = Mapping[str, Any]
Box = tuple[float, float, float, float]
INVISIBLE: Final = frozenset({"group"})  # drawn only while it is selected
_CUT_OFF: Final = frozenset({"text", "sticky"})  # around their boxes; labels are not
PICTURES: Final = frozenset({"image", "video"})  # their files are not published


def _of_size(data: Data) -> Box:
    return (0.0, 0.0, *size_of(data))


def _of_radius(data: Data) -> Box:
    rx, ry = radii_of(data)
    return 0.0, 0.0, 2 * rx, 2 * ry


def _of_text(data: Data) -> Box:
    return (0.0, 0.0, *text_box(data))


def _of_sticky(data: Data) -> Box:
    return (0.0, 0.0, *sticky_size(data))


def _of_points(data: Data) -> Box:
    return bounds([point for point, _ in points_of(data)])


_KINDS: Final[dict[str, tuple[Callable[[Data], tuple[Op, ...]], Callable[[Data], Box]]]] = {
    "draw": (draw_ops, _of_points),
    "rectangle": (rectangle_ops, _of_size),
    "ellipse": (ellipse_ops, _of_radius),
    "triangle": (triangle_ops, _of_size),
    "arrow": (arrow_ops, bounds_of),
    "line": (arrow_ops, bounds_of),
    "text": (text_ops, _of_text),
    "sticky": (sticky_ops, _of_sticky),
}
KNOWN: Final = frozenset(_KINDS) | INVISIBLE | PICTURES


def ops_of(data: Data) -> tuple[Op, ...]:
    """The operations of one shape; none for a kind that is unknown or has no picture of its own."""
    kind = word(data.get("type"))
    if kind not in _KINDS:
        return ()
    draw, box_of = _KINDS[kind]
    box = box_of(data)
    matrix = _placement(data, box)
    found = (*draw(data), *_label(kind, data, box))
    placed_ops = [replace(op, matrix=multiply(matrix, op.matrix) if op.matrix else matrix) for op in found]
    if kind not in _CUT_OFF or num(data.get("rotation")):
        return tuple(placed_ops)
    left, top = matrix[4], matrix[5]
    within = (left, top, left + math.floor(box[2] - box[0]), top + math.floor(box[3] - box[1]))
    return tuple(replace(op, within=within) if isinstance(op, Text) else op for op in placed_ops)


def _placement(data: Data, box: Box) -> Matrix:
    """The player puts a shape's box, its size rounded down, at the shape's point, turned about its middle."""
    left, top, right, bottom = box
    corner = pair(data.get("point")) + complex(left, top)
    turn = num(data.get("rotation"))
    if not turn:
        return placed(corner)
    middle = complex(math.floor(right - left) / 2, math.floor(bottom - top) / 2)
    return multiply(placed(corner + middle, turn), placed(-middle))


def _label(kind: str, data: Data, box: Box) -> tuple[Op, ...]:
    if kind not in {"rectangle", "ellipse", "triangle"}:
        return ()
    width, height = box[2], box[3]
    point = label_point(data)
    # The box is rounded down here too, but not what the label's point is reckoned from.
    centre = complex(
        math.floor(width) / 2 + width * (point.real - 0.5),
        math.floor(height) / 2 + height * (point.imag - 0.5),
    )
    if kind == "triangle":  # towards the centre of gravity, a sixth of the height below the middle
        centre += height / 6 * 0.72j
    return label_ops(data, centre, math.floor(height))
