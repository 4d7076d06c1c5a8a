"""The text files of a published recording, with the element and attribute names of BBB's publish scripts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

DECLARATION = '<?xml version="1.0"?>\n'


def tenth(seconds: float) -> float:
    """BBB writes times rounded to 0.1 s."""
    return round(seconds + 1e-9, 1)


@dataclass(frozen=True)
class Identity:
    """Who and what a recording is; everything in metadata.xml that is not about its pictures."""

    name: str
    meeting_id: str
    start_ms: int
    seconds: float
    base_url: str = "http://127.0.0.1"
    meta: Mapping[str, str] = field(default_factory=dict)
    state: str = "published"
    participants: int = 3
    parent_id: str = ""  # the internal id of the main meeting, for a breakout room

    @property
    def record_id(self) -> str:
        """sha1 of the external meeting id, then the creation time in milliseconds, as BBB makes it."""
        return f"{sha1(self.meeting_id.encode()).hexdigest()}-{self.start_ms}"  # noqa: S324 - BBB's own id

    @property
    def deck(self) -> str:
        """The id of the presentation whose slides are shown."""
        return f"{sha1(b'deck').hexdigest()}-{self.start_ms + 40}"  # noqa: S324 - BBB's own id


def _meeting(who: Identity) -> str:
    """The `<meeting>` of BBB 1.1 and later."""
    ids = f'id="{who.record_id}" externalId={quoteattr(who.meeting_id)}'
    return f'  <meeting {ids} name={quoteattr(who.name)} breakout="{str(bool(who.parent_id)).lower()}"/>'


def _events(kind: str, rows: Sequence[str], attributes: str = "") -> str:
    """A file of events: `<recording id="<kind>_events">`."""
    return f'{DECLARATION}<recording id="{kind}_events"{attributes}>\n{"".join(rows)}</recording>\n'


def metadata_xml(
    who: Identity, kind: str, link: str, previews: Sequence[tuple[str, str]] = (), size: int = 0
) -> str:
    """metadata.xml for one format; `previews` are (URL of a thumbnail, text of its slide)."""
    breakout = bool(who.parent_id)
    meta = {
        "meetingName": who.name,
        "meetingId": who.meeting_id,
        "isBreakout": str(breakout).lower(),
        **who.meta,
    }
    lines = [
        DECLARATION + "<recording>",
        f"  <id>{who.record_id}</id>",
        f"  <state>{who.state}</state>",
        f"  <published>{str(who.state == 'published').lower()}</published>",
        f"  <start_time>{who.start_ms}</start_time>",
        f"  <end_time>{who.start_ms + round(who.seconds * 1000)}</end_time>",
        f"  <participants>{who.participants}</participants>",
        _meeting(who),
    ]
    if breakout:
        parent = quoteattr(who.parent_id)
        lines.append(f'  <breakout parentMeetingId={parent} sequence="1" meetingId="{who.record_id}"/>')
    lines += [
        "  <meta>",
        *(f"    <{key}>{escape(value)}</{key}>" for key, value in meta.items()),
        "  </meta>",
    ]
    lines += [
        "  <playback>",
        f"    <format>{kind}</format>",
        f"    <link>{escape(link)}</link>",
        "    <processing_time>1000\n</processing_time>",
        f"    <duration>{round(who.seconds * 1000)}</duration>",
    ]
    if previews:
        lines.append("    <extensions><preview><images>")
        lines += [
            f'      <image width="176" height="132" alt={quoteattr(text)}>{escape(url)}</image>'
            for url, text in previews
        ]
        lines.append("    </images></preview></extensions>")
    lines += [
        f"    <size>{size}</size>",
        "  </playback>",
        f"  <raw_size>{2 * size}</raw_size>",
        "</recording>\n",
    ]
    return "\n".join(lines)


def panzooms_xml(
    events: Sequence[tuple[float, tuple[float, float, float, float]]], *, tldraw: bool = False
) -> str:
    """panzooms.xml; an event is (seconds, x, y, width and height of the view)."""
    rows = [
        f'  <event timestamp="{tenth(at)}">\n    <viewBox>{" ".join(str(float(v)) for v in view)}</viewBox>\n'
        "  </event>\n"
        for at, view in events
    ]
    return _events("panzoom", rows, f' tldraw="{str(tldraw).lower()}"')


def cursor_xml(events: Sequence[tuple[float, float, float]], *, tldraw: bool = False) -> str:
    """cursor.xml; an event is (seconds, x, y), and -1 -1 hides the pointer."""
    rows = [
        f'  <event timestamp="{tenth(at)}">\n    <cursor>{x} {y}</cursor>\n  </event>\n'
        for at, x, y in events
    ]
    return _events("cursor", rows, f' tldraw="{str(tldraw).lower()}"')


def deskshare_xml(shares: Sequence[tuple[float, float]]) -> str:
    """deskshare.xml; a share is (start, stop) in seconds."""
    rows = [
        f'  <event start_timestamp="{tenth(a)}" stop_timestamp="{tenth(b)}"'
        ' video_width="720" video_height="405"/>\n'
        for a, b in shares
    ]
    return _events("deskshare", rows)


def chat_xml(messages: Sequence[tuple[float, str, str]]) -> str:
    """slides_new.xml; a message is (seconds, name, HTML fragment)."""
    rows = [
        f'  <chattimeline in="{tenth(at)}" direction="down" name={quoteattr(name)} chatEmphasizedText="false"'
        f' senderRole="{"MODERATOR" if n == 0 else "VIEWER"}" message={quoteattr(html)} target="chat"/>\n'
        for n, (at, name, html) in enumerate(messages)
    ]
    return f"{DECLARATION}<popcorn>\n{''.join(rows)}</popcorn>\n"


def webvtt(cues: Sequence[tuple[float, float, str]]) -> str:
    """A caption file; a cue is (start, end, text), the text HTML-escaped as BBB does."""

    def stamp(seconds: float) -> str:
        return f"{int(seconds // 3600):02}:{int(seconds % 3600 // 60):02}:{seconds % 60:06.3f}"

    return "WEBVTT\n\n" + "".join(f"{stamp(a)} --> {stamp(b)}\n{escape(text)}\n\n" for a, b, text in cues)


def write_captions(
    folder: Path, tracks: Mapping[str, tuple[str, Sequence[tuple[float, float, str]]]]
) -> None:
    """captions.json and one caption_<locale>.vtt for each of `tracks`: locale -> (its name, cues)."""
    index = [{"locale": locale, "localeName": name} for locale, (name, _) in tracks.items()]
    (folder / "captions.json").write_text(json.dumps(index), encoding="utf-8")
    for locale, (_, cues) in tracks.items():
        (folder / f"caption_{locale}.vtt").write_text(webvtt(cues), encoding="utf-8")


def folder_size(folder: Path) -> int:
    """Bytes of all files below `folder`."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
