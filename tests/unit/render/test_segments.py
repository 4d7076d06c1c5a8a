"""Where a recording is cut for several processes."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.playback.model import Cursor, Playback, Rect, ScreenShare, Slide, View
from pod.bbb.render.timing.segments import LONGEST_MS, PARTS, SHORTEST_MS, cut, scenes_of
from pod.bbb.render.timing.ticks import STEP_MS
from pod.bbb.render.timing.timeline import Timeline
from tests.unit.render.boards import playback, slide


def moments(recording: Playback) -> list[tuple[int, bool]]:
    """When its scenes are shown, and which of them with a key frame."""
    return [(scene.ms, scene.key) for scene in scenes_of(Timeline(recording), cut(0, 10_000, [])[0])]


def shown_from(*starts: float) -> tuple[Slide, ...]:
    """Slides that come up at these seconds."""
    return tuple(
        replace(slide(f"presentation/p/slide-{number}.png"), start=start, end=end)
        for number, (start, end) in enumerate(zip(starts, [*starts[1:], 10.0], strict=True))
    )


@given(st.integers(0, 10**6), st.integers(1, 2 * 10**7), st.lists(st.integers(0, 2 * 10**7)).map(sorted))
def test_segments_cover_the_recording_without_gaps(start: int, length: int, slides: list[int]) -> None:
    """Each segment begins where the one before ends, and none is long."""
    segments = cut(start, start + length, slides)
    assert segments[0].start == start
    assert segments[-1].end == start + length
    assert all(a.end == b.start for a, b in itertools.pairwise(segments))
    assert all(0 < s.end - s.start <= 1.5 * LONGEST_MS for s in segments)
    assert [s.number for s in segments] == list(range(len(segments)))


def test_a_cut_falls_on_a_slide_change_that_is_near() -> None:
    """A slide change has a key frame anyway, so the nearest one is the better place."""
    assert cut(0, 300_000, [14_000, 25_000, 28_000, 130_000])[1].start == 25_000


def test_a_short_recording_is_not_cut() -> None:
    """What is shorter than a segment and a half stays whole."""
    assert len(cut(0, int(SHORTEST_MS * 1.5), [])) == 1


def test_a_lecture_is_cut_into_equal_parts_wherever_it_begins() -> None:
    """Some more than there are processes, and no more: each part costs a key frame."""
    for start in (0, 7_000_000):
        lengths = {part.end - part.start for part in cut(start, start + 2_400_000, [])}
        assert lengths == {2_400_000 // PARTS}


def test_slides_shown_for_a_moment_do_not_all_become_key_frames(tmp_path: Path) -> None:
    """A slide change is shown to the millisecond, thousands within a second are not."""
    starts = [0.0, 1.003, *(2.0 + number / 1000 for number in range(1000))]
    slides = shown_from(*starts)
    timeline = Timeline(replace(playback(tmp_path), slides=slides))
    shown = scenes_of(timeline, cut(0, 10_000, [])[0])
    assert [scene.ms for scene in shown[:3]] == [0, 1003, 2000]
    assert len(shown) <= 3 + 1000 // STEP_MS
    assert shown[-1].scene.slide is slides[-1]


def test_what_takes_the_content_area_begins_with_a_key_frame(tmp_path: Path) -> None:
    """A screen share, the next one and its end, each in its millisecond; not so another view."""
    shown = replace(
        playback(tmp_path),
        views=(View(0.0, Rect(0.0, 0.0, 9.0, 9.0)), View(2.007, Rect(1.0, 1.0, 8.0, 8.0))),
        shares=(ScreenShare(3.007, 6.011, 16.0, 9.0), ScreenShare(6.011, 7.503, 4.0, 3.0)),
    )
    assert [ms for ms, key in moments(shown) if key] == [0, 3007, 6011, 7503]


def test_a_slide_does_not_wait_for_a_pointer_that_moves_just_before_it(tmp_path: Path) -> None:
    """The pointer's step is after it by then: the slide stands there, in its own millisecond."""
    pointer = (Cursor(2.96, (0.5, 0.5)),)
    whole = (View(0.0, Rect(0.0, 0.0, 160.0, 90.0)),)
    recording = replace(playback(tmp_path), slides=shown_from(0.0, 2.99), cursors=pointer, views=whole)
    assert moments(recording) == [(0, True), (2990, True)]


def test_a_slide_that_waits_for_the_next_step_is_a_key_frame_there(tmp_path: Path) -> None:
    """Also if a pointer moves meanwhile."""
    pointer = (Cursor(2.03, (0.5, 0.5)),)
    whole = (View(0.0, Rect(0.0, 0.0, 160.0, 90.0)),)
    recording = replace(playback(tmp_path), slides=shown_from(0.0, 2.0, 2.02), cursors=pointer, views=whole)
    assert moments(recording) == [(0, True), (2000, True), (2050, True)]
