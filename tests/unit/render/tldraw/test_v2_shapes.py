"""tldraw 2: geometric shapes, text, notes, lines, frames, polls, pictures."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pod.bbb.render.text.blocks import measure
from pod.bbb.render.tldraw import colours
from pod.bbb.render.tldraw.geo import KINDS
from tests.unit.render.tldraw.shapes import box, fills, geo, ops, points, record, strokes, texts


def test_rectangle_is_drawn_at_its_place() -> None:
    """A solid rectangle is a closed stroke of its width and height at (x, y)."""
    [stroke] = strokes(ops(geo(_x=10, _y=20)))
    assert box(stroke) == (10, 20, 110, 80)
    assert stroke.path[-1] == ("Z",)


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("dash", ["draw", "solid", "dashed", "dotted"])
def test_every_kind_stays_in_its_box(kind: str, dash: str) -> None:
    """All kinds of geo shapes, in every dash, are drawn within their width and height (and their wobble)."""
    left, top, right, bottom = box(strokes(ops(geo(geo=kind, dash=dash, w=180, h=110))))
    assert left >= -6
    assert top >= -6
    assert right <= 186
    assert bottom <= 116
    assert right - left > 150
    assert bottom - top > 90


def test_unknown_kind_of_geo_is_a_rectangle() -> None:
    """A kind of geo shape that is not known is drawn as a box, not left out."""
    assert box(strokes(ops(geo(geo="heart")))) == (0, 0, 100, 60)


@pytest.mark.parametrize(("size", "width"), [("s", 2), ("m", 3.5), ("l", 5), ("xl", 10)])
def test_size_gives_stroke_width(size: str, width: float) -> None:
    """The four sizes are strokes of 2, 3.5, 5 and 10 units."""
    assert strokes(ops(geo(size=size)))[0].width == width


def test_fill_none_fills_nothing() -> None:
    """Fill "none" leaves the slide visible."""
    assert not fills(ops(geo(fill="none")))


def test_fill_semi_is_paper() -> None:
    """Fill "semi" is the theme's paper, whatever the colour."""
    assert fills(ops(geo(fill="semi", color="red")))[0].colour == (0xFC, 0xFF, 0xFE, 255)


def test_fill_solid_is_the_tint_of_the_colour() -> None:
    """Fill "solid" is the pale tint of the colour, not the colour itself."""
    assert fills(ops(geo(fill="solid", color="red")))[0].colour == (0xF4, 0xDA, 0xDB, 255)


def test_fill_pattern_is_hatched_inside_only() -> None:
    """Fill "pattern" lays strokes on paper, all of them inside the shape."""
    found = ops(geo(geo="diamond", fill="pattern", color="red", w=200, h=100))
    hatch = strokes(found)[0]
    assert hatch.colour == colours.tones("red").pattern
    assert len(hatch.path) > 500
    for p in points(hatch):
        assert abs(p.real - 100) / 100 + abs(p.imag - 50) / 50 <= 1.05


def test_endless_hatch_becomes_a_tint() -> None:
    """A hatched shape too large to hatch is tinted, so that the number of strokes stays bounded."""
    found = ops(geo(fill="pattern", w=50_000, h=50_000))
    assert len(fills(found)) == 1
    assert len(strokes(found)) == 1


def test_dashes_come_out_even() -> None:
    """Each side of a dashed polygon is a stroke of its own whose dashes end at the corners."""
    sides = strokes(ops(geo(dash="dashed", size="m", w=150, h=150)))
    assert len(sides) == 4
    dash, gap = sides[0].dash
    count = (150 + 2 * sides[0].dash_offset + gap) / (dash + gap)  # half a dash sticks out at either end
    assert count == pytest.approx(round(count), abs=1e-6)
    assert sides[0].dash_offset == pytest.approx(dash / 2, rel=0.1)


def test_dots_are_dashes_of_almost_no_length() -> None:
    """Dotted strokes are round caps of dashes far shorter than the stroke is wide."""
    stroke = strokes(ops(geo(dash="dotted", w=300)))[0]
    assert stroke.cap == "round"
    assert stroke.dash[0] < stroke.width / 20


def test_hand_drawn_wobble_is_the_same_every_time() -> None:
    """The wobble comes from the shape's id: equal ids wobble equally, others differently."""
    one, same, other = (ops(geo(dash="draw", _id=name)) for name in ("shape:a", "shape:a", "shape:b"))
    assert points(one) == points(same)
    assert points(one) != points(other)


def test_rotation_is_about_the_origin() -> None:
    """A shape of tldraw 2 is turned about its (x, y), not about its middle."""
    assert box(strokes(ops(geo(_x=100, _y=100, _rotation=math.pi / 2)))) == (40, 100, 100, 200)


def test_opacity_thins_the_colour() -> None:
    """A shape's opacity becomes the alpha of its colours."""
    assert strokes(ops(geo(_opacity=0.5)))[0].colour[3] == 128


def test_label_stands_in_the_middle_of_the_box() -> None:
    """A label is wrapped 16 units inside the box, aligned both ways."""
    [label] = texts(ops(geo(text="Hi", w=200, h=100, align="end", verticalAlign="start", size="l")))
    assert (label.x, label.width, label.height, label.align, label.vertical) == (16, 168, 68, "end", "start")
    assert label.size == 26


def test_shape_grows_with_its_label() -> None:
    """A box too low for its label is as high as the label needs, whatever `growY` was published."""
    [stroke] = strokes(ops(geo(text="1\n2\n3", size="m", h=20, growY=500)))
    assert box(stroke)[3] == pytest.approx(3 * 22 * 1.35 + 32, abs=0.1)


def test_label_colour_is_its_own() -> None:
    """The label has the label's colour, not the shape's."""
    [label] = texts(ops(geo(text="x", color="red", labelColor="blue")))
    assert label.colour == (0x42, 0x63, 0xEB, 255)


def text(**props: Any) -> dict[str, Any]:
    """A text shape."""
    base = {"text": "one two", "color": "blue", "size": "l", "font": "mono", "w": 100, "align": "start"}
    return record("text", {**base, "autoSize": True, "scale": 1, **props})


def test_text_has_the_size_of_texts() -> None:
    """Text shapes use their own table of sizes: l is 36."""
    [found] = texts(ops(text()))
    assert (found.size, found.family, found.line_height) == (36, "mono", 1.35)


def test_text_of_automatic_width_is_not_broken() -> None:
    """Automatic width is that of the longest line."""
    [found] = texts(ops(text(autoSize=True, w=20)))
    assert found.width is not None
    assert found.width > 100


def test_text_of_fixed_width_is_broken_to_it() -> None:
    """A fixed width is what the painter breaks lines to, and aligns them in."""
    assert texts(ops(text(autoSize=False, w=80.7)))[0].width == 80.7


def test_text_scale_enlarges_all_of_it() -> None:
    """`scale` enlarges a text as a whole."""
    matrix = texts(ops(text(scale=2)))[0].matrix
    assert matrix is not None
    assert matrix[0] == matrix[3] == 2


def test_blank_text_draws_nothing() -> None:
    """A text of blanks only has no operations."""
    assert ops(text(text=" \n ")) == ()


def test_note_is_a_pale_square_with_black_text() -> None:
    """A note is 200 units square, paler than its colour; a black one is yellow."""
    found = ops(record("note", {"color": "black", "size": "m", "text": "N", "font": "draw", "growY": 0}))
    paper = fills(found)[-1]
    assert box(paper) == (0, 0, 200, 200)
    assert paper.colour == colours.mixed((0xFF, 0xC0, 0x78, 255), (249, 250, 251, 255), 0.28)
    assert texts(found)[0].colour == (0x1D, 0x1D, 0x1D, 255)


def test_note_grows_with_its_text() -> None:
    """A note with more text than fits becomes higher."""
    found = ops(record("note", {"size": "xl", "font": "sans", "text": "a\n" * 9 + "a", "growY": 0}))
    assert box(fills(found)[-1])[3] == pytest.approx(10 * 32 * 1.35 + 34, abs=0.1)


def line(**props: Any) -> dict[str, Any]:
    """A line with three handles, given out of order."""
    handles = {
        "end": {"index": "a3", "x": 100, "y": 0},
        "start": {"index": "a1", "x": 0, "y": 0},
        "h": {"index": "a2", "x": 50, "y": 40},
    }
    return record("line", {"handles": handles, "dash": "solid", "size": "m", "spline": "line", **props})


def test_line_goes_through_its_handles_in_order() -> None:
    """Handles are sorted by their index."""
    assert points(strokes(ops(line()))) == [0, 50 + 40j, 100]


def test_line_takes_points_too() -> None:
    """Later versions write `points` instead of `handles`."""
    found = ops(
        line(
            handles=None, points={"b": {"index": "a2", "x": 9, "y": 9}, "a": {"index": "a1", "x": 1, "y": 1}}
        )
    )
    assert points(strokes(found)) == [1 + 1j, 9 + 9j]


def test_cubic_line_is_curved_through_its_handles() -> None:
    """A cubic spline is one curve from handle to handle."""
    [stroke] = strokes(ops(line(spline="cubic")))
    assert [command[0] for command in stroke.path] == ["M", "C", "C"]
    assert stroke.path[1][-2:] == (50, 40)


def test_cubic_line_by_hand_is_a_filled_outline() -> None:
    """A spline of the hand-drawn dash is a freehand stroke."""
    assert fills(ops(line(spline="cubic", dash="draw")))


def test_frame_has_its_name_above() -> None:
    """A frame is a box with a thin edge and its name above; an empty name is "Frame"."""
    found = ops(record("frame", {"w": 300, "h": 200, "name": " "}))
    assert box(fills(found)[0]) == (0, 0, 300, 200)
    assert texts(found)[0].text == "Frame"
    assert texts(found)[0].y < 0


def poll(**props: Any) -> dict[str, Any]:
    """A poll's result."""
    answers = [{"id": 0, "key": "Yes", "numVotes": 3}, {"id": 1, "key": "No", "numVotes": 1}]
    base = {"w": 300, "h": 300, "color": "black", "fill": "white", "questionText": "Why?", "answers": answers}
    return record("poll", {**base, **props})


def test_poll_shows_question_answers_and_votes() -> None:
    """A poll shows its question, one bar an answer as long as its votes, and an axis."""
    found = ops(poll())
    bars = [op for op in fills(found) if op.colour == (0x0C, 0x57, 0xA7, 255)]
    lengths = [box(bar)[2] - box(bar)[0] for bar in bars]
    assert lengths[0] == pytest.approx(3 * lengths[1], abs=0.2)
    assert [op.text for op in texts(found)][:3] == ["Why?", "Yes", "No"]


def test_poll_counts_answers_without_regard_to_case() -> None:
    """Answers that differ only in case are one bar, as in BigBlueButton's own chart."""
    answers = [{"key": "yes", "numVotes": 1}, {"key": "YES", "numVotes": 2}]
    found = ops(poll(answers=answers, questionText=""))
    assert [op.text for op in texts(found)][:1] == ["YES"]


def test_poll_without_votes_has_no_bars() -> None:
    """No vote, no bar; the axis is still there."""
    found = ops(poll(answers=[{"key": "A", "numVotes": 0}]))
    assert not [op for op in fills(found) if op.colour == (0x0C, 0x57, 0xA7, 255)]
    assert "4" in [op.text for op in texts(found)]


def test_legacy_alignment_is_inside_a_block_in_the_middle() -> None:
    """Lines of boards converted from tldraw 1 end where the longest does, which stands in the middle."""
    [found] = texts(ops(geo(text="one\nlonger", align="end-legacy", w=300)))
    assert found.align == "end"
    assert found.width == pytest.approx(measure("longer", "sans", 22), abs=0.1)
    assert found.x + (found.width or 0) / 2 == pytest.approx(150)


def test_legacy_alignment_of_a_broken_line_takes_all_the_width() -> None:
    """A block that had to be broken is as wide as its box, and its lines begin at the left."""
    [found] = texts(ops(geo(text="several words to break", align="start-legacy", w=120)))
    assert (found.align, found.x, found.width) == ("start", 16, 88)


@pytest.mark.parametrize("data", [geo(url="https://example.org", w=200), geo(url="", w=200)])
def test_a_shape_with_an_address_shows_a_button(data: dict[str, Any]) -> None:
    """A tile with an icon, 6 units from the right and the top; without an address there is none."""
    tiles = [box(fill) for fill in fills(ops(data))]
    assert tiles == ([(162, 6, 194, 38)] if data["props"]["url"] else [])
