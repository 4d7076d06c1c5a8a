"""How the fake server behaves: kinds of servers, and faults that happen a number of times."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import Literal

ALGORITHMS = {40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}
Pagination = Literal["final", "beta", "silent", "ignored"]
Layout = Literal["bbb", "bbblb", "scalelite"]


@dataclass
class Fault:
    """Something that goes wrong for requests whose path matches `path` (a regular expression).

    It happens `times` times (-1: always), after the first `skip` matching requests
    went well. `status` answers with that status and `body`; `cut_after` closes the
    connection after so many bytes of the real answer; `announce` sends that
    Content-Length instead of the true one; `delay` waits so many seconds before, `until` for
    that event (half a minute at most).
    """

    path: str = ".*"
    times: int = 1
    skip: int = 0
    status: int | None = None
    body: str = ""
    content_type: str = "text/html"
    location: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    announce: int | None = None
    delay: float = 0.0
    until: threading.Event | None = None


@dataclass
class Behaviour:
    """What kind of server this is. Tests may change it between requests.

    `pagination`: "final" as BBB 2.6 (a `<pagination>` element), "beta" (totalElements
    below the response), "silent" as BBBLB (pages, but does not say so), "ignored" as
    BBB before 2.6 and Scalelite (always everything). `layout`: where the files
    are. `answer_at_most`: an answer with more (recording, format) pairs takes too long and
    becomes nginx's page of HTTP `overload_status`. `shuffle_calls`: that many
    getRecordings calls answer in a random order, as a directory's order may change. `chunks`: bodies come in
    chunks of so many bytes and say no length, as from a server that compresses on the way.
    """

    algorithms: frozenset[str] = frozenset(ALGORITHMS.values())
    pagination: Pagination = "final"
    layout: Layout = "bbb"
    allow_fetch_all: bool = True
    filtered: bool = False  # Scalelite's GET_RECORDINGS_API_FILTERED
    error_shape: Literal["plain", "list", "attributes"] = "plain"
    checksum_status: int = 200
    answer_at_most: int | None = None
    overload_status: int = 404
    shuffle_calls: int = 0
    extra_total: int = 0  # announced pairs that never come (their metadata.xml is broken)
    extra_xml: tuple[str, ...] = ()  # put before the recordings of every first page, as it is
    http_links: bool = False  # links say http:// although ...
    padded_links: bool = False  # links with white space and newlines around
    old_links: bool = False  # links of the 2.0 player
    ranges: bool = True
    gzip: bool = False
    chunks: int = 0
    delay: float = 0.0
    version: str = "2.7.10"
    faults: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def fault_for(self, path: str) -> Fault | None:
        """The fault that befalls this request, counted down."""
        with self._lock:
            for fault in self.faults:
                if fault.times == 0 or not re.search(fault.path, path):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if fault.times > 0:
                    fault.times -= 1
                return fault
        return None

    def shuffled(self) -> bool:
        """Whether this getRecordings call answers in a random order."""
        with self._lock:
            if self.shuffle_calls <= 0:
                return False
            self.shuffle_calls -= 1
            return True


NGINX_404 = (
    "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n"
    "<center><h1>404 Not Found</h1></center>\r\n"
    "<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n"
)
LOGIN_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>Log in</title></head><body><form>Log in<br></form></body></html>"
)
