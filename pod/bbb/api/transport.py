"""One HTTP request at a time: signed just before sending, retried, redirected, its body kept in a file."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
import urllib3

from pod.bbb.api.failures import ApiAwayError, BrokenServerError, OverloadedError
from pod.bbb.api.parse import HEAD, page_title
from pod.bbb.api.signing import Endpoint, query_string, signed
from pod.bbb.errors import ApiError
from pod.bbb.network import BROKEN, is_late, is_untrusted, pieces, reason
from pod.bbb.retry_after import wait_asked_for
from pod.bbb.secrecy import guard_logs, scrub

log = logging.getLogger(__name__)

RETRIES = 4
BACKOFF = 1.0  # seconds before the first repetition; doubles each time
CONNECT_TIMEOUT = 15.0  # seconds
READ_TIMEOUT = 300.0  # seconds; building a long list takes servers minutes (bigbluebutton#10570)
LARGEST_BODY = 4 << 30
TOO_SLOW = {502, 504}  # what proxies say when the answer does not come
BUSY = {429, 503}
OFTEN = 100  # as often as the caller allows
REDIRECTS = 5
BLOCK = 1 << 16  # bytes


@dataclass
class _Outcome:
    """What one attempt came to: nothing wrong, or an error and how often at most to try again."""

    error: ApiError | None = None
    again: int = 0
    wait: float | None = None  # seconds the server asks for
    redirect: str = ""


@dataclass
class Transport:
    """Asks one server. Neither its messages nor its logs ever hold a signed address."""

    endpoint: Endpoint
    secret: str = field(repr=False)
    retries: int
    read_timeout: float
    sleep: Callable[[float], None]
    session: requests.Session = field(default_factory=requests.Session, repr=False)

    def __post_init__(self) -> None:
        guard_logs()
        self.session.headers.update(
            {"User-Agent": "pod-bbb-migration", "Accept": "application/xml, text/xml, */*"}
        )
        if self.endpoint.user:
            self.session.auth = (self.endpoint.user, self.endpoint.password)

    @property
    def host(self) -> str:
        """The server, for messages."""
        return urlsplit(self.endpoint.url).netloc

    def get(
        self, call: str, params: Mapping[str, str], algorithm: str, target: Path, retries: int | None = None
    ) -> None:
        """Ask `call` and leave the body in `target`. An `algorithm` of "" sends no checksum.

        `retries` lowers the number of repetitions. Raises OverloadedError,
        BrokenServerError or ApiError; a refusal that is XML counts as a body.
        """
        allowed = self.retries if retries is None else min(retries, self.retries)
        query = query_string(params)
        doing = f"Asking {self.host} for {call or 'its version'}{f' ({query})' if query else ''}"
        for attempt in range(1, allowed + 2):
            started = time.monotonic()
            outcome = self._follow(call, query, algorithm, target, doing)
            log.debug("%s: %.1f s, %s", doing, time.monotonic() - started, outcome.error or "answered")
            if outcome.error is None:
                return
            if attempt > min(outcome.again, allowed):
                raise outcome.error
            wait = BACKOFF * 2 ** (attempt - 1) * random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries
            wait = min(120.0, max(wait, outcome.wait or 0.0))
            log.info(
                "%s; trying again in %.1f s (%d of %d)",
                outcome.error,
                wait,
                attempt,
                min(outcome.again, allowed),
            )
            self.sleep(wait)

    def _follow(self, call: str, query: str, algorithm: str, target: Path, doing: str) -> _Outcome:
        """One attempt, with its redirects; the query goes along unchanged."""
        for _ in range(REDIRECTS):
            outcome = self._once(call, query, algorithm, target, doing)
            if not outcome.redirect:
                return outcome
            if error := self._move(outcome.redirect, call, doing):
                return _Outcome(error)
        return _Outcome(ApiError(f"{doing}: it redirects in a circle. Give the address of the API itself."))

    def _move(self, location: str, call: str, doing: str) -> ApiError | None:
        """Take the server's new address, if it is the API's and no less safe."""
        here = urlsplit(self.endpoint.url)
        try:
            there = urlsplit(urljoin(f"{self.endpoint.url}/{call}", location))
        except ValueError:  # brackets that are none
            return ApiError(f"{doing}: it redirects to what is no address. Check the server's address.")
        path = there.path.rstrip("/").removesuffix(f"/{call}" if call else "")
        shown = f"{there.scheme}://{there.netloc.rpartition('@')[2]}{there.path}"
        if there.scheme not in {"http", "https"} or not there.hostname or not path.endswith("/api"):
            return ApiError(
                f"{doing}: it redirects to {scrub(shown)[:200]}, which is not the API (a login page?). "
                "Check the server's address."
            )
        if here.scheme == "https" and there.scheme == "http":
            return ApiError(
                f"{doing}: it redirects from https to http, where the checksum could be read. Not followed."
            )
        netloc = there.netloc.rpartition("@")[2]
        same_host = there.hostname == here.hostname
        if not same_host:
            self.session.auth = None  # a password is for the host it was given for
        self.endpoint = Endpoint(
            f"{there.scheme}://{netloc}{path}",
            self.endpoint.user if same_host else "",
            self.endpoint.password if same_host else "",
        )
        return None

    def _once(self, call: str, query: str, algorithm: str, target: Path, doing: str) -> _Outcome:
        """One request and its body. Of an exception, which holds the address, only its kind is kept."""
        address = f"{self.endpoint.url}/{call}" if call else self.endpoint.url
        settings: dict[str, Any] = dict(
            self.session.merge_environment_settings(address, {}, True, None, None)
        )
        try:
            prepared = self.session.prepare_request(requests.Request("GET", address))
            sent = signed(call, query, self.secret, algorithm) if algorithm else query
            prepared.url = f"{address}?{sent}" if sent else address
            with self.session.send(
                prepared,
                allow_redirects=False,
                timeout=(CONNECT_TIMEOUT, self.read_timeout),
                **{**settings, "stream": True},
            ) as response:
                return self._judge(response, target, doing)
        except (requests.RequestException, urllib3.exceptions.HTTPError, ValueError) as error:
            return self._failed(error, doing)  # ValueError: of names that no host has

    def _failed(self, error: Exception, doing: str) -> _Outcome:
        """What the lack of an answer means."""
        said = f"{doing}: {reason(error)}"
        if is_untrusted(error):
            return _Outcome(ApiError(f"{said}."))
        if is_late(error):
            # once more at most: each such attempt takes minutes, and asking for less is the better way
            return _Outcome(OverloadedError(said), again=1)
        if isinstance(error, BROKEN):
            return _Outcome(ApiAwayError(f"{said}. Check that the server runs and its address."), OFTEN)
        again = OFTEN if isinstance(error, urllib3.exceptions.DecodeError) else 0
        return _Outcome(ApiError(f"{said}. Check the server's address."), again)

    def _judge(self, response: requests.Response, target: Path, doing: str) -> _Outcome:
        """What the status means; the body of an answer goes to `target`."""
        status = response.status_code
        if response.is_redirect and (location := response.headers["Location"]):
            return _Outcome(redirect=location)
        if status in TOO_SLOW:
            return _Outcome(OverloadedError(f"{doing}: HTTP {status}: the answer takes too long"), OFTEN)
        if status in BUSY:
            busy = ApiAwayError(f"{doing}: HTTP {status}: the server is busy. Try again later.")
            return _Outcome(busy, OFTEN, wait_asked_for(response.headers.get("Retry-After", "")))
        if not _save(response, target):
            return _Outcome(ApiError(f"{doing}: the answer is larger than {LARGEST_BODY >> 30} GiB"))
        if status == 200 and not target.stat().st_size:  # so looks a connection that ends among the headers
            return _Outcome(ApiAwayError(f"{doing}: the answer is empty. Check the server's address."), OFTEN)
        return _Outcome() if status == 200 else _Outcome(_refused(status, target, doing))


def _refused(status: int, body: Path, doing: str) -> ApiError | None:
    """The error that a status other than 200 means; None when the body is a refusal of the API itself."""
    with body.open("rb") as file:
        head = file.read(HEAD)
    if b"<returncode>" in head and b"FAILED" in head:  # the mock refuses with HTTP 500
        return None
    title = page_title(head)
    page = f" ({title})" if title else ""
    if status in {401, 403}:
        return ApiError(f"{doing}: HTTP {status}{page}: the server wants a login before its API.")
    if status == 404:
        why = "no API at this address, or the list takes the server too long"
        return OverloadedError(f"{doing}: HTTP 404{page}: {why}", maybe_wrong_address=True)
    return BrokenServerError(f"{doing}: HTTP {status}{page}. Look into the server's log (bbb-web.log).")


def _save(response: requests.Response, target: Path) -> bool:
    """Write the body to `target`; False when it does not end."""
    written = 0
    with target.open("wb") as file:
        for block in pieces(response, BLOCK, lambda: None):
            written += len(block)
            if written > LARGEST_BODY:
                return False
            file.write(block)
    return True
