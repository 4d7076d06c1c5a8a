"""tldraw.json: what was drawn with BBB >= 2.6."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from pod.bbb.playback.json_stream import JsonStream
from pod.bbb.playback.jsonfile import whole_characters
from pod.bbb.playback.model import TldrawShape
from pod.bbb.playback.notes import Notes
from pod.bbb.playback.numbers import number, seconds
from pod.bbb.playback.packed import Packed, remembering
from pod.bbb.playback.paths import reading, usable
from pod.bbb.playback.versions import Room, Version, intervals, undo_time
from pod.bbb.playback.xmlfile import first_line

NAME = "tldraw.json"
Z = tuple[float, str, int]
Content = tuple["LazyData", Z, tuple[str, ...]]
_LETTERED = {"rectangle", "ellipse", "triangle", "arrow", "line", "text", "sticky"}  # of tldraw 1
_VERSION = re.compile(r"\s*v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?", re.ASCII)


class _Groups:
    """What is in the groups of tldraw 1: versions of a group in which that is the same share it.

    Every process of a conversion has it in memory, and goes through it when a group comes or goes.
    """

    BYTES = 8 * 1024 * 1024  # of the whole recording: some eighty thousand grouped shapes
    EACH = 64  # bytes of a name beside its letters

    def __init__(self) -> None:
        self._children: dict[tuple[str, str], tuple[str, ...]] = {}
        self._bytes = 0

    def children(self, page: str, group: str, data: Mapping[str, Any]) -> tuple[str, ...]:
        """The shapes in a group; () for other shapes, and once there are too many."""
        found = data.get("children")
        named = tuple(map(str, found)) if isinstance(found, list) else ()
        known = self._children.get((page, group), ())
        if named == known:
            return known
        self._bytes += sum(self.EACH + len(child) for child in named)
        if self._bytes > self.BYTES:
            return ()
        self._children[page, group] = named
        return named


class LazyData(Mapping[str, Any]):
    """The data of one version of a tldraw shape, unpacked when it is asked for."""

    __slots__ = ("_packed",)

    def __init__(self, entry: str) -> None:
        self._packed = Packed(entry)

    @property
    def packed(self) -> Packed:
        """What is kept of it."""
        return self._packed

    def _data(self) -> dict[str, Any]:
        return _opened(self._packed)

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - JSON is what it is
        return self._data()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._data())

    def __len__(self) -> int:
        return len(self._data())

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Mapping) and dict(self) == dict(other))

    def __repr__(self) -> str:
        return repr(self._data())


@remembering(64)
def _opened(packed: Packed) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(packed.text(), strict=False)["shape_data"])


@dataclass(slots=True)
class Tldraw:
    """What tldraw.json holds."""

    version: str = ""  # of BigBlueButton
    by_image: dict[str, tuple[TldrawShape, ...]] = field(default_factory=dict)
    records: bool = False  # shapes are tldraw v2 records
    first_texts: dict[str, tuple[float, set[tuple[str, int]]]] = field(default_factory=dict)

    def meet_text(self, data: Mapping[str, Any], start: float, version: tuple[str, int]) -> None:
        """Remember a shape of tldraw 1 if none with its font is earlier; `version` is its page and order.

        An empty label loads its font too: the player ends each with an invisible character.
        """
        style = data.get("style")
        if not isinstance(style, dict) or data.get("type") not in _LETTERED:
            return
        font = str(style.get("font") or "script")
        at, versions = self.first_texts.get(font, (math.inf, set()))
        if start < at:
            self.first_texts[font] = start, {version}
        elif start == at and any(version[0] == page for page, _order in versions):
            # not when the same text is shown again with its slide: the font is loaded then
            versions.add(version)


def read_tldraw(folder: Path, notes: Notes) -> Tldraw:
    """Read tldraw.json; an absent one gives an empty `Tldraw`, a damaged one what comes before the damage."""
    path = folder / NAME
    result = Tldraw()
    if not usable(path, notes):
        return result
    pages: dict[str, list[Version[Content]]] = {}
    try:
        with reading(path, notes), path.open("rb") as file:
            _document(JsonStream(file), pages, result, Room(NAME, notes), notes)
    except ValueError as error:
        notes.add(f"{NAME} is damaged ({first_line(error)}): what comes before is used.")
    first = {version for _at, found in result.first_texts.values() for version in found}
    for key, versions in pages.items():
        found = intervals(versions)
        early = _early(found, {order for page, order in first if page == key})
        result.by_image[f"image{key}"] = tuple(
            TldrawShape(str(one.shape), one.order, one.start, end, *one.content, one.order in early)
            for one, end in found
        )
    return result


def _early(found: Iterable[tuple[Version[Content], float]], first: set[int]) -> set[int]:
    """The versions whose text is measured before its font is loaded: the `first`, and what keeps their size.

    The player measures a label again only when its words, their font or their place in the shape change.
    """
    early: set[int] = set()
    kept: dict[Hashable, tuple[float, tuple[object, ...]]] = {}
    for one, end in sorted(found, key=lambda pair: (pair[0].start, pair[0].order)) if first else ():
        until, before = kept.pop(one.shape, (math.inf, ()))
        if one.order not in first and one.start != until:
            continue
        label = _label(one.content[0])
        if one.order in first or label == before:
            early.add(one.order)
            if label:
                kept[one.shape] = end, label
    return early


def _label(data: Mapping[str, Any]) -> tuple[object, ...]:
    """All that the size of a label of tldraw 1 is measured from, as JSON; nothing of a shape without one."""
    style, point = data.get("style"), data.get("labelPoint", [0.5, 0.5])
    if not data.get("label") or not isinstance(style, dict):
        return ()
    centred = point == [0.5, 0.5] and data.get("type") in {"rectangle", "ellipse"}
    shape = () if centred else tuple(data.get(key) for key in ("size", "radius", "handles"))
    return (data["label"], point, *(style.get(key) for key in ("font", "size", "scale")), *shape)


def _document(
    stream: JsonStream, pages: dict[str, list[Version[Content]]], result: Tldraw, room: Room, notes: Notes
) -> None:
    groups = _Groups()
    for key in stream.members():
        if key == "bbb_version":
            version, _text = stream.value()
            result.version = version.strip()[:40] if isinstance(version, str) else ""
        elif stream.peek() == "{":
            versions = pages.setdefault(key, [])
            for name in stream.members():
                if name == "shapes" and stream.peek() == "[":
                    _entries(stream, _Page(key, versions, room, groups), result, notes)
                else:
                    stream.value()
        else:
            stream.value()


@dataclass(frozen=True, slots=True)
class _Page:
    """The versions of the shapes on one slide, and what all slides share: the room left, the groups."""

    key: str
    versions: list[Version[Content]]
    room: Room
    groups: _Groups


def _entries(stream: JsonStream, page: _Page, result: Tldraw, notes: Notes) -> None:
    versions = page.versions
    first = {version.shape: version.content[1][2] for version in reversed(versions)}
    for _index in stream.items():
        notes.breathe()
        entry, text = stream.value()
        data = entry.get("shape_data") if isinstance(entry, dict) else None
        start = seconds(entry.get("timestamp")) if isinstance(entry, dict) else None
        if not isinstance(data, dict) or start is None:
            notes.add("A shape of tldraw.json has no data or no readable time: it is left out.")
            continue
        order = len(versions)
        identity = str(data.get("id", f"entry {order}"))
        content = LazyData(whole_characters(text))
        if not page.room.admits(page.key, identity, content.packed):
            continue
        result.records = result.records or data.get("typeName") == "shape" or "props" in data
        result.meet_text(data, start, (page.key, order))
        index = data.get("index")
        z = (
            number(data.get("childIndex")) or 0.0,
            index if isinstance(index, str) else "",
            first.setdefault(identity, order),
        )
        undo = undo_time(number(entry.get("undo")))
        children = page.groups.children(page.key, identity, data)
        versions.append(Version(identity, order, start, undo, (content, z, children)))


def version_tuple(text: str) -> tuple[int, int, int] | None:
    """Three numbers of a version: (2, 6, 1) of "2.6.1-beta"; None when it is no version."""
    match = _VERSION.match(text)
    return (int(match[1]), int(match[2]), int(match[3] or 0)) if match else None
