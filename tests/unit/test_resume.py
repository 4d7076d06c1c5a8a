"""What an answer's headers mean for the piece of a file that is on the disk already."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
import requests
from urllib3 import HTTPResponse

from pod.bbb.errors import Cancelled, FetchError
from pod.bbb.places import part_of
from pod.bbb.playback.download import Downloader
from pod.bbb.playback.manifest import Manifest
from pod.bbb.playback.needed import Wanted
from pod.bbb.transfer.client import Client, NoRangeError
from pod.bbb.transfer.resume import (
    CHUNK,
    Begun,
    Order,
    Patience,
    Transfer,
    WebPageError,
)

ONCE, TWICE = Patience(1, 0.0), Patience(2, 0.0)
WHOLE = b"0123456789"
DATE = "Mon, 02 Mar 2026 09:00:00 GMT"
Answer = tuple[int, dict[str, str], bytes]


class Server(Client):
    """Gives these answers, one after the other; `asked` holds the headers of each request."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__(lambda _url: True, lambda: False, (1.0, 1.0))
        self.answers = list(answers)
        self.asked: list[dict[str, str]] = []

    @contextmanager
    def get(
        self, url: str, what: str, headers: Mapping[str, str] | None = None, *, method: str = "GET"
    ) -> Iterator[requests.Response]:
        """Give the next answer, whatever is asked for."""
        self.asked.append(dict(headers or {}))
        response = requests.Response()
        response.status_code, said, body = self.answers.pop(0)
        response.headers.update(said)
        packed = {name: value for name, value in said.items() if value == "gzip"}  # others here only say so
        response.raw = HTTPResponse(BytesIO(body), packed, preload_content=False)
        if response.status_code == 416:
            raise NoRangeError("There is no such piece.", len(WHOLE))
        yield response


@dataclass
class Notes:
    """Remembers in memory."""

    noted: Begun | None = None

    def begun(self) -> Begun | None:
        """Give it."""
        return self.noted

    def begin(self, progress: Begun) -> None:
        """Take it."""
        self.noted = progress


def bring(
    folder: Path,
    server: Server,
    *,
    here: bytes = b"",
    begun: Begun | None = None,
    expected: int | None = None,
    patience: Patience = ONCE,
    largest: int | None = None,
    page: bool = False,
) -> tuple[bytes, Notes]:
    """Bring a file of which the bytes `here` are on the disk; give what is there then, and what is noted."""
    part, notes = folder / "file.part", Notes(begun)
    part.write_bytes(here)
    order = Order("http://bbb.example/file", "the file", part, largest, expected, page)
    size = Transfer(server, order, notes, lambda _new, _here, _all: None).run(patience)
    assert size == part.stat().st_size
    return part.read_bytes(), notes


@pytest.mark.parametrize("total", ["10", "*"])
def test_the_rest_is_asked_for_and_added(tmp_path: Path, total: str) -> None:
    """Also from a server that does not tell, in that answer, how long the whole is."""
    server = Server((206, {"Content-Range": f"bytes 4-9/{total}", "ETag": '"a"'}, WHOLE[4:]))
    found, _notes = bring(tmp_path, server, here=WHOLE[:4], begun=Begun('"a"', 10))
    assert found == WHOLE
    assert server.asked == [{"Range": "bytes=4-", "If-Range": '"a"'}]


@pytest.mark.parametrize(
    "part",
    ["bytes 3-9/10", "bytes 5-9/10", "bytes 4-9/11", "bytes 4-9", "", "4-9/10", f"bytes 4-9/{'9' * 5000}"],
    ids=["before", "behind", "longer", "endless", "none", "unitless", "absurd"],
)
def test_a_part_that_does_not_fit_is_not_added(tmp_path: Path, part: str) -> None:
    """Another beginning, another length, or a range that nobody can read: the whole file is fetched anew."""
    server = Server(
        (206, {"Content-Range": part, "ETag": '"a"'}, b"others"), (200, {"Content-Length": "10"}, WHOLE)
    )
    found, _notes = bring(tmp_path, server, here=WHOLE[:4], begun=Begun('"a"', 10), patience=TWICE)
    assert found == WHOLE
    assert server.asked[1] == {}


def test_a_part_of_another_version_is_not_added(tmp_path: Path) -> None:
    """Some servers and caches give the piece although the file changed (RFC 9110, 15.3.7.3)."""
    server = Server(
        (206, {"Content-Range": "bytes 4-9/10", "ETag": '"b"'}, b"others"),
        (200, {"Content-Length": "10"}, WHOLE),
    )
    found, _notes = bring(tmp_path, server, here=WHOLE[:4], begun=Begun('"a"', None), patience=TWICE)
    assert found == WHOLE


def test_a_part_need_not_name_its_version_again(tmp_path: Path) -> None:
    """A server that heeded `If-Range` may leave its date out (RFC 9110, 15.3.7): the next goes on, too."""
    server = Server((206, {"Content-Range": "bytes 4-9/10"}, WHOLE[4:]))
    version = "Mon, 02 Mar 2026 09:00:00 GMT"
    _found, notes = bring(tmp_path, server, here=WHOLE[:4], begun=Begun(version, 10))
    assert notes.noted == Begun(version, 10)


def test_two_that_bring_one_file_spoil_it_for_neither(tmp_path: Path) -> None:
    """A worker that was taken for dead goes on for a moment beside the one that has its job now."""
    body = bytes(range(256)) * (4 * CHUNK // 256)
    part, notes = tmp_path / "file.part", Notes(Begun('"a"', len(body)))
    part.write_bytes(body[:4])
    order = Order("http://bbb.example/file", "the file", part)

    def rest(start: int) -> Server:
        said = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}", "ETag": '"a"'}
        return Server((206, said, body[start:]))

    def second(_new: int, here: int, _all: int | None) -> None:
        if here == 4 + CHUNK:
            Transfer(rest(here), order, notes, lambda _new, _here, _all: None).run(ONCE)

    Transfer(rest(4), order, notes, second).run(ONCE)
    assert part.read_bytes() == body


def test_of_two_that_bring_one_file_the_second_finds_it_named(tmp_path: Path) -> None:
    """The bytes are the same: it does not fail for that."""
    manifest = Manifest(tmp_path, "a")

    def first(_piece: int) -> None:
        part_of(tmp_path / "file").replace(tmp_path / "file")

    server = Server((200, {"Content-Length": "10"}, WHOLE))
    Downloader(server, tmp_path, manifest, ONCE, first).fetch("http://bbb.example/", Wanted("file"))
    assert manifest.has("file")


def test_two_lists_of_one_folder_are_written_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither takes away what the other is about to put into place."""
    one, other = Manifest(tmp_path, "a"), Manifest(tmp_path, "a")
    write = Path.write_text

    def meanwhile(path: Path, text: str, encoding: str) -> int:
        written = write(path, text, encoding)
        if not other.absent:
            other.miss("b")
        return written

    monkeypatch.setattr(Path, "write_text", meanwhile)
    one.miss("a")
    assert Manifest(tmp_path, "a").absent == {"a"}


def test_a_file_that_changed_comes_whole(tmp_path: Path) -> None:
    """The server then gives all of it for what was asked: nothing of the piece that is here stays."""
    server = Server((200, {"Content-Length": "10", "ETag": '"b"'}, WHOLE))
    found, notes = bring(tmp_path, server, here=b"abcd", begun=Begun('"a"', 12))
    assert found == WHOLE
    assert notes.noted == Begun('"b"', 10)


def test_a_part_that_nobody_asked_for_may_be_the_whole(tmp_path: Path) -> None:
    """Some servers answer every request so; a part that is less is no file."""
    assert bring(tmp_path, Server((206, {"Content-Range": "bytes 0-9/10"}, WHOLE)))[0] == WHOLE
    server = Server((206, {"Content-Range": "bytes 0-9/10"}, WHOLE))
    assert bring(tmp_path, server, here=b"abcd")[0] == WHOLE
    with pytest.raises(FetchError, match="4 of 10 bytes"):
        bring(tmp_path, Server((206, {"Content-Range": "bytes 0-3/10"}, WHOLE[:4])))


def test_a_part_that_nobody_asked_for_need_not_say_which(tmp_path: Path) -> None:
    """Then it is as long as it says, or as it is."""
    assert bring(tmp_path, Server((206, {"Content-Length": "10"}, WHOLE)))[0] == WHOLE


def test_the_end_of_a_file_is_not_taken_for_its_beginning(tmp_path: Path) -> None:
    """As a cache may give it to who asked for all: the same again behind it would have the file's length."""
    end = (206, {"Content-Range": "bytes 5-9/10", "ETag": '"a"'}, WHOLE[5:])
    with pytest.raises(FetchError, match="another part"):
        bring(tmp_path, Server(end, end), patience=TWICE)


@pytest.mark.parametrize("begun", [None, Begun("", 10), Begun('"a"', 3)])
def test_a_piece_of_no_known_version_is_not_continued(tmp_path: Path, begun: Begun | None) -> None:
    """Nothing was noted, the server names no versions, or more is here than the file is long."""
    server = Server((200, {"Content-Length": "10"}, WHOLE))
    assert bring(tmp_path, server, here=b"abcd", begun=begun)[0] == WHOLE
    assert server.asked == [{}]


@pytest.mark.parametrize(
    ("said", "expected", "known"),
    [
        ({"Content-Length": "10"}, None, 10),
        ({"Content-Length": "10"}, 99, 10),
        ({}, 10, 10),
        ({"Content-Length": "x"}, None, None),
        ({"Content-Length": "\u0661"}, None, None),
        ({"Content-Length": "4", "Content-Encoding": "br"}, 10, 10),
        ({"Content-Length": "10", "Content-Encoding": "Identity"}, None, 10),
    ],
)
def test_the_length_is_what_the_server_tells_truly(
    tmp_path: Path, said: dict[str, str], expected: int | None, known: int | None
) -> None:
    """Else what the catalogue announced; of something packed on the way, the server's number is another."""
    _found, notes = bring(tmp_path, Server((200, said, WHOLE)), expected=expected)
    assert notes.noted is not None
    assert notes.noted.length == known


@pytest.mark.parametrize(
    ("said", "validator"),
    [
        ({"ETag": '"a"', "Last-Modified": "Mon, 02 Mar 2026 09:00:00 GMT"}, '"a"'),
        (
            {"ETag": 'W/"a"', "Last-Modified": "Mon, 02 Mar 2026 09:00:00 GMT"},
            "Mon, 02 Mar 2026 09:00:00 GMT",
        ),
        ({"ETag": 'W/"a"'}, ""),
        ({"ETag": '"a"', "Content-Encoding": "br"}, ""),
        ({}, ""),
    ],
)
def test_only_a_version_that_bytes_can_be_added_to_is_noted(
    tmp_path: Path, said: dict[str, str], validator: str
) -> None:
    """A weak ETag stands for other bytes as well (RFC 9110, 13.1.5); a packed answer has others."""
    _found, notes = bring(tmp_path, Server((200, said, WHOLE)))
    assert notes.noted is not None
    assert notes.noted.validator == validator


def test_less_than_announced_is_no_file(tmp_path: Path) -> None:
    """The message says how much came; what came stays for the next call."""
    with pytest.raises(FetchError, match="9 of 10 bytes"):
        bring(tmp_path, Server((200, {"Content-Length": "10"}, WHOLE[:9])))
    assert (tmp_path / "file.part").read_bytes() == WHOLE[:9]


@pytest.mark.parametrize("here", [10, 9])
def test_nothing_behind_the_last_byte_ends_a_download(tmp_path: Path, here: int) -> None:
    """A server that says so of a file of that length confirms that it is whole; else it comes anew."""
    server = Server((416, {}, b""), (200, {"Content-Length": "10"}, WHOLE))
    begun = Begun('"a"', 10)
    assert bring(tmp_path, server, here=b"x" * here, begun=begun, patience=TWICE)[0] == (
        b"x" * 10 if here == 10 else WHOLE
    )


@pytest.mark.parametrize(("share", "whole"), [(CHUNK, True), (CHUNK // 2, False)])
def test_cuts_end_a_download_only_if_nothing_comes_between_them(
    tmp_path: Path, share: int, *, whole: bool
) -> None:
    """A large file comes through a line that breaks often; a few bytes each time are no progress."""
    body = bytes(range(256)) * (4 * CHUNK // 256)

    def rest(start: int) -> Answer:
        said = {"Content-Range": f"bytes {start}-{len(body) - 1}/{len(body)}", "ETag": '"a"'}
        return (206, said, body[start : start + share])

    answers = [rest(start) for start in range(0, len(body), share)]
    if whole:
        assert bring(tmp_path, Server(*answers), patience=TWICE)[0] == body
        return
    with pytest.raises(FetchError, match="Tried 2 times"):
        bring(tmp_path, Server(*answers), patience=TWICE)


def test_what_unpacks_to_more_than_any_film_is_refused(tmp_path: Path) -> None:
    """A film is compressed already; what is small may be anything, and what has a limit keeps to that."""
    bomb, small = 50 * 2**20, 1_000_000

    def said(size: int) -> Server:
        return Server((200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(size))))

    with pytest.raises(FetchError, match="is no film"):
        bring(tmp_path, said(bomb))
    assert (tmp_path / "file.part").stat().st_size < bomb / 2
    assert len(bring(tmp_path, said(small))[0]) == small
    assert len(bring(tmp_path, said(bomb), largest=bomb)[0]) == bomb


def test_a_film_that_is_packed_on_the_way_arrives(tmp_path: Path) -> None:
    """Some servers pack whatever they send, though nobody asked for it."""
    film = os.urandom(3_000_000)
    assert bring(tmp_path, Server((200, {"Content-Encoding": "gzip"}, gzip.compress(film))))[0] == film


def test_bytes_that_come_again_are_no_progress(tmp_path: Path) -> None:
    """A server that cuts each time, and then has no such piece, keeps no download going for ever."""
    cut = (200, {"Content-Length": str(9 * CHUNK), "ETag": '"a"'}, bytes(CHUNK))
    with pytest.raises(FetchError, match="Tried 3 times"):
        bring(tmp_path, Server(cut, (416, {}, b""), cut), patience=Patience(3, 0.0))


def test_nothing_behind_the_last_byte_of_no_known_version_is_no_end(tmp_path: Path) -> None:
    """What is here was not asked about: the file comes anew."""
    server = Server((416, {}, b""), (200, {"Content-Length": "10"}, WHOLE))
    assert bring(tmp_path, server, here=b"x" * 10, patience=TWICE)[0] == WHOLE


@pytest.mark.parametrize("said", [{"Content-Length": "10"}, {}], ids=["announced", "unannounced"])
def test_more_than_is_allowed_is_refused(tmp_path: Path, said: dict[str, str]) -> None:
    """Before it fills the disk, whether the server tells how much there is or not; the limit is allowed."""
    assert bring(tmp_path, Server((200, said, WHOLE)), largest=10)[0] == WHOLE
    with pytest.raises(FetchError, match="too large"):
        bring(tmp_path, Server((200, said, WHOLE)), largest=9)
    assert (tmp_path / "file.part").read_bytes() == b""


def test_what_is_announced_as_too_large_is_not_begun(tmp_path: Path) -> None:
    """What an earlier attempt brought stays as it is."""
    with pytest.raises(FetchError, match="too large"):
        bring(tmp_path, Server((200, {"Content-Length": "10"}, WHOLE)), here=b"abcd", largest=9)
    assert (tmp_path / "file.part").read_bytes() == b"abcd"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("Text/HTML ; charset=utf-8", b"Please log in"),
        ("application/xhtml+xml", b"Please log in"),
        ("video/mp4", b" <!DOCTYPE html><title>Please log in</title>"),
        ("", b'<?xml version="1.0"?>\n<!-- a\nb --><HTML>'),
    ],
    ids=["html", "xhtml", "film-by-name", "untyped"],
)
def test_a_web_page_is_no_file(tmp_path: Path, kind: str, body: bytes) -> None:
    """Whatever type the server gives it; where a page is wanted, it is taken."""
    answer = (200, {"Content-Type": kind, "Content-Length": str(len(body))}, body)
    with pytest.raises(WebPageError):
        bring(tmp_path, Server(answer))
    assert (tmp_path / "file.part").read_bytes() == b""
    assert bring(tmp_path, Server(answer), page=True)[0] == body


def test_an_answer_that_ends_among_its_headers_is_no_empty_file(tmp_path: Path) -> None:
    """Python's library takes what came of them for all: no length, and no body."""
    server = Server((200, {}, b""), (200, {"Content-Length": "10"}, WHOLE))
    assert bring(tmp_path, server, patience=TWICE)[0] == WHOLE


@pytest.mark.parametrize("header", [{"Content-Length": "0"}, {"Transfer-Encoding": "chunked"}])
def test_a_file_may_be_empty(tmp_path: Path, header: dict[str, str]) -> None:
    """Where the server says so, by a length or by the last of no chunks."""
    assert bring(tmp_path, Server((200, header, b"")))[0] == b""


def test_remarks_before_a_drawing_make_no_page_of_it(tmp_path: Path) -> None:
    """Nor does it take longer than a glance to see that, however many they are."""
    body = b"<!---->" * 140 + b"<svg/>"
    assert bring(tmp_path, Server((200, {}, body)))[0] == body


def test_a_file_may_hold_a_page_behind_its_first_piece(tmp_path: Path) -> None:
    """Only what begins so is one."""
    body = bytes(CHUNK) + b"<html>"
    assert bring(tmp_path, Server((200, {}, body)))[0] == body


def test_a_download_that_is_stopped_touches_no_file(tmp_path: Path) -> None:
    """The folder may belong to another job by the time the answer comes."""
    server = Server((200, {"Content-Length": "10"}, WHOLE))
    server._stopped = lambda: True
    with pytest.raises(Cancelled):
        bring(tmp_path, server, here=b"abcd")
    assert (tmp_path / "file.part").read_bytes() == b"abcd"
