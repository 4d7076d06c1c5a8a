"""tldraw.json: what was drawn with BBB >= 2.6."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, cast

from pod.bbb.playback.jsonfile import read_json
from pod.bbb.playback.model import TldrawShape
from pod.bbb.playback.notes import Notes
from pod.bbb.playback.numbers import number, seconds
from pod.bbb.playback.packed import Packed
from pod.bbb.playback.versions import Version, intervals, undo_time

NAME = "tldraw.json"
Z = tuple[float, str, int]
_VERSION = re.compile(r"\s*v?(\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?", re.ASCII)


class LazyData(Mapping[str, Any]):
    """The data of one version of a tldraw shape, unpacked when it is asked for."""

    __slots__ = ("_packed",)

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._packed = Packed(json.dumps(data, separators=(",", ":")))

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - JSON is what it is
        return _opened(self._packed)[key]

    def __iter__(self) -> Iterator[str]:
        return iter(_opened(self._packed))

    def __len__(self) -> int:
        return len(_opened(self._packed))

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Mapping) and dict(self) == dict(other))

    def __repr__(self) -> str:
        return repr(_opened(self._packed))


@lru_cache(maxsize=512)
def _opened(packed: Packed) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads(packed.text()))


@dataclass(slots=True)
class Tldraw:
    """What tldraw.json holds."""

    present: bool = False
    version: str = ""  # of BigBlueButton
    by_image: dict[str, tuple[TldrawShape, ...]] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)  # number of versions by type
    records: bool = False  # shapes are tldraw v2 records


def read_tldraw(folder: Path, notes: Notes) -> Tldraw:
    """Read tldraw.json; an absent or broken one gives an empty `Tldraw`."""
    path = folder / NAME
    result = Tldraw(present=path.is_file())
    content = read_json(path, notes)
    if not isinstance(content, dict):
        return result
    version = content.pop("bbb_version", "")
    result.version = version.strip()[:40] if isinstance(version, str) else ""
    for key, page in content.items():
        items = page.get("shapes") if isinstance(page, dict) else None
        versions = list(_versions(items if isinstance(items, list) else [], result, notes))
        result.by_image[f"image{key}"] = tuple(
            TldrawShape(str(one.shape), one.order, one.start, end, *one.content)
            for one, end in intervals(versions)
        )
    return result


def _versions(items: list[Any], result: Tldraw, notes: Notes) -> Iterator[Version[tuple[LazyData, Z]]]:
    first: dict[str, int] = {}
    for order, item in enumerate(items):
        data = item.get("shape_data") if isinstance(item, dict) else None
        start = seconds(item.get("timestamp")) if isinstance(item, dict) else None
        if not isinstance(data, dict) or start is None:
            notes.add("A shape of tldraw.json has no data or no readable time: it is left out.")
            continue
        result.kinds[str(data.get("type"))] += 1
        result.records = result.records or data.get("typeName") == "shape" or "props" in data
        identity = str(data.get("id", f"entry {order}"))
        index = data.get("index")
        z = (
            number(data.get("childIndex")) or 0.0,
            index if isinstance(index, str) else "",
            first.setdefault(identity, order),
        )
        yield Version(identity, order, start, undo_time(number(item.get("undo"))), (LazyData(data), z))


def version_tuple(text: str) -> tuple[int, int, int] | None:
    """Three numbers of a version: (2, 6, 1) of "2.6.1-beta"; None when it is no version."""
    match = _VERSION.match(text)
    return (int(match[1]), int(match[2]), int(match[3] or 0)) if match else None
