"""What one version of a tldraw shape draws.

It is kept, since it is asked for again and again while other shapes grow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pod.bbb.playback.drawing import Layer, Op, PackedPath, Picture, Piece, Text
from pod.bbb.playback.model import TldrawShape, Whiteboard
from pod.bbb.render.tldraw import v1, v1_text, v2
from pod.bbb.render.tldraw.cache import Cache
from pod.bbb.render.tldraw.cards import WHOLE
from pod.bbb.render.tldraw.page import Facts, Page

_BRIEF_S: Final = 1.0
_DAMAGE: Final = (ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class TldrawDrawing:
    """What a shape draws.

    `ops` are in whiteboard space, the lowest first; `unknown` names the shape's type if
    nobody here can draw it; `notes` says in plain sentences what was left out. `beneath` is
    drawn below the slide and all shapes, in the same space.
    """

    ops: tuple[Piece, ...]
    unknown: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    beneath: tuple[Piece, ...] = ()


def draw(
    shape: TldrawShape,
    whiteboard: Whiteboard,
    others: Iterable[TldrawShape] = (),
    zoom: float = WHOLE,
) -> TldrawDrawing:
    """What one shape draws.

    `others` are the shapes seen at the same moment; only those that the shape is bound to matter
    (see `stands_alone`). `zoom`, pixels of the player a unit, matters to frames only.
    The player puts all shapes of tldraw 2 onto the page itself, those of a group or a frame too,
    without moving them or cutting them off; so it is done here. The same version of a shape gives
    the very same operations as long as they are in the cache.
    """
    if whiteboard is not Whiteboard.TLDRAW_V2:
        return _kept(shape, (), "v1", lambda: _drawn_v1(shape))
    facts = _facts(shape.data)
    bound = {other.shape: other for other in others if other.shape in facts.bound} if facts.bound else {}
    shapes = {**bound, shape.shape: shape}
    page = Page(
        {name: one.data for name, one in shapes.items()},
        {name: _facts(one.data) for name, one in shapes.items()},
    )
    needed = tuple(page.data[name] for name in dict.fromkeys(page.bound(shape.shape)))
    use = f"v2 {zoom}" if facts.kind == "frame" else "v2"
    return _kept(shape, needed, use, lambda: _drawn_v2(shape.shape, page, zoom))


def stands_alone(shape: TldrawShape, whiteboard: Whiteboard) -> bool:
    """Whether a shape looks the same whatever other shapes there are: all but bound arrows."""
    return whiteboard is not Whiteboard.TLDRAW_V2 or not _facts(shape.data).bound


def _kept(
    shape: TldrawShape, needed: tuple[object, ...], use: str, make: Callable[[], TldrawDrawing]
) -> TldrawDrawing:
    if not needed and _brief(shape):
        return make()
    return _drawings.get((shape.data, *needed), use, make)


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


def _drawn_v2(name: str, page: Page, zoom: float) -> TldrawDrawing:
    kind = page.facts[name].kind
    if kind not in v2.KNOWN:
        return TldrawDrawing((), (kind,))
    try:
        found, notes = v2.ops_of(name, page, zoom)
        sound = _sound(found)
        return TldrawDrawing(sound, (), notes, v2.beneath(name, page, sound))
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
