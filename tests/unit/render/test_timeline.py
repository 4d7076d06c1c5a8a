"""When the content area changes, and to what."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod.bbb.playback.model import (
    Cursor,
    CursorSpace,
    LayoutEvent,
    Playback,
    Rect,
    ScreenShare,
    Slide,
    SlideKind,
    SvgShape,
    TldrawShape,
    View,
    Whiteboard,
)
from pod.bbb.render.timing.timeline import Timeline, shares_within
from tests.sampling import examples

FULL = Rect(0, 0, 1600, 900)


def changes(timeline: Timeline) -> list[float]:
    """The seconds at which the scene changes."""
    return [start for start, _end, _scene in timeline.scenes()]


def slide(
    name: str, start: float, kind: SlideKind = SlideKind.SLIDE, size: tuple[float, float] = (1600, 900)
) -> Slide:
    """A slide; the timeline needs no end."""
    return Slide(name, start, 100, f"presentation/d/{name}.png", *size, kind)


def drawn(name: str, order: int, start: float, end: float = math.inf) -> SvgShape:
    """A version of a shape."""
    return SvgShape(name, order, start, end, ())


def recording(**parts: Any) -> Playback:
    """A recording of 100 seconds with one slide and one view, unless told otherwise."""
    given_parts: dict[str, Any] = {
        "slides": (slide("image1", 0),),
        "views": (View(0, FULL),),
        "whiteboard": Whiteboard.SVG,
        **parts,
    }
    return Playback(
        folder=Path(), record_id="x", title="", start_ms=None, bbb_version="", duration=100.0, **given_parts
    )


def test_the_first_scene_begins_at_zero_and_the_last_ends_with_the_recording() -> None:
    """Scenes cover the whole recording without gaps."""
    timeline = Timeline(recording(slides=(slide("image1", 0), slide("image2", 40))))
    assert [(start, end) for start, end, _scene in timeline.scenes()] == [(0, 40), (40, 100)]
    assert changes(timeline) == [0, 40]


def test_before_the_first_view_the_logo_is_shown() -> None:
    """The player's whiteboard has not started."""
    timeline = Timeline(recording(views=(View(5, FULL),)))
    assert [timeline.at(second).content for second in (0, 4.9, 5)] == ["logo", "logo", "whiteboard"]


def test_a_slide_and_its_shapes_come_at_their_second() -> None:
    """Half open: from the start on, until the end."""
    shapes = {"image1": (drawn("a", 0, 1.0, 3.0), drawn("b", 1, 2.0))}
    timeline = Timeline(recording(svg_shapes=shapes))
    names = {second: [one.shape for one in timeline.at(second).shapes] for second in (0.9, 1, 2, 2.9, 3)}
    assert names == {0.9: [], 1: ["a"], 2: ["a", "b"], 2.9: ["a", "b"], 3: ["b"]}


def test_shapes_of_a_slide_shown_again_are_there_at_once() -> None:
    """Their times lie before the slide's."""
    shapes = {"image2": (drawn("a", 0, 1.0),)}
    timeline = Timeline(recording(slides=(slide("image1", 0), slide("image2", 40)), svg_shapes=shapes))
    assert [len(scene.shapes) for _start, _end, scene in timeline.scenes()] == [0, 1]


def test_shapes_are_in_the_order_of_the_file() -> None:
    """The surviving version's place counts, not when its shape began."""
    shapes = {"image1": (drawn("a", 0, 1.0, 9.0), drawn("b", 1, 2.0), drawn("a", 2, 9.0))}
    timeline = Timeline(recording(svg_shapes=shapes))
    assert [one.shape for one in timeline.at(5).shapes] == ["a", "b"]
    assert [one.shape for one in timeline.at(9).shapes] == ["b", "a"]


def test_tldraw_shapes_are_in_the_order_that_they_tell() -> None:
    """By z, then by order in the file."""
    shapes = tuple(
        TldrawShape(name, order, 0, math.inf, {}, z)
        for order, (name, z) in enumerate(
            [("b", (0.0, "a2", 0)), ("a", (0.0, "a1", 1)), ("c", (0.0, "b1", 2))]
        )
    )
    timeline = Timeline(recording(whiteboard=Whiteboard.TLDRAW_V2, tldraw_shapes={"image1": shapes}))
    assert [one.shape for one in timeline.at(1).shapes] == ["a", "b", "c"]


def test_shapes_that_come_with_their_slide_are_in_the_same_order() -> None:
    """Not in that of the file."""
    order = [("b", (0.0, "a2", 0)), ("a", (0.0, "a1", 1))]
    shapes = tuple(TldrawShape(name, at, 0, math.inf, {}, z) for at, (name, z) in enumerate(order))
    slides = (slide("image1", 0), slide("image2", 40))
    timeline = Timeline(
        recording(whiteboard=Whiteboard.TLDRAW_V2, slides=slides, tldraw_shapes={"image2": shapes})
    )
    *_before, (_start, _end, last) = timeline.scenes()
    assert [one.shape for one in last.shapes] == ["a", "b"]


def test_what_did_not_change_is_the_same_object() -> None:
    """A painter compares with `is`."""
    shapes = {"image1": (drawn("a", 0, 1.0),)}
    cursors = (Cursor(5, (0.5, 0.5)), Cursor(6, (0.6, 0.5)))
    scenes = [
        scene for _start, _end, scene in Timeline(recording(svg_shapes=shapes, cursors=cursors)).scenes()
    ]
    assert scenes[-1].shapes is scenes[-2].shapes
    assert [scene.key for scene in scenes] == [True, False, False, False]


def test_an_event_that_changes_nothing_is_no_change() -> None:
    """Equal views and hidden pointers are written again and again."""
    parts = recording(views=(View(0, FULL), View(3, FULL)), cursors=(Cursor(1, None), Cursor(2, None)))
    assert changes(Timeline(parts)) == [0]


def test_a_pointer_in_the_view_moves_with_it() -> None:
    """BBB 1.1 to 2.5: fractions of the current view."""
    views = (View(0, FULL), View(5, Rect(100, 50, 800, 450)))
    timeline = Timeline(recording(views=views, cursors=(Cursor(1, (0.5, 0.2)),)))
    assert timeline.at(2).cursor == (800, 180)
    assert timeline.at(5).cursor == (500, 140)


def test_a_legacy_pointer_is_a_fraction_of_half_the_slide_and_hides_after_three_seconds() -> None:
    """BBB <= 1.0: x = f * width / 2; no event hides it."""
    cursors = (Cursor(1, (400.0, 225.0)), Cursor(3, (200.0, 225.0)))
    timeline = Timeline(recording(cursors=cursors, cursor_space=CursorSpace.LEGACY))
    assert timeline.at(2).cursor == (800, 450)
    assert timeline.at(5.9).cursor == (400, 450)
    assert timeline.at(6).cursor is None
    assert changes(timeline) == [0, 1, 3, 6]


def test_a_legacy_pointer_that_is_told_again_stays() -> None:
    """Three seconds after the last event, not after the last movement."""
    cursors = tuple(Cursor(second, (400.0, 225.0)) for second in (1, 3, 5))
    timeline = Timeline(recording(cursors=cursors, cursor_space=CursorSpace.LEGACY))
    assert changes(timeline) == [0, 1, 8]


def test_a_tldraw_v1_pointer_outside_the_view_is_not_drawn() -> None:
    """Beyond the right or lower edge the player leaves it out."""
    timeline = Timeline(
        recording(
            whiteboard=Whiteboard.TLDRAW_V1,
            views=(View(0, Rect(0, 0, 100, 100)),),
            cursors=(Cursor(1, (50, 50)), Cursor(2, (101, 50))),
            cursor_space=CursorSpace.WHITEBOARD,
        )
    )
    assert [timeline.at(second).cursor for second in (1, 2)] == [(50, 50), None]


SHARE = ScreenShare(10, 20, 720, 405)


def test_a_screen_share_takes_the_content_area() -> None:
    """From start to before stop, with nothing of the whiteboard, whose changes do not count."""
    parts = recording(shares=(SHARE,), cursors=(Cursor(12, (0.5, 0.5)),))
    timeline = Timeline(parts)
    assert [timeline.at(second).content for second in (9.9, 10, 19.9, 20)] == [
        "whiteboard",
        "share",
        "share",
        "whiteboard",
    ]
    assert timeline.at(15).share is SHARE
    assert changes(timeline) == [0, 10, 20]
    assert timeline.at(20).cursor == (800, 450)


def test_a_layout_without_the_share_shows_the_slide_before_it() -> None:
    """The place holder is no slide: its canvas and picture are not shown."""
    parts = recording(
        slides=(slide("image1", 0), slide("image2", 10, SlideKind.DESKSHARE), slide("image3", 20)),
        svg_shapes={"image1": (drawn("a", 0, 1.0),)},
        shares=(SHARE,),
        layout=(LayoutEvent(0, False), LayoutEvent(12, True), LayoutEvent(15, False)),
    )
    timeline = Timeline(parts)
    shown = {second: (timeline.at(second).content, timeline.at(second).slide) for second in (11, 13, 16, 20)}
    assert [content for content, _slide in shown.values()] == [
        "whiteboard",
        "share",
        "whiteboard",
        "whiteboard",
    ]
    assert [one.image if one else "" for _content, one in shown.values()] == [
        "image1",
        "",
        "image1",
        "image3",
    ]
    assert len(timeline.at(16).shapes) == 1


def test_without_layout_events_an_active_share_is_shown() -> None:
    """Only its own last event counts for each property."""
    parts = recording(shares=(SHARE,), layout=(LayoutEvent(0, None, True),))
    assert Timeline(parts).at(15).content == "share"


def test_a_hidden_presentation_is_still_there() -> None:
    """Who gives its room to the webcams is the layout: what stands still takes nobody's place."""
    layout = (LayoutEvent(5, None, False), LayoutEvent(30, None, True))
    timeline = Timeline(recording(shares=(SHARE,), layout=layout))
    assert [timeline.at(second).content for second in (4, 5, 15, 30)] == [
        "whiteboard",
        "whiteboard",
        "share",
        "whiteboard",
    ]


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        ((), [(10, 20), (30, 40)]),
        ((LayoutEvent(0, False),), []),
        ((LayoutEvent(0, False), LayoutEvent(15, True), LayoutEvent(35, False)), [(15, 20), (30, 35)]),
        ((LayoutEvent(12, True), LayoutEvent(13, None, False), LayoutEvent(14, True)), [(10, 20), (30, 40)]),
    ],
    ids=["no layout", "hidden throughout", "hidden for a while", "told again"],
)
def test_a_screen_share_counts_while_it_is_seen(
    layout: tuple[LayoutEvent, ...], expected: list[tuple[float, float]]
) -> None:
    """layout.xml may show the slides instead; an event that changes nothing makes no two of one."""
    parts = recording(shares=(SHARE, ScreenShare(30, 40, 720, 405)), layout=layout)
    assert shares_within(parts, 0, 100) == expected


def test_a_part_of_a_screen_share_counts_from_the_parts_beginning() -> None:
    """A cut begins and ends within."""
    assert shares_within(recording(shares=(SHARE,)), 12, 18) == [(0, 6)]
    assert shares_within(recording(shares=(SHARE,)), 15, 100) == [(0, 5)]
    assert shares_within(recording(shares=(SHARE,)), 20, 100) == []


def test_the_slide_lies_in_whiteboard_space() -> None:
    """In slide pixels, or fitted into tldraw's board."""
    slides = (slide("image1", 0, size=(800, 450)),)
    assert Timeline(recording(slides=slides)).at(0).slide_rect == Rect(0, 0, 800, 450)
    tldraw = Timeline(recording(slides=slides, whiteboard=Whiteboard.TLDRAW_V1))
    assert tldraw.at(0).slide_rect == Rect(0, 0, 1440, 810)


def test_a_part_of_the_scenes_is_the_same_as_in_the_whole() -> None:
    """A long recording can be painted in parts."""
    parts = recording(
        svg_shapes={"image1": (drawn("a", 0, 1.0, 30), drawn("b", 1, 50))},
        cursors=tuple(Cursor(second, (second / 100, 0.5)) for second in range(0, 100, 7)),
    )
    timeline = Timeline(parts)
    whole = list(timeline.scenes())
    part = list(timeline.scenes(20, 60))
    assert (part[0][0], part[-1][1]) == (20, 60)
    assert [(start, scene) for start, _end, scene in part[1:]] == [
        (start, scene) for start, _end, scene in whole if 20 < start < 60
    ]


def test_beyond_the_end_there_is_no_scene() -> None:
    """An empty part is empty."""
    assert list(Timeline(recording()).scenes(100, 200)) == []


TIMES = st.integers(0, 1100).map(lambda tenth: tenth / 10)


@st.composite
def recordings(draw: st.DrawFn) -> Playback:
    """Recordings with everything at random times."""
    starts = sorted(draw(st.lists(TIMES, max_size=4, unique=True)))
    kinds = st.sampled_from(list(SlideKind))
    slides = tuple(slide(f"image{draw(st.integers(1, 2))}", start, draw(kinds)) for start in starts)
    shapes = {
        f"image{number}": tuple(
            drawn(str(order), order, start, round(start + draw(st.integers(0, 50)) / 10, 1))
            for order, start in enumerate(draw(st.lists(TIMES, max_size=6)))
        )
        for number in (1, 2)
    }
    views = tuple(
        View(start, Rect(draw(st.integers(0, 2)), 0, 100, 100))
        for start in sorted(draw(st.lists(TIMES, max_size=3)))
    )
    points = st.none() | st.tuples(st.integers(0, 2), st.integers(0, 1))
    cursors = tuple(
        Cursor(start, draw(points)) for start in sorted(draw(st.lists(TIMES, max_size=5, unique=True)))
    )
    flags = st.none() | st.booleans()
    shares = tuple(
        ScreenShare(start, round(start + draw(st.integers(1, 300)) / 10, 1), 16, 9)
        for start in sorted(draw(st.lists(TIMES, max_size=3)))
    )
    layout = tuple(
        LayoutEvent(start, draw(flags), draw(flags)) for start in sorted(draw(st.lists(TIMES, max_size=3)))
    )
    return recording(
        slides=slides,
        svg_shapes=shapes,
        views=views,
        cursors=cursors,
        shares=shares,
        layout=layout,
        cursor_space=draw(st.sampled_from(list(CursorSpace))),
    )


@settings(max_examples=examples(150))
@given(recordings())
def test_walking_through_and_asking_for_a_second_agree(parts: Playback) -> None:
    """Each scene of the walk is what `at` gives at its start and its middle; neighbours differ and touch."""
    timeline = Timeline(parts)
    scenes = list(timeline.scenes())
    assert (scenes[0][0], scenes[-1][1]) == (0, 100)
    for (start, end, scene), following in zip(scenes, [*scenes[1:], None], strict=True):
        assert start < end
        assert timeline.at(start) == scene
        assert timeline.at((start + end) / 2) == scene
        if following is not None:
            assert following[0] == end
            assert following[2] != scene


@pytest.mark.parametrize("count", [2_000, 8_000])
def test_building_scenes_grows_with_the_changes_and_not_with_their_square(count: int) -> None:
    """Every step of the walk looks only at what changed: the shapes compared grow as n log n."""
    compared = 0

    class Counting(float):
        """A start that counts how often it is looked at."""

        def __le__(self, other: float) -> bool:
            nonlocal compared
            compared += 1
            return float(self) <= float(other)

        def __lt__(self, other: float) -> bool:
            nonlocal compared
            compared += 1
            return float(self) < float(other)

    shapes = {"image1": tuple(drawn(str(n), n, Counting(n * 90 / count)) for n in range(count))}
    assert len(changes(Timeline(recording(svg_shapes=shapes)))) == count
    assert compared < 40 * count
