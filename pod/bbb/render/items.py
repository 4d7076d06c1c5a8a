"""Drawing operations made ready for the canvas: compiled paths, laid-out text, placed pictures, each with its box."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from pod.bbb.playback.drawing import Fill, Matrix, Op, Picture, Stroke, Text
from pod.bbb.render.canvas import Box, Canvas, Path, Pixels, compile_path, multiply
from pod.bbb.render.pictures import Pictures, blend, paste
from pod.bbb.render.text import layout

Note = Callable[[str], None]
Extent = tuple[float, float, float, float]  # left, top, right, bottom in whiteboard units
IDENTITY: Final[Matrix] = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_MARGIN: Final = 2  # pixels: anti-aliasing reaches beyond the outline


@dataclass(slots=True, eq=False)
class Item:
    """One operation: a path to fill or to stroke, or a picture with what was prepared of it for one view."""

    op: Fill | Stroke | Picture
    path: Path | None
    extent: Extent
    prepared: tuple[Matrix, Box, Pixels] | None = None


@dataclass(slots=True, eq=False)
class Drawn:
    """All operations of one shape, and the box of them all; `source` is what they were made from."""

    source: object
    items: tuple[Item, ...]
    extent: Extent | None
    box: Box | None = field(default=None)  # in pixels of the current view, clipped; set by the board


def make(source: object, ops: Iterable[Op], note: Note) -> Drawn:
    """Make the operations of one shape ready."""
    items = tuple(item for op in ops if (item := _item(op, note)) is not None)
    extents = [item.extent for item in items]
    extent = (
        (min(e[0] for e in extents), min(e[1] for e in extents), max(e[2] for e in extents), max(e[3] for e in extents))
        if extents
        else None
    )  # fmt: skip
    return Drawn(source, items, extent)


def _item(op: Op, note: Note) -> Item | None:
    if isinstance(op, Picture):
        corners = Path(_CORNERS, _corners(op))
        return Item(op, None, _extent(corners, op.matrix, 0.0)) if op.width > 0 and op.height > 0 else None
    if isinstance(op, Text):
        return _text(op, note)
    path = compile_path(op.path)
    if not len(path.points) or (isinstance(op, Stroke) and not 0 < op.width < math.inf):
        return None
    reach = 0.0
    if isinstance(op, Stroke):
        reach = op.width / 2 * (max(1.0, op.miter_limit) if op.join == "miter" else 1.0)
        reach *= math.sqrt(2) if op.cap == "square" else 1.0
    return Item(op, path, _extent(path, op.matrix, reach))


_CORNERS: Final = np.array([1, 2, 2, 2, 0], np.uint8)


def _corners(op: Picture) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    right, bottom = op.x + op.width, op.y + op.height
    return np.array([(op.x, op.y), (right, op.y), (right, bottom), (op.x, bottom)], np.float32)


def _text(op: Text, note: Note) -> Item | None:
    if not (op.text.strip() and 0 < op.size < 1e5):
        return None
    block = layout(op)
    if block.missing:
        signs = " ".join(f"U+{ord(character):04X}" for character in sorted(block.missing)[:10])
        note(
            f"No font has the characters {signs}: boxes stand for them. Install a font for them on the server."
        )
    if not len(block.outline.points):
        return None
    fill = Fill((), op.colour, matrix=op.matrix)
    return Item(fill, block.outline, _extent(block.outline, op.matrix, 0.0))


def _extent(path: Path, matrix: Matrix | None, reach: float) -> Extent:
    x0, y0, x1, y1 = path.bounds or (0.0, 0.0, 0.0, 0.0)
    x0, y0, x1, y1 = x0 - reach, y0 - reach, x1 + reach, y1 + reach
    if matrix is None:
        return x0, y0, x1, y1
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x in (x0, x1) for y in (y0, y1)]
    ys = [b * x + d * y + f for x in (x0, x1) for y in (y0, y1)]
    return min(xs), min(ys), max(xs), max(ys)


def pixel_box(extent: Extent | None, view: Matrix, clip: Box) -> Box | None:
    """The pixels that an extent may touch, inside `clip`; None if none."""
    if extent is None:
        return None
    scale_x, _, _, scale_y, dx, dy = view
    values = (
        extent[0] * scale_x + dx, extent[1] * scale_y + dy, extent[2] * scale_x + dx, extent[3] * scale_y + dy,
    )  # fmt: skip
    if not all(math.isfinite(value) for value in values):
        return None
    left = max(clip[0], math.floor(max(values[0], -1e9)) - _MARGIN)
    top = max(clip[1], math.floor(max(values[1], -1e9)) - _MARGIN)
    right = min(clip[2], math.ceil(min(values[2], 1e9)) + _MARGIN)
    bottom = min(clip[3], math.ceil(min(values[3], 1e9)) + _MARGIN)
    return (left, top, right, bottom) if right > left and bottom > top else None


def union(boxes: Iterable[Box | None]) -> Box | None:
    """The smallest box around all of them."""
    found = [box for box in boxes if box is not None]
    if not found:
        return None
    return (
        min(b[0] for b in found),
        min(b[1] for b in found),
        max(b[2] for b in found),
        max(b[3] for b in found),
    )


def meets(one: Box | None, other: Box) -> bool:
    """Whether two boxes have a pixel in common."""
    return (
        one is not None
        and one[0] < other[2]
        and other[0] < one[2]
        and one[1] < other[3]
        and other[1] < one[3]
    )


def draw(item: Item, canvas: Canvas, view: Matrix, region: Box, clip: Box, pictures: Pictures) -> None:
    """Draw one item into the canvas, touching only `region`, which lies inside the content's `clip`."""
    matrix = multiply(view, item.op.matrix)
    if not isinstance(item.op, Picture):
        if item.path is not None:
            canvas.draw(item.op, item.path, matrix)
        return
    if item.prepared is None or item.prepared[0] != matrix:
        item.prepared = _prepare(item.op, item.extent, matrix, view, clip, pictures)
    if item.prepared is None:
        return
    _, box, pixels = item.prepared
    left, top = max(box[0], region[0]), max(box[1], region[1])
    right, bottom = min(box[2], region[2]), min(box[3], region[3])
    if right > left and bottom > top:
        canvas.flush()  # what lies below comes first
        part = pixels[top - box[1] : bottom - box[1], left - box[0] : right - box[0]]
        blend(canvas.pixels[top:bottom, left:right], part, opaque=False)


def _prepare(
    op: Picture, extent: Extent, matrix: Matrix, view: Matrix, clip: Box, pictures: Pictures
) -> tuple[Matrix, Box, Pixels] | None:
    """Scale the picture once for this view: repainting a part must give the very same pixels."""
    box = pixel_box(extent, view, clip)
    scale = math.hypot(matrix[0], matrix[1])
    raster = pictures.get(op.href, op.width * scale) if box else None
    if box is None or raster is None:
        return None
    pixels = np.zeros((box[3] - box[1], box[2] - box[0], 4), np.uint8)
    x, y, width, height = fitted(op, raster.width, raster.height)
    shifted = multiply((1.0, 0.0, 0.0, 1.0, -box[0], -box[1]), matrix)
    unit = multiply(shifted, (width, 0.0, 0.0, height, x, y))
    paste(pixels, raster, unit, (0, 0, pixels.shape[1], pixels.shape[0]), onto_nothing=True)
    return matrix, box, pixels


def fitted(op: Picture, own_width: float, own_height: float) -> tuple[float, float, float, float]:
    """Where the picture lies in its box: xMidYMid meet, or stretched."""
    if op.stretch or own_width <= 0 or own_height <= 0:
        return op.x, op.y, op.width, op.height
    scale = min(op.width / own_width, op.height / own_height)
    width, height = own_width * scale, own_height * scale
    return op.x + (op.width - width) / 2, op.y + (op.height - height) / 2, width, height
