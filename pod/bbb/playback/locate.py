"""From whatever names a recording (a link of any BigBlueButton version, a folder) to where its files are."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pod.bbb.errors import PlaybackError


class Kind(Enum):
    """The published formats that have files of their own, and a local folder."""

    PRESENTATION = "presentation"
    VIDEO = "video"
    SCREENSHARE = "screenshare"
    PODCAST = "podcast"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class Location:
    """Where a recording is: a folder, or base URLs (ending in "/") to be tried in turn.

    `entry` is a link with a one-time token that must be opened once for the
    cookies that the files need (Scalelite's protected recordings); it is secret.
    """

    kind: Kind
    record_id: str
    bases: tuple[str, ...] = ()
    folder: Path | None = None
    entry: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        """The host of the files, for messages; "" for a folder."""
        return (urlsplit(self.bases[0]).hostname or "") if self.bases else ""


INTERNAL_ID = re.compile(r"[0-9a-f]{40}-\d{13}\Z", re.ASCII)
RECORD_ID = re.compile(r"[A-Za-z0-9_-]{1,200}\Z", re.ASCII)
_MEDIA_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,100}\Z", re.ASCII)
_VERSION = re.compile(r"\d+(?:\.\d+){1,3}\Z", re.ASCII)
_BLANKS = re.compile(r"[\x00-\x20\x7f]+")
_PATHS: dict[Kind, tuple[str, ...]] = {
    Kind.PRESENTATION: ("presentation", "playback/presentation"),
    Kind.VIDEO: ("playback/video", "video"),
    Kind.SCREENSHARE: ("recording/screenshare", "screenshare", "playback/screenshare"),
    Kind.PODCAST: ("podcast", "playback/podcast"),
}
_FORMATS = {kind.value: kind for kind in _PATHS}
_KNOWN_FORMS = (
    "known forms are /playback/presentation/2.3/ID, /playback/presentation/2.0/playback.html?meetingId=ID, "
    "/presentation/ID/, /recording/ID/presentation?token=..., /playback/video/ID/"
)


def locate(source: str, allowed_hosts: Collection[str] | None = None) -> Location:
    """Tell where the files of a recording are.

    `source` is a link as getRecordings gives it (any BBB version, Scalelite,
    BBBLB), the address of the files, or a folder on this machine. With
    `allowed_hosts` a link must lead to one of them, and a folder is refused.
    Nothing is asked of any server here.

    Raises PlaybackError when the link has no known form, no valid record id or
    another host. The message holds no token.
    """
    text = source.strip()
    if re.match(r"https?:", text, re.IGNORECASE):
        return _located(_split(_BLANKS.sub("", text)), allowed_hosts)
    if re.match(r"[a-z][a-z0-9+.-]*:/", text, re.IGNORECASE):
        raise PlaybackError("A recording must be given as an http or https link, or as a folder.")
    if allowed_hosts is not None:
        raise PlaybackError("Here a recording must be given as an http or https link.")
    return _folder(text)


def _folder(text: str) -> Location:
    nowhere = PlaybackError(f"{text[:100]!r} is neither a link nor a folder that exists.")
    if not text or "\x00" in text:
        raise nowhere
    try:
        path = Path(text).expanduser()
        if path.is_file() and path.name in ("metadata.xml", "shapes.svg"):
            path = path.parent
        if not path.is_dir():
            raise nowhere
        path = path.resolve()
    except RuntimeError as error:  # "~" of somebody whom this machine does not know
        raise nowhere from error
    except OSError as error:  # a name too long, or this process stands in a folder that is gone
        raise PlaybackError(f"The folder {text[:100]!r} cannot be opened: {error.strerror}.") from error
    return Location(Kind.FOLDER, path.name, folder=path)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise PlaybackError("The link of the recording has a broken host or port.") from error
    if not parts.hostname or port == 0:
        raise PlaybackError("The link of the recording names no host.")
    if parts.username is not None or parts.password is not None:
        raise PlaybackError("The link of the recording must not hold a user name or password.")
    return parts


def _located(parts: SplitResult, allowed_hosts: Collection[str] | None) -> Location:
    host = (parts.hostname or "").lower()
    if allowed_hosts is not None and host not in {name.lower() for name in allowed_hosts}:
        raise PlaybackError(
            f"The recording is on {host}, which is not among the allowed hosts: add it if it is yours."
        )
    segments = [unquote(part) for part in parts.path.split("/") if part]
    query = {name.lower(): value for name, value in parse_qsl(parts.query)}
    kind, record_id, prefix = _recognise(segments, query)
    if not RECORD_ID.match(record_id):
        raise PlaybackError("The link of the recording holds no valid record id.")
    bases = [
        f"{origin}/{before}{path}/{record_id}/"
        for origin in _origins(parts)
        for path in _data_paths(kind, segments, query.get("p", ""))
        for before in (prefix, "")
    ]
    entry = parts.geturl().partition("#")[0] if "token" in query else ""
    return Location(kind, record_id, tuple(dict.fromkeys(bases)), entry=entry)


def _origins(parts: SplitResult) -> Iterator[str]:
    """The link's origin; links are often http although the host has long been https only."""
    yield f"{parts.scheme.lower()}://{parts.netloc.lower()}"
    if parts.scheme.lower() == "http" and parts.port in (None, 80):
        name = (parts.hostname or "").lower()
        yield f"https://[{name}]" if ":" in name else f"https://{name}"


def _data_paths(kind: Kind, segments: list[str], media_path: str) -> Iterator[str]:
    paths = _PATHS[kind]
    if kind is Kind.PRESENTATION:
        pieces = [piece for piece in media_path.split("/") if piece]
        if pieces:
            if not all(_MEDIA_PATH.match(piece) for piece in pieces):
                raise PlaybackError("The link of the recording has an unusable media path (p=).")
            yield "/".join(("presentation", *pieces))
        if _is_bbblb(segments):
            paths = paths[::-1]
    yield from paths


def _is_bbblb(segments: list[str]) -> bool:
    """/playback/presentation/ID/...: BBBLB serves the files themselves there."""
    for index, segment in enumerate(segments[:-2]):
        if segment == "playback" and segments[index + 1] == "presentation":
            return INTERNAL_ID.match(segments[index + 2]) is not None
    return False


def _recognise(segments: list[str], query: dict[str, str]) -> tuple[Kind, str, str]:
    """The format, the record id, and what stands before the known part of the path ("x/" or "")."""
    for index, segment in enumerate(segments):
        rest = segments[index + 1 :]
        found: tuple[Kind, str] | None = None
        if segment == "playback" and rest and rest[0] in _FORMATS:
            found = _of_player(_FORMATS[rest[0]], rest[1:], query)
        elif segment == "recording" and len(rest) >= 2:
            found = _of_recording(rest)
        elif segment in _FORMATS and rest:
            found = _of_data(_FORMATS[segment], rest, query)
        if found:
            prefix = "/".join(segments[:index])
            if prefix and not all(_MEDIA_PATH.match(piece) for piece in segments[:index]):
                break
            return *found, f"{prefix}/" if prefix else ""
    raise PlaybackError(f"The link is not that of a recording: {_KNOWN_FORMS}.")


def _of_player(kind: Kind, rest: list[str], query: dict[str, str]) -> tuple[Kind, str] | None:
    """/playback/FORMAT/[version/]ID, /playback/FORMAT/[version/]playback.html?meetingId=ID."""
    if rest and _VERSION.match(rest[0]):
        rest = rest[1:]
    if not rest or rest[0].lower().endswith((".html", ".htm")):
        named = query.get("meetingid") or query.get("recordid") or ""
        return (kind, named.strip()) if named else None
    return kind, rest[0]


def _of_recording(rest: list[str]) -> tuple[Kind, str] | None:
    """/recording/screenshare/ID/ of BBB; /recording/ID/FORMAT of Scalelite."""
    if rest[0] == Kind.SCREENSHARE.value:
        return Kind.SCREENSHARE, rest[1]
    return (_FORMATS[rest[1]], rest[0]) if rest[1] in _FORMATS else None


def _of_data(kind: Kind, rest: list[str], query: dict[str, str]) -> tuple[Kind, str] | None:
    """/FORMAT/[media path/]ID/..., the files themselves."""
    for segment in rest:
        if INTERNAL_ID.match(segment):
            before = rest[: rest.index(segment)]
            if before:
                query.setdefault("p", "/".join(before))
            return kind, segment
    return kind, rest[0]
