"""Soft shadows made of a few boxes."""

from __future__ import annotations

from statistics import NormalDist

import pytest

from pod.bbb.render.tldraw.shadows import Shadow, box_shadow
from tests.unit.render.tldraw.shapes import box


def test_a_shadow_is_as_dark_as_it_says_far_inside() -> None:
    """The boxes' alphas together make the shadow's own."""
    through = 1.0
    for op in box_shadow(100, 80, 5, (Shadow(0, 0, 4, 0, 0.3),)):
        through *= 1 - op.colour[3] / 255
    assert 1 - through == pytest.approx(0.3, abs=0.03)


def test_a_shadow_is_moved_and_fades_over_its_blur() -> None:
    """A blur of 12 has a standard deviation of 6; boxes shrink from outside to inside the edge."""
    boxes = [box(op) for op in box_shadow(100, 80, 5, (Shadow(2, 3, 12, -2, 0.3),))]
    widths = [right - left for left, _, right, _ in boxes]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 100 > widths[-1]
    assert {round(left + right, 1) for left, _, right, _ in boxes} == {104.0}
    assert {round(top + bottom, 1) for _, top, _, bottom in boxes} == {86.0}


@pytest.mark.parametrize("beyond", [-4.0, -2.0, 0.0, 2.0, 4.0])
def test_a_shadow_is_as_dark_as_a_gaussian_round_its_edge(beyond: float) -> None:
    """Each ring has the darkness of its middle: outside of the edge and inside alike, not always less."""
    through = 1.0
    for op in box_shadow(100, 80, 5, (Shadow(0, 0, 8, 0, 0.3),)):
        if box(op)[2] >= 100 + beyond:  # the right edge, and how far it is from the shadow's own
            through *= 1 - op.colour[3] / 255
    assert 1 - through == pytest.approx(0.3 * NormalDist(0, 4).cdf(-beyond), abs=0.04)


def test_a_shadow_larger_than_its_box_is_left_out() -> None:
    """A spread may eat a small box up."""
    assert box_shadow(4, 4, 0, (Shadow(0, 0, 0, -3, 0.3),)) == ()
