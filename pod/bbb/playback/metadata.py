"""metadata.xml: what a recording says about itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from pod.bbb.counts import count
from pod.bbb.escaped import unescape
from pod.bbb.playback.notes import Notes
from pod.bbb.playback.numbers import bounded
from pod.bbb.playback.xmlfile import elements
from pod.bbb.untrusted_xml import local

NAME = "metadata.xml"
YEAR_10000 = 253_402_300_800_000  # milliseconds since 1970
LONGEST_NAME = 500  # characters; what is longer is no name


@dataclass(frozen=True, slots=True)
class Metadata:
    """What metadata.xml says; everything may be missing. Times are epoch milliseconds."""

    record_id: str = ""
    title: str = ""
    start_ms: int | None = None
    duration: float | None = None  # seconds


def read_metadata(folder: Path, notes: Notes) -> Metadata:
    """Read metadata.xml; an absent or broken one gives an empty `Metadata`, with a note."""
    path = folder / NAME
    if not path.is_file():
        notes.add("metadata.xml is missing.")
    record: dict[str, str] = {}
    meta: dict[str, str] = {}
    names = ("id", "start_time", "meta", "duration", "meeting")
    for element in elements(path, names, notes, _placed):
        name = local(element)
        if name == "meta":
            meta = {local(child): _text(child) for child in element if local(child)}
        elif name == "meeting":
            record["meeting"] = str(element.get("name") or "")
        else:
            record[name] = _text(element)
    duration = count(record.get("duration"))
    return Metadata(
        record_id=record.get("id", ""),
        title=readable(meta.get("meetingName") or record.get("meeting", "")),
        start_ms=_date(record.get("start_time")),
        duration=bounded(duration / 1000) if duration else None,
    )


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext(with_tail=False))).strip()


def _placed(element: etree._Element) -> bool:
    """Whether an element stands where metadata.xml has it, and not in somebody's own metadata."""
    parent = element.getparent()
    above = local(parent) if parent is not None else ""
    return above == ("playback" if local(element) == "duration" else "recording")


def _date(text: str | None) -> int | None:
    """Milliseconds since 1970 of a day that calendars have."""
    found = count(text)
    return found if found is not None and found < YEAR_10000 else None


def readable(name: str) -> str:
    """A name without the HTML that bbb-web stores it with, on one line."""
    return " ".join(unescape(name).split())[:LONGEST_NAME]
