"""Drawing operations made ready for the canvas: paths, laid-out text, placed pictures, with their boxes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pod.bbb.playback.drawing import Fill, Layer, Matrix, Picture, Piece, Stroke, Text, multiply
from pod.bbb.playback.model import Rect
from pod.bbb.playback.notes import Note
from pod.bbb.render.canvas import CLOSE, LINE, MOVE, Box, Canvas, Path, Pixels, compile_path
from pod.bbb.render.images.pasting import blend, paste
from pod.bbb.render.images.pictures import Pictures
from pod.bbb.render.images.rasters import Raster, fitted_place
from pod.bbb.render.painting.dashing import dashed
from pod.bbb.render.painting.view import View
from pod.bbb.render.text.blocks import Block, layout
from pod.bbb.render.text.hinting import Grid

Extent = tuple[float, float, float, float]  # left, top, right, bottom in whiteboard units
_MARGIN: Final = 2  # pixels: anti-aliasing reaches beyond the outline
_LONGEST_TEXT: Final = 20_000
# How far outside of its box a shape of tldraw 1 is still drawn: units, or the player's pixels where larger.
_OUTSIDE: Final = 64.0
_HALO: Final = 1.1  # units; less than two pixels of the player
_LONGEST_PIECE: Final = 1000  # points of a stroke drawn at once
_MOST_POINTS: Final = 20_000  # of one path that is stroked: crossing itself all over, it takes half a minute
# Of one that is filled, such as the outline of a pen that stayed down for minutes. That costs little, and cut
# short it would fill what the pen went round.
_MOST_OF_AREA: Final = 200_000
_MOST_ACROSS: Final = 2000  # times that its outline may cross its own box: so often takes seconds
_RECTANGLE: Final = np.array([MOVE, LINE, LINE, LINE, CLOSE], np.uint8)


@dataclass(slots=True, eq=False)
class Item:
    """One operation with its box in whiteboard units, and what was prepared of it for one view."""

    op: Piece
    extent: Extent
    path: Path | None = None
    block: Block | None = None  # of a text
    hinted_for: Matrix | None = None  # the matrix that a text's `path` was made for
    limits: Extent | None = None  # outside of which a text is not drawn
    scaled: tuple[Matrix, Box, Pixels] | None = None  # a picture, for a matrix
    inside: tuple[Item, ...] = ()  # of a layer
    area: Path | None = None  # outside of which a path is not drawn


@dataclass(slots=True, eq=False)
class Drawn:
    """All operations of one shape, and the box of them all; `source` is what they were made from."""

    source: object
    ops: Sequence[Piece]
    items: tuple[Item, ...]
    box: Box | None  # in pixels of the current view, clipped; None: not seen
    alone: bool = True  # it looks the same whatever other shapes there are
    beneath: Drawn | None = None  # what of it lies below the slide, if the slide does not hide that


def make(source: object, ops: Sequence[Piece], view: View, note: Note) -> Drawn:
    """Make the operations of one shape ready for a view."""
    items = _items(ops, note)
    return Drawn(source, ops, items, union(pixel_box(item.extent, view) for item in items))


def leaves(drawn: Drawn, cover: Rect | None) -> bool:
    """Whether any of a shape lies beside `cover`, in whiteboard units."""
    if cover is None:
        return True
    box = (cover.x, cover.y, cover.x + cover.width, cover.y + cover.height)
    return not all(_inside(item.extent, box) for item in drawn.items)


def _items(ops: Iterable[Piece], note: Note) -> tuple[Item, ...]:
    found = (item for op in ops if (item := _item(op, note)) is not None)
    return tuple(piece for item in found for piece in _pieces(item, note))


def _layer(op: Layer, note: Note) -> Item | None:
    inside = _items(op.ops, note)
    if not inside:
        return None
    lefts, tops, rights, bottoms = zip(*(item.extent for item in inside), strict=True)
    return Item(op, (min(lefts), min(tops), max(rights), max(bottoms)), inside=inside)


def _pieces(item: Item, note: Note) -> Iterator[Item]:
    """A long stroke in pieces: the rasteriser draws nothing of what crosses itself too often."""
    path, op = item.path, item.op
    if path is None or isinstance(op, Text | Layer) or len(path.points) <= _LONGEST_PIECE:
        yield item
        return
    most = _MOST_POINTS if isinstance(op, Stroke) else min(_MOST_OF_AREA, _most_across(path))
    if len(path.points) > most:
        note(f"A drawing of more than {most} points was cut.")
    if not isinstance(op, Stroke):
        yield replace(item, path=path.part(0, most))
        return
    for first in range(0, min(len(path.points), most), _LONGEST_PIECE):
        yield replace(item, path=path.part(first, first + _LONGEST_PIECE))


def _most_across(path: Path) -> int:
    """How many points of a path it takes to cross its box as often as a filled one may."""
    x0, y0, x1, y1 = path.bounds or (0.0, 0.0, 0.0, 0.0)
    ways = np.cumsum(np.abs(np.diff(path.points, axis=0)).sum(axis=1), dtype=np.float64)
    return int(np.searchsorted(ways, _MOST_ACROSS * (x1 - x0 + y1 - y0), side="right")) + 1


def _item(op: Piece, note: Note) -> Item | None:
    if isinstance(op, Picture):
        if not (op.width > 0 and op.height > 0):
            return None
        right, bottom = op.x + op.width, op.y + op.height
        corners = np.array([(op.x, op.y), (right, op.y), (right, bottom), (op.x, bottom)], np.float32)
        return Item(op, _extent(Path(_RECTANGLE, corners), op.matrix, 0.0))
    if isinstance(op, Text):
        return _text(op, note)
    if isinstance(op, Layer):
        return _layer(op, note)
    path = compile_path(op.path)
    if isinstance(op, Stroke) and op.dash:
        path, op = dashed(path, op.dash, op.dash_offset), replace(op, dash=())
    if not len(path.points) or (isinstance(op, Stroke) and not 0 < op.width < math.inf):
        return None
    reach = 0.0
    if isinstance(op, Stroke):
        reach = op.width / 2 * (max(1.0, op.miter_limit) if op.join == "miter" else 1.0)
        reach *= math.sqrt(2) if op.cap == "square" else 1.0
    # The path is kept as the rasteriser wants it; as commands it takes ten times the memory.
    area = compile_path(op.inside) if op.inside else None
    return Item(replace(op, path=(), inside=()), _extent(path, op.matrix, reach), path, area=area)


def _text(op: Text, note: Note) -> Item | None:
    if not (op.text.strip() and 0 < op.size < 1e5):
        return None
    if len(op.text) > _LONGEST_TEXT:
        note(f"A text of more than {_LONGEST_TEXT} characters was cut.")
        op = replace(op, text=op.text[:_LONGEST_TEXT])
    block = layout(op)
    if block.missing:
        signs = " ".join(f"U+{ord(character):04X}" for character in sorted(block.missing)[:10])
        note(f"No font has the characters {signs}: boxes stand for them. Install a font on the server.")
    path = block.outline()
    if not len(path.points):
        return None
    # Hinting moves an outline by less than a pixel of the player, in letters of four at least.
    extent = _extent(path, op.matrix, 0.25 * op.size)
    return Item(op, extent, path, block, limits=_limits(op, extent))


def _limits(op: Text, extent: Extent) -> Extent | None:
    """The box that a text is cut off at, in whiteboard units; None where it need not be."""
    if op.within is not None:
        return None if _inside(extent, _wider(op.within, _OUTSIDE)) else op.within
    if not op.clip or op.width is None or op.height is None:
        return None
    corners = np.array([(op.x, op.y), (op.x + op.width, op.y + op.height)], np.float32)
    box = _extent(Path(_RECTANGLE[:2], corners), op.matrix, 0.0)
    return None if _inside(extent, box) else box


def _inside(extent: Extent, box: Extent) -> bool:
    return box[0] <= extent[0] and box[1] <= extent[1] and box[2] >= extent[2] and box[3] >= extent[3]


def _wider(box: Extent, margin: float) -> Extent:
    return box[0] - margin, box[1] - margin, box[2] + margin, box[3] + margin


def _extent(path: Path, matrix: Matrix | None, reach: float) -> Extent:
    x0, y0, x1, y1 = path.bounds or (0.0, 0.0, 0.0, 0.0)
    x0, y0, x1, y1 = x0 - reach, y0 - reach, x1 + reach, y1 + reach
    if matrix is None:
        return x0, y0, x1, y1
    a, b, c, d, e, f = matrix
    xs = [a * x + c * y + e for x in (x0, x1) for y in (y0, y1)]
    ys = [b * x + d * y + f for x in (x0, x1) for y in (y0, y1)]
    return min(xs), min(ys), max(xs), max(ys)


def pixel_box(extent: Extent, view: View) -> Box | None:
    """The pixels that an extent may touch; None if none."""
    scale, _, _, _, dx, dy = view.matrix
    x0, x1 = extent[0] * scale + dx, extent[2] * scale + dx
    y0, y1 = extent[1] * scale + dy, extent[3] * scale + dy
    left, top, right, bottom = view.clip
    if not (x0 < right + _MARGIN and y0 < bottom + _MARGIN and x1 > left - _MARGIN and y1 > top - _MARGIN):
        return None  # outside, or not a number
    return (
        max(left, math.floor(max(x0, -1e9)) - _MARGIN), max(top, math.floor(max(y0, -1e9)) - _MARGIN),
        min(right, math.ceil(min(x1, 1e9)) + _MARGIN), min(bottom, math.ceil(min(y1, 1e9)) + _MARGIN),
    )  # fmt: skip


def union(boxes: Iterable[Box | None]) -> Box | None:
    """The smallest box around all of them."""
    found = [box for box in boxes if box is not None]
    if not found:
        return None
    lefts, tops, rights, bottoms = zip(*found, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def meets(one: Box | None, other: Box) -> bool:
    """Whether two boxes have a pixel in common."""
    if one is None:
        return False
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def draw(item: Item, canvas: Canvas, view: View, region: Box, pictures: Pictures) -> None:
    """Draw one item into the canvas, touching only `region`, which lies inside the view's clip."""
    op = item.op
    if isinstance(op, Layer):
        with canvas.layer(op.opacity):
            for inner in item.inside:
                draw(inner, canvas, view, region, pictures)
        return
    matrix = _placed(view.matrix, op)
    if isinstance(op, Picture):
        _draw_picture(item, op, canvas, matrix, view, region, pictures)
    elif isinstance(op, Text):
        _draw_text(item, op, canvas, matrix, view, region)
    elif item.path is not None:
        canvas.draw(op, item.path, matrix, item.area)


def _placed(view: Matrix, op: Fill | Stroke | Text | Picture) -> Matrix:
    """From an operation's own coordinates to pixels."""
    return view if op.matrix is None else multiply(view, op.matrix)


def _draw_text(item: Item, op: Text, canvas: Canvas, matrix: Matrix, view: View, region: Box) -> None:
    letters = _letters(item, _placed(view.player, op))
    if item.limits is not None:
        beside = 0.0 if op.within is None else _OUTSIDE * max(1.0, 1 / view.player[0])
        limits = _rounded(_wider(item.limits, beside), view)
        inner = (
            max(region[0], limits[0]), max(region[1], limits[1]),
            min(region[2], limits[2]), min(region[3], limits[3]),
        )  # fmt: skip
        if inner[0] >= inner[2] or inner[1] >= inner[3]:
            return
        canvas.clip(inner)
    if op.halo is not None:
        width = 2 * _HALO * min(1.0, 2 / view.player[0])
        canvas.stroke(letters, Stroke((), op.halo, width), matrix)
    canvas.fill(letters, op.colour, matrix)
    if item.limits is not None:
        canvas.clip(region)


def _rounded(extent: Extent, view: View) -> Box:
    """The whole pixels next to an extent."""
    scale, _, _, _, dx, dy = view.matrix
    x0, x1 = extent[0] * scale + dx, extent[2] * scale + dx
    y0, y1 = extent[1] * scale + dy, extent[3] * scale + dy
    x0, y0, x1, y1 = (min(1e9, max(-1e9, value)) for value in (x0, y0, x1, y1))
    return round(x0), round(y0), round(x1), round(y1)


def _letters(item: Item, player: Matrix) -> Path:
    """The text's outline, hinted for how the player shows this view; made once a view."""
    if item.block is None or item.path is None:
        raise ValueError("a text item has its block and its outline")
    if item.hinted_for != player:
        item.hinted_for = player
        item.path = item.block.outline(Grid.of(player))
    return item.path


def _draw_picture(
    item: Item, op: Picture, canvas: Canvas, matrix: Matrix, view: View, region: Box, pictures: Pictures
) -> None:
    if item.scaled is None or item.scaled[0] != matrix:
        item.scaled = _scaled(op, item.extent, matrix, view, pictures)
    if item.scaled is None:
        return
    _, box, pixels = item.scaled
    left, top = max(box[0], region[0]), max(box[1], region[1])
    right, bottom = min(box[2], region[2]), min(box[3], region[3])
    if right > left and bottom > top:
        canvas.flush()  # what lies below comes first
        part = pixels[top - box[1] : bottom - box[1], left - box[0] : right - box[0]]
        blend(canvas.pixels[top:bottom, left:right], part, opaque=False)


def _scaled(
    op: Picture, extent: Extent, matrix: Matrix, view: View, pictures: Pictures
) -> tuple[Matrix, Box, Pixels] | None:
    """Scale the picture once for this view: repainting a part must give the very same pixels."""
    box = pixel_box(extent, view)
    raster = _raster(op, matrix, view, pictures) if box else None
    if box is None or raster is None:
        return None
    pixels = np.zeros((box[3] - box[1], box[2] - box[0], 4), np.uint8)
    x, y, width, height = fitted(op, raster.width, raster.height)
    shifted = multiply((1.0, 0.0, 0.0, 1.0, -box[0], -box[1]), matrix)
    unit = multiply(shifted, (width, 0.0, 0.0, height, x, y))
    paste(pixels, raster, unit, (0, 0, pixels.shape[1], pixels.shape[0]), onto_nothing=True)
    return matrix, box, pixels


def _raster(op: Picture, matrix: Matrix, view: View, pictures: Pictures) -> Raster | None:
    a, b, c, d, e, f = matrix
    if view.whole and b == 0 and c == 0 and not op.stretch:
        left, top = op.x * a + e, op.y * d + f
        return pictures.get(op.href, op.width * a, (left, top, left + op.width * a, top + op.height * d))
    return pictures.get(op.href, op.width * math.hypot(a, b))


def fitted(op: Picture, own_width: float, own_height: float) -> tuple[float, float, float, float]:
    """Where the picture lies in its box: xMidYMid meet, or stretched."""
    if op.stretch or own_width <= 0 or own_height <= 0:
        return op.x, op.y, op.width, op.height
    place = op.x, op.y, op.x + op.width, op.y + op.height
    left, top, right, bottom = fitted_place(place, (own_width, own_height))
    return left, top, right - left, bottom - top
