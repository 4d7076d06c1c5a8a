"""cursor.xml: where the presenter pointed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pod.bbb.playback.model import Cursor, CursorSpace
from pod.bbb.playback.notes import Notes
from pod.bbb.playback.numbers import numbers, seconds
from pod.bbb.playback.xmlfile import elements

NAME = "cursor.xml"
TICKS = 10  # a second: the player's clock, and the precision of the published times
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Cursors:
    """The pointer by time; `read` counts the events as written."""

    events: tuple[Cursor, ...]
    space: CursorSpace
    read: int


def read_cursor(folder: Path, until: float, notes: Notes) -> Cursors:
    """Read cursor.xml as far as second `until`.

    Of the events within one tenth of a second the last one is kept: the official
    player looks ten times a second, and a million events stay small so.
    """
    ticks: dict[int, Point | None] = {}
    tldraw = original = False
    count = shown = beyond_one = 0
    for event in elements(folder / NAME, ("event",), notes):
        count += 1
        root = event.getparent()
        tldraw = tldraw or (root is not None and root.get("tldraw") == "true")
        original = original or event.get("orig") is not None
        at = seconds(event.get("timestamp"))
        values = numbers(event[0].text)[:2] if len(event) else []
        if at is None or len(values) < 2:
            notes.add("An event of cursor.xml is not readable: it is left out.")
            continue
        if at > until:
            continue
        point = _point(values)
        if point:
            shown += 1
            beyond_one += max(point) > 1
        ticks[round(at * TICKS)] = point
    space = _space(tldraw=tldraw, legacy=original or beyond_one * 2 > shown)
    events = tuple(Cursor(tick / TICKS, ticks[tick]) for tick in sorted(ticks))
    return Cursors(events, space, count)


def _point(values: list[float | None]) -> Point | None:
    """The pointer; None for hidden (-1 -1) and for what is not a number."""
    x, y = values[0], values[1]
    if x is None or y is None or (x == -1 and y == -1):
        return None
    return x, y


def _space(*, tldraw: bool, legacy: bool) -> CursorSpace:
    if tldraw:
        return CursorSpace.WHITEBOARD
    return CursorSpace.LEGACY if legacy else CursorSpace.VIEW
