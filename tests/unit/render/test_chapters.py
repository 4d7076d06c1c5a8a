"""Chapters from slides."""

from __future__ import annotations

from pathlib import Path

from pod.bbb.playback.model import Playback, Slide, SlideKind, Whiteboard
from pod.bbb.render.beside.chapters import TITLE_LENGTH, chapters_of
from pod.bbb.render.media.joiner import Chapter


def slide(number: int, start: float, end: float, text: str = "", kind: SlideKind = SlideKind.SLIDE) -> Slide:
    """Make one display of a slide."""
    return Slide(f"image{start}", start, end, f"presentation/p/slide-{number}.png", 1600, 1200, kind, text)


def recording(*slides: Slide) -> Playback:
    """Make a recording with these displays."""
    return Playback(Path(), "r", "t", 0, "", 100.0, Whiteboard.SVG, slides=slides)


def test_a_chapter_is_titled_by_the_first_line_of_its_slide() -> None:
    """Blank lines and runs of blanks are passed over."""
    shown = recording(slide(1, 0, 40, "\n  Linear   algebra \nmore"), slide(2, 40, 100, "Matrices"))
    assert chapters_of(shown, 0, 100) == [
        Chapter(0, 40_000, "Linear algebra"),
        Chapter(40_000, 100_000, "Matrices"),
    ]


def test_a_slide_without_text_is_numbered_by_its_first_display() -> None:
    """Slide 1 stays slide 1 when it comes back."""
    shown = recording(slide(7, 0, 40), slide(3, 40, 60), slide(7, 60, 100))
    assert [chapter.title for chapter in chapters_of(shown, 0, 100)] == ["Slide 1", "Slide 2", "Slide 1"]


def test_a_slide_that_comes_back_after_a_screen_share_is_one_chapter() -> None:
    """The share interrupts the slide, it does not end its chapter."""
    shown = recording(slide(1, 0, 40), slide(9, 40, 60, kind=SlideKind.DESKSHARE), slide(1, 60, 100))
    assert chapters_of(shown, 0, 100) == [Chapter(0, 100_000, "Slide 1")]


def test_a_cut_begins_with_the_chapter_that_it_cuts() -> None:
    """Chapters are counted from the beginning of the video."""
    shown = recording(slide(1, 0, 40), slide(2, 40, 100))
    assert chapters_of(shown, 30, 90) == [Chapter(0, 10_000, "Slide 1"), Chapter(10_000, 60_000, "Slide 2")]


def test_long_titles_are_cut() -> None:
    """A whole paragraph is no title."""
    shown = recording(slide(1, 0, 100, "word " * 100))
    assert len(chapters_of(shown, 0, 100)[0].title) == TITLE_LENGTH


def test_without_slides_there_are_no_chapters() -> None:
    """Place holders are no slides."""
    assert chapters_of(recording(slide(1, 0, 100, kind=SlideKind.LOGO)), 0, 100) == []
