"""Path data of SVG as absolute commands."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod.bbb.playback.drawing import Command
from pod.bbb.playback.svg_path import arc_curves, ellipse, parse_path, polygon
from tests.sampling import examples


def end_of(command: Command) -> tuple[float, float]:
    """Where a command ends."""
    return float(command[-2]), float(command[-1])


@pytest.mark.parametrize(
    ("data", "commands"),
    [
        ("M1 2L3 4", [("M", 1.0, 2.0), ("L", 3.0, 4.0)]),
        (
            "M861.13818 365.02889L861.13821 365.89595",
            [("M", 861.13818, 365.02889), ("L", 861.13821, 365.89595)],
        ),
        ("m1,2 3,4", [("M", 1.0, 2.0), ("L", 4.0, 6.0)]),
        ("M1 2 3 4 5 6", [("M", 1.0, 2.0), ("L", 3.0, 4.0), ("L", 5.0, 6.0)]),
        ("M1-2.5.5", [("M", 1.0, -2.5)]),
        ("M0 0H5v-2h-1V8", [("M", 0, 0), ("L", 5, 0), ("L", 5, -2), ("L", 4, -2), ("L", 4, 8)]),
        ("M0,0c1,1,2,2,3,3", [("M", 0, 0), ("C", 1, 1, 2, 2, 3, 3)]),
        ("M0 0C0 3 3 3 3 0S6-3 6 0", [("M", 0, 0), ("C", 0, 3, 3, 3, 3, 0), ("C", 3, -3, 6, -3, 6, 0)]),
        ("M0 0L1 1Z", [("M", 0, 0), ("L", 1, 1), ("Z",)]),
        ("M1 1L2 2ZL3 3", [("M", 1, 1), ("L", 2, 2), ("Z",), ("M", 1, 1), ("L", 3, 3)]),
    ],
)
def test_segments_become_absolute_commands(data: str, commands: list[Command]) -> None:
    """Relative, compact and repeated segments are resolved as SVG says."""
    assert list(parse_path(data)) == commands


NUMBERS = st.one_of(
    st.floats(-2000, 2000).map("{:.5f}".format),
    st.sampled_from(["0", "-0", "1.", ".5", "-.5", "1-2", "1.2.3", "-", "99999999", "007", "1e3", ""]),
)


@given(st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=5), st.sampled_from(["", "Z", "ZZ", "L"]))
def test_plain_lines_are_read_as_any_other_path(points: list[tuple[str, str]], end: str) -> None:
    """The short way that strokes of BigBlueButton take gives what the long way (for commas) gives."""
    plain = "M" + "L".join(f"{x} {y}" for x, y in points) + end
    assert repr(parse_path(plain)) == repr(parse_path(plain.replace(" ", " , ")))


def test_a_quadratic_curve_becomes_a_cubic_one() -> None:
    """The cubic handles lie two thirds of the way to the quadratic one."""
    assert parse_path("M0 0Q3 3 6 0")[1] == ("C", 2.0, 2.0, 4.0, 2.0, 6.0, 0.0)


def test_a_smooth_quadratic_curve_mirrors_the_handle_before() -> None:
    """T continues Q without a corner."""
    assert parse_path("M0 0Q3 3 6 0T12 0")[2] == ("C", 8.0, -2.0, 10.0, -2.0, 12.0, 0.0)


def test_a_smooth_curve_after_another_family_begins_at_its_point() -> None:
    """S after Q has no handle to mirror."""
    assert parse_path("M0 0Q3 3 6 0S9 9 12 0")[2][:3] == ("C", 6.0, 0.0)


def test_four_arcs_make_an_ellipse() -> None:
    """BigBlueButton's ellipse of four arcs stays on the ellipse and closes."""
    path = parse_path("M0 50A100 50 0 0 1 100 0A100 50 0 0 1 200 50A100 50 0 0 1 100 100A100 50 0 0 1 0 50Z")
    curves = [command for command in path if command[0] == "C"]
    assert len(curves) == 4
    assert [end_of(curve) for curve in curves] == [(100, 0), (200, 50), (100, 100), (0, 50)]
    assert path[-1] == ("Z",)


def test_arc_flags_may_stand_without_separators() -> None:
    """The compact form of flags is the same arc."""
    assert parse_path("M0 0A5 5 0 0110 0") == parse_path("M0 0 A 5 5 0 0 1 10 0")


def test_the_large_arc_flag_chooses_the_long_way() -> None:
    """With large-arc three quarters of the circle are drawn."""
    assert len(parse_path("M5 0A5 5 0 1 0 0 5")) == 4
    assert len(parse_path("M5 0A5 5 0 0 1 0 5")) == 2


def test_an_arc_without_radius_is_a_line() -> None:
    """As SVG demands."""
    assert parse_path("M0 0A0 5 0 0 1 9 9")[1] == ("L", 9.0, 9.0)


def test_radii_too_small_are_scaled_up() -> None:
    """An arc that cannot reach its end grows until it does."""
    assert end_of(parse_path("M0 0A1 1 0 0 1 10 0")[-1]) == (10.0, 0.0)


@pytest.mark.parametrize("data", ["", "L1 1", "nonsense", "1 2 3", "M", "M1"])
def test_a_path_that_does_not_begin_with_a_point_is_empty(data: str) -> None:
    """Nothing is drawn of it."""
    assert parse_path(data) == ()


@pytest.mark.parametrize("data", ["M1 1L2 2L3", "M1 1L2 2X9 9", "M1 1L2 2LNaN 3", "M1 1L2 2L1e300 3"])
def test_a_broken_path_is_drawn_up_to_the_error(data: str) -> None:
    """SVG's rule for errors in path data."""
    assert parse_path(data) == (("M", 1.0, 1.0), ("L", 2.0, 2.0))


COORDINATE = st.floats(-1e4, 1e4).map(lambda value: round(value, 3))


@given(
    st.tuples(COORDINATE, COORDINATE),
    st.tuples(COORDINATE, COORDINATE),
    st.tuples(st.floats(0.5, 1e3), st.floats(0.5, 1e3)),
    st.floats(-360, 360),
    st.booleans(),
    st.booleans(),
)
def test_every_arc_ends_where_it_should(
    begin: tuple[float, float],
    end: tuple[float, float],
    radii: tuple[float, float],
    turn: float,
    large: bool,  # noqa: FBT001 - hypothesis gives positions
    sweep: bool,  # noqa: FBT001 - hypothesis gives positions
) -> None:
    """Whatever the flags and radii, the curves are finite and lead to the end."""
    if begin == end:
        return
    curves = list(arc_curves(begin, end, radii, turn, (large, sweep)))
    assert curves[-1][4:] == end
    assert all(math.isfinite(value) for curve in curves for value in curve)


@settings(max_examples=examples(200))
@given(st.text(alphabet="MmLlHhVvCcSsQqTtAaZz0123456789.-+eE, \n", max_size=200))
def test_any_path_data_gives_finite_absolute_commands(data: str) -> None:
    """Only M, L, C and Z come out, with the right number of finite values, and nothing fails."""
    arity = {"M": 3, "L": 3, "C": 7, "Z": 1}
    for command in parse_path(data):
        assert len(command) == arity[str(command[0])]
        assert all(math.isfinite(float(value)) for value in command[1:])


def test_a_polygon_closes_and_a_polyline_does_not() -> None:
    """The two differ in nothing else."""
    points = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0)]
    assert polygon(points, closed=True)[:-1] == polygon(points, closed=False)
    assert polygon([], closed=True) == ()


def test_a_circle_of_four_curves_is_round() -> None:
    """The middle of a quarter lies on the circle within a thousandth of the radius."""
    _move, curve, *_rest = ellipse(0, 0, 1, 1)
    x0, y0, (x1, y1, x2, y2, x3, y3) = 1.0, 0.0, (float(value) for value in curve[1:])
    middle = math.hypot((x0 + 3 * x1 + 3 * x2 + x3) / 8, (y0 + 3 * y1 + 3 * y2 + y3) / 8)
    assert middle == pytest.approx(1, abs=1e-3)
