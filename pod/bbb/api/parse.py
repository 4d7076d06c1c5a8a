"""Reading a stored answer piece by piece: memory does not grow with the document.

Hardened: no entity is resolved, nothing is loaded, libxml2's own limits stay on.
An answer that is not well-formed is read recording by recording (see
`salvage`), so that one broken recording costs no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from lxml import etree

from pod.bbb.api import salvage
from pod.bbb.api.build import child, pairs_of, text_of, to_recording
from pod.bbb.api.failures import FailedAnswerError
from pod.bbb.api.recording import Problem, Recording
from pod.bbb.counts import count
from pod.bbb.errors import ApiError
from pod.bbb.secrecy import scrub
from pod.bbb.untrusted_xml import HARDENED, local, release

HEAD = 65_536
_END = re.compile(rb"(?:</(?:\w+:)?response\s*>|<(?:\w+:)?response\s*/>)\s*(?:<!--[^>]*-->\s*)*\x00*\s*$")


@dataclass
class Envelope:
    """What an answer says beside its recordings."""

    returncode: str = ""
    key: str = ""
    message: str = ""
    total: int | None = None  # totalElements: counts (recording, format) pairs
    version: str = ""

    def take(self, node: etree._Element) -> None:
        """Note what a child of `<response>` says."""
        name, text = local(node), text_of(node)
        if name == "returncode":
            self.returncode = text.upper()
        elif name == "messageKey":
            self.key = text
        elif name == "message":
            self.message = text
        elif name == "errors":
            self._take_errors(node)
        elif name == "pagination":
            self.total = count(text_of(child(node, "totalElements")))
        elif name == "totalElements":  # betas of BBB 2.6
            self.total = count(text)
        elif name in {"bbbVersion", "apiVersion", "version"} and text:
            self.version = text if name == "bbbVersion" else self.version or text

    def _take_errors(self, node: etree._Element) -> None:
        """`<errors><error>`: the first one counts; key and message are children, or attributes."""
        error = child(node, "error")
        if error is not None:
            self.key = text_of(child(error, "key")) or str(error.get("key") or "")
            self.message = text_of(child(error, "message")) or str(error.get("message") or "")


class _NotAResponseError(Exception):
    """The document's root is something else."""


class _MalformedError(Exception):
    """The document is not well-formed XML; the message says why and where."""


@dataclass
class AnswerFile:
    """One answer in a file. `check()` first; then `recordings()` as often as needed."""

    path: Path
    source: str  # what it is, for messages: "the answer of bbb.univ.example"
    saved: bool = False  # by somebody, who gives its path: no server is asked
    envelope: Envelope = field(default_factory=Envelope)
    pairs: list[tuple[str, str]] = field(default_factory=list)  # (record id, format type) in order
    records: list[str] = field(default_factory=list)  # the record id of each <recording>
    broken: str = ""  # why it is not well-formed XML, "" if it is

    def check(self) -> AnswerFile:
        """Read it once: raise FailedAnswerError for FAILED, ApiError for what is no answer at all."""
        try:
            self._collect(self._strict())
        except _NotAResponseError:
            raise self._no_answer("its root element is not <response>") from None
        except _MalformedError as error:
            self.broken = scrub(str(error))[:200]
        if self.broken:
            self._check_broken()
        if self.envelope.returncode == "FAILED":
            told = scrub(self.envelope.message or "no reason given")[:300]
            raise FailedAnswerError(
                f"{self.source}: BigBlueButton refused: {self.envelope.key or 'FAILED'}: {told}",
                self.envelope.key,
            )
        if self.envelope.returncode != "SUCCESS":
            raise self._no_answer(f"its returncode is {self.envelope.returncode[:40] or 'missing'!r}")
        return self

    def _collect(self, nodes: Iterator[etree._Element | Problem]) -> None:
        self.pairs, self.records = [], []
        for node in nodes:
            if not isinstance(node, Problem) and (found := pairs_of(node)):
                self.records.append(found[0][0])
                self.pairs += found

    def _check_broken(self) -> None:
        """Decide what a document that is not XML is: a web page, an answer cut short, or one to salvage."""
        with self.path.open("rb") as file:
            head = file.read(HEAD)
            file.seek(max(0, self.path.stat().st_size - 4096))
            tail = file.read()
        if page_title(head) or b"<response" not in head:
            raise self._no_answer(self.broken)
        if not _END.search(tail):
            again = "Save it anew" if self.saved else "Ask again"
            raise ApiError(f"{self.source} is cut short: it does not end with </response>. {again}.")
        self._collect(self._salvaged())
        if not self.pairs and self.envelope.returncode != "FAILED":
            raise self._no_answer(self.broken)

    def _no_answer(self, why: str) -> ApiError:
        with self.path.open("rb") as file:
            head = file.read(HEAD)
        advice = "save what getRecordings answers" if self.saved else "check the server's address"
        if page := page_title(head):
            more = "" if self.saved else ", and that no login page or proxy stands before it"
            return ApiError(
                f"{self.source} is a web page ({page}), not an answer of BigBlueButton: {advice}{more}."
            )
        return ApiError(f"{self.source} is not an answer of BigBlueButton's API ({why}): {advice}.")

    def _place(self, number_: int) -> str:
        return f"number {number_} of {self.source[:1].lower()}{self.source[1:]}"

    def _strict(self) -> Iterator[etree._Element | Problem]:
        with self.path.open("rb") as file:
            yield from _stream(file, self.envelope)

    def _salvaged(self) -> Iterator[etree._Element | Problem]:
        outside: list[str] = []
        for place, piece in enumerate(salvage.pieces(self.path, outside), 1):
            yield from salvage.elements(piece, self._place(place))
        for node in salvage.envelope(outside):
            self.envelope.take(node)

    def recordings(self) -> Iterator[Recording | Problem]:
        """Every recording of a checked answer, in order; a Problem for each that cannot be used."""
        if self.broken:
            yield Problem(
                "reading the catalogue",
                f"it is not well-formed XML ({self.broken}); each recording was read by itself",
                self.source,
            )
        for place, node in enumerate(self._salvaged() if self.broken else self._strict(), 1):
            yield node if isinstance(node, Problem) else to_recording(node, self._place(place))


def _stream(file: BinaryIO, envelope: Envelope) -> Iterator[etree._Element]:
    """Every `response/recordings/recording`, given up again once the caller has read it."""
    depth = 0
    inside = ""
    for event, node in _events(file):
        if event == "start":
            depth += 1
            if depth == 1 and local(node) != "response":
                raise _NotAResponseError
            if depth == 2:
                inside = local(node)
            continue
        depth -= 1
        if depth == 2 and inside == "recordings":
            if local(node) == "recording":  # metadata may hold an element of that name, deeper
                yield node
            release(node)
        elif depth == 1:
            envelope.take(node)
            release(node)


def _events(file: BinaryIO) -> Iterator[tuple[str, etree._Element]]:
    """Starts and ends of elements, from a parser that loads and resolves nothing."""
    context = etree.iterparse(
        file,
        events=("start", "end"),
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        **HARDENED,
    )
    try:
        yield from context
    except etree.XMLSyntaxError as error:
        raise _MalformedError(_why(context.error_log) or str(error.msg or "it is empty")) from None


def _why(mistakes: etree._ListErrorLog) -> str:
    """The first mistake. Where entities are left alone libxml2 loses the place of an undeclared one."""
    first = next((entry for entry in mistakes if entry.level >= 2), None)
    if first is None:
        return ""
    if (first.line, first.column) == (1, 1):
        return "it is empty, or holds an entity that XML does not know"
    return f"{first.message.strip()}, line {first.line}, column {first.column}"


def page_title(head: bytes) -> str:
    """How a web page calls itself; "" if this is none."""
    text = head.decode("utf-8", "replace")
    if not re.search(r"(?i)<!doctype html|<html[\s>]", text):
        return ""
    found = re.search(r"(?is)<title[^>]*>(.{0,200}?)</title", text)
    title = " ".join((found[1] if found else "").split())
    return f"“{scrub(title)[:80]}”" if title else "without a title"
