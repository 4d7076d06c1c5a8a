"""Where things stand in the picture, and when: stages.

A recording is shown in one or a few stages. Each layout keeps the slide
uncovered (but `overlay`, whose name says it), gives the content all the room
when there is no webcam picture, and the webcams all the room when there is no
content or layout.xml hides it. Boxes have even sides; those that move are on
multiples of 16, where H.264's blocks begin, so that a webcam never touches
the blocks of the slide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from pod.bbb.playback.model import LayoutEvent, Playback, SlideKind
from pod.bbb.render.picture import Box, even

CHAT_SHARE = 0.22  # of the width, where the chat has a column of its own
NARROW, WIDE = 0.2, 0.25  # of the width: the webcams' column beside wide and beside 4:3 content


class Layout(Enum):
    """How content and webcams share the picture."""

    SIDE = "side"
    OVERLAY = "overlay"
    CONTENT = "content"
    WEBCAMS = "webcams"


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands where from `start` to `end` (seconds of the recording)."""

    start: float
    end: float
    content: Box | None
    webcams: Box | None
    chat: Box | None = None


def has_content(playback: Playback) -> bool:
    """Tell whether the player would show anything beside the webcams."""
    return any(slide.kind is SlideKind.SLIDE for slide in playback.slides) or bool(playback.shares)


def plan(
    playback: Playback,
    size: tuple[int, int],
    layout: Layout,
    live: Sequence[tuple[float, float]],
    *,
    chat: bool = False,
) -> tuple[Stage, ...]:
    """Divide the recording into stages.

    `live` are the intervals in which the webcams are worth their space (see
    liveness.py), sorted and apart from one another.
    """
    edges = {0.0, playback.duration}
    edges |= {t for interval in live for t in interval}
    edges |= {event.start for event in playback.layout if event.show_presentation is not None}
    times = sorted(t for t in edges if 0 <= t <= playback.duration)
    stages: list[Stage] = []
    for start, end in pairwise(times):
        shown = _stage(playback, size, layout, start, end, cams=_within(live, start), chat=chat)
        if stages and (stages[-1].content, stages[-1].webcams) == (shown.content, shown.webcams):
            shown = Stage(stages.pop().start, end, shown.content, shown.webcams, shown.chat)
        stages.append(shown)
    return tuple(stages)


def _within(live: Sequence[tuple[float, float]], t: float) -> bool:
    return any(start <= t < end for start, end in live)


def _presentation_shown(events: Sequence[LayoutEvent], t: float) -> bool:
    shown = True
    for event in events:
        if event.start <= t and event.show_presentation is not None:
            shown = event.show_presentation
    return shown


def _stage(
    playback: Playback,
    size: tuple[int, int],
    layout: Layout,
    start: float,
    end: float,
    *,
    cams: bool,
    chat: bool,
) -> Stage:
    width, height = size
    chat = chat and bool(playback.chat)
    content = has_content(playback) and layout is not Layout.WEBCAMS
    content = content and (_presentation_shown(playback.layout, start) or not cams)
    cams = cams and layout is not Layout.CONTENT
    if layout is Layout.WEBCAMS and not cams:
        content = False
    if not content:
        return _alone(size, start, end, cams=cams, chat=chat)
    column = _column(playback, width, height) if cams and layout is Layout.SIDE else 0
    if chat and column == 0:
        column = _sixteen(width * CHAT_SHARE)
    main = Box(0, 0, width - column, height)
    webcams = chat_box = None
    if cams and layout is Layout.SIDE:
        webcams = Box(main.width, 0, column, min(height, _tall(playback, column)))
        if chat:
            chat_box = Box(main.width, webcams.height, column, height - webcams.height)
    elif chat:
        chat_box = Box(main.width, 0, column, height)
    if cams and layout is Layout.OVERLAY:
        w = _sixteen(width * NARROW)
        h = min(height, _tall(playback, w))
        webcams = Box(even(main.width - w - 16), even(height - h - 16), w, h)
    return Stage(start, end, main, webcams, chat_box)


def _alone(size: tuple[int, int], start: float, end: float, *, cams: bool, chat: bool) -> Stage:
    width, height = size
    column = _sixteen(width * CHAT_SHARE) if chat else 0
    main = Box(0, 0, width - column, height)
    side = Box(main.width, 0, column, height) if chat else None
    return Stage(start, end, None, main if cams else None, side)


def _column(playback: Playback, width: int, height: int) -> int:
    """Give the webcams' column what the content's shape leaves, within bounds."""
    slides = [s for s in playback.slides if s.kind is SlideKind.SLIDE and s.width > 0 and s.height > 0]
    aspect = max((s.width / s.height for s in slides), default=16 / 9)
    return _sixteen(min(width * WIDE, max(width * NARROW, width - height * aspect)))


def _tall(playback: Playback, width: int) -> int:
    media = playback.webcams
    if media is None or media.width <= 0 or media.height <= 0:
        return even(width * 3 / 4)
    return even(width * media.height / media.width)


def _sixteen(number: float) -> int:
    return max(16, round(number / 16) * 16)
