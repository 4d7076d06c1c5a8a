"""The whole whiteboard: order, parents, what is kept, what is unknown."""

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
from tests.unit.render.tldraw.shapes import V1, V2, box, flat, geo, old, ops, record, shape, strokes


def test_higher_index_is_above() -> None:
    """Shapes are stacked by their index, compared as text: a10 lies below a2."""
    shapes = [shape(geo(_id=name, _index=index)) for name, index in (("b", "a2"), ("a", "a10"), ("c", "b1"))]
    assert [one.shape for one in tldraw.z_order(shapes, V2)] == ["a", "b", "c"]


def test_last_version_of_a_shape_counts() -> None:
    """Of two versions of one shape only the later one is drawn."""
    found = ops(geo(w=50), geo(w=80))
    assert box(strokes(found)) == (0, 0, 80, 60)


def test_unknown_type_is_named() -> None:
    """A type that is not known is named once, and the others are drawn."""
    shapes = [shape(record("hologram", {}, id=f"shape:{i}")) for i in range(2)]
    drawing = tldraw.draw([*shapes, shape(geo())], V2)
    assert drawing.unknown == ("hologram",)
    assert len(drawing.ops) == 1


def test_unknown_type_is_named_on_the_old_board() -> None:
    """The same for tldraw 1; a shape without a type is named, too."""
    drawing = tldraw.draw([shape({"id": "1", "type": "sun"}), shape({"id": "2"})], V1)
    assert drawing.unknown == ("sun", "without a type")


def test_drawn_operations_are_kept() -> None:
    """The same version of a shape gives the very same operations again."""
    one = shape(geo(dash="draw"))
    first, second = tldraw.ops([one], V2), tldraw.ops([one, shape(geo(_id="shape:y"))], V2)
    assert first[0] is second[0]


@pytest.mark.parametrize(("data", "board"), [(geo(), V2), (old("rectangle", size=[9, 9]), V1)])
def test_versions_that_soon_give_way_are_not_kept(data: dict[str, Any], board: Whiteboard) -> None:
    """Of a stroke that grows nobody asks for the earlier versions again: they leave the room to others."""
    brief, lasting = (replace(shape(data), start=1.0, end=end) for end in (1.1, 9.0))
    assert tldraw.ops([brief], board)[0] is not tldraw.ops([brief], board)[0]
    assert tldraw.ops([lasting], board)[0] is tldraw.ops([lasting], board)[0]


def test_player_puts_all_shapes_on_the_page() -> None:
    """A shape in a group stands where its own x and y say, as in the player, which forgets parents."""
    group = record("group", {}, id="shape:g", x=500, y=500)
    child = geo(_parentId="shape:g", _x=10, _y=10)
    assert box(strokes(ops(group, child))) == (10, 10, 110, 70)


def test_nested_shapes_stand_in_their_group() -> None:
    """Nested, a shape moves, turns and fades with its group, and with that group's group."""
    outer = record("group", {}, id="shape:o", x=1000, y=0, opacity=0.5)
    group = record("group", {}, id="shape:g", x=100, y=100, rotation=math.pi / 2, parentId="shape:o")
    child = geo(_parentId="shape:g", _x=10, _y=0)
    [found] = strokes(ops(outer, group, child, nested=True))
    assert box(found) == (1040, 110, 1100, 210)
    assert found.colour[3] == 128


def test_frame_cuts_off_what_it_holds() -> None:
    """Nested, a frame cuts its children off at its edge."""
    frame = record("frame", {"w": 50, "h": 40, "name": "f"}, id="shape:f", x=10, y=10)
    child = geo(_parentId="shape:f", _x=20, _y=20, fill="solid", _index="a2")
    found = ops(frame, child, nested=True)
    inside = [op for op in found if isinstance(op, Fill | Stroke)][3:]
    assert box(inside) == (30, 30, 60, 50)


def test_child_outside_its_frame_is_not_seen() -> None:
    """Nested, what lies wholly outside its frame has no operations."""
    frame = record("frame", {"w": 50, "h": 40, "name": "f"}, id="shape:f")
    child = geo(_parentId="shape:f", _x=200, text="far")
    assert len(ops(frame, child, nested=True)) == len(ops(frame, nested=True))


def test_children_lie_above_their_frame() -> None:
    """Nested, children follow their parent whatever their index."""
    shapes = [
        shape(record("frame", {}, id="shape:f", index="a5")),
        shape(geo(_id="shape:c", _parentId="shape:f", _index="a1")),
        shape(geo(_id="shape:low", _index="a4")),
    ]
    assert [one.shape for one in tldraw.z_order(shapes, V2, nested=True)] == [
        "shape:low",
        "shape:f",
        "shape:c",
    ]


def test_ring_of_parents_ends() -> None:
    """Groups that are each other's parents are drawn once, without an endless walk."""
    a, b = geo(_id="shape:a", _parentId="shape:b"), geo(_id="shape:b", _parentId="shape:a")
    assert len(ops(a, b, nested=True)) == 2


def test_only_bound_arrows_depend_on_others() -> None:
    """Everything but an arrow bound to a shape may be drawn by itself."""
    bound = record("arrow", {"end": {"type": "binding", "boundShapeId": "shape:q"}})
    assert tldraw.stands_alone(shape(geo(_parentId="shape:g")), V2)
    assert not tldraw.stands_alone(shape(bound), V2)


def test_one_shape_is_drawn_by_itself() -> None:
    """`shape_ops` gives what the whole board would draw of the shape."""
    one = shape(geo(_x=7))
    assert tldraw.shape_ops(one, V2) == tldraw.ops([one], V2)


DAMAGES: tuple[object, ...] = (None, "text", [], {"x": 1}, math.nan, math.inf, -1e300, 10**400, True)
PROPERTIES = ("w", "h", "size", "segments", "text", "start", "end", "handles", "color", "answers")


@pytest.mark.parametrize(
    "kind", ["geo", "draw", "arrow", "line", "note", "text", "highlight", "poll", "frame"]
)
def test_damaged_property_harms_no_one_else(kind: str) -> None:
    """One damaged property of one shape leaves the other shapes as they are."""
    healthy = shape(geo(_id="shape:ok", _index="a2"))
    expected = tldraw.ops([healthy], V2)[0]
    for key, damage in product(PROPERTIES, DAMAGES):
        damaged = shape(record(kind, {"text": "a", key: damage}, index="a1"))
        assert tldraw.ops([damaged, healthy], V2)[-1] is expected


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
    lambda inner: st.one_of(st.lists(inner, max_size=6), st.dictionaries(KEYS, inner, max_size=8)),
    max_leaves=30,
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


@given(one=any_shape("shape:x"), two=any_shape("shape:y"), new=st.booleans(), nested=st.booleans())
@settings(max_examples=250, deadline=None)
def test_any_data_gives_sound_operations(
    *, one: dict[str, Any], two: dict[str, Any], new: bool, nested: bool
) -> None:
    """Whatever the data, nothing is raised, every number is finite, and the operations stay bounded."""
    shapes = [TldrawShape(data["id"], i, 0, 1, data) for i, data in enumerate((one, two))]
    drawing = tldraw.draw(shapes, V2 if new else V1, nested=nested)
    assert len(drawing.ops) < 5000
    for op in flat(drawing.ops):
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
