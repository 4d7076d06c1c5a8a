"""Where things stand in the picture, and when: stages.

A recording is shown in one or a few stages. Each layout keeps the slide
uncovered (but `overlay`, whose name says it), gives the content all the room
when the webcams stand still, and the webcams all the room when there is no
content, or when they move and layout.xml hides it. Boxes have even sides; those
that move are on multiples of 16, where H.264's blocks begin, so that a webcam
never touches the blocks of the slide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from pod.bbb.playback.model import Playback, SlideKind
from pod.bbb.render.composing.cards import card_at, cards_of
from pod.bbb.render.composing.picture import Area, even
from pod.bbb.render.timing.timeline import Track, share_track

CHAT_SHARE = 0.22  # of the width, where the chat has a column of its own
SHORTEST_S = 10.0  # an emptiness shorter than this is not worth a change of layout
MARGIN = 16
NARROW, WIDE = 0.2, 0.25  # of the width: the webcams' column beside wide and beside 4:3 content


Interval = tuple[float, float]


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
    content: Area | None
    webcams: Area | None
    chat: Area | None = None


@dataclass(frozen=True, slots=True)
class _Plan:
    """What the stages of one recording have in common."""

    playback: Playback
    size: tuple[int, int]
    layout: Layout
    chat: bool


def plan(
    playback: Playback,
    size: tuple[int, int],
    layout: Layout,
    live: Sequence[Interval],
    *,
    chat: bool = False,
) -> tuple[Stage, ...]:
    """Divide the recording into stages.

    `live` are the intervals in which the webcams are worth their space (see
    liveness.py), sorted and apart from one another.
    """
    if layout is Layout.CONTENT and not playback.has_content:
        layout = Layout.WEBCAMS
    common = _Plan(playback, size, layout, chat and bool(playback.chat))
    blank, empty = _without_content(playback, hidden=False), _without_content(playback, hidden=True)
    edges = {0.0, playback.duration, *(t for interval in (*live, *blank, *empty) for t in interval)}
    stages: list[Stage] = []
    for start, end in pairwise(sorted(t for t in edges if 0 <= t <= playback.duration)):
        cams = _within(live, start) or (_within(blank, start) and _filmed(playback))
        content, webcams, column = _boxes(common, content=not _within(empty, start), cams=cams)
        same = stages and (stages[-1].content, stages[-1].webcams) == (content, webcams)
        stages.append(Stage(stages.pop().start if same else start, end, content, webcams, column))
    return tuple(stages)


def unmet(playback: Playback, stages: Sequence[Stage], layout: Layout) -> str:
    """Say in a sentence why the video is not as `layout` says; "" if it is."""
    filmed = any(stage.webcams for stage in stages)
    if not (filmed or playback.has_content or playback.external_videos):
        return "There is nothing to see: the recording has neither slides nor a screen share nor webcams."
    if layout is Layout.WEBCAMS and not filmed:
        return "No webcam moves: the content is shown instead."
    if layout is Layout.CONTENT and filmed and not playback.has_content:
        return "There are no slides: webcams are shown instead."
    return ""


def _within(intervals: Sequence[Interval], t: float) -> bool:
    return any(start <= t < end for start, end in intervals)


def _filmed(playback: Playback) -> bool:
    return playback.webcams is not None and playback.webcams.width > 0


def _without_content(playback: Playback, *, hidden: bool) -> list[Interval]:
    """Give the intervals in which the content area would be empty.

    That is: no presentation was there yet (its place holder is a logo), or, if
    `hidden`, layout.xml hides it. A screen share is content, and so is a card.
    """
    cards = cards_of(playback)
    times = {0.0, playback.duration, *(event.start for event in playback.layout)}
    times |= {t for slide in playback.slides for t in (slide.start, slide.end)}
    times |= {t for share in playback.shares for t in (share.start, share.end)}
    times |= {t for card in cards for t in (card.start, card.end)}
    slides = Track(((s.start, s.kind) for s in playback.slides if s.kind is not SlideKind.DESKSHARE), None)
    presentation = Track(
        ((e.start, e.show_presentation) for e in playback.layout if e.show_presentation is not None),
        before=True,
    )
    shares = share_track(playback.shares, playback.layout)
    found: list[Interval] = []
    for start, end in pairwise(sorted(t for t in times if 0 <= t <= playback.duration)):
        blank = slides.at(start) in (None, SlideKind.LOGO) and shares.at(start) is None
        if (blank and card_at(cards, start) is None) or (hidden and not presentation.at(start)):
            found.append((found.pop()[0] if found and found[-1][1] == start else start, end))
    shortest = SHORTEST_S if playback.has_content else 0.0
    return [(start, end) for start, end in found if end - start >= shortest]


def _boxes(common: _Plan, *, content: bool, cams: bool) -> tuple[Area | None, Area | None, Area | None]:
    """Give the places of content, webcams and chat."""
    width, height = common.size
    cams = cams and common.layout is not Layout.CONTENT
    content = not cams or (content and common.layout is not Layout.WEBCAMS)
    beside = cams and content and common.layout is Layout.SIDE
    column = _sixteen(width * CHAT_SHARE) if common.chat else 0
    if beside:
        column = _column(common.playback, width, height)
    main = Area(0, 0, width - column, height)
    if beside:
        webcams = Area(main.width, 0, column, min(height, _tall(common.playback, column)))
        rest = height - webcams.height if common.chat else 0
        return main, webcams, Area(main.width, webcams.height, column, rest) if rest else None
    chat = Area(main.width, 0, column, height) if common.chat else None
    if not content:
        return None, main, chat
    return main, _corner(common.playback, main) if cams else None, chat


def _corner(playback: Playback, main: Area) -> Area:
    """Give the webcams' place over the content, low on the right."""
    width = _sixteen(main.width * NARROW)
    height = min(main.height, _tall(playback, width))
    left, top = (even(max(0, room - MARGIN)) for room in (main.width - width, main.height - height))
    return Area(left, top, width, height)


def _column(playback: Playback, width: int, height: int) -> int:
    """Give the webcams' column what the content's shape leaves, within bounds."""
    slides = [s for s in playback.slides if s.kind is SlideKind.SLIDE and s.width > 0 and s.height > 0]
    aspect = max((s.width / s.height for s in slides), default=16 / 9)
    return _sixteen(min(width * WIDE, max(width * NARROW, width - height * aspect)))


def _tall(playback: Playback, width: int) -> int:
    media = playback.webcams
    if media is None or media.width <= 0 or media.height <= 0:
        return even(width * 3 / 4)
    return max(2, even(width * media.height / media.width))


def _sixteen(number: float) -> int:
    return max(16, round(number / 16) * 16)
