"""Asking a BigBlueButton host for a recording's files, without being led elsewhere."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter

from pod.bbb.errors import Cancelled, FetchError

MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
TRANSIENT = frozenset({408, 421, 425, 429, 500, 502, 503, 504})
PER_HOST = 6  # connections to one host at once, by all jobs of this process
_slots: dict[str, threading.BoundedSemaphore] = {}
_slots_lock = threading.Lock()


class AbsentError(FetchError):
    """The server says that there is no such file (404, 410)."""


class RefusedError(FetchError):
    """The server will not give the file (401, 403 and others of the kind)."""


class TransientError(FetchError):
    """It may work when tried again; `wait` seconds from now if the server said so.

    `afresh`: from the file's beginning, since the server knows no such range.
    """

    def __init__(self, message: str, wait: float | None = None, *, afresh: bool = False) -> None:
        super().__init__(message)
        self.wait = wait
        self.afresh = afresh


class SilentError(TransientError):
    """The server did not connect, end its TLS handshake or answer in time: it hardly will elsewhere."""


class _NoTokens(logging.Filter):
    """urllib3 logs each address that it asks for: cut the query, tokens stand there."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Cut queries out of the arguments of a record."""
        if isinstance(record.args, tuple):
            record.args = tuple(
                part.partition("?")[0] if isinstance(part, str) else part for part in record.args
            )
        return True


for _name in ("urllib3.connectionpool", "urllib3.util.retry"):
    logging.getLogger(_name).addFilter(_NoTokens())


class Client:
    """One recording's conversation with its server: one cookie jar, a few connections."""

    def __init__(self, hosts: frozenset[str], stopped: threading.Event, timeout: tuple[float, float]) -> None:
        self._hosts = hosts
        self._stopped = stopped
        self._timeout = timeout
        self._session = requests.Session()
        self._session.trust_env = True
        self._session.headers["User-Agent"] = "pod-bbb"
        # What is measured is the file's own length: no compression on the way.
        self._session.headers["Accept-Encoding"] = "identity"
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, HTTPAdapter(pool_maxsize=PER_HOST, max_retries=0))

    def close(self) -> None:
        """End the conversation."""
        self._session.close()

    @contextmanager
    def get(
        self, url: str, what: str, headers: Mapping[str, str] | None = None
    ) -> Iterator[requests.Response]:
        """The answer (200 or 206) to a GET of `url`, redirects followed where they are allowed to lead.

        `what` names the file in messages. Raises AbsentError, RefusedError, TransientError or FetchError.
        """
        with _slot(urlsplit(url).hostname or "", self._stopped):
            response = self._follow(url, what, headers or {})
            try:
                _check(response, what)
                yield response
            finally:
                response.close()

    def enter(self, url: str) -> None:
        """Open a link with a one-time token, for the cookies that it sets.

        Redirects are followed until there are cookies: from http to https, say,
        but not to the player, which the last one leads to.
        """
        what = "the protected link"
        for _hop in range(MOST_REDIRECTS + 1):
            with _slot(urlsplit(url).hostname or "", self._stopped):
                response = self._ask(url, what, {})
                response.close()
            if response.status_code not in REDIRECTS or len(self._session.cookies):
                break
            url = self._next(url, response.headers.get("Location", ""), what)
        if response.status_code in TRANSIENT:
            raise TransientError(_said(response, what))
        if response.status_code >= 400:
            raise RefusedError(
                f"{_said(response, what)} The link works once and for an hour: list the recordings again."
            )

    def _follow(self, url: str, what: str, headers: Mapping[str, str]) -> requests.Response:
        for _hop in range(MOST_REDIRECTS + 1):
            response = self._ask(url, what, headers)
            if response.status_code not in REDIRECTS:
                return response
            response.close()
            url = self._next(url, response.headers.get("Location", ""), what)
        raise FetchError(f"Fetching {what}: the server redirects in a circle.")

    def _next(self, url: str, target: str, what: str) -> str:
        try:
            parts = urlsplit(urljoin(url, target))
            host = (parts.hostname or "").lower()
        except ValueError:
            host, parts = "", urlsplit("")
        if not target or parts.scheme not in ("http", "https") or host not in self._hosts:
            raise FetchError(
                f"Fetching {what}: the server redirects to {host or 'nowhere'}, which is not an allowed host."
            )
        return parts.geturl()

    def _ask(self, url: str, what: str, headers: Mapping[str, str]) -> requests.Response:
        if self._stopped.is_set():
            raise Cancelled("Fetching was stopped.")
        try:
            return self._session.get(
                url, headers=dict(headers), stream=True, allow_redirects=False, timeout=self._timeout
            )
        except requests.Timeout as error:
            raise SilentError(f"Fetching {what}: {reason(error)}.") from None
        except requests.ConnectionError as error:
            raise TransientError(f"Fetching {what}: {reason(error)}.") from None
        except (requests.RequestException, ValueError) as error:
            raise FetchError(f"Fetching {what}: {reason(error)}.") from None


@contextmanager
def _slot(host: str, stopped: threading.Event) -> Iterator[None]:
    """One of the few connections to a host at a time."""
    with _slots_lock:
        slots = _slots.setdefault(host, threading.BoundedSemaphore(PER_HOST))
    while not slots.acquire(timeout=0.5):
        if stopped.is_set():
            raise Cancelled("Fetching was stopped.")
    try:
        yield
    finally:
        slots.release()


def _check(response: requests.Response, what: str) -> None:
    """Raise what the status means."""
    status = response.status_code
    if status in (200, 206):
        return
    message = _said(response, what)
    if status in (404, 410):
        raise AbsentError(message)
    if status in TRANSIENT:
        raise TransientError(message, wait_asked_for(response.headers.get("Retry-After", "")))
    if status == 416:
        raise TransientError(message, afresh=True)
    if 400 <= status < 500:
        raise RefusedError(message)
    raise FetchError(message)


def wait_asked_for(text: str) -> float | None:
    """Seconds from now that `Retry-After` asks for, as a number or as a date; None when it is neither."""
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, IndexError, TypeError):
        return None
    if until.tzinfo is None:  # "-0000": nobody knows which, HTTP's dates are UTC
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())


def _said(response: requests.Response, what: str) -> str:
    return f"Fetching {what}: the server answered {response.status_code}."


def reason(error: Exception) -> str:
    """Why a request failed, without the address that libraries put into their messages."""
    if isinstance(error, requests.exceptions.SSLError):
        return "the server's certificate was not accepted"
    if isinstance(error, requests.Timeout):
        return "the server did not answer in time"
    if isinstance(error, requests.ConnectionError):
        return "the server cannot be reached, or it broke the connection"
    return f"the request failed ({type(error).__name__})"
