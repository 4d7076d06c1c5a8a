"""tldraw 1: the whiteboards of BigBlueButton 2.6 and 2.7."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import pytest

from pod.bbb.playback.drawing import Fill, Op, Stroke
from pod.bbb.render import tldraw
from pod.bbb.render.tldraw.fills import flattened
from pod.bbb.render.tldraw.freehand_v1 import Pen, nodes, outline, stroke
from tests.unit.render.tldraw.shapes import V1, box, fills, ops, points, shape, strokes, texts
from tests.unit.render.tldraw.shapes import old as make


def v1(kind: str, **data: Any) -> tuple[Op, ...]:
    """What one shape draws."""
    return ops(make(kind, **data), version=V1)


def test_rectangle_has_four_sides_inside_its_box() -> None:
    """A solid rectangle is four strokes of 1 + 1.618 times the size's width, half a width inside."""
    sides = strokes(v1("rectangle", point=[10, 20], size=[100, 50], style={"size": "medium"}))
    assert len(sides) == 4
    assert sides[0].width == pytest.approx(1 + 3.5 * 1.618)
    half = sides[0].width / 2
    assert box(sides) == pytest.approx((10 + half, 20 + half, 110 - half, 70 - half), abs=0.1)


def test_poll_result_is_a_white_box_with_monospaced_text() -> None:
    """A published poll is a filled white rectangle with black edge and monospaced label."""
    found = v1(
        "rectangle",
        size=[400, 100],
        label="A: 1\nB: 0\n",
        style={"color": "white", "isFilled": True, "font": "mono"},
    )
    assert fills(found)[0].colour == (0xFE, 0xFE, 0xFE, 255)
    [label] = texts(found)
    assert (label.family, label.size, label.letter_spacing, label.line_height) == ("mono-v1", 28, -0.03, 1)
    assert label.colour == (0x1D, 0x1D, 0x1D, 255)
    assert label.matrix is not None
    assert label.matrix[4:] == (200, 50)


@pytest.mark.parametrize("kind", ["rectangle", "triangle", "ellipse"])
def test_drawn_by_hand_is_filled_and_stroked(kind: str) -> None:
    """The hand-drawn dash is a freehand outline, filled and stroked, near the shape's box."""
    found = v1(kind, size=[200, 100], radius=[100, 50], style={"dash": "draw"})
    assert len(found) == 2
    left, top, right, bottom = box(found)
    assert (left, top, right, bottom) == pytest.approx((0, 0, 200, 100), abs=8)


def test_ellipse_has_two_radii() -> None:
    """An ellipse is placed by the corner of its box and its radii."""
    [found] = strokes(v1("ellipse", point=[50, 50], radius=[40, 20]))
    half = found.width / 2
    assert box(found) == pytest.approx((50 + half, 50 + half, 130 - half, 90 - half), abs=0.1)


def test_filled_shape_has_a_pale_fill() -> None:
    """Fills are the colour, four fifths of the way to the canvas."""
    found = v1("triangle", size=[50, 50], style={"color": "red", "isFilled": True})
    assert fills(found)[0].colour == (0xFB, 0xD3, 0xD6, 255)


def test_rotation_is_about_the_middle() -> None:
    """A shape of tldraw 1 is turned about the middle of its box."""
    found = v1("rectangle", size=[100, 50], rotation=math.pi / 2)
    left, top, right, bottom = box(found)
    assert ((left + right) / 2, (top + bottom) / 2) == pytest.approx((50, 25), abs=0.1)
    assert bottom - top > right - left


WAVE = [[i * 4, 30 + 30 * math.sin(i / 6), 0.5] for i in range(60)]


def test_pen_stroke_is_a_filled_outline() -> None:
    """A pen stroke is a freehand outline with a thin stroke of half the size's width."""
    found = v1("draw", points=WAVE, isComplete=True, style={"dash": "draw", "size": "large"})
    assert len(found) == 2
    assert strokes(found)[0].width == 2.5


def test_dashed_pen_stroke_is_a_line() -> None:
    """The other dashes are plain strokes of 1 + 1.5 times the size's width."""
    [found] = strokes(v1("draw", points=WAVE, isComplete=True, style={"dash": "dashed"}))
    assert (found.width, found.dash) == (4, (8, 8))


def test_ring_of_the_pen_is_filled() -> None:
    """A filled pen stroke whose ends meet is filled, an open one is not."""
    ring = [
        [50 + 50 * math.cos(i / 30 * math.pi), 50 + 50 * math.sin(i / 30 * math.pi), 0.5] for i in range(61)
    ]
    closed = v1("draw", points=ring, style={"dash": "draw", "isFilled": True})
    assert len(fills(closed)) == 2
    assert len(fills(v1("draw", points=WAVE, style={"dash": "draw", "isFilled": True}))) == 1


def test_dot_of_the_pen() -> None:
    """A stroke that did not move is a dot."""
    found = v1("draw", points=[[0, 0, 0.5], [0.5, 0, 0.5]])
    assert box(fills(found)[0]) == (-3, -3, 3, 3)


def arrow(start: list[float], bend: list[float], end: list[float], **data: Any) -> tuple[Op, ...]:
    """An arrow by its three handles."""
    handles = {"start": {"point": start}, "bend": {"point": bend}, "end": {"point": end}}
    return v1("arrow", handles=handles, **data)


def test_line_is_an_arrow_without_heads() -> None:
    """An arrow without decorations is only its shaft."""
    [shaft] = strokes(arrow([0, 0], [50, 0], [100, 0]))
    assert points(shaft) == [0, 100]


def test_arrow_has_a_head_where_it_is_decorated() -> None:
    """Each decoration is a head at that end, its wings a third of the way or 8 widths long."""
    found = strokes(arrow([0, 0], [50, 0], [100, 0], decorations={"end": "arrow"}))
    assert points(found[1])[1] == 100
    assert abs(points(found[1])[0] - 100) == pytest.approx(16)


def test_bent_arrow_is_an_arc_through_its_middle_handle() -> None:
    """The arc passes the bend handle."""
    [shaft] = strokes(arrow([0, 30], [100, 0], [200, 30]))
    assert shaft.path[0][-2:] == pytest.approx((0, 30))
    assert shaft.path[-1][-2:] == pytest.approx((200, 30))
    middle = flattened(shaft.path)[0]
    assert min(math.hypot(x - 100, y) for x, y in middle) < 8
    assert min(y for _, y in middle) == pytest.approx(0, abs=1)


@pytest.mark.parametrize("dash", ["draw", "solid", "dotted"])
def test_arrow_label_leaves_a_hole_in_all_of_the_arrow(dash: str) -> None:
    """Shaft and heads, drawn by hand or not, are whole, and seen only outside of the label's box."""
    both = {"start": "arrow", "end": "arrow"}
    bare, found = (
        arrow([0, 0], [40, 0], [80, 0], label=label, decorations=both, style={"dash": dash})
        for label in ("", "a long label of words")
    )
    [label] = texts(found)
    assert label.matrix is not None
    assert [points(op) for op in found[:-1]] == [points(op) for op in bare]
    whole: list[Fill | Stroke] = [*strokes(found), *fills(found)]
    for op in whole:
        xs = [x for x, _ in flattened(op.inside)[1]]
        assert max(xs) - min(xs) == pytest.approx(label.matrix[0] * ((label.width or 0) + 7))


def test_arrow_label_is_at_the_bend_wherever_the_arrow_lies() -> None:
    """It stands on the shaft also where that is above the arrow's own point."""
    bare = arrow([0, 0], [100, -60], [200, 0], style={"font": "sans"})
    [label] = texts(arrow([0, 0], [100, -60], [200, 0], label="yes", style={"font": "sans"}))
    assert label.matrix is not None
    assert label.matrix[4] == pytest.approx(100, abs=1)
    assert label.matrix[5] == pytest.approx(min(point.imag for point in points(bare)), abs=8)


def test_a_label_that_is_made_smaller_goes_less_far_to_the_bend() -> None:
    """From the middle of the arrow's box, by as many parts of the way as it keeps of its size."""
    [label] = texts(arrow([0, 0], [75, 60], [150, 0], label="a label", style={"size": "large"}))
    assert label.matrix is not None
    scale = label.matrix[0]
    assert 0.5 < scale < 1
    assert label.matrix[5] == pytest.approx(30 + scale * 30, abs=1)


def test_text_is_set_tight() -> None:
    """Text has no line spacing and letters set 0.03 em tighter; its size is scaled."""
    [found] = texts(v1("text", text="ab", style={"font": "serif", "scale": 2, "textAlign": "end"}))
    assert (found.size, found.family, found.align, found.letter_spacing) == (56, "serif-v1", "end", -0.03)


@pytest.mark.parametrize(("height", "top"), [(86, 14), (87, 14), (87.9, 14), (88, 15)])
def test_label_begins_on_a_whole_unit_of_its_box(height: float, top: int) -> None:
    """Two lines of 28, 4 of padding and 1 of border, in a box the height of which is rounded down."""
    (label,) = texts(v1("rectangle", size=[200, height], label="a\nb"))
    assert label.matrix is not None
    assert label.y + label.matrix[5] == pytest.approx(top)


def test_misspelt_serif_is_serif() -> None:
    """Early versions wrote "erif"."""
    assert texts(v1("text", text="a", style={"font": "erif"}))[0].family == "serif-v1"


def test_sticky_is_paper_with_text() -> None:
    """A sticky note is wrapped 16 units inside its paper; white and black ones are yellow."""
    found = v1("sticky", size=[200, 200], text="hello", style={"color": "white", "size": "medium"})
    assert fills(found)[-1].colour == (0xFD, 0xDF, 0x8E, 255)
    [text] = texts(found)
    assert (text.x, text.width, text.size) == (16, 168, 36)


def test_group_has_no_picture() -> None:
    """A group of tldraw 1 is invisible, and known."""
    drawing = tldraw.draw(shape(make("group", size=[10, 10])), V1)
    assert (drawing.ops, drawing.unknown) == ((), ())


def test_outline_is_as_wide_as_the_pen() -> None:
    """Without thinning the outline of perfect-freehand 1.2 lies half the size beside the way."""
    polygon = stroke([(complex(i * 10, 0), 0.5) for i in range(20)], Pen(10, 0, 0, last=True))
    ys = [p.imag for p in polygon]
    assert (min(ys), max(ys)) == pytest.approx((-5, 5), abs=0.1)


def test_taper_thins_both_ends() -> None:
    """A tapered stroke ends in points."""
    pen = Pen(10, 0, 0, last=True, taper_start=50, taper_end=50)
    polygon = outline(nodes([(complex(i * 10, 0), 0.5) for i in range(20)], pen), pen)
    assert max(abs(p.imag) for p in polygon if p.real < 5) < 3
    assert max(abs(p.imag) for p in polygon if 80 < p.real < 110) == pytest.approx(5, abs=0.1)


def test_a_label_before_its_font_is_broken_to_the_width_of_another() -> None:
    """What is first in its font is measured in the browser's serif: 250 of 1000 a blank, here in 28 units."""
    data = make("rectangle", size=[573, 86], label="||||: 1", style={"font": "mono"})
    found = [
        texts(tldraw.draw(replace(shape(dict(data)), early=early), V1).ops)[0].width
        for early in (False, True)
    ]
    spacing = -0.03 * 28 * 7
    assert found[0] == pytest.approx(0.6 * 28 * 7 + spacing + 3, abs=0.1)
    assert found[1] == pytest.approx((4 * 0.2 + 0.278 + 0.25 + 0.5) * 28 + spacing + 3, abs=0.1)


def test_texts_know_the_box_that_they_belong_to() -> None:
    """A text or a note's is cut off around its shape's box, unless the shape is turned; a label is not."""
    [text] = texts(v1("sticky", point=[10, 20], size=[200, 150.5], text="Note"))
    assert text.within == (10, 20, 210, 170)
    [label] = texts(v1("rectangle", point=[10, 20], size=[20, 20], label="a label that is much too long"))
    assert label.within is None
    [turned] = texts(v1("sticky", point=[10, 20], size=[200, 150.5], text="Note", rotation=0.1))
    assert turned.within is None
