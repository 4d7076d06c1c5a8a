"""What stands where, and when."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

import pytest

from pod.bbb.playback.model import (
    ChatMessage,
    ExternalVideo,
    LayoutEvent,
    Media,
    Playback,
    ScreenShare,
    Slide,
    SlideKind,
    Whiteboard,
)
from pod.bbb.render.composing.layout import Layout, Stage, plan, unmet
from pod.bbb.render.composing.picture import Area

SIZE = (1280, 720)
WHOLE = Area(0, 0, 1280, 720)


def slide(start: float, end: float, kind: SlideKind = SlideKind.SLIDE, width: float = 1600) -> Slide:
    """Make one display of a slide."""
    return Slide(f"image{start}", start, end, "presentation/p/slide-1.png", width, 1200, kind)


PLAYBACK = Playback(
    folder=Path(),
    record_id="r",
    title="t",
    start_ms=0,
    bbb_version="",
    duration=100.0,
    whiteboard=Whiteboard.SVG,
    slides=(slide(0, 100),),
    webcams=Media(Path("webcams.webm"), 100.0, 640, 480, 15.0, has_audio=True),
)
LIVE = ((0.0, 100.0),)


def test_nothing_covers_the_slide_beside_a_webcam() -> None:
    """In the default layout content and webcams have no pixel in common."""
    (stage,) = plan(PLAYBACK, SIZE, Layout.SIDE, LIVE)
    assert (stage.content, stage.webcams) == (Area(0, 0, 960, 720), Area(960, 0, 320, 240))


def test_without_a_webcam_picture_the_content_has_all_the_room() -> None:
    """A white webcam gives its column to the content."""
    assert plan(PLAYBACK, SIZE, Layout.SIDE, ()) == (Stage(0.0, 100.0, WHOLE, None),)


def test_a_live_stretch_has_its_own_stage() -> None:
    """Webcams that live for a part of the time have their column for that part."""
    stages = plan(PLAYBACK, SIZE, Layout.SIDE, ((20.0, 50.0),))
    assert [(s.start, s.end, s.webcams is not None) for s in stages] == [
        (0.0, 20.0, False),
        (20.0, 50.0, True),
        (50.0, 100.0, False),
    ]


def test_wide_slides_leave_a_narrower_column() -> None:
    """Beside 16:9 slides the webcams take a fifth of the width."""
    wide = replace(PLAYBACK, slides=(slide(0, 100, width=2400),))
    assert plan(wide, SIZE, Layout.SIDE, LIVE)[0].content == Area(0, 0, 1024, 720)


WIDE = replace(PLAYBACK, slides=(slide(0, 100, width=1600 * 4 / 3),))  # 16:9
TALK = replace(WIDE, chat=(ChatMessage(1.0, 1e9, "Ana", "Hello"),))


@pytest.mark.parametrize(
    ("size", "content", "webcams"),
    [
        ((720, 1280), Area(0, 0, 720, 736), Area(0, 736, 720, 544)),
        ((1024, 768), Area(0, 0, 1024, 576), Area(0, 576, 1024, 192)),
        ((720, 720), Area(0, 0, 720, 416), Area(0, 416, 720, 304)),
        ((1280, 720), Area(0, 0, 1024, 720), Area(1024, 0, 256, 192)),
        ((854, 480), Area(0, 0, 678, 480), Area(678, 0, 176, 132)),
    ],
)
def test_webcams_stand_below_where_slides_become_much_larger_so(
    size: tuple[int, int], content: Area, webcams: Area
) -> None:
    """Upright and 4:3 pictures have their room above and below a wide slide, and not beside it."""
    assert plan(WIDE, size, Layout.SIDE, LIVE) == (Stage(0.0, 100.0, content, webcams),)


BANNER = Slide("banner", 0, 10, "presentation/p/slide-1.png", 3000, 600, SlideKind.SLIDE)


@pytest.mark.parametrize(
    "rest",
    [
        {"slides": (BANNER, slide(10, 100))},
        {"slides": (BANNER,), "shares": (ScreenShare(10, 100, 1024, 768),)},
    ],
    ids=["a slide", "a screen share"],
)
def test_webcams_do_not_go_below_where_anything_becomes_smaller_so(rest: dict[str, Any]) -> None:
    """One very wide slide does not take the height from what else is shown."""
    (stage,) = plan(replace(PLAYBACK, **rest), SIZE, Layout.SIDE, LIVE)
    assert (stage.content, stage.webcams) == (Area(0, 0, 1024, 720), Area(1024, 0, 256, 192))


def test_beside_slides_of_the_pictures_own_shape_webcams_stay() -> None:
    """A 4:3 slide is as large above webcams as beside them: then their column is the larger place."""
    (stage,) = plan(PLAYBACK, (1024, 768), Layout.SIDE, LIVE)
    assert (stage.content, stage.webcams) == (Area(0, 0, 816, 768), Area(816, 0, 208, 156))


@pytest.mark.parametrize(
    ("size", "webcams", "chat"),
    [
        ((720, 1280), Area(0, 416, 720, 540), Area(0, 956, 720, 324)),
        ((1024, 768), Area(0, 576, 256, 192), Area(256, 576, 768, 192)),
    ],
    ids=["under the webcams", "beside them"],
)
def test_the_chat_stands_below_the_slides_too(size: tuple[int, int], webcams: Area, chat: Area) -> None:
    """Under the webcams if they leave it room, else beside them; alone it has the whole strip."""
    (stage,) = plan(TALK, size, Layout.SIDE, LIVE, chat=True)
    assert (stage.webcams, stage.chat) == (webcams, chat)
    (alone,) = plan(TALK, size, Layout.CONTENT, LIVE, chat=True)
    assert alone.content == stage.content
    assert alone.chat == Area(0, webcams.y, size[0], size[1] - webcams.y)


def test_overlay_puts_the_webcams_into_the_corner_of_the_content() -> None:
    """The content keeps the whole picture, the webcams stand low on the right."""
    (stage,) = plan(PLAYBACK, SIZE, Layout.OVERLAY, LIVE)
    assert stage.content == WHOLE
    assert stage.webcams == Area(1008, 512, 256, 192)


@pytest.mark.parametrize(
    ("layout", "content", "webcams"), [(Layout.CONTENT, WHOLE, None), (Layout.WEBCAMS, None, WHOLE)]
)
def test_one_of_both_alone(layout: Layout, content: Area | None, webcams: Area | None) -> None:
    """`content` and `webcams` show only what they say."""
    (stage,) = plan(PLAYBACK, SIZE, layout, LIVE)
    assert (stage.content, stage.webcams) == (content, webcams)


def test_a_recording_without_slides_shows_its_webcams_alone() -> None:
    """Without slides and screen share the webcams have the whole picture, as in the player."""
    (stage,) = plan(replace(PLAYBACK, slides=()), SIZE, Layout.SIDE, LIVE)
    assert (stage.content, stage.webcams) == (None, WHOLE)


def test_webcams_that_stand_still_are_shown_where_nothing_else_is() -> None:
    """A camera that shows a picture costs an encoder nothing, and is all that there is to see."""
    late = replace(PLAYBACK, slides=(slide(0, 40, SlideKind.LOGO), slide(40, 100)))
    assert plan(late, SIZE, Layout.SIDE, ()) == (
        Stage(0.0, 40.0, None, WHOLE),
        Stage(40.0, 100.0, WHOLE, None),
    )


def test_without_slides_the_card_of_an_external_video_is_content() -> None:
    """It is shown beside the webcams, which have all the room before and after it."""
    video = ExternalVideo(50.0, "https://video.example.org/1")
    watched = replace(PLAYBACK, slides=(), external_videos=(video,))
    stages = plan(watched, SIZE, Layout.SIDE, LIVE)
    assert [(s.start, s.content is None) for s in stages] == [(0.0, True), (50.0, False), (56.0, True)]


def test_webcams_alone_without_a_webcam_picture_shows_the_content() -> None:
    """A layout that would show nothing shows what there is."""
    assert plan(PLAYBACK, SIZE, Layout.WEBCAMS, ())[0].content == WHOLE


def test_a_hidden_presentation_gives_its_room_to_the_webcams() -> None:
    """layout.xml's show_presentation=false, for longer than a moment."""
    hidden = replace(PLAYBACK, layout=(LayoutEvent(30.0, None, False), LayoutEvent(60.0, None, True)))
    assert [s.content is None for s in plan(hidden, SIZE, Layout.SIDE, LIVE)] == [False, True, False]


def test_a_hidden_slide_is_shown_rather_than_webcams_that_stand_still() -> None:
    """Mostly these are white: nobody shared a camera by then."""
    hidden = replace(PLAYBACK, layout=(LayoutEvent(30.0, None, False), LayoutEvent(60.0, None, True)))
    assert plan(hidden, SIZE, Layout.SIDE, ()) == (Stage(0.0, 100.0, WHOLE, None),)


def test_what_is_hidden_for_a_moment_changes_no_layout() -> None:
    """Less than ten seconds are not worth it."""
    events = (LayoutEvent(30.0, None, False), LayoutEvent(38.0, None, True))
    assert len(plan(replace(PLAYBACK, layout=events), SIZE, Layout.SIDE, LIVE)) == 1


def test_moments_that_follow_each_other_are_one_while() -> None:
    """Events in between that change nothing do not make short what is long."""
    hidden = tuple(LayoutEvent(start, None, False) for start in (30.0, 38.0, 46.0))
    playback = replace(PLAYBACK, layout=(*hidden, LayoutEvent(54.0, None, True)))
    assert [s.start for s in plan(playback, SIZE, Layout.SIDE, LIVE)] == [0.0, 30.0, 54.0]


def test_stages_that_look_alike_are_one() -> None:
    """Where only the content is shown nothing begins when the webcams come to life."""
    assert len(plan(PLAYBACK, SIZE, Layout.CONTENT, ((20.0, 50.0),))) == 1


def test_content_alone_without_content_shows_the_webcams() -> None:
    """A layout that would show nothing shows what there is."""
    assert plan(replace(PLAYBACK, slides=()), SIZE, Layout.CONTENT, LIVE)[0].webcams == WHOLE


def test_before_the_first_presentation_the_webcams_have_all_the_room() -> None:
    """The logo that stands for no presentation is not worth the content area."""
    late = replace(PLAYBACK, slides=(slide(0, 40, SlideKind.LOGO), slide(40, 100)))
    assert [(s.start, s.content is None) for s in plan(late, SIZE, Layout.SIDE, LIVE)] == [
        (0.0, True),
        (40.0, False),
    ]


def test_a_screen_share_before_the_first_presentation_is_content() -> None:
    """A share is shown in the content area even if no slide ever was."""
    shared = replace(
        PLAYBACK, slides=(slide(0, 100, SlideKind.LOGO),), shares=(ScreenShare(0, 100, 720, 405),)
    )
    assert plan(shared, SIZE, Layout.SIDE, LIVE)[0].content is not None


def test_the_chat_stands_below_the_webcams() -> None:
    """With webcams in a column, the chat takes the rest of it."""
    talk = replace(PLAYBACK, chat=(ChatMessage(1.0, 1e9, "Ana", "Hello"),))
    assert plan(talk, SIZE, Layout.SIDE, LIVE, chat=True)[0].chat == Area(960, 240, 320, 480)


def test_without_messages_the_chat_takes_no_room() -> None:
    """An empty chat column would be waste."""
    assert plan(PLAYBACK, SIZE, Layout.SIDE, (), chat=True)[0].content == WHOLE


@pytest.mark.parametrize(
    "size", [(64, 64), (64, 4096), (320, 180), (480, 854), (1024, 768), (1920, 1080), (4096, 2160)]
)
@pytest.mark.parametrize("layout", list(Layout))
def test_boxes_are_even_inside_and_cover_the_time(size: tuple[int, int], layout: Layout) -> None:
    """Whatever the size: even boxes inside the picture, stages from 0 to the end without gaps."""
    talk = replace(PLAYBACK, chat=(ChatMessage(1.0, 1e9, "Ana", "Hello"),))
    stages = plan(talk, size, layout, ((10.0, 30.0),), chat=True)
    assert stages[0].start == 0.0
    assert stages[-1].end == 100.0
    assert all(a.end == b.start for a, b in pairwise(stages))
    for box in (b for s in stages for b in (s.content, s.webcams, s.chat) if b):
        assert not (box.x % 2)
        assert not (box.y % 2)
        assert not (box.width % 2)
        assert not (box.height % 2)
        assert box.width > 0
        assert box.height > 0
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= size[0]
        assert box.y + box.height <= size[1]
    for stage in stages if layout is not Layout.OVERLAY else ():
        there = [box for box in (stage.content, stage.webcams, stage.chat) if box]
        for one, other in combinations(there, 2):
            apart = one.x + one.width <= other.x or other.x + other.width <= one.x
            assert apart or one.y + one.height <= other.y or other.y + other.height <= one.y


@pytest.mark.parametrize("size", [(4000, 2), (2, 4000)])
@pytest.mark.parametrize("layout", [Layout.SIDE, Layout.OVERLAY])
def test_a_webcam_of_absurd_shape_still_has_a_place(size: tuple[int, int], layout: Layout) -> None:
    """No box is empty or leaves the picture, however small that is."""
    strange = replace(PLAYBACK, webcams=Media(Path("w.webm"), 100.0, *size, 15.0, has_audio=True))
    for stage in plan(strange, (64, 64), layout, LIVE):
        for box in (stage.content, stage.webcams):
            assert box is not None
            assert box.width >= 2
            assert box.height >= 2
            assert box.x >= 0
            assert box.y >= 0
            assert box.x + box.width <= 64
            assert box.y + box.height <= 64


@pytest.mark.parametrize(
    ("playback", "layout", "words"),
    [
        (PLAYBACK, Layout.SIDE, ""),
        (PLAYBACK, Layout.WEBCAMS, "No webcam moves: the content is shown instead."),
        (replace(PLAYBACK, slides=()), Layout.CONTENT, "There are no slides: webcams are shown instead."),
        (replace(PLAYBACK, slides=(), webcams=None), Layout.SIDE, "There is nothing to see: "),
    ],
    ids=["fulfilled", "webcams", "content", "nothing"],
)
def test_a_layout_that_cannot_be_had_is_said(playback: Playback, layout: Layout, words: str) -> None:
    """Who asks for webcams alone and gets slides is told why."""
    stages = plan(playback, SIZE, layout, ())
    assert unmet(playback, stages, layout).startswith(words)
    assert bool(unmet(playback, stages, layout)) == bool(words)
