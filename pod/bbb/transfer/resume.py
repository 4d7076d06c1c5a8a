"""Downloading one file whole: continued after a cut, tried again, and checked."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol, TypeVar

import requests

from pod.bbb.counts import COUNT
from pod.bbb.errors import FetchError
from pod.bbb.transfer.client import (
    Client,
    NoRangeError,
    TransientError,
    content_length,
    file_length,
    is_html,
    is_packed,
)

CHUNK = 64 * 1024
LONGEST_PAUSE_S = 60.0
LONGEST_SILENCE_S = 120.0  # of two attempts or more, since the last progress
MOST_PACKED = 10  # times: films and sound are compressed already, and packing them once more changes little
FREE_TO_UNPACK = 1_000_000  # bytes that may unpack to this whatever came
_RANGE = re.compile(rf"bytes ({COUNT})-({COUNT})/({COUNT}|\*)\Z")
_PAGE = re.compile(
    # only the first "-->" ends a remark: with more to choose from, the time would double with each remark
    rb"\s*(?:<\?xml[^>]*\?>\s*)?(?><!--.*?-->\s*)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
Got = TypeVar("Got")


class WebPageError(FetchError):
    """The server sent a web page instead of the file: a login, an error page, or a site's front page."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A download that was begun: what the server calls this version (ETag or date), its length in bytes."""

    validator: str
    length: int | None


class Memory(Protocol):
    """Remembers between attempts and processes which version of the file the piece on disk belongs to."""

    def begun(self) -> Begun | None:
        """Give what was remembered last."""

    def begin(self, progress: Begun) -> None:
        """Remember it, before the first byte is written."""


@dataclass(frozen=True, slots=True)
class Order:
    """A file to bring into `part`; `name` is what messages call it.

    `largest`: more bytes are refused. `expected`: its length, announced elsewhere,
    for servers that do not tell it. `page`: a web page is what is wanted.
    """

    url: str
    name: str
    part: Path
    largest: int | None = None
    expected: int | None = None
    page: bool = False


@dataclass(frozen=True, slots=True)
class Patience:
    """How often something is tried without any success in between, and how long the pauses are."""

    attempts: int
    backoff: float  # seconds before the second attempt; doubled each time

    def pause(self, failures: int, asked_for: float | None) -> float:
        """Give the seconds to wait after so many failures, not in step with others."""
        own = self.backoff * float(2 ** (failures - 1)) * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
        return min(LONGEST_PAUSE_S, max(own, asked_for or 0.0))


def persist(
    attempt: Callable[[], Got],
    client: Client,
    patience: Patience,
    progressed: Callable[[], bool] = lambda: False,
) -> Got:
    """Try until it works, or has failed too often, or was silent too long, since `progressed()` was true.

    Raises FetchError (from the TransientError that was the last), Cancelled, and
    whatever else `attempt` raises.
    """
    failures, silent = 0, 0.0
    while True:
        try:
            return attempt()
        except TransientError as error:
            if progressed():
                failures, silent = 0, 0.0
            failures, silent = failures + 1, silent + error.silent
            if failures >= patience.attempts or (failures > 1 and silent >= LONGEST_SILENCE_S):
                raise FetchError(f"{error} Tried {failures} times: try again later.") from error
            client.rest(patience.pause(failures, error.wait))


class Transfer:
    """Downloads one file.

    `arrived(piece, here, length)` is called with the bytes that came just now, those on disk,
    and those of the whole file (None: not known).
    """

    def __init__(
        self,
        client: Client,
        order: Order,
        memory: Memory,
        arrived: Callable[[int, int, int | None], None],
    ) -> None:
        self._client = client
        self._order = order
        self._memory = memory
        self._arrived = arrived
        self._most = self._here()

    def run(self, patience: Patience) -> int:
        """Bring the file, going on from what is here; give its length.

        Raises AbsentError, WithheldError or FetchError (which says what was tried), Cancelled.
        What came stays, for another call.
        """
        return persist(self._attempt, self._client, patience, self._progressed)

    def _here(self) -> int:
        part = self._order.part
        return part.stat().st_size if part.is_file() else 0

    def _progressed(self) -> bool:
        """Whether more is on disk than ever: bytes that came again after they were let go are no progress."""
        here, most = self._here(), self._most
        self._most = max(most, here)
        return here >= most + CHUNK

    def _attempt(self) -> int:
        here, begun = self._here(), self._memory.begun()
        headers: dict[str, str] = {}
        if here and begun and begun.validator and (begun.length is None or here <= begun.length):
            headers = {"Range": f"bytes={here}-", "If-Range": begun.validator}
        try:
            with self._client.get(self._order.url, self._order.name, headers) as response:
                self._client.breathe()  # after a cancellation the folder may belong to another job
                return self._take(response, here if headers else 0, begun)
        except NoRangeError as error:
            if headers and begun and error.length == here and begun.length in (None, here):
                return here  # an attempt before brought the last byte, and was ended then
            self._order.part.unlink(missing_ok=True)
            raise

    def _take(self, response: requests.Response, here: int, begun: Begun | None) -> int:
        order = self._order
        start = _start(response, here, begun if here else None)
        if start is None:
            raise NoRangeError(f"Fetching {order.name}: the server sent another part than was asked for.")
        length = _length(response, start) or order.expected
        known = begun.validator if begun and start else ""  # a part need not name it again (RFC 9110, 15.3.7)
        if length is not None and order.largest is not None and length > order.largest:
            raise FetchError(f"{order.name} is too large ({length} bytes, {order.largest} are allowed).")
        if is_html(response) and not order.page:
            raise web_page(order.name)
        with writing(order.name):
            order.part.parent.mkdir(parents=True, exist_ok=True)
            # emptied before it is remembered: a piece of another version must not pass for one of this
            with order.part.open("r+b" if start else "wb") as file:
                # not at whatever is the end by now: a worker that was taken for dead may write there, too
                file.seek(start)
                self._memory.begin(Begun(_validator(response) or known, length))
                size = self._store(file, response, start, length)
        if not size and content_length(response) is None and "Transfer-Encoding" not in response.headers:
            # a connection that ends among the headers looks like that, too
            raise TransientError(f"Fetching {order.name}: nothing arrived.")
        if length is not None and size != length:
            raise TransientError(f"Fetching {order.name}: {size} of {length} bytes arrived.")
        return size

    def _store(self, file: BinaryIO, response: requests.Response, start: int, length: int | None) -> int:
        order, size = self._order, start
        for chunk in self._client.pieces(response, order.name, CHUNK):
            if size == 0 and not order.page and _PAGE.match(chunk[:1024]):
                raise web_page(order.name)  # whatever type the server gave it
            size += len(chunk)
            if order.largest is not None and size > order.largest:
                raise FetchError(f"{order.name} is too large (over {order.largest} bytes).")
            if order.largest is None and is_packed(response):
                _refuse_bomb(order.name, size, response.raw.tell())
            file.write(chunk)
            self._arrived(len(chunk), size, length)
        return size


def _refuse_bomb(name: str, size: int, came: int) -> None:
    """Raise FetchError when `came` bytes unpack to more than those of any film: they would fill the disk."""
    if size > FREE_TO_UNPACK + MOST_PACKED * came:
        raise FetchError(f"{name} is no film: {came} bytes of it unpack to more than {size}.")


@contextmanager
def writing(name: str) -> Iterator[None]:
    """Name the file in the error when it cannot be written. Raises FetchError."""
    try:
        yield
    except OSError as error:
        raise FetchError(f"Writing {name} failed: {error.strerror}.") from error


def web_page(name: str) -> WebPageError:
    """What to say when a web page came for a file."""
    return WebPageError(
        f"Instead of {name} the server sent a web page (a login, or an error page): "
        "check that the recording can be opened without logging in, or that its link is still valid."
    )


def _start(response: requests.Response, here: int, begun: Begun | None) -> int | None:
    """Where this answer's bytes begin in the file; None when they fit nothing that is here.

    `here`: how many bytes are here of the version `begun`, None when all of the file was asked for.
    """
    if response.status_code != requests.codes.partial_content:
        return 0
    match = _RANGE.match(response.headers.get("Content-Range", "").strip())
    if begun is None:  # a part that nobody asked for may be the whole
        return 0 if match is None or int(match[1]) == 0 else None
    if match is None or int(match[1]) != here:
        return None
    if _validator(response) not in ("", begun.validator):
        return None  # of another version, from a server that does not heed `If-Range`
    total = None if match[3] == "*" else int(match[3])
    return here if begun.length is None or total in (None, begun.length) else None


def _length(response: requests.Response, start: int) -> int | None:
    """The whole file's length in bytes, when the server tells it truly."""
    part = _RANGE.match(response.headers.get("Content-Range", "").strip())
    if response.status_code == requests.codes.partial_content and part is not None and part[3] != "*":
        return int(part[3])  # also of a part that nobody asked for
    length = file_length(response)
    return None if length is None else start + length


def _validator(response: requests.Response) -> str:
    """What `If-Range` takes: a strong ETag, else the date; "" when this answer cannot be resumed."""
    if is_packed(response):
        return ""
    tag = response.headers.get("ETag", "")
    if tag and not tag.startswith("W/"):
        return tag
    return response.headers.get("Last-Modified", "")
