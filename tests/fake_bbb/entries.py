"""What the fake server lists: recordings read from metadata.xml, from a JSON list, or invented in numbers."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha1
from pathlib import Path
from typing import TypeAlias

from lxml import etree

FORMATS = ("presentation", "video", "podcast", "screenshare", "notes")


@dataclass(frozen=True)
class FormatEntry:
    """One published format of a recording; `link` is a path on the server."""

    kind: str
    link: str
    length: int = 0  # whole minutes
    size: int = 0
    processing_ms: int = 1000
    images: tuple[tuple[str, str], ...] = ()  # (path of a thumbnail, text of its slide)


@dataclass(frozen=True)
class Entry:
    """One recording of the catalogue."""

    record_id: str
    meeting_id: str
    name: str
    start_ms: int
    end_ms: int
    metadata: Mapping[str, str] = field(default_factory=dict)
    formats: tuple[FormatEntry, ...] = ()
    state: str = "published"
    participants: int = 1
    raw_size: int = 0
    parent_id: str = ""


Pair: TypeAlias = tuple[Entry, FormatEntry | None]  # what bbb-web lists and cuts into pages


def default_link(kind: str, record_id: str) -> str:
    """The path of a format's page, as BBB 2.3 and later make it."""
    return {
        "presentation": f"/playback/presentation/2.3/{record_id}",
        "video": f"/playback/video/{record_id}/",
        "podcast": f"/podcast/{record_id}/audio.ogg",
        "screenshare": f"/recording/screenshare/{record_id}/",
    }.get(kind, f"/{kind}/{record_id}/")


def path_of(url: str) -> str:
    """The path and query of a link: the server's own address is put before it when answering."""
    after = url.strip().split("://", 1)[-1]
    return "/" + after.partition("/")[2]


def read_folder(root: Path) -> tuple[list[Entry], dict[tuple[str, str], Path]]:
    """Every recording with a metadata.xml in `root`/<id>/ or `root`/<format>/<id>/.

    Gives the entries, formats merged by record id, and where the files of
    (format, record id) are. A metadata.xml that cannot be read is left out, as BBB does.
    """
    entries: dict[str, Entry] = {}
    places: dict[tuple[str, str], Path] = {}
    for path in sorted([*root.glob("*/metadata.xml"), *root.glob("*/*/metadata.xml")]):
        try:
            entry = read_metadata(path)
        except (etree.XMLSyntaxError, ValueError):
            continue
        kind = entry.formats[0].kind
        places[kind, entry.record_id] = path.parent
        known = entries.get(entry.record_id)
        entries[entry.record_id] = replace(known, formats=known.formats + entry.formats) if known else entry
    return list(entries.values()), places


def read_metadata(path: Path) -> Entry:
    """One recording with one format from its metadata.xml; ValueError if it is not one."""
    root = etree.parse(str(path), etree.XMLParser(resolve_entities=False, no_network=True)).getroot()
    record_id = (root.findtext("id") or "").strip()
    if not record_id:
        raise ValueError(f"{path} names no recording")
    meta = {
        str(child.tag): child.text or "" for child in root.iterfind("meta/*") if isinstance(child.tag, str)
    }
    meeting = root.find("meeting")
    breakout = root.find("breakout")
    said = {} if meeting is None else dict(meeting.attrib)
    state = (root.findtext("state") or "published").strip()
    return Entry(
        record_id=record_id,
        meeting_id=str(said.get("externalId") or meta.get("meetingId") or record_id),
        name=str(said.get("name") or meta.get("meetingName") or "unknown"),
        start_ms=_number(root.findtext("start_time")),
        end_ms=_number(root.findtext("end_time")),
        metadata=meta,
        formats=(_format(root, record_id),),
        state="published" if state == "available" else state,
        participants=_number(root.findtext("participants")),
        raw_size=_number(root.findtext("raw_size")),
        parent_id="" if breakout is None else str(breakout.get("parentMeetingId") or ""),
    )


def _format(root: etree._Element, record_id: str) -> FormatEntry:
    kind = (root.findtext("playback/format") or "presentation").strip()
    images = tuple(
        (path_of(image.text or ""), str(image.get("alt") or ""))
        for image in root.iterfind("playback/extensions//image")
    )
    link = root.findtext("playback/link") or ""
    return FormatEntry(
        kind=kind,
        link=path_of(link) if link.strip() else default_link(kind, record_id),
        length=_number(root.findtext("playback/duration")) // 60_000,
        size=_number(root.findtext("playback/size")),
        processing_ms=_number(root.findtext("playback/processing_time")),
        images=images,
    )


def _number(text: str | None) -> int:
    text = (text or "").strip()
    return int(text) if text.isdigit() else 0


def read_json(path: Path) -> list[Entry]:
    """Recordings from a JSON list of objects: recordID, meetingID, name, startTime [, endTime, metadata]."""
    return [_from_object(found) for found in json.loads(path.read_text(encoding="utf-8"))]


def _from_object(found: Mapping[str, object]) -> Entry:
    record_id = str(found["recordID"])
    start = int(str(found.get("startTime", 0)))
    metadata = found.get("metadata")
    name = str(found.get("name", ""))
    meta = {str(k): str(v) for k, v in metadata.items()} if isinstance(metadata, Mapping) else {}
    return Entry(
        record_id=record_id,
        meeting_id=str(found["meetingID"]),
        name=name,
        start_ms=start,
        end_ms=int(str(found.get("endTime", start + 600_000))),
        metadata={"meetingName": name, "meetingId": str(found["meetingID"]), "isBreakout": "false", **meta},
        formats=(FormatEntry("presentation", default_link("presentation", record_id)),),
    )


SUBJECTS = (
    "Algèbre",
    "L&#39;été des sciences",
    "Histoire & droit",
    "Réseaux",
    "Физика",
    "Chimie <TP>",
    "Économie",
)


def synthetic(count: int, seed: int = 1) -> Iterator[Entry]:
    """`count` invented recordings of Moodle and Greenlight, some unpublished, some with a ready video."""
    rng = random.Random(seed)  # noqa: S311 - the same catalogue for the same seed
    for number in range(count):
        course, instance = rng.randint(2, 400), rng.randint(1, 3000)
        moodle = rng.random() < 0.6
        digest = sha1(f"{seed}:{instance}".encode()).hexdigest()  # noqa: S324 - BBB's own id
        meeting_id = f"{digest}-{course}-{instance}" + (
            f"[{rng.randint(0, 3)}]" if rng.random() < 0.3 else ""
        )
        if not moodle:
            meeting_id = "".join(rng.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=40))
        start = 1_600_000_000_000 + number * 1_800_000 + rng.randint(0, 999)
        name = f"{rng.choice(SUBJECTS)} {number + 1}"
        origin = {
            "bbb-origin": "Moodle" if moodle else "Greenlight",
            "bbb-origin-server-name": "moodle.univ.example" if moodle else "rooms.univ.example",
            "bbb-context": rng.choice(SUBJECTS) if moodle else "",
            "bbb-recording-name": name,
        }
        yield _invented(rng, meeting_id, name, start, origin)


def _invented(rng: random.Random, meeting_id: str, name: str, start: int, origin: dict[str, str]) -> Entry:
    record_id = f"{sha1(meeting_id.encode()).hexdigest()}-{start}"  # noqa: S324 - BBB's own id
    minutes = rng.randint(1, 120)
    deck = f"/presentation/{record_id}/presentation/deck-{start}/thumbnails"
    images = tuple((f"{deck}/thumb-{n}.png", f"{name} - slide {n}") for n in (1, 2, 3))
    kinds = ["presentation"] if rng.random() < 0.85 else ["presentation", "video"]
    formats = tuple(
        FormatEntry(
            kind,
            default_link(kind, record_id),
            length=minutes,
            size=minutes * 3_000_000,
            images=images if kind == "presentation" else (),
        )
        for kind in kinds
    )
    return Entry(
        record_id=record_id,
        meeting_id=meeting_id,
        name=name,
        start_ms=start,
        end_ms=start + minutes * 60_000 + rng.randint(0, 59_999),
        metadata={"meetingName": name, "meetingId": meeting_id, "isBreakout": "false", **origin},
        formats=formats,
        state="unpublished" if rng.random() < 0.05 else "published",
        participants=rng.randint(1, 60),
        raw_size=minutes * 7_000_000,
    )


def pairs(entries: Iterable[Entry]) -> list[Pair]:
    """(recording, format) as bbb-web lists them: all presentations first, then all videos, ... each by id."""
    found: list[tuple[int, Entry, FormatEntry | None]] = []
    for entry in entries:
        if not entry.formats:
            found.append((0, entry, None))
        for shown in entry.formats:
            rank = FORMATS.index(shown.kind) if shown.kind in FORMATS else len(FORMATS)
            found.append((rank, entry, shown))
    found.sort(key=lambda pair: (pair[0], pair[1].record_id))
    return [(entry, shown) for _, entry, shown in found]
