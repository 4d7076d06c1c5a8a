"""Colours and places in the picture that is encoded."""

from __future__ import annotations

import av
import numpy as np
import pytest
from av.video.reformatter import ColorRange, Colorspace

from pod.bbb.render.composing.picture import Area, Picture, fit, yuv
from pod.bbb.render.media.encoder import writable_planes

COLOURS = [(255, 255, 255), (0, 0, 0), (223, 39, 33), (20, 60, 120), (0, 128, 0), (243, 246, 249)]


@pytest.fixture
def picture() -> Picture:
    """A picture of 64x48, all zero."""
    frame = av.VideoFrame(64, 48, "yuv420p")
    planes = writable_planes(frame)
    for plane in planes:
        plane[...] = 0
    return Picture(planes)


def bgra(colour: tuple[int, int, int], width: int, height: int) -> np.ndarray:
    """Give a painted picture of one colour."""
    return np.full((height, width, 4), (*colour[::-1], 255), np.uint8)


@pytest.mark.parametrize("colour", COLOURS)
def test_painted_colours_become_bt709(picture: Picture, colour: tuple[int, int, int]) -> None:
    """What the painter gives has the values of BT.709, limited range, to one step."""
    picture.put_bgra(bgra(colour, 64, 48), Area(0, 0, 64, 48), (0, 0, 64, 48))
    for plane, value in zip(picture.planes, yuv(colour), strict=True):
        assert np.abs(plane.astype(int) - value).max() <= 1


@pytest.mark.parametrize("colour", COLOURS)
def test_recorded_colours_are_turned_from_bt601(picture: Picture, colour: tuple[int, int, int]) -> None:
    """A webcam's BT.601 red is the same red in the BT.709 video."""
    red, green, blue = (c / 255 for c in colour)
    luma = 0.299 * red + 0.587 * green + 0.114 * blue
    values = (16 + 219 * luma, 128 + 224 * (blue - luma) / 1.772, 128 + 224 * (red - luma) / 1.402)
    frame = av.VideoFrame(32, 24, "yuv420p")
    for plane, value in zip(writable_planes(frame), values, strict=True):
        plane[...] = round(value)
    picture.put_frame(frame, Area(0, 0, 64, 48))
    for plane, expected in zip(picture.planes, yuv(colour), strict=True):
        assert np.abs(plane.astype(int) - expected).max() <= 1


def recorded(values: tuple[float, float, float], size: tuple[int, int] = (32, 24)) -> av.VideoFrame:
    """Give a decoded frame of one colour."""
    frame = av.VideoFrame(*size, "yuv420p")
    for plane, value in zip(writable_planes(frame), values, strict=True):
        plane[...] = round(value)
    return frame


@pytest.mark.parametrize("colour", COLOURS)
def test_recorded_bt709_stays_as_it_is(picture: Picture, colour: tuple[int, int, int]) -> None:
    """A file that says BT.709 is scaled, and nothing else: to one step."""
    frame = recorded(yuv(colour))
    frame.colorspace = Colorspace.ITU709
    picture.put_frame(frame, Area(0, 0, 64, 48))
    for plane, expected in zip(picture.planes, yuv(colour), strict=True):
        assert np.abs(plane.astype(int) - expected).max() <= 1


def test_recorded_full_range_is_brought_to_limited(picture: Picture) -> None:
    """White and black of a full range file are white and black of the video."""
    for luma, expected in ((255, 235), (0, 16)):
        frame = recorded((luma, 128, 128))
        frame.color_range = ColorRange.JPEG
        picture.put_frame(frame, Area(0, 0, 64, 48))
        assert np.abs(picture.planes[0].astype(int) - expected).max() <= 1


@pytest.mark.parametrize("size", [(16, 16), (33, 17), (640, 480), (1280, 720), (2, 2)])
def test_any_recorded_size_fills_its_box(picture: Picture, size: tuple[int, int]) -> None:
    """Frames of any size, also odd ones, one after the other, end in the box and nowhere else."""
    picture.put_frame(recorded((200, 128, 128), size), Area(8, 4, 40, 30))
    assert picture.planes[0][4:34, 8:48].min() > 190
    assert picture.planes[0][:4].max() == 0
    assert picture.planes[0][:, 48:].max() == 0


def test_what_was_written_is_told_once(picture: Picture) -> None:
    """The rectangles that were written into are given to whoever encodes, then forgotten."""
    picture.take_written()
    picture.put_bgra(bgra((255, 255, 255), 20, 20), Area(40, 20, 20, 20), (3, 3, 5, 5))
    picture.put_frame(recorded((200, 128, 128)), Area(8, 4, 40, 30))
    assert picture.take_written() == [(42, 22, 4, 4), (8, 4, 40, 30)]
    assert picture.take_written() == []


def test_only_the_dirty_part_is_written(picture: Picture) -> None:
    """The part is widened to even pixels, and nothing else is touched."""
    picture.put_bgra(bgra((255, 255, 255), 40, 40), Area(8, 4, 40, 40), (3, 5, 6, 8))
    written = np.argwhere(picture.planes[0] > 0)
    assert written.min(0).tolist() == [8, 10]
    assert written.max(0).tolist() == [11, 13]


def test_what_is_dirty_outside_the_box_is_left_out(picture: Picture) -> None:
    """A painter that says too much does no harm."""
    picture.put_bgra(bgra((255, 255, 255), 20, 20), Area(40, 20, 20, 20), (-5, -5, 100, 100))
    assert picture.planes[0][:20].max() == 0
    assert picture.planes[0][20:40, 40:60].min() > 0
    assert picture.planes[0][:, 60:].max() == 0


@pytest.mark.parametrize("size", [(640, 480), (1, 1000), (1000, 1), (0, 0), (333, 77)])
def test_fitting_keeps_inside_and_even(size: tuple[int, int]) -> None:
    """Whatever the picture's size, it lands on even pixels inside its box."""
    box = Area(10, 20, 300, 200)
    placed = fit(*size, box)
    assert not any(n % 2 for n in (placed.x, placed.y, placed.width, placed.height))
    assert box.x <= placed.x
    assert placed.x + placed.width <= box.x + box.width
    assert box.y <= placed.y
    assert placed.y + placed.height <= box.y + box.height
