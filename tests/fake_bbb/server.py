"""The fake server itself: its addresses, files with ranges, tokens and cookies."""

from __future__ import annotations

import gzip
import mimetypes
import re
import secrets
import socket
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Self, cast
from urllib.parse import parse_qs, unquote

from tests.fake_bbb import answers
from tests.fake_bbb.answers import Answer
from tests.fake_bbb.behaviour import NGINX_404, Behaviour, Fault
from tests.fake_bbb.entries import FORMATS, Entry, Pair, pairs, read_folder

RECORD = r"(?P<id>[A-Za-z0-9_-]+)"
PLAYER = (
    "<!doctype html><html><head><title>BigBlueButton - Playback</title></head>"
    "<body><div id=root></div></body></html>"
)


@dataclass(frozen=True)
class Request:
    """One request that came in; the checksum is cut out of its query."""

    method: str
    path: str
    query: str
    headers: dict[str, str]


@dataclass
class State:
    """What the server knows and remembers; shared by its threads."""

    secret: str
    behaviour: Behaviour
    entries: list[Entry] = field(default_factory=list)
    listed: list[Pair] = field(default_factory=list)
    places: dict[tuple[str, str], Path] = field(default_factory=dict)
    stand_ins: dict[str, str] = field(default_factory=dict)  # record id -> record id whose files it shows
    tokens: dict[str, tuple[str, str]] = field(default_factory=dict)  # token -> (format, record id)
    cookies: set[str] = field(default_factory=set)
    requests: list[Request] = field(default_factory=list)
    base: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)


class FakeBBB:
    """A BBB server on 127.0.0.1, on a free port, in a thread: `with FakeBBB(folder) as bbb: bbb.api_url`.

    `folder` holds recordings (`<id>/` or `<format>/<id>/`, see tests.samples);
    `entries` are listed beside them. With `stand_in` a listed recording that
    has no files of its own shows those of one of `folder`, in turn.
    """

    def __init__(
        self,
        folder: Path | None = None,
        *,
        secret: str = "fake-secret",  # noqa: S107 - a test server's secret is none
        entries: Iterable[Entry] = (),
        behaviour: Behaviour | None = None,
        stand_in: bool = False,
        host: str = "127.0.0.1",
        port: int = 0,
        public_url: str = "",
    ) -> None:
        self.folder = folder
        self.secret = secret
        self.behaviour = behaviour or Behaviour()
        self._more = list(entries)
        self._stand_in = stand_in
        self._state = State(secret, self.behaviour)
        self._server = _Server((host, port), _Handler)
        self._server.state = self._state
        self.port: int = self._server.server_address[1]
        self.url = public_url.rstrip("/") or f"http://{host}:{self.port}"
        self._state.base = self.url
        self._thread: threading.Thread | None = None
        self.rescan()

    @property
    def api_url(self) -> str:
        """What an administrator would write as the server's URL."""
        return f"{self.url}/bigbluebutton/"

    @property
    def entries(self) -> list[Entry]:
        """What is listed now."""
        return self._state.entries

    @property
    def requests(self) -> list[Request]:
        """Every request since the start, or since `requests.clear()`."""
        return self._state.requests

    def rescan(self) -> None:
        """Read the folder again: recordings may have come or gone."""
        found, places = read_folder(self.folder) if self.folder else ([], {})
        own = {entry.record_id for entry in found}
        self._state.places = places
        self._state.entries = found + [entry for entry in self._more if entry.record_id not in own]
        self._state.listed = pairs(self._state.entries)
        shown = sorted(record for kind, record in places if kind == "presentation")
        bare = [entry.record_id for entry in self._more if entry.record_id not in own]
        if self._stand_in and shown:
            self._state.stand_ins = {record: shown[k % len(shown)] for k, record in enumerate(bare)}

    def add(self, *entries: Entry) -> None:
        """List more recordings."""
        self._more.extend(entries)
        self.rescan()

    def start(self) -> Self:
        """Serve in a thread."""
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and give the port back."""
        if self._thread:
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def serve_forever(self) -> None:
        """Serve in this thread until interrupted."""
        self._server.serve_forever()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    state: State

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news; tests see it on their side."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each body waits for the headers' acknowledgement
    server_version = "nginx"
    sys_version = ""

    @property
    def state(self) -> State:
        return cast("_Server", self.server).state

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
        """Signed URLs must not reach a log: nothing is logged."""

    def do_GET(self) -> None:
        """Answer one request, after whatever fault is due."""
        path, _, query = self.path.partition("?")
        path = unquote(path)
        kept = answers.without_checksum(query)
        with self.state.lock:
            self.state.requests.append(Request(self.command, path, kept, dict(self.headers.items())))
        fault = self.state.behaviour.fault_for(path)
        if fault and fault.delay:
            time.sleep(fault.delay)
        if fault and fault.until:
            fault.until.wait(30)
        if fault and fault.status is not None:
            self._send(
                fault.body.encode(), fault.status, fault.content_type, self._fault_headers(fault, query)
            )
            return
        self._route(path, query, fault)

    do_HEAD = do_GET  # noqa: N815 - the base class names it so

    def do_POST(self) -> None:
        """The API takes POST as well; the checksum covers the query only."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.do_GET()

    def _fault_headers(self, fault: Fault, query: str) -> dict[str, str]:
        headers = dict(fault.headers)
        if fault.location:
            headers["Location"] = fault.location.replace("{query}", query).replace("{base}", self.state.base)
        return headers

    def _route(self, path: str, query: str, fault: Fault | None) -> None:
        if path.rstrip("/") in {"/bigbluebutton", "/bigbluebutton/api"}:
            self._answer(answers.version(self.state.behaviour), fault)
        elif path == "/bigbluebutton/api/getRecordings":
            self._recordings(query, fault)
        elif found := re.fullmatch(rf"/recording/{RECORD}/(?P<format>\w+)", path):
            self._protected(found["id"], found["format"], query)
        elif path.startswith("/playback/"):
            self._playback(path, query, fault)
        elif found := re.fullmatch(rf"/(?P<format>{'|'.join(FORMATS)})/{RECORD}(?P<file>/.*)?", path):
            self._published(found["format"], found["id"], found["file"] or "", fault)
        elif found := re.fullmatch(rf"/recording/(?P<format>screenshare)/{RECORD}(?P<file>/.*)", path):
            self._file(found["format"], found["id"], found["file"], fault)
        else:
            self._missing()

    # --- the API ------------------------------------------------------------------------
    def _recordings(self, query: str, fault: Fault | None) -> None:
        state = self.state
        if state.behaviour.delay:
            time.sleep(state.behaviour.delay)
        base = state.base.replace("https://", "http://") if state.behaviour.http_links else state.base
        answer = answers.get_recordings(state.listed, query, state.secret, state.behaviour, base)
        if "@TOKEN@" in answer.body:
            answer = replace(
                answer, body=re.sub(r"/recording/([\w-]+)/(\w+)\?token=@TOKEN@", self._token, answer.body)
            )
        self._answer(answer, fault)

    def _token(self, found: re.Match[str]) -> str:
        token = secrets.token_hex(16)
        with self.state.lock:
            self.state.tokens[token] = (found[2], found[1])
        return found[0].replace("@TOKEN@", token)

    def _answer(self, answer: Answer, fault: Fault | None) -> None:
        body, headers = answer.body.encode(), {}
        if self.state.behaviour.gzip and "gzip" in (self.headers.get("Accept-Encoding") or ""):
            body, headers = gzip.compress(body), {"Content-Encoding": "gzip"}
        self._send(body, answer.status, answer.content_type, headers, fault)

    # --- pages and files ----------------------------------------------------------------
    def _protected(self, record: str, kind: str, query: str) -> None:
        """Scalelite: a token opens the recording once, and leaves a cookie for its files."""
        token = parse_qs(query).get("token", [""])[0]
        with self.state.lock:
            known = self.state.tokens.pop(token, None) == (kind, record)
            cookie = secrets.token_hex(16)
            if known:
                self.state.cookies.add(cookie)
        if not known:
            self._send(b"<html><body>Forbidden</body></html>", 403)
            return
        to = f"/playback/presentation/2.3/{record}" if kind == "presentation" else f"/{kind}/{record}/"
        name = f"recording_{kind}_{record}={cookie}; Path=/{kind}/{record}; HttpOnly"
        self._send(b"", 307, headers={"Location": self.state.base + to, "Set-Cookie": name})

    def _playback(self, path: str, query: str, fault: Fault | None) -> None:
        if found := re.fullmatch(rf"/playback/video/{RECORD}(?P<file>/.*)?", path):
            if self.state.behaviour.layout == "scalelite":
                self._redirect(f"/video/{found['id']}{found['file'] or '/'}", 307)
            else:
                self._published("video", found["id"], found["file"] or "", fault, prefix="/playback")
        elif path == "/playback/presentation/2.0/playback.html":
            record = parse_qs(query).get("meetingId", [""])[0]
            self._redirect(f"/playback/presentation/2.3/{record}", 301)
        elif re.fullmatch(r"/playback/presentation/([\d.]+/)?playback\.html", path) or re.fullmatch(
            rf"/playback/presentation/2\.3/{RECORD}/?", path
        ):
            self._send(PLAYER.encode(), 200)
        elif found := re.fullmatch(rf"/playback/presentation/{RECORD}(?P<file>/.*)", path):
            if self.state.behaviour.layout == "bbblb":
                self._file("presentation", found["id"], found["file"], fault)
            else:
                self._missing()
        else:
            self._missing()

    def _published(self, kind: str, record: str, file: str, fault: Fault | None, prefix: str = "") -> None:
        if self.state.behaviour.layout == "bbblb" and kind == "presentation":
            self._missing()
        elif self.state.behaviour.layout == "scalelite" and not self._has_cookie(kind, record):
            self._send(b"<html><body>Forbidden</body></html>", 403)
        elif not file:
            self._redirect(f"{prefix}/{kind}/{record}/", 301)
        else:
            self._file(kind, record, file, fault)

    def _has_cookie(self, kind: str, record: str) -> bool:
        given = re.search(rf"recording_{kind}_{re.escape(record)}=(\w+)", self.headers.get("Cookie") or "")
        return bool(given) and given[1] in self.state.cookies  # type: ignore[index]

    def _file(self, kind: str, record: str, file: str, fault: Fault | None) -> None:
        owner = self.state.stand_ins.get(record, record)
        folder = self.state.places.get((kind, owner))
        path = (folder / (file.lstrip("/") or "index.html")).resolve() if folder else None
        if folder is None or path is None or not path.is_relative_to(folder.resolve()) or not path.is_file():
            self._missing()
            return
        data = path.read_bytes()
        if owner != record and path.name == "metadata.xml":
            data = data.replace(owner.encode(), record.encode())
        kind_of = "video/mp4" if path.suffix == ".m4v" else mimetypes.guess_type(path.name)[0]
        self._ranged(
            data, kind_of or "application/octet-stream", f'"{path.stat().st_mtime_ns:x}-{len(data):x}"', fault
        )

    def _ranged(self, data: bytes, content_type: str, tag: str, fault: Fault | None) -> None:
        """The whole file, or the one range that was asked for."""
        headers = {"ETag": tag}
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range") or "")
        current = self.headers.get("If-Range") in (None, tag)
        if not self.state.behaviour.ranges or not asked or not current or asked[0] == "bytes=-":
            if self.state.behaviour.ranges:
                headers["Accept-Ranges"] = "bytes"
            self._send(data, 200, content_type, headers, fault)
            return
        if asked[1]:
            start, end = int(asked[1]), min(int(asked[2] or len(data)), len(data) - 1)
        else:
            start, end = max(0, len(data) - int(asked[2])), len(data) - 1
        if start >= len(data) or end < start:
            self._send(b"", 416, headers={"Content-Range": f"bytes */{len(data)}"})
            return
        headers["Content-Range"] = f"bytes {start}-{end}/{len(data)}"
        self._send(data[start : end + 1], 206, content_type, headers, fault)

    def _missing(self) -> None:
        self._send(NGINX_404.encode(), 404)

    def _redirect(self, path: str, status: int) -> None:
        self._send(b"", status, headers={"Location": self.state.base + path})

    def _send(
        self,
        body: bytes,
        status: int,
        content_type: str = "text/html",
        headers: dict[str, str] | None = None,
        fault: Fault | None = None,
    ) -> None:
        """Write the answer, cut or with a false length when a fault says so."""
        announced = fault.announce if fault and fault.announce is not None else len(body)
        cut = fault.cut_after if fault and fault.cut_after is not None else len(body)
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        chunks = self.state.behaviour.chunks
        if chunks:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(announced))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        if announced != len(body) or cut < len(body):
            self.close_connection = True
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(_chunked(body[:cut], chunks) if chunks else body[:cut])
        if self.close_connection:
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_WR)


def _chunked(body: bytes, size: int) -> bytes:
    """Return the body as HTTP/1.1 writes it piece by piece."""
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in [*pieces, b""])
