"""tldraw 2: labels with their edge, notes, frames' names, polls' axes and answers, links."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pod.bbb.playback.drawing import Layer
from pod.bbb.render import tldraw
from pod.bbb.render.text.blocks import measure
from pod.bbb.render.tldraw import cards, colours, polls
from pod.bbb.render.tldraw.polls import tick_step
from tests.unit.render.tldraw.shapes import V2, box, fills, flat, geo, ops, record, shape, strokes, texts

NOTE = {"color": "yellow", "size": "m", "font": "sans", "align": "start", "verticalAlign": "start"}
BAR = (0x0C, 0x57, 0xA7, 255)


def poll(*answers: tuple[str, int], w: float = 300, h: float = 300) -> dict[str, object]:
    """A poll's result."""
    votes = [{"id": i, "key": key, "numVotes": count} for i, (key, count) in enumerate(answers)]
    return record("poll", {"w": w, "h": h, "color": "black", "questionText": "", "answers": votes})


@pytest.mark.parametrize("data", [geo(text="a"), record("text", {"text": "a", "size": "m", "font": "sans"})])
def test_text_on_the_board_has_an_edge_of_its_colour(data: dict[str, object]) -> None:
    """The player keeps letters readable on what lies below by an edge in the whiteboard's colour."""
    assert texts(ops(data))[0].halo == colours.V2_BACKGROUND


def test_text_on_a_note_has_no_edge() -> None:
    """Its paper is plain."""
    assert texts(ops(record("note", {**NOTE, "text": "a"})))[0].halo is None


def test_a_translucent_shape_of_several_parts_is_one_layer() -> None:
    """Outline, edge and letters cover one another first; the shape's opacity comes last."""
    [layer] = tldraw.draw(shape(geo(text="a", _opacity=0.5)), V2).ops
    assert isinstance(layer, Layer)
    assert layer.opacity == 0.5
    assert texts(layer.ops)[0].halo == colours.V2_BACKGROUND
    assert strokes(layer.ops)[0].colour[3] == 255


def test_a_shape_that_cannot_be_seen_draws_nothing() -> None:
    """Opacity zero leaves no layer."""
    assert tldraw.draw(shape(geo(text="a", _opacity=0)), V2).ops == ()


def test_label_of_a_cloud_keeps_to_its_bumps() -> None:
    """The label's room is the box round the cloud's outline, not the shape's own."""
    (label,) = texts(ops(geo(geo="cloud", w=380, h=220, text="a")))
    left, _, right, _ = box(strokes(ops(geo(geo="cloud", w=380, h=220))))
    assert label.width is not None
    assert label.x == pytest.approx(left + 16, abs=3)
    assert label.x + label.width == pytest.approx(right - 16, abs=3)


def test_label_of_a_note_keeps_off_its_edge() -> None:
    """The paper's edge is one unit, the padding 16: lines are 166 units wide."""
    (label,) = texts(ops(record("note", {**NOTE, "text": "a"})))
    assert (label.x, label.y, label.width) == (17, 17, 166)


def test_frame_name_is_cut_off_at_the_width_of_the_frame() -> None:
    """A long name ends in dots; it is as large as 12 pixels of the player."""
    (label,) = texts(ops(record("frame", {"w": 200, "h": 100, "name": "A very long name of a frame " * 3})))
    assert label.text.endswith("…")
    assert label.matrix is not None
    assert label.size * label.matrix[0] == pytest.approx(12 * 1440 / 1262.2)
    assert measure(label.text, "arial", label.size) * label.matrix[0] <= 200


@pytest.mark.parametrize(
    ("most", "step"), [(0, 1), (1, 0.25), (3, 0.75), (12, 3), (17, 5), (30, 8), (130, 35), (1000, 250)]
)
def test_the_axis_of_votes_has_round_steps(most: float, step: float) -> None:
    """Five ticks, as the player's charts choose them."""
    assert tick_step(most) == pytest.approx(step)


def test_the_longest_bar_ends_where_the_axis_says() -> None:
    """17 votes on an axis up to 20."""
    bars = [box(op) for op in fills(ops(poll(("a", 17), ("b", 5)))) if op.colour == BAR]
    width = 300 * 0.9 - 5 - 85
    assert [bar[2] - bar[0] for bar in bars] == [pytest.approx(width * n / 20, abs=0.11) for n in (17, 5)]


def test_bars_are_whole_units_high() -> None:
    """Four fifths of their band, rounded down."""
    bars = [box(op) for op in fills(ops(poll(("a", 1), ("b", 1), ("c", 1)))) if op.colour == BAR]
    assert {round(bar[3] - bar[1], 3) for bar in bars} == {math.floor((300 - 40) / 3 * 0.8)}


def test_answers_whose_names_have_no_room_keep_their_bars_only() -> None:
    """From the last one on, each that is 19 units from the one before has its name and its tick."""
    found = ops(poll(*((f"answer {i}", 1) for i in range(8)), h=160))
    assert [op.text for op in texts(found) if op.text.startswith("answer")] == [
        "answer 1", "answer 3", "answer 5", "answer 7",
    ]  # fmt: skip
    assert sum(op.colour == BAR for op in fills(found)) == 8


def test_the_chart_of_a_poll_without_question_begins_higher() -> None:
    """The two margins of an empty question are one: its axis begins 1 + 8 + 5 units below the box's edge."""
    axis = next(op for op in strokes(ops(poll(("a", 1)))) if box(op)[0] == box(op)[2])
    assert box(axis)[1] == pytest.approx(14)


def test_the_right_answer_of_a_quiz_has_a_mark() -> None:
    """Newer players put it before the answer that the meeting showed to be right, and before no other."""
    votes = [
        {"id": 0, "key": "Rome", "numVotes": 2, "isCorrectAnswer": True},
        {"id": 1, "key": "Oslo", "numVotes": 1, "isCorrectAnswer": False},
    ]
    data = record("poll", {"w": 300, "h": 300, "color": "black", "questionText": "", "answers": votes})
    assert [op.text for op in texts(ops(data))][:2] == ["✅ Rome", "Oslo"]


def test_a_chart_is_cut_off_at_the_edge_of_its_poll() -> None:
    """Under a question of many lines the chart ends with the box."""
    question = "a question of many words " * 8
    votes = [{"id": 0, "key": "a", "numVotes": 2}]
    data = record("poll", {"w": 300, "h": 300, "color": "black", "questionText": question, "answers": votes})
    assert [box(op)[3] for op in fills(ops(data)) if op.colour == BAR] == [299]
    assert all(op.matrix is None or op.matrix[5] < 299 for op in texts(ops(data)))


def test_a_long_question_begins_at_the_top() -> None:
    """What does not fit goes down beyond the box, not up: the first line is 8 units inside its edge."""
    question = "a question of many words " * 4
    data = record("poll", {"w": 300, "h": 300, "color": "black", "questionText": question, "answers": []})
    assert texts(ops(data))[0].y == 9


def test_answers_break_between_words_only() -> None:
    """As if they were written 16 high, in 80 units; the beginning of a long word is outside, and not seen."""
    found = [op.text for op in texts(ops(poll(("une réponse vraiment très longue", 1))))]
    assert found[:4] == ["une", "réponse", "vraiment", "très longue"]
    long = texts(ops(poll(("Donaudampfschifffahrt", 1))))[0]
    assert long.text == "Donaudampfschifffahrt"[-len(long.text) :]
    assert measure(long.text, "arial", 12) <= 76 < measure(f"m{long.text}", "arial", 12)


def test_frames_have_edge_and_name_of_one_size_at_every_zoom() -> None:
    """A pixel of the player and letters of 12 pixels; the name is cut off where the frame ends there."""
    frame = shape(record("frame", {"w": 100, "h": 80, "name": "a name that is long"}))
    near, far = (flat(tldraw.draw(frame, V2, zoom=zoom).ops) for zoom in (4.0, 0.5))
    assert [op.width for op in strokes([*near, *far])] == [0.25, 2.0]
    assert [op.matrix and op.matrix[0] * op.size for op in texts([*near, *far])] == [3.0, 24.0]
    assert [op.text for op in texts([*near, *far])] == ["a name that is long", "a nam…"]


@pytest.mark.parametrize(
    ("turn", "start", "along"),  # where the name's line begins, and where it leads
    [(0.3, (0, 0), (1, 0)), (1.6, (0, 100), (0, -1)), (3.0, (300, 100), (-1, 0)), (4.7, (300, 0), (0, 1))],
)
def test_the_name_of_a_turned_frame_is_at_its_upper_side(
    turn: float, start: tuple[float, float], along: tuple[float, float]
) -> None:
    """Of the four sides the player takes the one that is on top, so that no name is upside down."""
    (name,) = texts(cards.frame_ops({"w": 300, "h": 100, "name": "A frame"}, 1.0, turn))
    assert name.matrix is not None
    assert name.matrix[:2] == pytest.approx(along)
    assert name.matrix[4:] == pytest.approx(start)


def test_the_name_of_a_turned_frame_is_cut_off_at_that_side() -> None:
    """A frame that stands on its end has the room of its height."""
    (name,) = texts(cards.frame_ops({"w": 600, "h": 60, "name": "A name of a frame"}, 1.0, 1.6))
    assert name.text.endswith("…")
    assert measure(name.text, "arial", 12) <= 60


def card(url: str, w: float = 300, **data: object) -> dict[str, object]:
    """A link's card."""
    return record("bookmark", {"w": w, "h": 320, "url": url}, **data)


@pytest.mark.parametrize(
    ("url", "title", "address"),
    [
        ("https://example.org/page", "https://example.org/page", "example.org/page"),
        ("https://a.example:8080/b/?c=1#d", "https://a.example:8080/b/?c=1#d", "a.example/b"),
        ("https://example.org/" + 13 * "x", "https://example.org/xxxxxxxxx...", "example.org/" + 13 * "x"),
        ("no address", "no address", "no address"),
        ("http://[", "http://[", "http://["),
    ],
)
def test_a_link_is_a_card_with_its_address(url: str, title: str, address: str) -> None:
    """The player shows 32 letters of the address as title, and below its host and path."""
    assert [op.text for op in texts(ops(card(url)))] == [title, address]


def test_the_title_of_a_link_is_bold() -> None:
    """Its address is not."""
    assert [op.family for op in texts(ops(card("https://example.org")))] == ["arial-bold", "arial"]


def test_a_long_address_ends_in_dots() -> None:
    """What does not fit on its line of the card is cut off, with dots."""
    lines = texts(ops(card("https://example.org/" + "page/" * 20, w=180)))
    assert all(op.text.endswith("…") for op in lines)
    assert all(measure(op.text, op.family, op.size) <= 180 - 28 for op in lines)


def test_the_shadow_of_a_turned_card_falls_down_the_page() -> None:
    """Of a card that lies on its left side, it falls to the left."""
    shadows = [
        op
        for op in fills(cards.picture_ops("bookmark", {"w": 300, "h": 320}, -math.pi / 2))
        if op.colour[3] < 255
    ]
    edges = {tuple(round(a + b) for a, b in zip(box(op)[:2], box(op)[2:], strict=True)) for op in shadows}
    assert edges == {(296, 320), (294, 320)}


@pytest.mark.parametrize("kind", ["image", "video"])
def test_of_a_picture_with_an_address_its_button_is_left(kind: str) -> None:
    """The player draws it, although the picture itself was not published."""
    data = record(kind, {"w": 300, "h": 200, "url": "https://example.org"})
    drawing = tldraw.draw(shape(data), V2)
    assert box(fills(flat(drawing.ops))[0]) == pytest.approx((262, 6, 294, 38))
    assert "not shown" in drawing.notes[0]


@pytest.mark.parametrize(
    "data",
    [
        poll(("x" * 400, 1)),
        record("bookmark", {"w": 200, "h": 320, "url": "https://example.org/" + "x" * 400}),
    ],
)
def test_a_long_line_is_shortened_by_halves(data: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where to cut it takes a few looks, not one for each of its letters: that grows with their square."""
    measured: list[int] = []

    def counted(line: str, *style: Any) -> float:
        measured.append(len(line))
        return measure(line, *style)

    monkeypatch.setattr(polls, "measure", counted)
    monkeypatch.setattr(cards, "measure", counted)
    assert all(len(op.text) < 100 for op in texts(ops(data)))
    assert 0 < sum(length > 20 for length in measured) < 30


def test_a_picture_without_its_file_is_noted() -> None:
    """The player shows nothing of it either; a note tells."""
    drawing = tldraw.draw(shape(record("image", {"w": 50, "h": 40, "assetId": "asset:1"})), V2)
    assert drawing.ops == ()
    assert "image is not shown" in drawing.notes[0]


def test_an_embedded_page_is_an_empty_box() -> None:
    """What it showed was never recorded."""
    drawing = tldraw.draw(shape(record("embed", {"w": 50, "h": 40, "url": "https://example.org"})), V2)
    assert box(drawing.ops[0]) == (0, 0, 50, 40)


def test_a_dot_of_the_highlighter_is_whole() -> None:
    """One point: a filled disc as wide as the pen, not a ring."""
    segments = [{"type": "free", "points": [{"x": 0, "y": 0, "z": 0.5}]}]
    props = {"color": "yellow", "size": "m", "segments": segments, "isComplete": True, "isPen": True}
    found = ops(record("highlight", props))
    assert (len(fills(found)), len(strokes(found))) == (1, 0)
    left, _, right, _ = box(found)
    assert right - left == pytest.approx(24 * 1.12 + 0.2, abs=0.2)
