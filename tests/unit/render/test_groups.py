"""Shapes in groups of tldraw 1: where they lie."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest

from pod.bbb.playback.model import Playback, Rect, Slide, SlideKind, TldrawShape, View, Whiteboard
from pod.bbb.render.timing import timeline
from pod.bbb.render.timing.timeline import Timeline


def board(*shapes: TldrawShape) -> Timeline:
    """A recording of 100 seconds of one slide with these shapes."""
    playback = Playback(
        folder=Path(),
        record_id="x",
        title="",
        start_ms=None,
        bbb_version="",
        duration=100.0,
        slides=(Slide("image1", 0, 100, "presentation/d/1.png", 1600, 900, SlideKind.SLIDE),),
        views=(View(0, Rect(0, 0, 1600, 900)),),
        whiteboard=Whiteboard.TLDRAW_V1,
        tldraw_shapes={"image1": shapes},
    )
    return Timeline(playback)


@pytest.mark.parametrize(
    ("group", "expected"),
    [
        (TldrawShape("g", 4, 0, 9, {}, (3.0, "", 4), ("a", "b", "gone")), "pqabg"),
        (TldrawShape("g", 4, 0, 9, {}, (0.5, "", 4), ("a", "b")), "gapbq"),
    ],
)
def test_what_is_in_a_group_lies_as_high_as_the_group_if_that_is_higher(
    group: TldrawShape, expected: str
) -> None:
    """In tldraw 1 the numbers of a group's shapes count within it, but the player heeds both."""
    one, two = (TldrawShape(name, i, 0, 99, {}, (i + 1.0, "", i)) for i, name in enumerate("ab"))
    under, over = (TldrawShape(name, i, 0, 99, {}, (i - 0.5, "", i)) for i, name in enumerate("pq", 2))
    walked = board(one, two, under, over, group)
    assert "".join(shape.shape for shape in walked.at(5).shapes) == expected
    scenes = ["".join(shape.shape for shape in scene.shapes) for _start, _end, scene in walked.scenes()]
    assert scenes[:2] == [expected, "apbq"]


def test_a_shape_beside_a_group_is_put_in_its_place_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The others stay in order: a board of thousands of shapes changes as quickly with a group as without."""
    asked = Mock(wraps=timeline._z)
    monkeypatch.setattr(timeline, "_z", asked)
    group = TldrawShape("g", 500, 0, 99, {}, (0.5, "", 500), ("0", "1"))
    shapes = [TldrawShape(str(i), i, 1 + i / 10, 99, {}, (i + 1.0, "", i)) for i in range(500)]
    assert len(list(board(group, *shapes).scenes())) > 500
    assert asked.call_count < 40 * len(shapes)


def test_a_group_that_comes_moves_its_own_shapes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The work for a board of many groups grows with their shapes, not with groups times shapes."""
    asked = Mock(wraps=timeline._z)
    monkeypatch.setattr(timeline, "_z", asked)
    shapes = [TldrawShape(str(i), i, 0, 99, {}, (i % 5 + 1.0, "", i)) for i in range(500)]
    named = [(500 + i, tuple(map(str, range(i, i + 5)))) for i in range(0, 500, 5)]
    groups = [TldrawShape(f"g{i}", i, i / 20, 99, {}, (float(i), "", i), names) for i, names in named]
    *_before, last, _nothing = board(*shapes, *groups).scenes()
    seen = [shape.shape for shape in last[2].shapes if not shape.shape.startswith("g")]
    assert seen == [str(i) for i in range(500)]
    assert asked.call_count < 10 * len(shapes)


def test_a_group_that_is_undone_lets_its_shapes_down() -> None:
    """They lie where their own numbers say again, or in the group below that has them too."""
    shapes = [TldrawShape(name, i, 0, 99, {}, (i + 1.0, "", i)) for i, name in enumerate("abcd")]
    low = TldrawShape("l", 4, 1, 99, {}, (3.5, "", 4), ("a", "b"))
    high = TldrawShape("h", 5, 2, 3, {}, (9.0, "", 5), ("a", "c"))
    walked = board(*shapes, low, high)
    found = ["".join(shape.shape for shape in scene.shapes) for _start, _end, scene in walked.scenes()]
    assert found[:4] == ["abcd", "cabld", "bldach", "cabld"]
