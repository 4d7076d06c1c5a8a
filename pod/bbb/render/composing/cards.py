"""Cards in place of videos of other sites: they were played in the meeting, and not recorded."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from pod.bbb.playback.model import ExternalVideo, Playback
from pod.bbb.render.canvas import Pixels
from pod.bbb.render.text.writing import Sheet, lines

SHOWN_S = 6.0  # long enough to read an address
PAPER = (33, 37, 41)
HEADING = (206, 212, 218, 255)
ADDRESS = (255, 255, 255, 255)


@dataclass(frozen=True, slots=True)
class Card:
    """A card that takes the content's place from `start` to `end` (seconds)."""

    start: float
    end: float
    video: ExternalVideo


def cards_of(playback: Playback) -> tuple[Card, ...]:
    """Give the cards: each ends after six seconds, or when a slide or a screen share comes."""
    videos: Sequence[ExternalVideo] = sorted(playback.external_videos, key=lambda video: video.start)
    ends = sorted(
        [slide.start for slide in playback.slides]
        + [share.start for share in playback.shares]
        + [video.start for video in videos]
        + [playback.duration]
    )
    return tuple(
        Card(video.start, min(video.start + SHOWN_S, ends[bisect_right(ends, video.start)]), video)
        for video in videos
        if 0 <= video.start < playback.duration
    )


def card_at(cards: Sequence[Card], seconds: float) -> Card | None:
    """Give the card that is shown at `seconds`."""
    last = bisect_right(cards, seconds, key=lambda card: card.start)
    return cards[last - 1] if last and seconds < cards[last - 1].end else None


def paint_card(card: Card, width: int, height: int) -> Pixels:
    """Give the card as a picture of this size."""
    sheet = Sheet(width, height, PAPER)
    size = max(10.0, min(width / 28, height / 14))
    room = width * 0.84
    heading = lines("External video, not part of the recording:", room, size, HEADING, 3)
    address = lines(card.video.url[:500], room, size * 1.1, ADDRESS, 5)
    y = (height - heading.height - address.height - size) / 2
    sheet.write(heading, width * 0.08, y)
    sheet.write(address, width * 0.08, y + heading.height + size)
    return sheet.done()
