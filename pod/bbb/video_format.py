"""BBB's ready `video` format: find the film behind its page, bring it here whole, see that it plays.

The published folder (`/playback/video/ID/`, Scalelite's `/recording/ID/video`) holds an
`index.html` whose `<source src>` names the film; BBB's scripts call it video-0.m4v, others
video-0.mp4, video.mp4 or meeting.mp4 (bbb-web `publish/video.rb` and third-party scripts).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import av
import lxml.html
import requests
from lxml import etree

from pod.bbb.errors import FetchError, PlaybackError
from pod.bbb.playback.media import INPUT_OPTIONS, fault
from pod.bbb.transfer.client import (
    AbsentError,
    Client,
    ForeignHostError,
    TransientError,
    UntrustedError,
    content_type,
    file_length,
)
from pod.bbb.transfer.resume import Begun, Order, Patience, Transfer, persist

log = logging.getLogger(__name__)

CONNECT_S, READ_S = 15.0, 60.0
PAGE_BYTES = 2_000_000  # a player page is a few kB; nothing larger is read into memory
TRIES = 6  # without any new byte in between; after two minutes of silence fewer: see `persist`
GUESSES = 3  # at an address that nobody named
PATIENCE_S = 1.0  # doubled after each fruitless try
USUAL_NAMES = ("video-0.m4v", "video-0.mp4", "video-0.webm", "video.mp4", "meeting.mp4")
SUFFIXES = frozenset({".m4v", ".mp4", ".webm", ".mkv", ".mov", ".avi", ".ogv"})
TYPES = {
    "video/mp4": ".mp4",
    "video/x-m4v": ".m4v",
    "video/webm": ".webm",
    "video/x-matroska": ".mkv",
    "video/quicktime": ".mov",
    "video/ogg": ".ogv",
    "video/x-msvideo": ".avi",
}


class NoFilmError(FetchError):
    """The page of a `video` format leads to no film."""


Progress = Callable[[int, int], None]  # bytes here, bytes in all (0: not announced)
Allowed = Callable[[str], bool]  # whether an address may be asked


@dataclass(frozen=True)
class Film:
    """Where the film is; `size` in bytes as the server announces it, None when it does not."""

    url: str
    suffix: str
    size: int | None


@dataclass(frozen=True)
class _Page:
    url: str
    content: bytes = b""
    fault: str = ""  # why there is none, for messages


class FilmDownloader:
    """Brings films; one object per recording, for the cookies that protected recordings hand out."""

    def __init__(
        self,
        allowed: Allowed,
        *,
        progress: Progress = lambda _here, _all: None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self._progress = progress
        self._client = Client(allowed, cancelled, (CONNECT_S, READ_S))
        self._patience = Patience(TRIES, PATIENCE_S)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def find(self, url: str) -> Film:
        """Return the film of the `video` format at `url`: the page's source, else the usual names.

        Raises NoFilmError when there is none, FetchError when there may be one, Cancelled.
        """
        page = persist(lambda: self._page(url), self._client, self._patience)
        if isinstance(page, Film):
            return page
        unknown: FetchError | None = None
        for candidate in (*_sources(page.content, page.url), *_usual(page.url)):
            try:
                film = self._try(candidate)
            except FetchError as error:
                unknown = unknown or error
            else:
                if film is not None:
                    return film
        if unknown is not None:
            raise unknown
        raise NoFilmError(
            f"Looking for the film of {_shown(url)}: its page{page.fault} names none that can be "
            "fetched, and none of the usual names is there. Look at that address in a browser."
        )

    def _page(self, url: str) -> _Page | Film:
        """Return the page, empty when there is none, or the film when the address leads to it at once."""
        try:
            with self._client.get(url, _shown(url)) as answer:
                if _is_film(answer):
                    return _film(answer)
                return _Page(answer.url, self._client.beginning(answer, _shown(url), PAGE_BYTES))
        except (ForeignHostError, TransientError, UntrustedError):
            raise
        except FetchError as error:
            return _Page(url, fault=f" ({error})")

    def download(self, film: Film, part: Path) -> None:
        """Bring the film to `part`, going on from what is there already.

        `part` is whole afterwards, of the announced size; when it cannot be, FetchError, and
        `part` stays for a later attempt (the caller may remove it). Raises Cancelled.
        """
        order = Order(film.url, _shown(film.url), part, expected=film.size)
        note = _Note(part)
        Transfer(
            self._client, order, note, lambda _piece, here, length: self._progress(here, length or 0)
        ).run(self._patience)
        note.forget()

    def _try(self, url: str) -> Film | None:
        """Return the film at `url`, or None when there is none. Raises FetchError when that is not known."""
        try:
            return persist(
                lambda: self._film_at(url), self._client, replace(self._patience, attempts=GUESSES)
            )
        except FetchError as error:
            log.info("no film at %s: %s", _shown(url), error)
            if isinstance(error, UntrustedError) or isinstance(error.__cause__, TransientError):
                raise
            return None

    def _film_at(self, url: str) -> Film | None:
        try:
            return self._looked_at(url, "HEAD")
        except (AbsentError, ForeignHostError, TransientError, UntrustedError):
            raise
        except FetchError:  # some servers know GET only
            return self._looked_at(url, "GET")

    def _looked_at(self, url: str, method: str) -> Film | None:
        with self._client.get(url, _shown(url), method=method) as answer:
            return _film(answer) if _is_film(answer) else None


@dataclass(frozen=True, slots=True)
class _Note:
    """The version of the film that `part` is a piece of, noted beside it: another process may go on."""

    part: Path

    @property
    def path(self) -> Path:
        return self.part.with_name(f".{self.part.stem}.version.part")

    def begun(self) -> Begun | None:
        if not self.path.is_file():
            return None
        return Begun(self.path.read_text(encoding="utf-8"), None)

    def begin(self, progress: Begun) -> None:
        self.path.write_text(progress.validator, encoding="utf-8")

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)


def require_film(path: Path) -> None:
    """Decode the film's beginning and end.

    Raises PlaybackError when it does not play: a page, a cut file, no picture and no sound.
    """
    try:
        with av.open(str(path), options=INPUT_OPTIONS) as film:
            streams = [*film.streams.video[:1], *film.streams.audio[:1]]
            duration = float(film.duration or 0) / av.time_base
            first = next(film.decode(streams[0]), None) if streams else None
            if first is None:
                raise PlaybackError(f"{path.name} holds neither picture nor sound.")
            if duration > 2:
                film.seek(int((duration - 1) * av.time_base))
                if next(film.decode(streams[0]), None) is None:
                    raise PlaybackError(f"{path.name} breaks off before its end.")
    except (av.FFmpegError, OSError) as error:
        raise PlaybackError(f"{path.name} is not a playable film: {fault(error)}.") from error


def discard(part: Path) -> None:
    """Remove what a download that failed for good left behind."""
    part.unlink(missing_ok=True)
    _Note(part).forget()


def _sources(page: bytes, page_url: str) -> Iterator[str]:
    """Yield the addresses of the page's `<source>` and `<video>` elements, MP4 first."""
    if not page.strip():
        return
    try:
        root = lxml.html.document_fromstring(page)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return
    found = [element.get("src", "").strip() for element in root.iter("source", "video")]
    addresses = list(dict.fromkeys(urljoin(page_url, src) for src in found if src))
    yield from sorted(addresses, key=lambda address: _suffix(address) not in {".m4v", ".mp4"})


def _usual(page_url: str) -> Iterator[str]:
    """Yield where films usually are: beside the page, which may be named without its slash."""
    parts = urlsplit(page_url)
    path = PurePosixPath(parts.path)
    folder = parts.path if parts.path.endswith("/") else f"{path.parent}/" if path.suffix else f"{path}/"
    for name in USUAL_NAMES:
        yield urlunsplit((parts.scheme, parts.netloc, f"{folder}{name}", "", ""))


def _film(answer: requests.Response) -> Film:
    suffix = _suffix(answer.url)
    if suffix not in SUFFIXES:
        suffix = TYPES.get(content_type(answer), ".mp4")
    # some servers say 0 when they mean that they do not know
    size = file_length(answer) or None
    return Film(answer.url, suffix, size)


def _is_film(answer: requests.Response) -> bool:
    kind = content_type(answer)
    if kind.startswith("video/"):
        return True
    return kind in {"", "application/octet-stream", "binary/octet-stream"} and _suffix(answer.url) in SUFFIXES


def _suffix(url: str) -> str:
    return PurePosixPath(unquote(urlsplit(url).path)).suffix.lower()


def _shown(url: str) -> str:
    """Return the address without its query, which may hold a token."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
