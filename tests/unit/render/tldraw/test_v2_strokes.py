"""tldraw 2: pen strokes and highlights."""

from __future__ import annotations

import math

import pytest

from pod.bbb.render.tldraw.freehand import Pen, nodes, outline, set_radii
from pod.bbb.render.tldraw.ink import inked
from pod.bbb.render.tldraw.strokes import points_of
from tests.unit.render.tldraw.shapes import box, fills, ops, points, record, strokes

WAVE = [{"x": i * 4, "y": 30 * math.sin(i / 6), "z": 0.5} for i in range(60)]


def draw(
    found: list[dict[str, float]] | None = None, kind: str = "draw", **props: object
) -> dict[str, object]:
    """A pen stroke."""
    segments = [{"type": "free", "points": WAVE if found is None else found}]
    base = {"segments": segments, "color": "red", "fill": "none", "dash": "draw", "size": "m"}
    return record(kind, {**base, "isComplete": True, "isClosed": False, "isPen": False, **props})


def test_stroke_of_the_pen_is_one_filled_outline() -> None:
    """The hand-drawn dash is a filled outline in the stroke's colour."""
    [fill] = fills(ops(draw()))
    assert fill.colour == (0xE0, 0x31, 0x31, 255)
    left, top, right, bottom = box(fill)
    assert left == pytest.approx(-2, abs=1.5)
    assert right == pytest.approx(236, abs=3)
    assert top == pytest.approx(-30, abs=4)
    assert bottom == pytest.approx(30, abs=4)


def test_pressure_of_a_real_pen_widens_the_stroke() -> None:
    """With a real pen, pressed harder means wider."""
    soft, hard = (Pen(10, 0.62, 0.62, 0.62, simulated=False, last=True) for _ in range(2))
    widths = []
    for pen, pressure in ((soft, 0.2), (hard, 0.9)):
        found = nodes([(complex(i * 5, 0), pressure) for i in range(30)], pen)
        set_radii(found, pen)
        widths.append(found[15].radius)
    assert widths[1] > 2 * widths[0]


def test_fast_strokes_are_thinner() -> None:
    """With simulated pressure, a faster stroke (points further apart) is thinner."""
    pen = Pen(10, 0.5, 0.62, 0.62, simulated=True, last=True)
    radii = []
    for step in (2, 9):
        found = nodes([(complex(i * step, 0), 0.5) for i in range(80)], pen)
        set_radii(found, pen)
        radii.append(found[-5].radius)
    assert radii[1] < radii[0]


def test_finished_stroke_ends_at_its_last_point() -> None:
    """A finished stroke reaches its last point, one in the making lags behind."""
    line = [(complex(i * 10, 0), 0.5) for i in range(20)]
    assert nodes(line, Pen(8, last=True))[-1].point == 190
    assert nodes(line, Pen(8, last=False))[-1].point.real < 190


def test_outline_goes_round_the_stroke() -> None:
    """The outline has points on both sides, as far away as the radius."""
    pen = Pen(10, 0, 0, 0.5, simulated=False, last=True)
    found = nodes([(complex(i * 20, 0), 0.5) for i in range(10)], pen)
    set_radii(found, pen)
    ys = [p.imag for p in outline(found, pen)]
    assert min(ys) == pytest.approx(-5, abs=0.1)
    assert max(ys) == pytest.approx(5, abs=0.1)


def test_single_point_is_a_dot() -> None:
    """One point is drawn as a round dot about as wide as the pen."""
    [fill] = fills(ops(draw([{"x": 5, "y": 5, "z": 0.5}], size="xl")))
    left, top, right, bottom = box(fill)
    assert 10 < right - left < 18
    assert right - left == pytest.approx(bottom - top, abs=0.2)


def test_elbows_are_kept_sharp() -> None:
    """Where the pen turned back, the outline is cut in two, so that the turn reaches the point itself."""
    there = [(complex(i * 10, 0), 0.5) for i in range(20)]
    back = [(complex(190 - i * 10, 1), 0.5) for i in range(20)]
    path = inked([*there, *back], Pen(6, 0.5, 0.62, 0.62, last=True)).path
    assert sum(command[0] == "M" for command in path) > 1


def test_other_dashes_are_plain_strokes() -> None:
    """Dashed, dotted and solid strokes are lines of the size's width."""
    for dash, pattern in (("solid", ()), ("dashed", (7, 7)), ("dotted", (0.1, 7))):
        [stroke] = strokes(ops(draw(dash=dash)))
        assert stroke.width == 3.5
        assert stroke.dash == pattern


def test_closed_stroke_is_filled() -> None:
    """A closed stroke is filled as its fill says, an open one is not."""
    ring = [{"x": 50 * math.cos(i / 10), "y": 50 * math.sin(i / 10), "z": 0.5} for i in range(63)]
    assert len(fills(ops(draw(ring, isClosed=True, fill="solid")))) == 2
    assert len(fills(ops(draw(ring, isClosed=False, fill="solid")))) == 1


def test_straight_segment_gets_points_between() -> None:
    """A straight segment of two points is filled with points, denser at its start."""
    ends = [{"x": 0, "y": 0, "z": 0.5}, {"x": 320, "y": 0, "z": 0.5}]
    found = [p.real for p, _ in points_of({"segments": [{"type": "straight", "points": ends}]})]
    assert len(found) == 20
    assert found[1] - found[0] < found[-1] - found[-2]


def test_highlight_is_wide_and_translucent() -> None:
    """A highlight is 1.12 times the text size wide and lets what it marks shine through."""
    [stroke] = strokes(ops(draw(kind="highlight", color="yellow", size="xl")))
    assert stroke.width == pytest.approx(44 * 1.12)
    assert stroke.colour == (0xFD, 0xDD, 0x00, round(255 * 0.35))


def test_growing_stroke_keeps_its_beginning() -> None:
    """More points at the end leave the outline's beginning where it was."""
    short, long = points(ops(draw(WAVE[:40]))), points(ops(draw(WAVE)))
    assert short[1:20] == long[1:20]


def test_open_stroke_with_a_fill_is_seen_when_translucent() -> None:
    """A fill counts for closed strokes only; with an opacity too the stroke itself stays."""
    data = draw(fill="semi")
    assert len(fills(ops({**data, "opacity": 0.5}))) == 1


def test_dot_of_a_dashed_pen_is_whole() -> None:
    """One point in another dash than the pen's: a filled disc one unit wider than the stroke."""
    found = ops(draw([{"x": 0, "y": 0, "z": 0.5}], dash="dashed", size="xl"))
    assert (len(fills(found)), strokes(found)) == (1, [])
    left, _, right, _ = box(found)
    assert right - left == pytest.approx(11, abs=0.01)
