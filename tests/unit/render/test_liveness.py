"""When the webcams are worth their space."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.render.composing.liveness import decide

STILL, MOVING = 420.0, 20_000.0  # bytes a second, as BBB's VP9 has them


def seconds(*parts: tuple[int, float]) -> list[tuple[float, float]]:
    """Give measurements of so many seconds each."""
    weights = [weight for count, weight in parts for _ in range(count)]
    return [(float(second), weight) for second, weight in enumerate(weights)]


def test_a_white_picture_is_not_live() -> None:
    """What BBB writes without any webcam takes no room."""
    assert decide(seconds((600, STILL)), 1.0, 600.0) == ()


def test_a_webcam_that_mostly_lives_keeps_its_place_throughout() -> None:
    """Half an hour of webcam in an hour: the layout does not change at all."""
    assert decide(seconds((300, MOVING), (200, STILL), (100, MOVING)), 1.0, 600.0) == ((0.0, 600.0),)


def test_a_webcam_of_a_few_minutes_lives_for_these() -> None:
    """The rest of the time its room is the content's."""
    assert decide(seconds((100, STILL), (60, MOVING), (440, STILL)), 1.0, 600.0) == ((100.0, 160.0),)


def test_a_short_pause_does_not_change_the_layout() -> None:
    """Gaps under a minute are bridged."""
    parts = seconds((100, STILL), (30, MOVING), (50, STILL), (30, MOVING), (390, STILL))
    assert decide(parts, 1.0, 600.0) == ((100.0, 210.0),)


def test_a_flash_is_not_worth_a_change() -> None:
    """A few seconds of movement do not open the column."""
    assert decide(seconds((100, STILL), (4, MOVING), (496, STILL)), 1.0, 600.0) == ()


@given(st.lists(st.sampled_from([STILL, MOVING]), min_size=1, max_size=400))
def test_live_intervals_are_inside_apart_and_not_short(weights: list[float]) -> None:
    """Whatever moves when, the layout changes rarely."""
    duration = float(len(weights))
    found = decide([(float(s), w) for s, w in enumerate(weights)], 1.0, duration)
    assert all(0 <= a < b <= duration for a, b in found)
    assert all(b - a >= min(10.0, duration / 2) for a, b in found)
    assert all(c[0] - b[1] >= 60 for b, c in pairwise(found))
