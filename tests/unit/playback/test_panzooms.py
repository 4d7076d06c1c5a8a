"""panzooms.xml: what part of the whiteboard is seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from pod.bbb.playback.model import Rect, Slide, SlideKind, View, Whiteboard
from pod.bbb.playback.notes import Notes
from pod.bbb.playback.panzooms import FITTED, FITTED_2_6_0, read_panzooms, views
from tests.unit.playback.writing import panzoom, write_events


def slide(start: float, width: float = 1600, height: float = 900, kind: SlideKind = SlideKind.SLIDE) -> Slide:
    """A slide that comes up at a second."""
    return Slide("image1", start, 100, "presentation/d/slide-1.png", width, height, kind)


def read(
    folder: Path,
    *events: str,
    slides: tuple[Slide, ...] = (slide(0),),
    board: Whiteboard = Whiteboard.SVG,
    fitted: tuple[float, float] = FITTED,
) -> tuple[tuple[View, ...], tuple[str, ...]]:
    """Views and notes of some events."""
    notes = Notes()
    write_events(folder, "panzooms.xml", *events)
    return views(read_panzooms(folder, notes), slides, board, fitted, notes), notes.sentences()


def test_a_view_is_the_view_box_in_slide_pixels(tmp_path: Path) -> None:
    """Before tldraw nothing is to be converted."""
    found, _notes = read(tmp_path, panzoom("3.5", "469.58831 281.29226 969.69697 545.45455"))
    assert found == (View(3.5, Rect(469.58831, 281.29226, 969.69697, 545.45455)),)


def test_minus_zero_is_zero(tmp_path: Path) -> None:
    """BigBlueButton writes "-0.0 -0.0"."""
    found, _notes = read(tmp_path, panzoom("0", "-0.0 -0.0 1600.0 900.0"))
    assert str(found[0].rect) == "Rect(x=0.0, y=0.0, width=1600.0, height=900.0)"


@pytest.mark.parametrize("box", ["NaN NaN NaN NaN", "0 0 0 0", "0 0 -5 900", "1 2", "0 0 1e9 1e9", "a b c d"])
def test_a_broken_view_is_the_whole_slide(tmp_path: Path, box: str) -> None:
    """NaN, zero, negative and absurd ratios were produced by some versions."""
    found, notes = read(tmp_path, panzoom("0", box))
    assert found == (View(0, Rect(0, 0, 1600, 900)),)
    assert "not a rectangle" in notes[0]


def test_a_broken_offset_is_none(tmp_path: Path) -> None:
    """A usable size with NaN as offset begins at the corner."""
    found, _notes = read(tmp_path, panzoom("0", "NaN NaN 800 450"))
    assert found[0].rect == Rect(0, 0, 800, 450)


def test_events_out_of_order_are_sorted(tmp_path: Path) -> None:
    """By time, whatever their order in the file."""
    seconds = [7.3, 0.1, 1000.9, 64.0, 5.2, 33.7]
    found, _notes = read(tmp_path, *(panzoom(str(at), f"{at} 1 10 10") for at in seconds))
    assert found == tuple(View(at, Rect(at, 1, 10, 10)) for at in sorted(seconds))


def test_of_several_views_in_a_tenth_of_a_second_the_last_one_counts(tmp_path: Path) -> None:
    """The player looks ten times a second."""
    found, _notes = read(tmp_path, panzoom("1.01", "1 1 10 10"), panzoom("1.04", "2 2 10 10"))
    assert found == (View(1.0, Rect(2, 2, 10, 10)),)


def test_no_view_begins_before_the_first_event(tmp_path: Path) -> None:
    """Slides that were shown before it have no camera yet."""
    slides = (slide(0, 1440, 810), slide(5, 720, 405))
    found, _notes = read(tmp_path, panzoom("7", "0 0 720 405"), slides=slides, board=Whiteboard.TLDRAW_V2)
    assert [view.start for view in found] == [7]


def test_without_any_event_each_slide_is_shown_whole(tmp_path: Path) -> None:
    """The player would show its logo for ever; a lost file must not cost the slides."""
    found, notes = read(tmp_path, slides=(slide(2), slide(5, 800, 600)))
    assert found == (View(2, Rect(0, 0, 1600, 900)), View(5, Rect(0, 0, 800, 600)))
    assert notes == ("panzooms.xml has no event: each slide is shown whole.",)


def test_an_event_without_a_readable_time_is_left_out_and_told(tmp_path: Path) -> None:
    """The others are used."""
    found, notes = read(tmp_path, panzoom("soon", "0 0 9 9"), panzoom("1", "1 1 10 10"))
    assert found == (View(1, Rect(1, 1, 10, 10)),)
    assert notes == ("An event of panzooms.xml has no readable time: it is left out.",)


def test_events_are_counted_as_they_are_written(tmp_path: Path) -> None:
    """Whoever looks into a recording sees how many there are, readable or not."""
    write_events(tmp_path, "panzooms.xml", panzoom("1", "1 1 9 9"), panzoom("1", "2 2 9 9"), panzoom("x", ""))
    assert read_panzooms(tmp_path, Notes()).read == 3


@pytest.mark.parametrize(("size", "whole"), [((1600, 900), (1440, 810)), ((800, 1200), (720, 1080))])
def test_tldraw_fits_each_slide_into_its_box(
    tmp_path: Path, size: tuple[float, float], whole: tuple[float, float]
) -> None:
    """By its width or its height, whichever reaches the edge first."""
    found, _notes = read(tmp_path, slides=(slide(0, *size),), board=Whiteboard.TLDRAW_V2)
    assert found == (View(0, Rect(0, 0, *whole)),)


def test_without_a_slide_a_unit_of_tldraw_is_a_pixel(tmp_path: Path) -> None:
    """Nothing tells another scale."""
    found, _notes = read(tmp_path, panzoom("0", "-5 -6 70 80"), slides=(), board=Whiteboard.TLDRAW_V2)
    assert found == (View(0, Rect(5, 6, 70, 80)),)


def test_the_camera_of_tldraw_is_turned_into_a_rectangle(tmp_path: Path) -> None:
    """The numbers x and y are the camera's offset, width and height slide pixels: (-x, -y, w*s, h*s)."""
    found, _notes = read(
        tmp_path,
        panzoom("0", "-200 -150 800 450"),
        slides=(slide(0, 1600, 900),),
        board=Whiteboard.TLDRAW_V2,
    )
    assert found == (View(0, Rect(200, 150, 720, 405)),)  # s = 1440 / 1600


def test_bbb_2_6_0_had_a_larger_whiteboard(tmp_path: Path) -> None:
    """There s = min(2048 / width, 1536 / height)."""
    board = Whiteboard.TLDRAW_V1
    slides = (slide(0, 1024, 768),)
    found, _notes = read(
        tmp_path, panzoom("0", "0 0 1024 768"), slides=slides, board=board, fitted=FITTED_2_6_0
    )
    assert found == (View(0, Rect(0, 0, 2048, 1536)),)


def test_with_tldraw_a_slide_of_another_size_has_another_view(tmp_path: Path) -> None:
    """The same camera shows another rectangle when the slide is scaled otherwise."""
    slides = (slide(0, 1440, 810), slide(5, 720, 405))
    found, _notes = read(tmp_path, panzoom("0", "0 0 720 405"), slides=slides, board=Whiteboard.TLDRAW_V2)
    assert found == (View(0, Rect(0, 0, 720, 405)), View(5, Rect(0, 0, 1440, 810)))


def test_a_screen_shares_place_holder_has_no_scale(tmp_path: Path) -> None:
    """While it is there the slide before it counts."""
    slides = (slide(0, 1440, 810), slide(5, 1280, 720, SlideKind.DESKSHARE))
    found, _notes = read(tmp_path, panzoom("0", "0 0 1440 810"), slides=slides, board=Whiteboard.TLDRAW_V1)
    assert found == (View(0, Rect(0, 0, 1440, 810)),)


def test_the_mark_of_tldraw_is_read(tmp_path: Path) -> None:
    """The root's attribute tells that the numbers are a camera."""
    for mark, is_camera in ((' tldraw="true"', True), ("", False)):
        write_events(tmp_path, "panzooms.xml", panzoom("0", "0 0 1 1"), attributes=mark)
        assert read_panzooms(tmp_path, Notes()).tldraw is is_camera


@pytest.mark.parametrize("events", [(), (panzoom("0", "NaN NaN NaN NaN"),)], ids=["none", "broken"])
def test_where_there_is_no_slide_a_view_of_nothing_is_none(tmp_path: Path, events: tuple[str, ...]) -> None:
    """A meeting in which only a screen was shared: there is no whole slide to show instead."""
    shared = (slide(0, kind=SlideKind.DESKSHARE),)
    assert read(tmp_path, *events, slides=shared)[0] == ()
