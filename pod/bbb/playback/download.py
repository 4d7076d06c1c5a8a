"""Bringing one file whole: resumed after a cut, tried again, checked, and only then given its name."""

from __future__ import annotations

import random
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import requests
import urllib3

from pod.bbb.errors import Cancelled, FetchError
from pod.bbb.playback.client import Client, TransientError, reason
from pod.bbb.playback.manifest import PART, Manifest, Progress

CHUNK = 64 * 1024
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)\Z")
_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file to fetch: its path below the recording, whether it may be absent, its size limit in bytes.

    `core`: without it there is hardly a recording, so that a web page in its place is an error.
    """

    href: str
    optional: bool = True
    core: bool = False
    largest: int = 256 * 1024 * 1024


class WebPageError(FetchError):
    """The server sent a web page instead of the file: a login, an error page, or a site's front page."""


class Downloader:
    """Fetches files below one base URL into one folder."""

    def __init__(
        self,
        client: Client,
        folder: Path,
        manifest: Manifest,
        stopped: threading.Event,
        *,
        attempts: int,
        backoff: float,
        arrived: Callable[[int], None],
    ) -> None:
        self._client = client
        self._folder = folder
        self._manifest = manifest
        self._stopped = stopped
        self._attempts = attempts
        self._backoff = backoff
        self._arrived = arrived

    def fetch(self, base: str, wanted: Wanted, attempts: int | None = None) -> None:
        """Bring `wanted`, unless it is here already.

        Raises AbsentError, RefusedError or FetchError (which says what was tried), Cancelled.
        """
        if self._manifest.has(wanted.href):
            return
        failures, most = 0, self._part_size(wanted)
        while True:
            try:
                self._attempt(base, wanted)
            except TransientError as error:
                if error.afresh:
                    self._part(wanted).unlink(missing_ok=True)
                size = self._part_size(wanted)  # bytes that came before, and were let go, are no progress
                failures = 1 if size >= most + CHUNK else failures + 1
                most = max(most, size)
                if failures >= (attempts or self._attempts):
                    raise FetchError(f"{error} Tried {failures} times: try again later.") from error
                self._rest(failures, error.wait)
            else:
                return

    def _rest(self, failures: int, wait: float | None) -> None:
        """Wait before the next attempt, longer each time, not in step with others."""
        pause = self._backoff * 2 ** (failures - 1) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        if self._stopped.wait(min(60.0, max(pause, wait or 0.0))):
            raise Cancelled("Fetching was stopped.")

    def _part(self, wanted: Wanted) -> Path:
        return self._folder / (wanted.href + PART)

    def _part_size(self, wanted: Wanted) -> int:
        part = self._part(wanted)
        return part.stat().st_size if part.is_file() else 0

    def _attempt(self, base: str, wanted: Wanted) -> None:
        have, begun = self._part_size(wanted), self._manifest.begun(wanted.href)
        headers: dict[str, str] = {}
        if have and begun and begun.validator and (begun.length is None or have < begun.length):
            headers = {"Range": f"bytes={have}-", "If-Range": begun.validator}
        with self._client.get(base + wanted.href, wanted.href, headers) as response:
            if self._stopped.is_set():  # the folder is somebody else's by now
                raise Cancelled("Fetching was stopped.")
            start = _start(response, have, begun) if headers else 0
            if start is None:
                message = f"Fetching {wanted.href}: the server cannot go on where it stopped."
                raise TransientError(message, afresh=True)
            length = _length(response, start)
            if length is not None and length > wanted.largest:
                raise FetchError(
                    f"{wanted.href} is too large ({length} bytes, {wanted.largest} are allowed)."
                )
            self._check_type(response, wanted)
            self._manifest.begin(wanted.href, Progress(_validator(response), length))
            self._store(response, wanted, start, length)

    def _store(self, response: requests.Response, wanted: Wanted, start: int, length: int | None) -> None:
        part, size = self._part(wanted), start
        try:
            part.parent.mkdir(parents=True, exist_ok=True)
            with part.open("ab" if start else "wb") as file:
                for chunk in self._chunks(response, wanted):
                    if size == 0:
                        _check_content(chunk, wanted)
                    size += len(chunk)
                    if size > wanted.largest:
                        raise FetchError(f"{wanted.href} is too large (over {wanted.largest} bytes).")
                    file.write(chunk)
                    self._arrived(len(chunk))
            if length is not None and size != length:
                raise TransientError(f"Fetching {wanted.href}: {size} of {length} bytes arrived.")
            part.replace(self._folder / wanted.href)
        except OSError as error:
            raise FetchError(f"Writing {wanted.href} failed: {error.strerror}.") from error
        self._manifest.finish(wanted.href, size)

    def _chunks(self, response: requests.Response, wanted: Wanted) -> Iterator[bytes]:
        """The body, piece by piece; a cut is `TransientError`."""
        pieces = response.iter_content(CHUNK)
        while True:
            try:
                chunk = next(pieces, b"")
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
                raise TransientError(f"Fetching {wanted.href}: {_cut(error)}.") from None
            if self._stopped.is_set():
                raise Cancelled("Fetching was stopped.")
            if not chunk:
                return
            yield chunk

    @staticmethod
    def _check_type(response: requests.Response, wanted: Wanted) -> None:
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind in ("text/html", "application/xhtml+xml") and not wanted.href.endswith(".html"):
            raise web_page(wanted.href)


def _check_content(beginning: bytes, wanted: Wanted) -> None:
    """A web page is no file of a recording, whatever type the server gave it."""
    if not wanted.href.endswith(".html") and _PAGE.match(beginning[:1024]):
        raise web_page(wanted.href)


def web_page(href: str) -> WebPageError:
    """What to say when a web page came for a file."""
    return WebPageError(
        f"Instead of {href} the server sent a web page (a login, or an error page): "
        "check that the recording can be opened without logging in, or that its link is still valid."
    )


def _cut(error: Exception) -> str:
    if isinstance(error, requests.RequestException):
        return reason(error)
    return "the connection broke off"


def _start(response: requests.Response, have: int, begun: Progress | None) -> int | None:
    """Where this answer's bytes begin in the file; None when they fit nothing that is here."""
    if response.status_code != 206:
        return 0
    match = _RANGE.match(response.headers.get("Content-Range", "").strip())
    if match is None or int(match[1]) != have:
        return None
    total = None if match[3] == "*" else int(match[3])
    if begun and begun.length is not None and total is not None and total != begun.length:
        return None
    return have


def _length(response: requests.Response, start: int) -> int | None:
    """The whole file's length in bytes, when the server tells it truly."""
    if response.headers.get("Content-Encoding", "identity").lower() not in ("identity", ""):
        return None
    text = response.headers.get("Content-Length", "")
    return start + int(text) if text.isascii() and text.isdigit() else None


def _validator(response: requests.Response) -> str:
    """What `If-Range` takes: a strong ETag, else the date; "" when this answer cannot be resumed."""
    if response.headers.get("Content-Encoding", "identity").lower() not in ("identity", ""):
        return ""
    tag = response.headers.get("ETag", "")
    if tag and not tag.startswith("W/"):
        return tag
    return response.headers.get("Last-Modified", "")
