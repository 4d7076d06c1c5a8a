"""The player's pixel grid under a whiteboard."""

from __future__ import annotations

import pytest

from pod.bbb.playback.model import Rect, Whiteboard
from pod.bbb.render.painting.view import place, slide_place
from pod.bbb.render.text.hinting import PLAYER

FULL = (0, 0, 1280, 720)
WIDE = Rect(0, 0, 1440, 810)


def test_the_player_fits_a_slide_into_its_own_window() -> None:
    """A slide of 16 to 9 is as high as the player's content area, and stands in its middle."""
    zoom, _, _, _, left, top = place(WIDE, FULL).player
    assert zoom == pytest.approx(PLAYER[3] / 810)
    assert left == pytest.approx((PLAYER[2] - 1440 * zoom) / 2)
    assert top == pytest.approx(0)


def test_shapes_svg_lies_where_arithmetic_puts_it() -> None:
    """An SVG in a page is not moved onto whole pixels."""
    assert place(WIDE, FULL, Whiteboard.SVG).player[4] % 1 == pytest.approx(0.8889, abs=1e-3)


def test_the_layer_of_tldraw_1_lies_on_whole_pixels() -> None:
    """Browsers put a layer with a transformation onto a pixel."""
    view = place(WIDE, FULL, Whiteboard.TLDRAW_V1)
    assert view.player[4] == pytest.approx(9)
    assert view.matrix[4] == pytest.approx((9 - 8.8889) * view.matrix[0] / view.player[0], abs=1e-3)


@pytest.mark.parametrize(
    ("width", "shift"),  # at zooms 1, 2, 8.77 and 0.55; measured in the player's pictures
    [(1262.2, 0.125), (631.1, -0.143), (144.0, 0.5), (2294.9, -0.30)],
)
def test_tldraw_2_is_drawn_beside_its_place(width: float, shift: float) -> None:
    """Its layer is scaled about the middle of one pixel and moved by a part of a unit, by the zoom."""
    view = place(Rect(0, 0, width, width * 9 / 16), FULL, Whiteboard.TLDRAW_V2)
    assert view.player[5] == pytest.approx(shift, abs=0.02)


def test_the_clip_is_that_of_the_view() -> None:
    """What is moved by a part of a pixel is cut off where it was before."""
    assert place(WIDE, FULL, Whiteboard.TLDRAW_V2).clip == place(WIDE, FULL).clip


def slide_of_tldraw_1(slide: Rect, zoom: float = 1.0) -> Rect:
    """Where the player draws a slide that is seen whole, or enlarged by `zoom`."""
    view = Rect(0, 0, slide.width / zoom, slide.height / zoom)
    return slide_place(slide, place(view, FULL, Whiteboard.TLDRAW_V1), Whiteboard.TLDRAW_V1)


def test_slides_of_tldraw_1_begin_on_a_whole_unit_of_their_padding() -> None:
    """A 4:3 slide, shown whole, lies 0.35 units (0.23 pixels of the player) up and left of its place."""
    found = slide_of_tldraw_1(Rect(0, 0, 1440, 1080))
    assert (found.x, found.y) == pytest.approx((-0.352, -0.352), abs=1e-3)
    assert (found.width, found.height) == pytest.approx((1440, 1080))


def test_slides_of_tldraw_1_cover_whole_units() -> None:
    """One that is 763.18 units wide covers 764: it is enlarged, and its height stands out at both ends."""
    found = slide_of_tldraw_1(Rect(0, 0, 763.18, 1080))
    assert (found.x, found.width) == pytest.approx((-0.352, 764), abs=1e-3)
    assert found.height == pytest.approx(1080 * 764 / 763.18)
    assert found.y + found.height / 2 == pytest.approx(540 - 0.352, abs=1e-3)


def test_enlarged_slides_of_tldraw_1_lie_where_arithmetic_puts_them() -> None:
    """Where a unit is larger than a pixel of the player, the padding is a whole number of units."""
    slide = Rect(0, 0, 1440, 1080)
    assert slide_of_tldraw_1(slide, zoom=2.0) == slide


def test_layer_half_way_between_two_pixels_goes_to_the_right() -> None:
    """A tldraw layer whose left edge lies at 462.5 pixels stands at 463, not at the even 462."""
    seen = place(Rect(0.0, 0.0, 240.0, 480.0), (0, 0, 1280, 710), Whiteboard.TLDRAW_V1)
    assert seen.player[4] == 463.0
