"""Where things stand in the picture, and when: stages.

A recording is shown in one or a few stages. Each layout keeps the slide
uncovered (but `overlay`, whose name says it), gives the content all the room
when the webcams stand still, and the webcams all the room when there is no
content, or when they move and layout.xml hides it. In pictures that are less wide
than the slides, webcams and chat stand below, unless anything would be smaller so.
Boxes have even sides; those that move are on multiples of 16, where H.264's blocks
begin, so that a webcam never touches the blocks of the slide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import pairwise
from math import ceil

from pod.bbb.playback.model import Playback, SlideKind
from pod.bbb.render.composing.cards import card_at, cards_of
from pod.bbb.render.composing.picture import Area, even
from pod.bbb.render.timing.timeline import Track, share_track

CHAT_SHARE = 0.22  # of the width, where the chat has a column of its own
SHORTEST_S = 10.0  # an emptiness shorter than this is not worth a change of layout
MARGIN = 16
NARROW, WIDE = 0.2, 0.25  # of the width: the webcams' column beside wide and beside 4:3 content
MUCH = 1.15  # how many times as wide content must become for webcams and chat to stand below it
CHAT_ROOM = 0.3  # of what is below the content: less is no room for a chat


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
    playback, (width, height) = common.playback, common.size
    cams = cams and common.layout is not Layout.CONTENT
    content = not cams or (content and common.layout is not Layout.WEBCAMS)
    beside = cams and content and common.layout is Layout.SIDE
    aspects = _aspects(playback) if content else [_camera(playback)]
    if beside:
        return _shared(common, *_divided(common.size, aspects, NARROW, WIDE))
    main, chat = Area(0, 0, width, height), None
    if common.chat:
        main, chat = _divided(common.size, aspects, CHAT_SHARE, CHAT_SHARE)
    if not content:
        return None, main, chat
    return main, _corner(playback, main) if cams else None, chat


def _divided(size: tuple[int, int], aspects: Sequence[float], least: float, most: float) -> tuple[Area, Area]:
    """Give the place of what has `aspects`, the widest first, and a strip beside it.

    Below it where that makes the widest much larger, and nothing smaller.
    The strip gets what is left over, a share of the side from `least` on; beside, `most` at the most.
    """
    width, height = size
    column = _sixteen(min(width * most, max(width * least, width - height * aspects[0])))
    top = min(ceil(width / min(aspects) / 16) * 16, _sixteen(height * (1 - least)))
    gains = [min(width, top * aspect) / min(width - column, height * aspect) for aspect in aspects]
    if top < height and gains[0] > MUCH and min(gains) >= 1:
        return Area(0, 0, width, top), Area(0, top, width, height - top)
    return Area(0, 0, width - column, height), Area(width - column, 0, column, height)


def _shared(common: _Plan, main: Area, strip: Area) -> tuple[Area, Area, Area | None]:
    """Divide the strip among webcams and chat, the chat below; give the places of content, webcams, chat.

    Below the content, the webcams stand beside the chat where it would have no room under them;
    without chat the content gets what they leave.
    """
    tall = min(strip.height, _tall(common.playback, strip.width))
    if strip.y == 0 or (common.chat and tall + strip.height * CHAT_ROOM <= strip.height):
        rest = strip.height - tall if common.chat else 0
        chat = Area(strip.x, strip.y + tall, strip.width, rest) if rest else None
        return main, Area(strip.x, strip.y, strip.width, tall), chat
    if common.chat:
        wide = _sixteen(min(strip.width * (1 - CHAT_ROOM), strip.height * _camera(common.playback)))
        left = Area(strip.x, strip.y, wide, strip.height)
        return main, left, Area(wide, strip.y, strip.width - wide, strip.height)
    top = max(strip.y, (main.height + strip.height - tall) // 16 * 16)
    return Area(0, 0, main.width, top), Area(0, top, strip.width, strip.y + strip.height - top), None


def _corner(playback: Playback, main: Area) -> Area:
    """Give the webcams' place over the content, low on the right."""
    width = _sixteen(main.width * NARROW)
    height = min(main.height, _tall(playback, width))
    left, top = (even(max(0, room - MARGIN)) for room in (main.width - width, main.height - height))
    return Area(left, top, width, height)


def _aspects(playback: Playback) -> list[float]:
    """Give the width of the widest slide, its height being 1, and of what else the content area shows."""
    slides = {
        s.width / s.height for s in playback.slides if s.kind is SlideKind.SLIDE and s.width > 0 < s.height
    }
    shares = {share.width / share.height for share in playback.shares}
    return [max(slides, default=16 / 9), *slides, *shares]


def _camera(playback: Playback) -> float:
    """Give the width of the webcams' picture, its height being 1."""
    media = playback.webcams
    return media.width / media.height if media is not None and media.width > 0 < media.height else 4 / 3


def _tall(playback: Playback, width: int) -> int:
    return max(2, even(width / _camera(playback)))


def _sixteen(number: float) -> int:
    return max(16, round(number / 16) * 16)
