"""Paths on the canvas."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod.bbb.playback.drawing import Stroke, multiply
from pod.bbb.render.canvas import Canvas, Pixels, compile_path
from tests.sampling import examples

IDENTITY = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
BLACK = (0, 0, 0, 255)


def sheet(width: int = 40, height: int = 30) -> Pixels:
    """White paper."""
    return np.full((height, width, 4), 255, np.uint8)


def square(x: float, y: float, side: float) -> tuple[tuple[str | float, ...], ...]:
    """The path of a square."""
    return (("M", x, y), ("L", x + side, y), ("L", x + side, y + side), ("L", x, y + side), ("Z",))


def test_fill_colours_blue_green_red() -> None:
    """A filled path leaves its colour in the order blue, green, red, alpha."""
    pixels = sheet()
    canvas = Canvas(pixels)
    canvas.fill(compile_path(square(10, 10, 5)), (10, 20, 30, 255), IDENTITY)
    canvas.flush()
    assert pixels[12, 12].tolist() == [30, 20, 10, 255]
    assert pixels[5, 5].tolist() == [255] * 4


def test_clip_is_exact() -> None:
    """Not one pixel outside the clip is touched."""
    pixels = sheet()
    canvas = Canvas(pixels)
    canvas.clip((11, 12, 14, 15))
    canvas.fill(compile_path(square(0, 0, 40)), BLACK, IDENTITY)
    canvas.flush()
    inside = np.zeros((30, 40), bool)
    inside[12:15, 11:14] = True
    assert (pixels[inside][:, :3] == 0).all()
    assert (pixels[~inside] == 255).all()


def test_order_is_that_of_the_calls() -> None:
    """What is drawn later lies above."""
    pixels = sheet()
    canvas = Canvas(pixels)
    canvas.fill(compile_path(square(0, 0, 20)), (255, 0, 0, 255), IDENTITY)
    canvas.fill(compile_path(square(5, 5, 20)), (0, 0, 255, 255), IDENTITY)
    canvas.flush()
    assert pixels[10, 10].tolist() == [255, 0, 0, 255]


def test_even_odd_leaves_a_hole() -> None:
    """With the even-odd rule a path inside another is a hole."""
    pixels = sheet()
    canvas = Canvas(pixels)
    canvas.fill(compile_path(square(0, 0, 30) + square(10, 10, 10)), BLACK, IDENTITY, even_odd=True)
    canvas.flush()
    assert pixels[15, 15, 0] == 255
    assert pixels[5, 5, 0] == 0


def test_a_path_is_drawn_inside_of_an_area_only() -> None:
    """A stroke stops flat at the edge of a hole in the area, and what comes after it is not cut off."""
    pixels = sheet()
    canvas = Canvas(pixels)
    area = compile_path((*square(0, 0, 30), *square(10, 5, 10)))
    line = Stroke((("M", 2, 10), ("L", 28, 10)), BLACK, 4.0)
    canvas.draw(line, compile_path(line.path), IDENTITY, area)
    canvas.flush()
    assert pixels[10, 9:21, 0].tolist() == [0, *[255] * 10, 0]
    canvas.draw(line, compile_path(line.path), IDENTITY)
    canvas.flush()
    assert pixels[10, 15, 0] == 0


def test_point_with_round_caps_is_a_dot() -> None:
    """A line of no length with round caps is drawn, as browsers do."""
    pixels = sheet()
    canvas = Canvas(pixels)
    style = Stroke((), BLACK, 8.0, cap="round")
    canvas.stroke(compile_path((("M", 20, 15), ("L", 20, 15))), style, IDENTITY)
    canvas.flush()
    assert pixels[15, 20, 0] == 0


def test_matrix_applies_inner_first() -> None:
    """`multiply` scales what was moved, not the other way round."""
    moved = (1.0, 0.0, 0.0, 1.0, 10.0, 0.0)
    assert multiply((2.0, 0.0, 0.0, 2.0, 0.0, 0.0), moved) == (2.0, 0.0, 0.0, 2.0, 20.0, 0.0)


def test_canvas_refuses_an_array_that_it_cannot_draw_into() -> None:
    """A view with gaps would be drawn into at the wrong places."""
    with pytest.raises(ValueError, match="contiguous"):
        Canvas(sheet()[:, ::2])


NUMBERS = st.floats(allow_nan=True, allow_infinity=True, width=32)
COMMANDS = st.one_of(
    st.tuples(st.just("M"), NUMBERS, NUMBERS),
    st.tuples(st.just("L"), NUMBERS, NUMBERS),
    st.tuples(st.just("C"), NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS),
    st.just(("Z",)),
)


@given(st.lists(COMMANDS, max_size=12), st.floats(1e-3, 1e3))
@settings(max_examples=examples(60), deadline=None)
def test_any_path_is_drawn_or_left_out(commands: list[tuple[str | float, ...]], width: float) -> None:
    """No path, however odd, breaks the canvas."""
    pixels = sheet()
    canvas = Canvas(pixels)
    path = compile_path(tuple(commands))
    canvas.stroke(path, Stroke((), BLACK, width), IDENTITY)
    canvas.fill(path, BLACK, IDENTITY)
    canvas.flush()
    assert (pixels[..., 3] == 255).all()


def test_a_path_in_parts_is_the_same_path() -> None:
    """Each part goes on from where the one before ended, and nothing is in two of them."""
    lines = tuple(("L", float(x), 0.0) for x in range(1, 10))
    path = compile_path(
        (("M", 0.0, 0.0), *lines, ("C", 1.0, 1.0, 2.0, 2.0, 30.0, 0.0), ("L", 40.0, 0.0), ("Z",))
    )
    parts = [path.part(first, first + 4) for first in range(0, len(path.points), 4)]
    assert [part.commands.tolist() for part in parts] == [[1, 2, 2, 2], [1, 2, 2, 2, 2], [1, 2, 2], [1, 3, 2]]
    assert [part.points[0, 0] for part in parts] == [0, 3, 7, 9]
    assert parts[-1].points[-1, 0] == 40
