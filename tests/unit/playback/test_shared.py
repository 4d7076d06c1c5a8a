"""The real recordings beside the project, against what its documentation and their files say."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from pod.bbb.contents import probe
from pod.bbb.playback.drawing import Picture, Text
from pod.bbb.playback.model import (
    CursorSpace,
    Playback,
    Rect,
    ScreenShare,
    SlideKind,
    TldrawShape,
    Whiteboard,
)
from pod.bbb.playback.read import read_playback
from pod.bbb.playback.svg_text import SMALLEST
from pod.bbb.render.timing.timeline import Timeline

pytestmark = pytest.mark.shared_data
BBB_2_0, REAL_MEDIA, BBB_3_0 = "09628f80*", "3bdb3ff2*", "55f13a70*"
BBB_2_5, BBB_2_6 = "7b647dc3*0846", "7b647dc3*1662"


def recording(shared: Path, pattern: str) -> Playback:
    """The recording whose id matches."""
    (folder,) = (shared / "data/playback").glob(pattern)
    return read_playback(folder)


@pytest.mark.parametrize(
    ("pattern", "duration", "board", "version", "space"),
    [
        (BBB_2_0, 2331.7, Whiteboard.SVG, "", CursorSpace.VIEW),
        (REAL_MEDIA, 118.2, Whiteboard.SVG, "", CursorSpace.VIEW),
        (BBB_2_5, 93.6, Whiteboard.SVG, "", CursorSpace.VIEW),
        (BBB_2_6, 83.3, Whiteboard.TLDRAW_V1, "2.6.1", CursorSpace.WHITEBOARD),
        (BBB_3_0, 40.0, Whiteboard.TLDRAW_V2, "3.0.4", CursorSpace.WHITEBOARD),
    ],
)
def test_each_recording_is_of_its_version(
    shared: Path, pattern: str, duration: float, board: Whiteboard, version: str, space: CursorSpace
) -> None:
    """Duration, whiteboard and what the pointer's numbers mean; nothing needs a note."""
    found = recording(shared, pattern)
    assert found.duration == pytest.approx(duration, abs=0.1)
    assert (found.whiteboard, found.bbb_version, found.cursor_space) == (board, version, space)
    assert found.notes == ()
    assert probe(found)["files"]["missing"] == []
    assert probe(found)["unknown_shapes"] == []


@pytest.mark.parametrize("pattern", [BBB_2_0, REAL_MEDIA, BBB_2_5, BBB_2_6, BBB_3_0])
def test_walking_through_and_asking_for_a_second_agree(shared: Path, pattern: str) -> None:
    """For every scene of every recording."""
    timeline = Timeline(recording(shared, pattern))
    previous = 0.0
    for start, end, scene in timeline.scenes():
        assert start == previous
        assert timeline.at(start) == scene
        previous = end
    assert previous == timeline.duration


def test_the_long_lecture_has_all_its_parts(shared: Path) -> None:
    """441 versions of 28 shapes, 186 pan/zooms, 3224 pointer events, 27 chats, 5 displays of 2 slides."""
    found = recording(shared, BBB_2_0)
    counts = probe(found)["counts"]
    assert (counts["shape_versions"], counts["shapes"]) == (441, 28)
    assert (counts["panzoom_events"], counts["cursor_events"], counts["chat"]) == (186, 3224, 27)
    assert (counts["slide_displays"], counts["slides"]) == (5, 2)
    assert probe(found)["shape_kinds"] == {"line": 23, "pencil": 63, "poll": 9, "rect": 3, "text": 343}


def test_the_last_slide_ends_with_the_sound_and_not_with_its_out(shared: Path) -> None:
    """Its out is 4707.0 of 2331.7 seconds."""
    found = recording(shared, BBB_2_0)
    assert [(one.start, round(one.end, 1)) for one in found.slides] == [
        (0.0, 733.2),
        (733.2, 1476.6),
        (1476.6, 1542.0),
        (1542.0, 1621.2),
        (1621.2, 2331.7),
    ]
    assert found.webcams is None
    assert all(one.start <= found.duration for one in found.cursors)


def test_the_lectures_first_minutes(shared: Path) -> None:
    """Three texts and a frame from the start, a poll at 141.1 s, two zooms; read off the files by hand."""
    timeline = Timeline(recording(shared, BBB_2_0))
    assert [one.shape for one in timeline.at(0).shapes] == [
        "image1-text1",
        "image1-text2",
        "image1-rect3",
        "image1-text4",
    ]
    assert timeline.at(0).view == Rect(469.58831, 281.29226, 969.69697, 545.45455)
    assert timeline.at(123.3).view == Rect(0, 0, 1600, 900)
    assert len(timeline.at(141.0).shapes) == 4
    assert timeline.at(141.1).shapes[-1].shape == "image1-poll5"
    assert timeline.at(0.4).cursor == pytest.approx(
        (469.58831 + 0.83627 * 969.69697, 281.29226 + 0.25619 * 545.45455)
    )
    assert timeline.at(1.7).cursor is None


def test_the_lectures_text_has_carriage_returns_as_lines(shared: Path) -> None:
    """Written as &#xD; in the file."""
    (op,) = recording(shared, BBB_2_0).svg_shapes["image1"][0].ops
    assert isinstance(op, Text)
    assert op.text == "Test de refuerzo hasta el 23\n\nClase de refuerzo\n\nGrabación Zoom"
    assert (op.x, op.y, op.width, op.size) == (548.79227, 359.16309, 334.94364, 23.17597)


def test_growing_strokes_and_texts_leave_no_stale_version(shared: Path) -> None:
    """At no second two versions of one shape are seen."""
    for _start, _end, scene in Timeline(recording(shared, BBB_2_0)).scenes():
        names = Counter(one.shape for one in scene.shapes)
        assert not names or max(names.values()) == 1


def test_every_operation_of_the_lecture_can_be_painted(shared: Path) -> None:
    """Sizes are positive, pictures exist."""
    found = recording(shared, BBB_2_0)
    for versions in found.svg_shapes.values():
        for one in versions:
            for op in one.ops:
                if isinstance(op, Picture):
                    assert (found.folder / op.href).is_file()
                if isinstance(op, Text):
                    assert op.size > SMALLEST


def test_the_recording_with_real_media(shared: Path) -> None:
    """A logo, a screen share from 51.5 to 69.1 s, a logo, a slide; the title's entities are resolved."""
    found = recording(shared, REAL_MEDIA)
    assert found.title == "Réunion d’essai <BBB> & démo"
    assert [one.kind for one in found.slides] == [
        SlideKind.LOGO,
        SlideKind.DESKSHARE,
        SlideKind.LOGO,
        SlideKind.SLIDE,
    ]
    assert found.shares == (ScreenShare(51.5, 69.1, 720, 541),)
    assert found.webcams is not None
    assert (found.webcams.width, found.webcams.height, found.webcams.rate) == (640, 480, 15)
    assert found.deskshare is not None
    assert (found.deskshare.width, found.deskshare.height, found.deskshare.rate) == (1280, 720, 5)
    assert [start for start, _end, _scene in Timeline(found).scenes()] == [0, 51.5, 69.1, 107.1]
    assert found.slides[-1].text.startswith("A\n")


def test_polls_captions_and_notes(shared: Path) -> None:
    """BBB 2.5: four poll pictures on the slide, two caption tracks, shared notes."""
    found = recording(shared, BBB_2_5)
    assert [round(one.start, 1) for one in found.svg_shapes["image1"]] == [42.3, 58.3, 68.3, 85.5]
    assert [one.kind for one in found.polls] == ["TF", "A-4", "YNA", "R-"]
    assert found.polls[3].question == "what is your name?"
    assert found.polls[3].answers == (("richard", 1),)
    assert [(one.locale, one.name) for one in found.captions] == [("fr", "français"), ("en", "English")]
    assert found.shared_notes == "Shared notes<br>Second line<br>"


def test_the_first_tldraw(shared: Path) -> None:
    """BBB 2.6.1: four poll results, one whole slide, the pointer in whiteboard units."""
    timeline = Timeline(recording(shared, BBB_2_6))
    assert timeline.at(10).slide_rect == Rect(0, 0, 1440, 810)
    assert timeline.at(0.2).cursor == (382.46353, 482.6013)
    assert [len(timeline.at(second).shapes) for second in (31.8, 31.9, 46, 59.5, 78.5)] == [
        0,
        1,
        2,
        3,
        4,
    ]
    lowest = timeline.at(80).shapes[0]
    assert isinstance(lowest, TldrawShape)
    assert lowest.data["type"] == "rectangle"


def test_the_second_tldraw(shared: Path) -> None:
    """BBB 3.0.4: the camera at (-200, -150) shows from (200, 150); the layout ends the share at 21 s."""
    found = recording(shared, BBB_3_0)
    timeline = Timeline(found)
    assert timeline.at(12).view == Rect(200, 150, 720, 405)
    assert timeline.at(12.2).cursor == (250, 200)
    contents = {second: timeline.at(second).content for second in (16.9, 17, 20.9, 21, 24, 26)}
    assert list(contents.values()) == [
        "whiteboard",
        "share",
        "share",
        "whiteboard",
        "whiteboard",
        "whiteboard",
    ]
    shown = timeline.at(22).slide
    assert shown is not None
    assert shown.image == "image1"
    assert [(one.name, one.text, one.moderator) for one in found.chat] == [
        ("Prof. Été", "Voir https://example.org/?a=1&b=2 gras", True)
    ]
    assert [(one.start, one.url) for one in found.external_videos] == [
        (31, "https://www.youtube.com/watch?v=abcdefghijk")
    ]


def test_a_growing_tldraw_stroke_is_one_shape(shared: Path) -> None:
    """Its later entries take the place of the earlier ones; others are seen until deleted."""
    versions = recording(shared, BBB_3_0).tldraw_shapes["image1"]
    drawing = [one for one in versions if one.shape == "shape:draw1"]
    assert len(drawing) > 1
    assert all(one.end == following.start for one, following in pairwise(drawing))
    assert drawing[-1].end == math.inf
