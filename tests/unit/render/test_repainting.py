"""What is painted again, and that it looks as if all had been painted afresh."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pod.bbb.playback.drawing import Stroke, Text
from pod.bbb.playback.model import Rect, SvgShape
from pod.bbb.render.painting.painter import Painter
from tests.sampling import examples
from tests.unit.render.boards import (
    BLUE,
    SIZE,
    block,
    line,
    playback,
    scene,
    shape,
    white_slide,
)


def test_moving_pointer_restores_what_it_covered(tmp_path: Path) -> None:
    """The pixels under the pointer come back when it moves on."""
    shown = white_slide(tmp_path)
    drawn = shape(1, block(20, 20, 60, 40, BLUE))
    painter = Painter(playback(tmp_path), *SIZE)
    without = painter.paint(scene(shown, drawn)).pixels.copy()
    painter.paint(scene(shown, drawn, cursor=(50, 40)))
    assert (painter.paint(scene(shown, drawn)).pixels == without).all()


def test_dirty_box_of_a_pointer_is_small(tmp_path: Path) -> None:
    """Only where the pointer was and where it is has to be encoded."""
    shown = white_slide(tmp_path)
    painter = Painter(playback(tmp_path), *SIZE)
    painter.paint(scene(shown, cursor=(30, 30)))
    dirty = painter.paint(scene(shown, cursor=(34, 30))).dirty
    assert dirty is not None
    assert dirty[2] - dirty[0] <= 26
    assert dirty[3] - dirty[1] <= 20


def test_equal_scene_is_not_dirty(tmp_path: Path) -> None:
    """Nothing is dirty when the same is painted again."""
    shown = white_slide(tmp_path)
    same = scene(shown, shape(1, line(0, 0, 50, 50)))
    painter = Painter(playback(tmp_path), *SIZE)
    painter.paint(same)
    assert painter.paint(same).dirty is None


ACROSS, DOWN = st.floats(-20, 180), st.floats(-20, 110)
OPS = st.one_of(
    st.builds(
        line,
        ACROSS, DOWN, ACROSS, DOWN, st.floats(0.5, 30),
    ),
    st.builds(block, ACROSS, DOWN, st.floats(1, 60), st.floats(1, 60), st.just(BLUE)),
    st.builds(
        lambda x, y, size, text: Text(text, x, y, 60.0, size, (0, 120, 0, 255)),
        st.floats(0, 150), st.floats(0, 80), st.floats(6, 30), st.sampled_from(["a", "Ünï code", "שלום"]),
    ),
    st.builds(
        lambda x, y, width: Stroke(
            (("M", x, y), ("C", 10, 90, 150, 0, 90, 45)), (200, 100, 0, 128), width, dash=(4, 9)
        ),
        st.floats(0, 160), st.floats(0, 90), st.floats(1, 10),
    ),
)  # fmt: skip
VIEWS = st.sampled_from([Rect(0, 0, 160, 90), Rect(33.3, 12.7, 71.1, 40.2), Rect(-40, 10, 100, 100)])
POINTERS = st.one_of(st.none(), st.tuples(st.floats(-10, 170), st.floats(-10, 100)))


@st.composite
def films(draw: st.DrawFn) -> list[tuple[tuple[SvgShape, ...], Rect, tuple[float, float] | None]]:
    """Scenes that follow one another, with the shapes of a small pool coming, going and changing order."""
    pool = [shape(number, op) for number, op in enumerate(draw(st.lists(OPS, min_size=1, max_size=6)))]
    steps = st.tuples(st.lists(st.sampled_from(pool), unique_by=id).map(tuple), VIEWS, POINTERS)
    return draw(st.lists(steps, min_size=2, max_size=6))


@given(film=films())
@settings(
    max_examples=examples(40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_painting_step_by_step_equals_painting_afresh(
    tmp_path: Path, film: list[tuple[tuple[SvgShape, ...], Rect, tuple[float, float] | None]]
) -> None:
    """Whatever came before, a scene looks the same, and what changed lies in the dirty box."""
    shown = white_slide(tmp_path)
    painter = Painter(playback(tmp_path), *SIZE)
    before = None
    for shapes, view, cursor in film:
        now = scene(shown, *shapes, view=view, cursor=cursor)
        painted = painter.paint(now)
        afresh = Painter(playback(tmp_path), *SIZE).paint(now).pixels
        assert (painted.pixels == afresh).all()
        if before is not None:
            changed = (painted.pixels != before).any(axis=2)
            if painted.dirty is not None:
                left, top, right, bottom = painted.dirty
                changed[top:bottom, left:right] = False
            assert not changed.any()
        before = painted.pixels.copy()
