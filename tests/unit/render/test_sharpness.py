"""Vector slides are drawn for the very pixels at which they are seen whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pod.bbb.playback.drawing import Picture
from pod.bbb.playback.model import Rect
from pod.bbb.render.images.levels import drawn_box, drawn_level
from pod.bbb.render.images.picture_process import PictureProcess
from pod.bbb.render.images.pictures import Pictures
from pod.bbb.render.painting.painter import Painter
from tests.unit.render.boards import playback, scene, shape, slide, white_slide

LINES = 80


def comb(folder: Path, first: float = 0.0) -> str:
    """An SVG slide of 160 x 90 units with black lines, one unit wide, two units apart, from `first` on."""
    href = "presentation/p/svgs/slide1.svg"
    (folder / href).parent.mkdir(parents=True)
    lines = "".join(f'<path d="M{first + 2 * number} 0h1v90h-1z"/>' for number in range(LINES))
    (folder / href).write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="90">'
        f'<rect width="160" height="90" fill="#fff"/>{lines}</svg>'
    )
    return href


def test_thin_lines_of_a_whole_slide_are_sharp(tmp_path: Path) -> None:
    """A line that covers whole pixels is black, and white lies between two of them."""
    shown = scene(slide(comb(tmp_path)))
    pixels = Painter(playback(tmp_path), 160, 90).paint(shown).pixels
    assert np.array_equal(pixels[45, :, 1], np.tile([0, 255], LINES))


def test_thin_lines_between_margins_of_half_a_pixel_are_sharp(tmp_path: Path) -> None:
    """A slide of 320 pixels in the middle of 321 is drawn for the pixels of the video, not for its own."""
    shown = scene(slide(comb(tmp_path, first=0.25)))
    pixels = Painter(playback(tmp_path), 321, 180).paint(shown).pixels
    assert np.array_equal(pixels[90, 1:317, 1], np.tile([0, 0, 255, 255], 79))


def test_poll_results_on_a_whole_slide_are_sharp(tmp_path: Path) -> None:
    """They are drawn for their very pixels, too, wherever they lie."""
    poll = shape(1, Picture(comb(tmp_path, first=0.5), 10.25, 0, 80, 45))
    shown = scene(white_slide(tmp_path), poll)
    pixels = Painter(playback(tmp_path), 320, 180).paint(shown).pixels
    assert np.array_equal(pixels[45, 22:178, 1], np.tile([255, 0], 78))


def test_a_picture_drawn_small_for_its_place_is_drawn_again_for_a_closer_view(tmp_path: Path) -> None:
    """What was a part of the whole slide is not enlarged when it fills the content area."""
    store = Pictures(tmp_path, pytest.fail, area=(320, 180))
    href = comb(tmp_path)
    small, large = store.get(href, 80, (10.0, 10.0, 90.0, 55.0)), store.get(href, 320)
    assert small is not None
    assert large is not None
    assert (small.image.width, large.image.width) == (80, 320)


def test_zooming_in_step_by_step_draws_a_slide_twice_more() -> None:
    """Who turns the wheel to twice the size passes ten views; each drawing takes a tenth of a second."""
    views = [1280 * (1 + step / 10) for step in range(1, 11)]
    assert len({drawn_level((960, 540), width, (1280, 720)) for width in views}) == 2


@pytest.mark.parametrize("zoom", [1.03, 1.5, 2.0])
def test_a_slide_seen_closer_is_drawn_larger_than_shown(zoom: float) -> None:
    """A drawing of the very size would be blurred where it comes to lie at half a pixel."""
    size, area = (960.0, 540.0), (1280, 720)
    (width, _height), _box = drawn_box(size, drawn_level(size, 1280 * zoom, area), area, None)
    assert 1.1 < width / (1280 * zoom) < 1.7


def test_a_slide_that_is_only_moved_is_not_drawn_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawing a vector takes much longer than laying its picture elsewhere."""
    drawn: list[object] = []
    draw = PictureProcess.svg

    def counted(*given: Any) -> Any:
        drawn.append(given)
        return draw(*given)

    monkeypatch.setattr(PictureProcess, "svg", counted)
    painter = Painter(playback(tmp_path), 160, 90)
    shown = slide(comb(tmp_path))
    for moved in (0.0, 10.3, 20.6, 30.9):
        painter.paint(scene(shown, view=Rect(moved, 0, 160, 90)))
    assert len(drawn) == 1
