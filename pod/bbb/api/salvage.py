"""An answer that is not well-formed XML: taken apart as text, each recording read by itself.

What breaks answers in practice stands inside one recording (a control character
in a name, an HTML entity, an unescaped ampersand, a half written
metadata.xml); the others must not suffer.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from pod.bbb.api.build import READING
from pod.bbb.api.recording import Problem
from pod.bbb.untrusted_xml import HARDENED, local

BLOCK = 1 << 18
LARGEST = 1 << 23  # characters of one recording; libxml2's own limit for one text is near
# A recording starts where its first child is one that only a recording has: metadata may hold
# an element named "recording" too.
_BOUNDARY = re.compile(
    r"(?P<start><recording(?:\s[^<>]{0,200})?>)(?=\s{0,300}<(?:recordID|error|meetingID|internalMeetingID)\b)"
    r"|</recordings\s*>"
)
_OVERLAP = 800  # more than a boundary and what is looked at behind it
# What was read as ASCII so far can be one of these; anything else is read as UTF-8.
_DECLARED = re.compile(
    rb"\s*<\?xml[^>]{0,100}encoding\s*=\s*[\"'](iso-8859-1|iso-8859-15|windows-1252|us-ascii)[\"']",
    re.IGNORECASE,
)
_STRAY = re.compile(r"&(?!#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|(?:amp|lt|gt|quot|apos);)")
_REFERENCE = re.compile(r"&#(?:([0-9]{1,7})|[xX]([0-9a-fA-F]{1,6}));")
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def pieces(path: Path, outside: list[str]) -> Iterator[str]:
    """The text of each `<recording>`; what stands outside of them is put into `outside`."""
    buffer, in_recording = "", False
    for block in _blocks(path):
        buffer += block
        done = 0
        # the recording that began in an earlier block stands at the beginning
        for found in _BOUNDARY.finditer(buffer, 1 if in_recording else 0):
            if found.start() > len(buffer) - _OVERLAP and block:
                break
            if in_recording:
                yield buffer[done : found.start()]
            else:
                outside.append(buffer[done : found.start()])
            in_recording = found["start"] is not None
            done = found.start()
            if not in_recording:
                outside.append(found[0])
                done = found.end()
        buffer = buffer[done:]
        if not in_recording and len(buffer) > _OVERLAP:
            outside.append(buffer[:-_OVERLAP])
            buffer = buffer[-_OVERLAP:]
        if len(buffer) > LARGEST:  # no recording is that large: keep its beginning, for its id
            buffer = buffer[:BLOCK] + buffer[-_OVERLAP:]
    if in_recording:
        yield buffer
    else:
        outside.append(buffer)


def _blocks(path: Path) -> Iterator[str]:
    """The document as text, in blocks, and "" at the end; bytes that are no text become U+FFFD."""
    with path.open("rb") as file:
        declared = _DECLARED.match(file.read(200))
        file.seek(0)
        decoder = codecs.getincrementaldecoder(declared[1].decode() if declared else "utf-8-sig")("replace")
        while block := file.read(BLOCK):
            if text := str(decoder.decode(block)):
                yield text
    yield str(decoder.decode(b"", final=True))
    yield ""


def elements(piece: str, place: str) -> Iterator[etree._Element | Problem]:
    """The recording in `piece`, as it is or with stray characters repaired; a Problem if neither helps."""
    end = piece.rfind("</recording>")
    whole = piece[: end + len("</recording>")] if end >= 0 else ""
    why = "it is not closed"
    for text in (whole, _repaired(whole)) if whole else ():
        try:
            root = etree.fromstring(f"<recordings>{text}</recordings>".encode("utf-8", "replace"), _parser())
        except etree.XMLSyntaxError as error:
            why = str(error.msg)[:200]
            continue
        yield from (node for node in root if local(node) == "recording")
        return
    found = re.search(r"<recordID>\s*([A-Za-z0-9_-]{1,200})\s*<", piece)
    yield Problem(READING, f"it is not well-formed XML: {why}", found[1] if found else place)


def _parser(*, recover: bool = False) -> etree.XMLParser:
    return etree.XMLParser(
        huge_tree=False, remove_comments=True, remove_pis=True, recover=recover, **HARDENED
    )


def _repaired(text: str) -> str:
    """Ampersands that start no XML reference escaped, characters that XML forbids replaced."""

    def reference(found: re.Match[str]) -> str:
        code = int(found[1]) if found[1] else int(found[2], 16)
        legal = code < 0x110000 and not _ILLEGAL.match(chr(code))
        return found[0] if legal else " "

    return _ILLEGAL.sub(" ", _REFERENCE.sub(reference, _STRAY.sub("&amp;", text)))


def envelope(outside: list[str]) -> Iterator[etree._Element]:
    """The children of `<response>` that stand outside of the recordings."""
    text = re.sub(r"^\ufeff?\s*<\?xml[^>]*\?>", "", "".join(outside)[:LARGEST])
    root = etree.fromstring(_repaired(text).encode("utf-8", "replace"), _parser(recover=True))
    yield from () if root is None else root
