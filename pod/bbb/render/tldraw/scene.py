"""A whole whiteboard: which shape is above which, and what each draws.

Shapes come as one version each, those visible at one moment. What a version
draws is kept, since it is asked for again and again while others grow.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pod.bbb.playback.drawing import Layer, Op, PackedPath, Picture, Piece, Text
from pod.bbb.playback.model import Playback, TldrawShape, Whiteboard
from pod.bbb.render.tldraw import v1, v1_text, v2
from pod.bbb.render.tldraw.cache import Cache
from pod.bbb.render.tldraw.cards import WHOLE
from pod.bbb.render.tldraw.tree import Facts, Tree

_BRIEF_S: Final = 1.0
_DAMAGE: Final = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class TldrawDrawing:
    """What a whiteboard shows.

    `ops` in z order, in whiteboard space; `unknown` names the shape types that
    could not be drawn; `notes` says in plain sentences what was left out.
    """

    ops: tuple[Piece, ...]
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def ops(
    shapes: Sequence[TldrawShape], board: Playback | Whiteboard, *, nested: bool = False
) -> tuple[Piece, ...]:
    """The drawing operations of the shapes visible at one moment, in z order.

    The player puts all shapes of tldraw 2 onto the page itself, those of a
    group or a frame too, without moving them; so it is done here. With
    `nested` they stand in their group or frame, and frames cut them off.
    Equal shapes give the very same operations as long as they are in the cache.
    """
    view = _Board(shapes, board, nested=nested)
    return tuple(op for shape in view.ordered() for op in view.draw(shape).ops)


def draw(
    shapes: Sequence[TldrawShape], board: Playback | Whiteboard, *, nested: bool = False, zoom: float = WHOLE
) -> TldrawDrawing:
    """As `ops`, with the names of what is unknown and notes on what was left out.

    `zoom`, pixels of the player a unit, matters to frames only.
    """
    view = _Board(shapes, board, nested=nested, zoom=zoom)
    parts = [view.draw(shape) for shape in view.ordered()]
    return TldrawDrawing(
        tuple(op for part in parts for op in part.ops),
        tuple(dict.fromkeys(name for part in parts for name in part.unknown)),
        tuple(dict.fromkeys(note for part in parts for note in part.notes)),
    )


def z_order(
    shapes: Sequence[TldrawShape], board: Playback | Whiteboard, *, nested: bool = False
) -> list[TldrawShape]:
    """The shapes from the lowest to the highest; nested ones follow their group or frame."""
    return _Board(shapes, board, nested=nested).ordered()


def shape_ops(
    shape: TldrawShape, board: Playback | Whiteboard, others: Sequence[TldrawShape] = ()
) -> tuple[Piece, ...]:
    """What one shape draws. `others` matter only when it does not stand alone."""
    bound = _facts(shape.data).bound
    needed = [other for other in others if other.shape in bound] if bound else []
    return _Board([*needed, shape], board, nested=False).draw(shape).ops


def stands_alone(shape: TldrawShape, board: Playback | Whiteboard) -> bool:
    """Whether a shape looks the same whatever other shapes there are: all but bound arrows."""
    return _version(board) is not Whiteboard.TLDRAW_V2 or not _facts(shape.data).bound


def _version(board: Playback | Whiteboard) -> Whiteboard:
    return board if isinstance(board, Whiteboard) else board.whiteboard


class _Board:
    def __init__(
        self,
        shapes: Iterable[TldrawShape],
        board: Playback | Whiteboard,
        *,
        nested: bool,
        zoom: float = WHOLE,
    ) -> None:
        self._v2 = _version(board) is Whiteboard.TLDRAW_V2
        ordered = sorted(shapes, key=lambda shape: (shape.z[2], shape.order))
        self._shapes = {shape.shape: shape for shape in ordered}  # of one shape the last version counts
        self._facts = {name: _facts(shape.data) for name, shape in self._shapes.items()}
        data = {name: shape.data for name, shape in self._shapes.items()}
        self._tree = Tree(data, self._facts, nested=nested)
        self._use = "nested" if nested else "flat"
        self._zoom = zoom

    def ordered(self) -> list[TldrawShape]:
        if self._v2:
            return [self._shapes[name] for name in self._tree.ordered()]
        names = sorted(self._shapes, key=lambda name: self._facts[name].child_index)
        return [self._shapes[name] for name in names]

    def draw(self, shape: TldrawShape) -> TldrawDrawing:
        shape = self._shapes[shape.shape]
        if not self._v2:
            if _brief(shape):
                return _drawn_v1(shape)
            return _drawings.get((shape.data,), "v1", lambda: _drawn_v1(shape))
        needed = [self._shapes[name].data for name in self._tree.needed(shape.shape)]
        if not needed and _brief(shape):
            return _drawn_v2(shape.shape, self._tree, self._zoom)
        use = f"{self._use} {self._zoom}" if self._facts[shape.shape].kind == "frame" else self._use
        return _drawings.get(
            (shape.data, *needed), use, lambda: _drawn_v2(shape.shape, self._tree, self._zoom)
        )


def _brief(shape: TldrawShape) -> bool:
    """Whether a version soon gives way to the next one: hardly anybody asks for it again."""
    return shape.end - shape.start < _BRIEF_S


def _facts(data: Mapping[str, Any]) -> Facts:
    return _known.get((data,), "facts", lambda: Facts.of(data))


def _drawn_v1(shape: TldrawShape) -> TldrawDrawing:
    data = shape.data
    kind = _facts(data).kind
    if kind not in v1.KNOWN:
        return TldrawDrawing((), (kind,))
    if kind in v1.PICTURES:
        return TldrawDrawing((), (), (f"A whiteboard {kind} is not drawn: its file is not published.",))
    try:
        return TldrawDrawing(_sound(v1.ops_of({**data, v1_text.EARLY: shape.early})))
    except _DAMAGE as error:
        return _damaged(kind, error)


def _drawn_v2(name: str, tree: Tree, zoom: float) -> TldrawDrawing:
    kind = tree.facts[name].kind
    if kind not in v2.KNOWN:
        return TldrawDrawing((), (kind,))
    try:
        found, notes = v2.ops_of(name, tree, zoom)
        return TldrawDrawing(_sound(found), (), notes)
    except _DAMAGE as error:
        return _damaged(kind, error)


def _damaged(kind: str, error: Exception) -> TldrawDrawing:
    note = f"A whiteboard shape ({kind}) has damaged data and is not drawn: {error!r:.120}."
    return TldrawDrawing((), (), (note,))


def _sound(found: Iterable[Piece]) -> tuple[Piece, ...]:
    """The operations all of whose numbers are finite, their paths packed."""
    whole = (_sound_layer(op) if isinstance(op, Layer) else op for op in found)
    return tuple(_packed(op) for op in whole if _is_sound(op))


def _sound_layer(layer: Layer) -> Layer:
    """A layer without what cannot be drawn of it."""
    return replace(layer, ops=tuple(op for op in layer.ops if _is_sound(op)))


def _packed(op: Piece) -> Piece:
    if isinstance(op, Layer):
        return replace(op, ops=tuple(_packed_op(inner) for inner in op.ops))
    return _packed_op(op)


def _packed_op(op: Op) -> Op:
    if isinstance(op, Text | Picture) or isinstance(op.path, PackedPath):
        return op
    return replace(op, path=PackedPath(op.path))


def _is_sound(op: Piece) -> bool:
    if isinstance(op, Layer):
        return bool(op.ops)
    if op.matrix is not None and not math.isfinite(sum(op.matrix)):
        return False
    if isinstance(op, Text | Picture):
        sizes = (op.x, op.y, op.width or 0.0, op.height or 0.0, op.size if isinstance(op, Text) else 0.0)
        return math.isfinite(sum(sizes))
    if isinstance(op.path, PackedPath):
        return bool(op.path) and op.path.finite
    return bool(op.path) and all(math.isfinite(sum(command[1:])) for command in op.path)  # type: ignore[arg-type]


def _weight(drawing: TldrawDrawing) -> int:
    """About how much memory a drawing takes, in path commands."""
    return 20 + sum(_length(op) for op in drawing.ops)


def _length(op: Piece) -> int:
    if isinstance(op, Layer):
        return sum(_length(inner) for inner in op.ops)
    return 0 if isinstance(op, Text | Picture) else len(op.path)


_drawings: Final = Cache[TldrawDrawing](limit=1_500_000, weight=_weight)  # up to 25 bytes a command
_known: Final = Cache[Facts](limit=40_000, weight=lambda _: 1)
