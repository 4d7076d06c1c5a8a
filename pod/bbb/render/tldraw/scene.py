"""A whole whiteboard: which shape is above which, and what each draws.

Shapes come as one version each, those visible at one moment. What a version
draws is kept, since it is asked for again and again while others grow.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pod.bbb.playback.drawing import Op, Picture, Text
from pod.bbb.playback.model import TldrawShape, Whiteboard
from pod.bbb.render.tldraw import v1, v2
from pod.bbb.render.tldraw.tree import Tree
from pod.bbb.render.tldraw.values import num, word

_MAX_COMMANDS_KEPT: Final = 1_500_000  # path commands in the cache, some 200 bytes each at worst
_DAMAGE: Final = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class TldrawDrawing:
    """What a whiteboard shows.

    `ops` in z order, in whiteboard space; `unknown` names the shape types that
    could not be drawn; `notes` says in plain sentences what was left out.
    """

    ops: tuple[Op, ...]
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def ops(shapes: Sequence[TldrawShape], version: Whiteboard) -> tuple[Op, ...]:
    """The drawing operations of the shapes visible at one moment, in z order."""
    return draw(shapes, version).ops


def draw(shapes: Sequence[TldrawShape], version: Whiteboard) -> TldrawDrawing:
    """As `ops`, with the names of what is unknown and notes on what was left out."""
    board = _Board(shapes, version)
    found: list[Op] = []
    unknown: dict[str, None] = {}
    notes: dict[str, None] = {}
    for shape in board.ordered():
        one = board.draw(shape)
        found.extend(one.ops)
        unknown.update(dict.fromkeys(one.unknown))
        notes.update(dict.fromkeys(one.notes))
    return TldrawDrawing(tuple(found), tuple(unknown), tuple(notes))


def z_order(shapes: Sequence[TldrawShape], version: Whiteboard) -> list[TldrawShape]:
    """The shapes from the lowest to the highest; children follow their group or frame."""
    return _Board(shapes, version).ordered()


def shape_ops(shape: TldrawShape, version: Whiteboard, others: Sequence[TldrawShape] = ()) -> tuple[Op, ...]:
    """What one shape draws. `others` matter only when it does not stand alone."""
    return _Board([*others, shape], version).draw(shape).ops


def stands_alone(shape: TldrawShape, version: Whiteboard) -> bool:
    """Whether a shape looks the same whatever other shapes there are: no bound arrow, nobody's child."""
    return version is not Whiteboard.TLDRAW_V2 or v2.stands_alone(dict(shape.data))


class _Board:
    def __init__(self, shapes: Iterable[TldrawShape], version: Whiteboard) -> None:
        self.version = version
        self.shapes = {shape.shape: shape for shape in shapes}  # of one shape the last version counts
        self.tree = Tree({name: shape.data for name, shape in self.shapes.items()})

    def ordered(self) -> list[TldrawShape]:
        if self.version is Whiteboard.TLDRAW_V2:
            return [self.shapes[name] for name in self.tree.ordered()]
        return sorted(
            self.shapes.values(), key=lambda shape: (num(shape.data.get("childIndex")), shape.order)
        )

    def draw(self, shape: TldrawShape) -> TldrawDrawing:
        if self.version is not Whiteboard.TLDRAW_V2:
            return _cache.get((shape.data,), lambda: _drawn_v1(shape.data))
        needed = self.tree.needed(shape.shape)
        return _cache.get(
            (shape.data, *(self.shapes[name].data for name in needed)),
            lambda: _drawn_v2(shape.shape, self.tree),
        )


def _drawn_v1(data: Mapping[str, Any]) -> TldrawDrawing:
    kind = word(data.get("type"), "without a type")
    if kind not in v1.KNOWN:
        return TldrawDrawing((), (kind,))
    if kind in v1.PICTURES:
        return TldrawDrawing((), (), (f"A whiteboard {kind} is not drawn: its file is not published.",))
    try:
        return TldrawDrawing(_sound(v1.ops_of(dict(data))))
    except _DAMAGE as error:
        return _damaged(kind, error)


def _drawn_v2(name: str, tree: Tree) -> TldrawDrawing:
    kind = word(tree.data[name].get("type"), "without a type")
    if kind not in v2.KNOWN:
        return TldrawDrawing((), (kind,))
    try:
        found, notes = v2.ops_of(name, tree)
        return TldrawDrawing(_sound(found), (), notes)
    except _DAMAGE as error:
        return _damaged(kind, error)


def _damaged(kind: str, error: Exception) -> TldrawDrawing:
    return TldrawDrawing(
        (), (), (f"A whiteboard shape ({kind}) has damaged data and is not drawn: {error!r:.120}.",)
    )


def _sound(found: Iterable[Op]) -> tuple[Op, ...]:
    """The operations all of whose numbers are finite."""
    return tuple(op for op in found if _is_sound(op))


def _is_sound(op: Op) -> bool:
    if op.matrix is not None and not math.isfinite(sum(op.matrix)):
        return False
    if isinstance(op, Text | Picture):
        sizes = (op.x, op.y, op.width or 0.0, op.height or 0.0, op.size if isinstance(op, Text) else 0.0)
        return math.isfinite(sum(sizes))
    return bool(op.path) and all(math.isfinite(sum(command[1:])) for command in op.path)  # type: ignore[arg-type]


class _Cache:
    """Keeps what was drawn, by the identity of the data it was drawn from; the oldest goes first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[int, ...], tuple[tuple[object, ...], TldrawDrawing, int]] = (
            OrderedDict()
        )
        self._commands = 0
        self._lock = threading.Lock()

    def get(self, sources: tuple[Mapping[str, Any], ...], make: Any) -> TldrawDrawing:  # noqa: ANN401 - a thunk
        key = tuple(id(source) for source in sources)
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found[1]
        drawing: TldrawDrawing = make()
        weight = 20 + sum(len(op.path) for op in drawing.ops if not isinstance(op, Text | Picture))
        with self._lock:
            self._kept[key] = (sources, drawing, weight)  # the sources are held, so that no id is used again
            self._commands += weight
            while self._commands > _MAX_COMMANDS_KEPT and len(self._kept) > 1:
                self._commands -= self._kept.popitem(last=False)[1][2]
        return drawing


_cache: Final = _Cache()
