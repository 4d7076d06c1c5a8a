"""One shape of a whiteboard: what is kept, what is unknown, what it depends on, what damage does."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod.bbb.playback.drawing import Fill, Stroke
from pod.bbb.playback.model import TldrawShape, Whiteboard
from pod.bbb.render import tldraw
from tests.sampling import examples
from tests.unit.render.tldraw.shapes import V1, V2, box, flat, geo, old, ops, record, shape, strokes


def test_unknown_type_is_named() -> None:
    """A shape of a type that is not known draws nothing, and its type is named."""
    drawing = tldraw.draw(shape(record("hologram", {})), V2)
    assert drawing.unknown == ("hologram",)
    assert drawing.ops == ()


def test_unknown_type_is_named_on_the_old_board() -> None:
    """The same for tldraw 1; a shape without a type is named, too."""
    drawings = [tldraw.draw(shape(data), V1) for data in ({"id": "1", "type": "sun"}, {"id": "2"})]
    assert [drawing.unknown for drawing in drawings] == [("sun",), ("without a type",)]


def test_drawn_operations_are_kept() -> None:
    """The same version of a shape gives the very same operations again."""
    one = shape(geo(dash="draw"))
    first, second = tldraw.draw(one, V2), tldraw.draw(one, V2, [shape(geo(_id="shape:y"))])
    assert first is second


@pytest.mark.parametrize(("data", "board"), [(geo(), V2), (old("rectangle", size=[9, 9]), V1)])
def test_versions_that_soon_give_way_are_not_kept(data: dict[str, Any], board: Whiteboard) -> None:
    """Of a stroke that grows nobody asks for the earlier versions again: they leave the room to others."""
    brief, lasting = (replace(shape(data), start=1.0, end=end) for end in (1.1, 9.0))
    assert tldraw.draw(brief, board) is not tldraw.draw(brief, board)
    assert tldraw.draw(lasting, board) is tldraw.draw(lasting, board)


def test_player_puts_all_shapes_on_the_page() -> None:
    """A shape in a group stands where its own x and y say, as in the player, which forgets parents."""
    group = record("group", {}, id="shape:g", x=500, y=500)
    child = geo(_parentId="shape:g", _x=10, _y=10)
    assert box(strokes(ops(group, child))) == (10, 10, 110, 70)


def test_only_bound_arrows_depend_on_others() -> None:
    """Everything but an arrow bound to a shape may be drawn by itself."""
    bound = record("arrow", {"end": {"type": "binding", "boundShapeId": "shape:q"}})
    assert tldraw.stands_alone(shape(geo(_parentId="shape:g")), V2)
    assert not tldraw.stands_alone(shape(bound), V2)


DAMAGES: tuple[object, ...] = (None, "text", [], {"x": 1}, math.nan, math.inf, -1e300, 10**400, True)
PROPERTIES = ("w", "h", "size", "segments", "text", "start", "end", "handles", "color", "answers")


@pytest.mark.parametrize(
    "kind", ["geo", "draw", "arrow", "line", "note", "text", "highlight", "poll", "frame"]
)
def test_damaged_property_harms_no_one_else(kind: str) -> None:
    """One damaged property of one shape leaves the other shapes as they are."""
    healthy = shape(geo(_id="shape:ok", _index="a2"))
    expected = tldraw.draw(healthy, V2)
    for key, damage in product(PROPERTIES, DAMAGES):
        damaged = shape(record(kind, {"text": "a", key: damage}, index="a1"))
        tldraw.draw(damaged, V2, [damaged, healthy])
        assert tldraw.draw(healthy, V2, [damaged, healthy]) is expected


WORDS = [
    "draw",
    "dashed",
    "dotted",
    "solid",
    "pattern",
    "semi",
    "binding",
    "point",
    "xl",
    "s",
    "cubic",
    "cloud",
    "star",
    "ellipse",
    "straight",
    "free",
    "dot",
    "triangle",
    "mono",
    "shape:x",
    "shape:y",
]
NAMES = [
    "w",
    "h",
    "x",
    "y",
    "z",
    "size",
    "dash",
    "fill",
    "geo",
    "color",
    "segments",
    "points",
    "type",
    "text",
    "bend",
    "start",
    "end",
    "handles",
    "index",
    "spline",
    "isClosed",
    "isPen",
    "isComplete",
    "arrowheadEnd",
    "boundShapeId",
    "normalizedAnchor",
    "growY",
    "scale",
    "autoSize",
    "answers",
    "key",
    "numVotes",
    "questionText",
    "name",
    "point",
    "radius",
    "style",
    "decorations",
    "label",
    "labelPoint",
    "isFilled",
    "font",
    "rotation",
    "childIndex",
]
KINDS = [
    "geo",
    "draw",
    "arrow",
    "line",
    "text",
    "note",
    "highlight",
    "frame",
    "group",
    "poll",
    "image",
    "rectangle",
    "ellipse",
    "triangle",
    "sticky",
    "?",
]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
    st.sampled_from(WORDS),
    st.just(10**400),
)
KEYS = st.sampled_from(NAMES)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=8,
)
TYPES = st.sampled_from(KINDS)
OBJECTS = st.dictionaries(KEYS, JSON, max_size=12)


@st.composite
def any_shape(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """Shape data of either version, of anything that JSON can hold."""
    data = {**draw(OBJECTS), "id": name, "type": draw(TYPES)}
    if draw(st.booleans()):
        data["props"] = draw(st.one_of(OBJECTS, JSON))
    if draw(st.booleans()):
        data["parentId"] = draw(st.sampled_from(["shape:x", "shape:y", "page:1"]))
    return data


@given(one=any_shape("shape:x"), two=any_shape("shape:y"), new=st.booleans())
@settings(max_examples=examples(250), deadline=None)
def test_any_data_gives_sound_operations(*, one: dict[str, Any], two: dict[str, Any], new: bool) -> None:
    """Whatever the data, nothing is raised, every number is finite, and the operations stay bounded."""
    shapes = [TldrawShape(data["id"], i, 0, 1, data) for i, data in enumerate((one, two))]
    found = [op for one in shapes for op in tldraw.draw(one, V2 if new else V1, shapes).ops]
    assert len(found) < 5000
    for op in flat(found):
        assert op.matrix is None or all(map(math.isfinite, op.matrix))
        if isinstance(op, Fill | Stroke):
            assert all(math.isfinite(float(n)) for command in op.path for n in command[1:])


def test_whole_number_of_three_hundred_digits_is_no_error() -> None:
    """JSON may hold integers that no float can."""
    data = json.loads(
        '{"id": "shape:x", "type": "geo", "x": 1'
        + "0" * 320
        + ', "props": {"w": 1e400, "h": 9, "dash": "solid"}}'
    )
    [found] = ops(data)
    assert box(found)[0] > -10
