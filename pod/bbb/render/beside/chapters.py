"""Chapters: one for each slide that was shown, titled by what is written on it."""

from __future__ import annotations

from pod.bbb.playback.model import Playback, Slide, SlideKind
from pod.bbb.render.media.joiner import Chapter

TITLE_LENGTH = 120


def slides_within(playback: Playback, start: float, end: float) -> list[tuple[Slide, float, float]]:
    """Give each display of a slide with its part of `[start, end)`, in seconds from `start`.

    A slide that comes back after a screen share goes on, it is not shown anew.
    """
    found: list[tuple[Slide, float, float]] = []
    for slide in playback.slides:
        first, last = max(slide.start, start), min(slide.end, end)
        if slide.kind is not SlideKind.SLIDE or last <= first:
            continue
        if found and found[-1][0].href == slide.href:
            found[-1] = (found[-1][0], found[-1][1], last - start)
        else:
            found.append((slide, first - start, last - start))
    return found


def chapters_of(playback: Playback, start: float, end: float) -> list[Chapter]:
    """Give the chapters of `[start, end)`; each lasts until the next one begins."""
    shown = slides_within(playback, start, end)
    hrefs = dict.fromkeys(slide.href for slide in playback.slides if slide.kind is SlideKind.SLIDE)
    numbers = {href: number for number, href in enumerate(hrefs, 1)}
    ends = [first for _slide, first, _last in shown[1:]] + [end - start]
    return [
        Chapter(round(first * 1000), round(last * 1000), title(slide, numbers[slide.href]))
        for (slide, first, _last), last in zip(shown, ends, strict=False)
    ]


def title(slide: Slide, number: int) -> str:
    """Give the first line of what is written on the slide, or its number."""
    for line in slide.text.splitlines():
        words = " ".join(line.split())
        if words:
            return words if len(words) <= TITLE_LENGTH else words[: TITLE_LENGTH - 1] + "…"
    return f"Slide {number}"
