"""BBB's ready `video` format: find the film behind its page, bring it here whole, see that it plays.

The published folder (`/playback/video/ID/`, Scalelite's `/recording/ID/video`) holds an
`index.html` whose `<source src>` names the film; BBB's scripts call it video-0.m4v, others
video-0.mp4, video.mp4 or meeting.mp4 (bbb-web `publish/video.rb` and third-party scripts).
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import av
import lxml.html
import requests
from lxml import etree

from pod.bbb.errors import Cancelled, FetchError, PlaybackError
from pod.bbb.playback.media import INPUT_OPTIONS

log = logging.getLogger(__name__)

CONNECT_S, READ_S = 15.0, 60.0
PAGE_BYTES = 2_000_000  # a player page is a few kB; nothing larger is read into memory
CHUNK = 1 << 16  # what a cut loses at most: libraries drop a piece that is not whole
REDIRECTS = 10
TRIES = 6  # without any new byte in between
PATIENCE_S = 1.0  # doubled after each fruitless try
PAUSING = frozenset({408, 425, 429, 500, 502, 503, 504})
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
RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")

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
    status: int
    content: bytes


class Downloader:
    """Brings films; one object per recording, for the cookies that protected recordings hand out."""

    def __init__(
        self,
        allowed: Allowed,
        *,
        progress: Progress = lambda _here, _all: None,
        cancelled: Callable[[], bool] = lambda: False,
        patience_s: float | None = None,
    ) -> None:
        self._allowed = allowed
        self._progress = progress
        self._cancelled = cancelled
        self._patience_s = PATIENCE_S if patience_s is None else patience_s
        self._session = requests.Session()
        # lengths must be those of the file, not of a packed transfer of it
        self._session.headers["Accept-Encoding"] = "identity"

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def find(self, url: str) -> Film:
        """Return the film of the `video` format at `url`: the page's source, else the usual names.

        Raises FetchError when there is none.
        """
        page = self._page(url)
        if isinstance(page, Film):
            return page
        for candidate in (*_sources(page.content, page.url), *_usual(page.url)):
            film = self._try(candidate)
            if film is not None:
                return film
        raise FetchError(
            f"Looking for the film of {_shown(url)}: its page (HTTP {page.status}) names none that can be "
            "fetched, and none of the usual names is there. Look at that address in a browser."
        )

    def _page(self, url: str) -> _Page | Film:
        """Return the page, or the film when the address leads to it at once."""
        cause = ""
        for attempt in range(TRIES):
            try:
                with self._ask("GET", url) as answer:
                    if answer.status_code == requests.codes.ok and _is_film(answer):
                        return _film(answer)
                    if answer.status_code not in PAUSING:
                        content = next(answer.iter_content(PAGE_BYTES), b"") if answer.ok else b""
                        return _Page(answer.url, answer.status_code, content)
                    cause = f"HTTP {answer.status_code}"
            except requests.RequestException as error:
                cause = _cause(error)
            self._wait(self._patience_s * 2**attempt)
        raise FetchError(
            f"Looking for the film of {_shown(url)}: no answer after {TRIES} tries ({cause}). "
            "Try again later."
        )

    def download(self, film: Film, part: Path) -> None:
        """Bring the film to `part`, going on from what is there already.

        `part` is whole afterwards, of the announced size; when it cannot be, FetchError, and
        `part` stays for a later attempt (the caller may remove it). Cancelled when `cancelled()`.
        """
        fruitless = 0
        note = _note(part)
        while True:
            before = _size(part)
            try:
                total = self._bring(film, part, note)
            except (requests.RequestException, _Pause) as error:
                fruitless = 0 if _size(part) > before else fruitless + 1
                if fruitless >= TRIES:
                    raise FetchError(
                        f"Fetching {_shown(film.url)}: broken off {fruitless} times at byte {_size(part)} "
                        f"({_cause(error)}). Try again when the server is well."
                    ) from error
                self._wait(self._patience_s * 2 ** max(0, fruitless - 1))
                continue
            if total is not None and _size(part) != total:
                raise FetchError(
                    f"Fetching {_shown(film.url)}: {_size(part)} bytes came, {total} were announced. "
                    "Try again."
                )
            note.unlink(missing_ok=True)
            return

    def _bring(self, film: Film, part: Path, note: Path) -> int | None:
        """Fetch what is missing; return the announced size."""
        here = _size(part)
        validator = note.read_text(encoding="utf-8") if here and note.is_file() else ""
        headers = {"Range": f"bytes={here}-", "If-Range": validator} if validator else {}
        with self._ask("GET", film.url, headers=headers) as answer:
            if answer.status_code in PAUSING:
                raise _Pause(answer.status_code)
            if answer.status_code == requests.codes.requested_range_not_satisfiable:
                total = _total(answer)
                if total == here:
                    return total
                part.unlink(missing_ok=True)
                raise _Pause(answer.status_code)
            if not answer.ok:
                raise FetchError(
                    f"Fetching {_shown(film.url)}: the server answers HTTP {answer.status_code}. "
                    "Look whether the recording is still there."
                )
            goes_on = answer.status_code == requests.codes.partial_content and _first(answer) == here
            note.write_text(_validator(answer), encoding="utf-8")
            total = _total(answer)
            self._write(answer, part, here if goes_on else 0, total or film.size or 0)
        return total if total is not None else film.size

    def _write(self, answer: requests.Response, part: Path, here: int, total: int) -> None:
        with part.open("r+b" if here else "wb") as file:
            file.seek(here)
            for chunk in answer.iter_content(CHUNK):
                if self._cancelled():
                    raise Cancelled("The download was interrupted.")
                file.write(chunk)
                here += len(chunk)
                self._progress(here, total)
            file.truncate()

    def _try(self, url: str) -> Film | None:
        """Return the film at `url`, or None when there is none."""
        if not self._allowed(url):
            return None
        for attempt in range(3):
            try:
                with self._ask("HEAD", url) as answer:
                    if answer.ok:
                        return _film(answer) if _is_film(answer) else None
                    refused = answer.status_code in (403, 405, 501)
                if refused:  # some servers know GET only
                    with self._ask("GET", url) as answer:
                        return _film(answer) if answer.ok and _is_film(answer) else None
                if answer.status_code not in PAUSING:
                    return None
            except requests.RequestException as error:
                log.info("looking for the film at %s: %s", _shown(url), _cause(error))
            self._wait(self._patience_s * 2**attempt)
        return None

    def _ask(self, method: str, url: str, headers: dict[str, str] | None = None) -> requests.Response:
        """Send one request and follow redirects, each only to an allowed host."""
        for _hop in range(REDIRECTS):
            if not self._allowed(url):
                raise FetchError(
                    f"{_shown(url)} is on a host that may not be asked: add it to BBB_ALLOWED_HOSTS "
                    "if you trust it."
                )
            answer = self._session.request(
                method,
                url,
                headers=headers,
                stream=True,
                allow_redirects=False,
                timeout=(CONNECT_S, READ_S),
            )
            if not answer.is_redirect:
                return answer
            url = urljoin(url, answer.headers["Location"])
            answer.close()
        raise FetchError(f"{_shown(url)} redirects more than {REDIRECTS} times: repair the server's rules.")

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self._cancelled():
                raise Cancelled("The download was interrupted.")
            time.sleep(min(0.2, seconds))


class _Pause(Exception):  # noqa: N818 - no error: the server asks for patience
    """The server cannot answer now."""

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")


@dataclass(frozen=True)
class Probe:
    """What a film holds; the duration in seconds."""

    duration_s: float
    width: int
    height: int
    has_sound: bool


def probe(path: Path) -> Probe:
    """Return what the film holds, after decoding of it the beginning and the end.

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
            video = film.streams.video[0] if film.streams.video else None
            return Probe(
                duration,
                video.width if video else 0,
                video.height if video else 0,
                bool(film.streams.audio),
            )
    except (av.FFmpegError, OSError) as error:
        raise PlaybackError(f"{path.name} is not a film that plays: {_cause(error)}.") from error


def discard(part: Path) -> None:
    """Remove what a download that failed for good left behind."""
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def _note(part: Path) -> Path:
    """Return where the version of the file that `part` is a piece of is noted, across processes."""
    return part.with_name(f".{part.stem}.version.part")


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
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    suffix = _suffix(answer.url)
    if suffix not in SUFFIXES:
        suffix = TYPES.get(kind, ".mp4")
    return Film(answer.url, suffix, _total(answer))


def _is_film(answer: requests.Response) -> bool:
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind.startswith("video/"):
        return True
    return kind in {"", "application/octet-stream", "binary/octet-stream"} and _suffix(answer.url) in SUFFIXES


def _suffix(url: str) -> str:
    return PurePosixPath(unquote(urlsplit(url).path)).suffix.lower()


def _total(answer: requests.Response) -> int | None:
    """Return the whole file's size as announced."""
    found = re.search(r"/(\d+)$", answer.headers.get("Content-Range", ""))
    if found:
        return int(found[1])
    length = answer.headers.get("Content-Length", "")
    whole = answer.status_code == requests.codes.ok
    return int(length) if whole and length.isdigit() else None


def _first(answer: requests.Response) -> int | None:
    found = RANGE.match(answer.headers.get("Content-Range", ""))
    return int(found[1]) if found else None


def _validator(answer: requests.Response) -> str:
    """Return what tells this version of the file from another (RFC 9110: a weak ETag does not)."""
    tag = answer.headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else answer.headers.get("Last-Modified", "")


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _shown(url: str) -> str:
    """Return the address without its query, which may hold a token."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def _cause(error: BaseException) -> str:
    """Return what went wrong without the address that libraries repeat in it."""
    return error.strerror or type(error).__name__ if isinstance(error, OSError) else str(error)
