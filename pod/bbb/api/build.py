"""From one `<recording>` element to a Recording, or to the Problem why not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TypeAlias
from urllib.parse import urlsplit

from lxml import etree

from pod.bbb.api.recording import Format, Preview, Problem, Recording
from pod.bbb.api.text import parse_time
from pod.bbb.counts import count
from pod.bbb.escaped import unescape
from pod.bbb.untrusted_xml import local

READING = "reading a recording of the catalogue"
_RECORD_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")  # BigBlueButton's have 54


def text_of(node: etree._Element | None) -> str:
    """The element's own text, stripped; entities that were not resolved are left out."""
    if node is None:
        return ""
    if not len(node):
        return (node.text or "").strip()
    return ((node.text or "") + "".join(child.tail or "" for child in node)).strip()


def _children(node: etree._Element | None, name: str) -> Iterator[etree._Element]:
    return (child for child in (() if node is None else node) if local(child) == name)


def child(node: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of this name."""
    return next(_children(node, name), None)


Fields: TypeAlias = "Mapping[str, etree._Element]"  # noqa: SLF001 - lxml gives it no public name


def _fields(node: etree._Element | None) -> Fields:
    """The children by name, of those that share one the first."""
    found: dict[str, etree._Element] = {}
    for item in () if node is None else node:
        found.setdefault(local(item), item)
    return found


def _field(fields: Fields, name: str) -> str:
    return text_of(fields.get(name))


def to_recording(node: etree._Element, place: str) -> Recording | Problem:
    """Read one `<recording>`; `place` says where it stands, for one that has no id."""
    fields = _fields(node)
    if "error" in fields:
        error = _fields(fields["error"])
        why = _field(error, "message") or "the server could not read its metadata.xml"
        which = _field(fields, "recordID") or _field(error, "recordID")
        return Problem(READING, why[:200], which or place)
    record_id = _field(fields, "recordID")
    if not record_id:
        return Problem(READING, "it has no recordID; look for a broken metadata.xml on the server", place)
    if not _RECORD_ID.fullmatch(record_id):
        return Problem(READING, f"its id {record_id[:80]!r} is not one of BigBlueButton", place)
    return _build(fields, record_id)


def pairs_of(node: etree._Element) -> list[tuple[str, str]]:
    """Read (record id, format type) of a `<recording>` only; empty for one that is a Problem."""
    fields = _fields(node)
    record_id = _field(fields, "recordID")
    if "error" in fields or not _RECORD_ID.fullmatch(record_id):
        return []
    return [(record_id, _type(shown)) for _url, shown in _shown(fields)] or [(record_id, "")]


def _build(node: Fields, record_id: str) -> Recording:
    notes: list[str] = []
    metadata = _metadata(node)
    formats = tuple(_formats(node))
    state, published = _state(node, formats)
    return Recording(
        record_id=record_id,
        meeting_id=_field(node, "meetingID") or metadata.get("meetingId") or record_id,
        name=unescape(_field(node, "name") or metadata.get("meetingName") or "") or "unknown",
        state=state,
        published=published,
        start=_start(node, record_id, notes),
        end=_time(node, "endTime", notes),
        participants=count(_field(node, "participants")),
        size=count(_field(node, "size")),
        metadata=metadata,
        formats=formats,
        is_breakout=_is_breakout(node, metadata),
        notes=tuple(notes),
    )


def _metadata(node: Fields) -> dict[str, str]:
    """`<metadata>`: the element names are arbitrary; of two of one name, the one with a text counts."""
    found: dict[str, str] = {}
    holder = node.get("metadata")
    for item in () if holder is None else holder:
        name = local(item)
        if name and (text_of(item) or name not in found):
            found[name] = text_of(item)
    return found


def _shown(node: Fields) -> Iterator[tuple[str, Fields]]:
    """Every `playback/format` that has an address on the web, with it."""
    for item in _children(node.get("playback"), "format"):
        fields = _fields(item)
        url = _field(fields, "url")
        if _is_web_address(url):
            yield url, fields


def _type(shown: Fields) -> str:
    return _field(shown, "type") or "unknown"


def _formats(node: Fields) -> Iterator[Format]:
    for url, item in _shown(node):
        yield Format(
            type=_type(item),
            url=url,
            length_minutes=count(_field(item, "length")),
            size=count(_field(item, "size")),
            previews=tuple(_previews(item)),
        )


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # brackets or a port that are none
        return False


def _previews(item: Fields) -> Iterator[Preview]:
    for image in _children(child(item.get("preview"), "images"), "image"):
        if url := text_of(image):
            text = unescape(str(image.get("alt") or ""))
            yield Preview(
                url, text, count(str(image.get("width") or "")), count(str(image.get("height") or ""))
            )


def _state(node: Fields, formats: tuple[Format, ...]) -> tuple[str, bool]:
    """`state` is absent in old answers: then `published` decides, then whether there is something to play."""
    state, said = _field(node, "state").lower(), _field(node, "published").lower()
    if state == "available":  # what metadata.xml says; bbb-web reports it as published
        state = "published"
    if not state:
        shown = said == "true" if said in {"true", "false"} else bool(formats)
        state = "published" if shown else "unpublished"
    return state, said == "true" if said in {"true", "false"} else state == "published"


def _is_breakout(node: Fields, metadata: dict[str, str]) -> bool:
    """Whether it is a breakout room. BBB 2.7 writes `<breakout>` for main rooms too."""
    said = (_field(node, "isBreakout") or metadata.get("isBreakout") or "").lower()
    if said in {"true", "false"}:
        return said == "true"
    return text_of(child(node.get("breakout"), "parentId")).lower() not in {"", "unknown"}


def _time(node: Fields, name: str, notes: list[str]) -> datetime | None:
    text = _field(node, name)
    found = parse_time(text)
    if not found:
        notes.append(f"{name} is not a time: {text[:40]!r}" if text else f"{name} is missing")
    return found


def _start(node: Fields, record_id: str, notes: list[str]) -> datetime | None:
    """`startTime`; for want of it the creation time that BBB puts into the record id."""
    found = _time(node, "startTime", notes)
    if found:
        return found
    created = re.search(r"-([0-9]{13})$", record_id)
    found = parse_time(created[1]) if created else None
    if found:
        notes.append(f"the start is taken from the record id: {found.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")
    return found
