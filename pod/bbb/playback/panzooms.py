"""panzooms.xml: what part of the whiteboard is seen, as rectangles of whiteboard space."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pod.bbb.playback.model import Rect, Slide, SlideKind, View, Whiteboard
from pod.bbb.playback.notes import Notes
from pod.bbb.playback.numbers import numbers, seconds
from pod.bbb.playback.xmlfile import elements

NAME = "panzooms.xml"
FITTED = (1440.0, 1080.0)  # the box that tldraw's whiteboard fits a slide into, since BBB 2.6.1
FITTED_2_6_0 = (2048.0, 1536.0)
SMALLEST, LARGEST = 1.0, 100_000.0  # slide pixels that a view may be wide or high
Size = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PanZooms:
    """The events as written: second -> x, y, width, height (None for each unreadable number)."""

    events: tuple[tuple[float, tuple[float | None, ...]], ...]
    tldraw: bool
    read: int  # events as written


def read_panzooms(folder: Path, notes: Notes) -> PanZooms:
    """Read panzooms.xml, by time; of several events in a tenth of a second the last one counts."""
    found: dict[float, tuple[float | None, ...]] = {}
    tldraw, count = False, 0
    for event in elements(folder / NAME, ("event",), notes):
        count += 1
        root = event.getparent()
        tldraw = tldraw or (root is not None and root.get("tldraw") == "true")
        at = seconds(event.get("timestamp"))
        if at is None:
            notes.add("An event of panzooms.xml has no readable time: it is left out.")
            continue
        found[round(at, 1)] = tuple(numbers(event[0].text if len(event) else "")[:4])
    return PanZooms(tuple(sorted(found.items())), tldraw, count)


def scale(slide: Slide, fitted: Size) -> float:
    """How many whiteboard units a slide pixel is, with tldraw."""
    return min(fitted[0] / slide.width, fitted[1] / slide.height)


def slide_rect(slide: Slide, whiteboard: Whiteboard, fitted: Size) -> Rect:
    """Where a slide lies in whiteboard space."""
    factor = 1.0 if whiteboard is Whiteboard.SVG else scale(slide, fitted)
    return Rect(0.0, 0.0, slide.width * factor, slide.height * factor)


def views(
    panzooms: PanZooms, slides: Sequence[Slide], whiteboard: Whiteboard, fitted: Size, notes: Notes
) -> tuple[View, ...]:
    """The views of a recording by start.

    A broken or absurd rectangle becomes the full slide. With tldraw the same
    camera shows another rectangle once the slide has another scale, so a view
    also begins with each such slide.
    """
    shown = [slide for slide in slides if slide.kind is not SlideKind.DESKSHARE]
    starts = [slide.start for slide in shown]
    events = panzooms.events
    if not events and shown:
        notes.add("panzooms.xml has no event: each slide is shown whole.")
        events = ((shown[0].start, ()),)
    times = {at for at, _box in events}
    if events:
        first = events[0][0]
        if whiteboard is not Whiteboard.SVG or not panzooms.events:
            times |= {start for start in starts if start > first}
    result: list[View] = []
    event_times = [at for at, _box in events]
    for at in sorted(times):
        box = events[bisect_right(event_times, at) - 1][1]
        index = bisect_right(starts, at) - 1
        slide = shown[max(index, 0)] if shown else None
        rect = _rect(box, slide, whiteboard, fitted, notes)
        if rect is not None:
            result.append(View(at, rect))
    return tuple(result)


def _rect(
    box: Sequence[float | None], slide: Slide | None, whiteboard: Whiteboard, fitted: Size, notes: Notes
) -> Rect | None:
    usable = len(box) == 4 and all(value is not None and SMALLEST <= value <= LARGEST for value in box[2:])
    if box and not usable:
        notes.add("A view of panzooms.xml is not a rectangle: the whole slide is shown instead.")
    if not usable:
        return slide_rect(slide, whiteboard, fitted) if slide else None
    x, y, width, height = (value or 0.0 for value in box)
    if whiteboard is Whiteboard.SVG:
        return Rect(x, y, width, height)
    factor = scale(slide, fitted) if slide else 1.0
    return Rect(0.0 - x, 0.0 - y, width * factor, height * factor)
