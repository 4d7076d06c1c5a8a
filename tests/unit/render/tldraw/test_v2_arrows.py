"""tldraw 2: arrows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from pod.bbb.render.tldraw.fills import flattened
from tests.unit.render.tldraw.shapes import fills, geo, ops, points, record, strokes, texts


def arrow(start: str | tuple[float, float], end: str | tuple[float, float], **props: Any) -> dict[str, Any]:
    """An arrow of tldraw 2 from start to end: points (x, y), or the id of a bound shape."""
    bound = {"type": "binding", "normalizedAnchor": {"x": 0.5, "y": 0.5}, "isExact": False, "isPrecise": True}
    ends = [
        {**bound, "boundShapeId": p} if isinstance(p, str) else {"type": "point", "x": p[0], "y": p[1]}
        for p in (start, end)
    ]
    base = {
        "start": ends[0],
        "end": ends[1],
        "bend": 0,
        "dash": "solid",
        "size": "m",
        "fill": "none",
        "color": "black",
    }
    rest = {
        "arrowheadStart": "none",
        "arrowheadEnd": "arrow",
        "text": "",
        "font": "sans",
        "labelColor": "black",
    }
    return record("arrow", {**base, **rest, **props}, id="shape:arrow", index="a9")


def test_straight_arrow_is_a_line_with_a_head() -> None:
    """The shaft goes from start to end; the head's wings meet at the end, 30 degrees off the shaft."""
    shaft, head = strokes(ops(arrow((0, 0), (200, 0))))
    assert points(shaft) == [0, 200]
    left, tip, right = points(head)
    assert tip == 200
    assert left - tip == pytest.approx(complex(-10.5 * math.cos(math.pi / 6), -5.25))
    assert right == left.conjugate()


def test_bend_makes_an_arc() -> None:
    """A bend is the height of an arc to the left of the way."""
    shaft = strokes(ops(arrow((0, 0), (200, 0), bend=50)))[0]
    assert any(command[0] == "C" for command in shaft.path)
    assert max(p.imag for p in points(shaft)) == pytest.approx(50, abs=6)


def test_small_bend_is_none() -> None:
    """A bend below 8 units snaps to a straight line."""
    shaft = strokes(ops(arrow((0, 0), (200, 0), bend=7)))[0]
    assert [command[0] for command in shaft.path] == ["M", "L"]


def test_bound_arrow_ends_at_the_outline() -> None:
    """An arrow between two shapes goes from outline to outline, its pointed end a gap away."""
    boxes = geo(_id="shape:a"), geo(_id="shape:b", _x=300)
    shaft = points(strokes(ops(*boxes, arrow("shape:a", "shape:b")))[2])
    assert shaft[0] == pytest.approx(100 + 30j)
    assert shaft[1] == pytest.approx(300 - 10 - 3.5 + 30j)


def test_bound_bent_arrow_ends_at_the_outline() -> None:
    """A bent arrow between shapes leaves and reaches them at their outlines, too."""
    boxes = geo(_id="shape:a"), geo(_id="shape:b", _x=300)
    shaft = points(strokes(ops(*boxes, arrow("shape:a", "shape:b", bend=40)))[2])
    assert shaft[0].real == pytest.approx(100, abs=0.5)
    assert 280 < shaft[-1].real < 292


def test_exact_binding_goes_to_the_anchor() -> None:
    """An exact binding is not cut off at the outline."""
    data = arrow((-200, 30), "shape:a")
    data["props"]["end"]["isExact"] = True
    shaft = points(strokes(ops(geo(_id="shape:a"), data))[1])
    assert shaft[1] == pytest.approx(50 + 30j)


def test_binding_follows_a_turned_shape() -> None:
    """The outline is that of the shape as it stands, turned."""
    target = geo(_id="shape:a", w=100, h=100, _rotation=math.pi / 4)
    shaft = points(strokes(ops(target, arrow((-300, 70.71), "shape:a", arrowheadEnd="none")))[1])
    assert shaft[1] == pytest.approx(-70.71 + 70.71j, abs=0.05)


def test_arrow_to_a_shape_that_is_gone_is_still_drawn() -> None:
    """A bound shape that is not there leaves the end at the arrow's origin, as in the player."""
    shaft = points(strokes(ops(arrow((100, 100), "shape:gone")))[0])
    assert shaft == [100 + 100j, 0]


def test_bound_arrow_depends_on_its_shape() -> None:
    """When the bound shape moves, the arrow moves with it."""
    near, far = (ops(geo(_id="shape:a", _x=x), arrow((-100, 30), "shape:a")) for x in (0, 100))
    assert points(near[1]) != points(far[1])


@pytest.mark.parametrize("head", ["triangle", "diamond", "inverted", "dot", "square"])
def test_closed_heads_hide_the_shaft_and_are_filled(head: str) -> None:
    """A closed head is filled as the arrow's fill says, and the shaft does not show through it."""
    found = ops(arrow((0, 0), (200, 0), arrowheadEnd=head, fill="solid"))
    assert len(fills(found)) == 1
    assert points(strokes(found)[0])[1].real < 199


@pytest.mark.parametrize(
    ("head", "count"), [("none", 1), ("pipe", 1), ("bar", 2), ("arrow", 2), ("unheard-of", 1)]
)
def test_open_heads(head: str, count: int) -> None:
    """Open heads are one stroke; "none", "pipe" and unknown ones are not drawn."""
    assert len(strokes(ops(arrow((0, 0), (200, 0), arrowheadEnd=head)))) == count


def test_label_interrupts_the_shaft() -> None:
    """The shaft is drawn whole, its dashes too, and seen all round the label, cut off straight at its box."""
    bare, found = (ops(arrow((0, 0), (400, 0), text=text, dash="dashed")) for text in ("", "label"))
    [label] = texts(found)
    shaft, head = strokes(found)
    assert points([shaft, head]) == points(strokes(bare))
    assert (shaft.dash, shaft.dash_offset) == (strokes(bare)[0].dash, strokes(bare)[0].dash_offset)
    around, hole = (np.array(ring) for ring in flattened(shaft.inside))
    assert around.min() < -20
    assert around[:, 0].max() > 420
    assert label.x + (label.width or 0) / 2 == pytest.approx(200, abs=1)
    assert hole[:, 0].min() == pytest.approx(label.x - 4)
    assert hole[:, 0].max() == pytest.approx(label.x + (label.width or 0) + 4)


def test_arrow_without_length_draws_nothing() -> None:
    """Both ends at one point: nothing to see, no error."""
    assert ops(arrow((5, 5), (5, 5))) == ()


def test_label_that_is_broken_hides_the_shaft_over_its_whole_width() -> None:
    """The hole is as wide as the shaft leaves room (64 less than its length) and a margin more."""
    found = ops(arrow((0, 0), (200, 0), text="several words here", size="m"))
    hole = np.array(flattened(strokes(found)[0].inside)[1])
    assert np.ptp(hole[:, 0]) == pytest.approx(200 - 64 + 2 * 4.25)


def test_label_begins_on_a_whole_unit_from_its_middle() -> None:
    """One line of 24 is 32.4 units high; its box begins 16 units above the middle of the shaft, not 16.2."""
    [label] = texts(ops(arrow((0, 0), (400, 0), text="a", size="l")))
    assert label.y == -16
