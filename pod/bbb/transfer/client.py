"""HTTP requests for a recording's files that follow redirects only to hosts that are allowed."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from pod.bbb.counts import COUNT, count
from pod.bbb.errors import AwayError, Cancelled, FetchError
from pod.bbb.network import SLOWEST_S, SlowError, is_late, is_untrusted, pieces, reason
from pod.bbb.retry_after import wait_asked_for
from pod.bbb.secrecy import guard_logs

MOST_REDIRECTS = 5
LOOK_S = 0.1  # how often a wait looks whether it is still wanted
REDIRECTS = frozenset({301, 302, 303, 307, 308})
TRANSIENT = frozenset({408, 421, 425, 429, 500, 502, 503, 504})
TURNED_AWAY = frozenset({429, 502, 503, 504})  # of these, those that whoever asks gets
PLACE = re.compile(r"(?:[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::\d*)?")  # a host (also in another script) and a port
LEFT_OUT = frozenset("\t\r\n")  # of an address, by the standard library, wherever they stand
PER_HOST = 6  # connections to one host at once, by all jobs of this process
_slots: dict[str, threading.BoundedSemaphore] = {}
_slots_lock = threading.Lock()


class AbsentError(FetchError):
    """The server says that there is no such file (404, 410)."""


class WithheldError(FetchError):
    """The server will not give the file (401, 403 and others of the kind)."""


class ForeignHostError(FetchError):
    """The address, or a redirect, leads to a host that is not allowed."""


class TransientError(FetchError):
    """It may work when tried again, after `wait` seconds if the server said so.

    `silent`: seconds that were waited for what did not come.
    """

    def __init__(self, message: str, wait: float | None = None, silent: float = 0.0) -> None:
        super().__init__(message)
        self.wait = wait
        self.silent = silent


class NoRangeError(TransientError):
    """The server has no such piece of the file: it may work from the file's beginning.

    `length`: of the whole file, in bytes, when the server told it (416, RFC 9110 15.5.17).
    """

    def __init__(self, message: str, length: int | None = None) -> None:
        super().__init__(message)
        self.length = length


class HostAwayError(TransientError, AwayError):
    """The server is in trouble, not just this file: no connection, or a status that any request gets."""


class SilentError(HostAwayError):
    """No connection, TLS handshake or answer in time: its other addresses will hardly do better."""


class UntrustedError(FetchError, AwayError):
    """The server's certificate is not accepted: neither another attempt nor another file will do better."""


class Client:
    """All requests for one recording: one cookie jar, a few connections.

    `allowed` says whether an http(s) address may be asked, also behind a redirect. Once
    `stopped` is true, whatever is asked for raises Cancelled. `timeout`: seconds to
    connect and between two pieces of an answer.
    """

    def __init__(
        self, allowed: Callable[[str], bool], stopped: Callable[[], bool], timeout: tuple[float, float]
    ) -> None:
        guard_logs()
        self._allowed = allowed
        self._stopped = stopped
        self._timeout = timeout
        self._session = requests.Session()
        self._session.headers["User-Agent"] = "pod-bbb"
        # What is measured is the file's own length: no compression on the way.
        self._session.headers["Accept-Encoding"] = "identity"
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=PER_HOST, max_retries=0))

    def close(self) -> None:
        """End the conversation."""
        self._session.close()

    def breathe(self) -> None:
        """Raise Cancelled once nobody wants the files any more."""
        if self._stopped():
            raise Cancelled("Fetching was stopped.")

    def rest(self, seconds: float) -> None:
        """Wait before asking again. Raises Cancelled."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self.breathe()
            time.sleep(min(LOOK_S, left))

    @contextmanager
    def get(
        self, url: str, what: str, headers: Mapping[str, str] | None = None, *, method: str = "GET"
    ) -> Iterator[requests.Response]:
        """The answer (200 or 206) to a GET of `url`, redirects followed where they are allowed to lead.

        `what` names the file in messages. Raises AbsentError, WithheldError, TransientError,
        ForeignHostError, UntrustedError or FetchError.
        """
        with self._slot(host_of(url)):
            response = self._follow(url, what, headers or {}, method)
            try:
                _check(response, what)
                yield response
            finally:
                response.close()

    def pieces(self, response: requests.Response, what: str, size: int) -> Iterator[bytes]:
        """The body in pieces of `size` bytes, or what is left. Raises TransientError at a cut, Cancelled."""
        try:
            yield from pieces(response, size, self.breathe)
            self.breathe()
        except urllib3.exceptions.HTTPError as error:
            raise TransientError(f"Fetching {what}: {reason(error)}.", silent=self._silent(error)) from None

    def _silent(self, error: Exception) -> float:
        """How long nothing came, or hardly anything, where an error is that; else 0."""
        if not is_late(error):
            return 0.0
        return SLOWEST_S if isinstance(error, SlowError) else self._timeout[1]

    def beginning(self, response: requests.Response, what: str, most: int) -> bytes:
        """The body's first `most` bytes. Raises as `pieces`."""
        found = self.pieces(response, what, most)
        first = next(found, b"")
        if len(first) < most:
            next(found, b"")  # that was the end, or a cut
        return first

    def enter(self, url: str) -> None:
        """Open a link with a one-time token, for the cookies that it sets.

        Redirects are followed until there are cookies: from http to https, say,
        but not to the player, which the last one leads to.
        """
        what = "the protected link"
        for _hop in range(MOST_REDIRECTS + 1):
            with self._slot(host_of(url)):
                response = self._ask(url, what, {})
                response.close()
            if response.status_code not in REDIRECTS or len(self._session.cookies):
                break
            url = self._next(url, response.headers.get("Location", ""), what)
        if response.status_code in TRANSIENT:
            raise _passing(response)(_said(response, what))
        if response.status_code >= 400:
            raise WithheldError(
                f"{_said(response, what)} The link works once only, for an hour: list the recordings again."
            )

    def _follow(self, url: str, what: str, headers: Mapping[str, str], method: str) -> requests.Response:
        for _hop in range(MOST_REDIRECTS + 1):
            response = self._ask(url, what, headers, method)
            if response.status_code not in REDIRECTS:
                return response
            response.close()
            url = self._next(url, response.headers.get("Location", ""), what)
        raise FetchError(f"Fetching {what}: the server redirects in a circle.")

    def _next(self, url: str, target: str, what: str) -> str:
        try:
            found = urlsplit(urljoin(url, target)).geturl() if target else ""
        except ValueError:
            found = ""
        if not found:
            raise FetchError(f"Fetching {what}: the server redirects to nowhere.")
        return found

    def _ask(self, url: str, what: str, headers: Mapping[str, str], method: str = "GET") -> requests.Response:
        self.breathe()
        if not self._allowed(url):
            raise ForeignHostError(
                f"Fetching {what}: the address leads to {host_of(url) or 'nowhere'}, which is not an allowed "
                "host. If you trust it, allow it (in Pod: BBB_ALLOWED_HOSTS)."
            )
        begun = time.monotonic()
        try:
            return self._session.request(
                method, url, headers=dict(headers), stream=True, allow_redirects=False, timeout=self._timeout
            )
        except (requests.Timeout, requests.ConnectionError) as error:
            told = f"Fetching {what}: {reason(error)}."
            if is_untrusted(error):
                raise UntrustedError(told) from None
            # in a handshake, it is the shorter time-out that passed
            raise SilentError(told, silent=time.monotonic() - begun if is_late(error) else 0.0) from None
        except (requests.RequestException, ValueError) as error:
            raise FetchError(f"Fetching {what}: {reason(error)}.") from None

    @contextmanager
    def _slot(self, host: str) -> Iterator[None]:
        """One of the few connections to a host at a time."""
        with _slots_lock:
            slots = _slots.setdefault(host, threading.BoundedSemaphore(PER_HOST))
        while not slots.acquire(timeout=0.5):
            self.breathe()
        try:
            yield
        finally:
            slots.release()


def host_of(url: str) -> str:
    r"""The host of an http(s) address, lower case; "" when it is none, or holds what no host and port do.

    Of `http://a\@b/` the standard library reads the host b, and requests asks a. It also leaves line breaks
    and tabs out, and urllib3 before 2.8 does not.
    """
    if not LEFT_OUT.isdisjoint(url):
        return ""
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and PLACE.fullmatch(parts.netloc)
        return (parts.hostname or "").lower() if plain else ""
    except ValueError:
        return ""


def _check(response: requests.Response, what: str) -> None:
    """Raise what the status means."""
    status = response.status_code
    if status in (200, 206):
        return
    message = _said(response, what)
    if status in (404, 410):
        raise AbsentError(message)
    if status in TRANSIENT:
        raise _passing(response)(message, wait_asked_for(response.headers.get("Retry-After", "")))
    if status == 416:
        raise NoRangeError(message, _length_told(response.headers.get("Content-Range", "")))
    if 400 <= status < 500:
        raise WithheldError(message)
    raise FetchError(message)


def _passing(response: requests.Response) -> type[TransientError]:
    return HostAwayError if response.status_code in TURNED_AWAY else TransientError


def _length_told(content_range: str) -> int | None:
    found = re.fullmatch(rf"bytes \*/({COUNT})", content_range.strip())
    return int(found[1]) if found else None


def content_length(response: requests.Response) -> int | None:
    """How many bytes the body has, as the server announces it; None when it does not, or absurdly."""
    return count(response.headers.get("Content-Length"))


def is_packed(response: requests.Response) -> bool:
    """Whether the body was compressed for the way: its length there is not the file's."""
    return response.headers.get("Content-Encoding", "identity").lower() not in ("identity", "")


def file_length(response: requests.Response) -> int | None:
    """How many bytes the file has of which this is the body; None when the server does not tell that."""
    return None if is_packed(response) else content_length(response)


def content_type(response: requests.Response) -> str:
    """What the server says that the body is, in lower case, without its parameters; "" when it does not."""
    return response.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def is_html(response: requests.Response) -> bool:
    """Whether the server says that it is a web page."""
    return content_type(response) in ("text/html", "application/xhtml+xml")


def _said(response: requests.Response, what: str) -> str:
    return f"Fetching {what}: the server answered {response.status_code}."
