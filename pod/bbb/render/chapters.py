"""Chapters: one for each slide that was shown, titled by what is written on it."""

from __future__ import annotations

from pod.bbb.playback.model import Playback, Slide, SlideKind
from pod.bbb.render.joiner import Chapter

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
    numbers = {slide.href: number for number, slide in enumerate(_in_order(playback), 1)}
    begins = [round(first * 1000) for _slide, first, _last in shown]
    ends = [*begins[1:], round((end - start) * 1000)]
    return [
        Chapter(first, last, title(slide, numbers.get(slide.href, 0)))
        for (slide, _first, _last), first, last in zip(shown, begins, ends, strict=True)
        if last > first
    ]


def title(slide: Slide, number: int) -> str:
    """Give the first line of what is written on the slide, or its number."""
    for line in slide.text.splitlines():
        words = " ".join(line.split())
        if words:
            return words if len(words) <= TITLE_LENGTH else words[: TITLE_LENGTH - 1] + "…"
    return f"Slide {number}"


def _in_order(playback: Playback) -> list[Slide]:
    """Give the different slides in the order in which they were first shown."""
    return list({s.href: s for s in reversed(playback.slides) if s.kind is SlideKind.SLIDE}.values())[::-1]
