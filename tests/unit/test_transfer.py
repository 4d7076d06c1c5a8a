"""What a server's answer means for the next attempt."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.utils import format_datetime
from io import BytesIO
from types import SimpleNamespace

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from requests.adapters import BaseAdapter
from urllib3 import HTTPConnectionPool, HTTPResponse
from urllib3.exceptions import HTTPError, ProtocolError, ReadTimeoutError
from urllib3.util import parse_url

from pod.bbb.errors import Cancelled, FetchError
from pod.bbb.network import SLOWEST_S, SlowError
from pod.bbb.retry_after import wait_asked_for
from pod.bbb.transfer.client import (
    AbsentError,
    Client,
    ForeignHostError,
    HostAwayError,
    NoRangeError,
    TransientError,
    WithheldError,
    _check,
    content_length,
    host_of,
)
from pod.bbb.transfer.resume import Patience, persist

CLIENT = Client(lambda _url: True, lambda: False, (1.0, 1.0))


def test_a_server_may_name_the_seconds_or_the_time() -> None:
    """HTTP allows both in Retry-After."""
    assert wait_asked_for("17") == 17.0
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=300), usegmt=True)
    assert wait_asked_for(later) == pytest.approx(300, abs=60)
    assert wait_asked_for("Wed, 21 Oct 2015 07:28:00 GMT") == 0.0


@pytest.mark.parametrize(
    "text",
    ["", "soon", "-5", "Wed, 99 Oct 2015 99:28:00 GMT", f"Wed, 21 Oct 2015 07:28:00 +{10**14}", "\u0661"],
)
def test_what_is_neither_is_ignored(text: str) -> None:
    """Our own pause is taken then."""
    assert wait_asked_for(text) is None


@pytest.mark.parametrize(
    ("told", "length"), [("17", 17), ("0", 0), ("", None), ("-1", None), ("1e3", None), ("9" * 5000, None)]
)
def test_a_length_is_a_number_that_a_file_can_have(told: str, length: int | None) -> None:
    """Of longer ones Python raises ValueError: whoever asked would take it for a mistake of this program."""
    answer = requests.Response()
    answer.headers["Content-Length"] = told
    assert content_length(answer) == length


@given(st.text("ab.@\\/:#?[]%\t\n 1", max_size=20))
def test_the_host_that_is_looked_at_is_the_host_that_is_asked(rest: str) -> None:
    """Whatever stands where host, port and user do: else one server is allowed, and another is asked."""
    url = f"http://a{rest}"
    try:
        asked = parse_url(requests.Request("GET", url).prepare().url or "").host
    except (requests.RequestException, ValueError):
        return
    assert host_of(url) in ("", (asked or "").lower().strip("[]"))


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://BBB.example/x", "bbb.example"),
        ("https://bbb.example:8443", "bbb.example"),
        ("https://[::1]:8443/", "::1"),
        ("ftp://bbb.example/", ""),
        ("file:///etc/passwd", ""),
        ("//bbb.example/", ""),
        ("http://", ""),
        ("http://[", ""),
        ("http://bbb.example\n", ""),
        ("http://bbb.\texample/", ""),
    ],
)
def test_only_addresses_of_web_servers_have_a_host(url: str, host: str) -> None:
    """In small letters and without its port; nothing else may be asked for a recording's files."""
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, HostAwayError) for status in (429, 502, 503, 504)),
        *((status, TransientError) for status in (408, 421, 425, 500)),
        *((status, AbsentError) for status in (404, 410)),
        *((status, WithheldError) for status in (400, 401, 403, 451)),
        (416, NoRangeError),
        (501, FetchError),
    ],
)
def test_each_status_means_one_kind_of_failure(status: int, kind: type[FetchError]) -> None:
    """Whether it may work later, for this file or for all of the server's."""
    answer = requests.Response()
    answer.status_code = status
    with pytest.raises(FetchError, match=f"answered {status}") as failed:
        _check(answer, "a file")
    assert type(failed.value) is kind


@pytest.mark.parametrize(
    ("told", "length"), [("bytes */1234", 1234), (" bytes */0 ", 0), ("bytes */*", None)]
)
def test_a_piece_that_is_not_there_tells_how_long_the_file_is(told: str, length: int | None) -> None:
    """What is here already may be all of it."""
    answer = requests.Response()
    answer.status_code = 416
    answer.headers["Content-Range"] = told
    with pytest.raises(NoRangeError) as failed:
        _check(answer, "a file")
    assert failed.value.length == length


def test_a_redirect_keeps_to_the_hosts_that_are_allowed() -> None:
    """An address that may not be asked is refused before anything is sent to it."""
    client = Client(lambda url: host_of(url) == "bbb.example", lambda: False, (1.0, 1.0))
    with (
        pytest.raises(ForeignHostError, match=r"leads to elsewhere\.example"),
        client.get(client._next("https://bbb.example/a/b", "//elsewhere.example/c", "a file"), "a file"),
    ):
        pass
    client.close()


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("c", "https://bbb.example/a/c"),
        ("/c", "https://bbb.example/c"),
        ("http://other.example/", "http://other.example/"),
    ],
)
def test_a_redirect_may_be_relative(target: str, leads_to: str) -> None:
    """As HTTP allows."""
    client = Client(lambda _url: True, lambda: False, (1.0, 1.0))
    assert client._next("https://bbb.example/a/b", target, "a file") == leads_to


@pytest.mark.parametrize("target", ["", "http://["])
def test_a_redirect_to_nowhere_is_a_failure(target: str) -> None:
    """Not another try at the address that gave it."""
    client = Client(lambda _url: True, lambda: False, (1.0, 1.0))
    with pytest.raises(FetchError, match="redirects to nowhere"):
        client._next("https://bbb.example/a/b", target, "a file")


class Body(BytesIO):
    """An empty body, behind these headers."""

    def __init__(self, said: Message) -> None:
        super().__init__()
        self._original_response = SimpleNamespace(msg=said)


class Linked(BaseAdapter):
    """A one-time link that sets a cookie and leads to the player on another host."""

    def send(self, request: requests.PreparedRequest, *_args: object, **_kwargs: object) -> requests.Response:
        """Redirect, with the cookie."""
        said = Message()
        said["Set-Cookie"] = "token=t; Path=/"
        answer = requests.Response()
        answer.request, answer.url, answer.status_code = request, request.url or "", 302
        answer.headers["Location"] = "https://player.example/playback/"
        answer.raw = Body(said)
        return answer

    def close(self) -> None:
        """Nothing is open."""


def test_a_link_that_has_given_its_cookies_is_not_followed_to_the_player() -> None:
    """Its host need not be allowed: nothing is fetched there."""
    client = Client(lambda url: host_of(url) == "bbb.example", lambda: False, (1.0, 1.0))
    client._session.mount("https://", Linked())
    client.enter("https://bbb.example/link")
    assert client._session.cookies["token"] == "t"


class Refused(BaseAdapter):
    """A server that answers with a status and nothing else."""

    def __init__(self, status: int) -> None:
        super().__init__()
        self._status = status

    def send(self, request: requests.PreparedRequest, *_args: object, **_kwargs: object) -> requests.Response:
        """Answer."""
        answer = requests.Response()
        answer.request, answer.url, answer.status_code = request, request.url or "", self._status
        answer.raw = Body(Message())
        return answer

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(
    ("status", "kind"), [(503, HostAwayError), (500, TransientError), (400, WithheldError)]
)
def test_a_link_is_used_up_only_where_the_server_says_so(status: int, kind: type[FetchError]) -> None:
    """A server in trouble is asked again; nobody is told to list the recordings anew for that."""
    client = Client(lambda _url: True, lambda: False, (1.0, 1.0))
    client._session.mount("https://", Refused(status))
    with pytest.raises(FetchError) as failed:
        client.enter("https://bbb.example/link")
    assert type(failed.value) is kind


def test_who_no_longer_wants_a_file_asks_for_nothing() -> None:
    """Not even for the first of its addresses."""
    asked: list[str] = []

    def note(url: str) -> bool:
        asked.append(url)
        return True

    client = Client(note, lambda: True, (1.0, 1.0))
    with pytest.raises(Cancelled), client.get("https://bbb.example/a", "a file"):
        pass
    assert asked == []


def test_who_no_longer_wants_a_file_reads_no_more_of_it() -> None:
    """However long its body goes on."""
    read: list[bytes] = []
    client = Client(lambda _url: True, lambda: len(read) == 2, (1.0, 1.0))
    answer = requests.Response()
    answer.raw = HTTPResponse(BytesIO(bytes(9)), preload_content=False)
    with pytest.raises(Cancelled):
        read.extend(client.pieces(answer, "a file", 1))
    assert len(read) == 2


@pytest.mark.parametrize(
    ("error", "silent"),
    [
        (ReadTimeoutError(HTTPConnectionPool("bbb.example"), "/", "Read timed out."), 7.0),
        (SlowError(), SLOWEST_S),
        (ProtocolError("cut"), 0.0),
    ],
)
def test_a_cut_says_how_long_nothing_came(error: HTTPError, silent: float) -> None:
    """A body that stalls has taken its time-out; one that breaks off, no time that counts."""

    def fail(*_size: object, **_how: object) -> bytes:
        raise error

    client = Client(lambda _url: True, lambda: False, (1.0, 7.0))
    answer = requests.Response()
    answer.raw = SimpleNamespace(read1=fail)
    with pytest.raises(TransientError) as failed:
        list(client.pieces(answer, "a film", 9))
    assert failed.value.silent == silent


@pytest.mark.parametrize(
    ("silences", "tried"), [([60, 60, 60], 2), ([120], 2), ([60, 1, 60], 3), ([0], 6), ([20], 6)]
)
def test_silence_ends_a_download_after_two_minutes(silences: list[float], tried: int) -> None:
    """Sooner than failures that come at once; but no single attempt does."""
    times = itertools.cycle(silences)

    def attempt() -> None:
        raise TransientError("Nothing came.", silent=next(times))

    with pytest.raises(FetchError, match=f"Tried {tried} times"):
        persist(attempt, CLIENT, Patience(6, 0.0))


def test_a_slow_server_is_waited_for_while_anything_comes() -> None:
    """What came between two silences ends the first."""
    silences = iter([60.0] * 5)

    def attempt() -> str:
        for silent in silences:
            raise TransientError("Nothing came.", silent=silent)
        return "the file"

    assert persist(attempt, CLIENT, Patience(6, 0.0), lambda: True) == "the file"


def test_of_an_endless_answer_only_its_beginning_is_read() -> None:
    """A page that never ends keeps nobody."""
    client = Client(lambda _url: True, lambda: False, (1.0, 1.0))
    answer = requests.Response()
    drips = iter([b"abc", b"de"])  # then StopIteration: more than is needed was read
    answer.raw = SimpleNamespace(read1=lambda *_size, **_how: next(drips))
    assert client.beginning(answer, "the page", 5) == b"abcde"


def test_who_no_longer_wants_a_file_waits_for_no_whole_piece() -> None:
    """On a slow line that takes minutes."""
    drips = [b"a", b"b", b"c"]
    client = Client(lambda _url: True, lambda: len(drips) == 1, (1.0, 1.0))
    answer = requests.Response()
    answer.raw = SimpleNamespace(read1=lambda *_size, **_how: drips.pop(0))
    with pytest.raises(Cancelled):
        list(client.pieces(answer, "a file", 99))
    assert drips == [b"c"]
