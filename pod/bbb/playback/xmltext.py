"""Bytes of XML that parsers refuse for one character, mended on their way to the parser.

What people paste into a chat or a slide (line breaks of PowerPoint, halves of letters, a bare
"&") gets into the files of a recording when whoever wrote them did not escape it: all that
comes after would be lost, and with it, say, every slide of the rest of a meeting.
"""

from __future__ import annotations

import codecs
import itertools
import re
from collections.abc import Iterable, Iterator
from html.entities import html5
from typing import Final

_FORBIDDEN: Final = bytes({*range(0x20)} - {0x09, 0x0A, 0x0D})
_NO_CHARACTERS: Final = ("\ufffe", "\uffff")  # UTF-8 can write them, XML may not hold them
_ENCODING: Final = re.compile(rb"\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_OURS: Final = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})
_WIDE: Final = re.compile(rb"\xff\xfe|\xfe\xff|\x00?<\x00|\x00\x00")  # the beginnings of UTF-16 and UTF-32
_SOUND: Final = rb"(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9a-fA-F]{1,6});"
_STRAY: Final = re.compile(rb"&(?!%b)(?:([A-Za-z][A-Za-z0-9]{1,30};))?" % _SOUND)
_NUMBER: Final = re.compile(rb"&#(?:(\d{1,7})|x([0-9a-fA-F]{1,6}));")
_CDATA: Final = b"<![CDATA["
_LONGEST: Final = 34  # bytes of what stands between "&" and ";"
_ERRORS: Final = "pod.bbb.playback.xmltext"


def _windows(error: UnicodeError) -> tuple[str, int]:
    """Read what is no UTF-8 as Windows' letters: it was copied from there, or is no text at all."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error(_ERRORS, _windows)


class Mending:
    """Mends a document, piece by piece; `done` tells whether there was anything to mend.

    Documents that say to be in another encoding than UTF-8 pass as they are.
    """

    def __init__(self) -> None:
        self.done = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("strict")
        self._mends_references = True

    def pieces(self, raw: Iterable[bytes]) -> Iterator[bytes]:
        """Give the document's bytes, mended."""
        pieces = iter(raw)
        beginning = next(pieces, b"")
        if not _is_ours(beginning):
            yield beginning
            yield from pieces
            return
        held = b""
        for piece in itertools.chain([self._begin(beginning)], pieces):
            clean, held = self._whole_references(held + self._letters(piece))
            if clean:
                yield self._references(clean)
        rest = held + b"?" * len(self._decoder.getstate()[0])  # it breaks off in a letter
        if rest:
            yield self._references(rest)

    def _begin(self, piece: bytes) -> bytes:
        """Nothing, not even a blank, may stand before the document's own declaration."""
        mark = codecs.BOM_UTF8 if piece.startswith(codecs.BOM_UTF8) else b""
        found = piece[len(mark) :].lstrip(b" \t\r\n\x00")
        self.done |= len(mark) + len(found) != len(piece)
        return mark + found

    def _letters(self, piece: bytes) -> bytes:
        clean = piece.translate(None, _FORBIDDEN)
        self.done |= len(clean) != len(piece)
        begun = self._decoder.getstate()[0]
        if clean.isascii() and not begun:
            return clean
        try:
            text = self._decoder.decode(clean)
        except UnicodeDecodeError:
            self.done = True
            self._decoder = codecs.getincrementaldecoder("utf-8")(_ERRORS)
            text = self._decoder.decode(begun + clean)
        for none in _NO_CHARACTERS:
            if none in text:
                self.done, text = True, text.replace(none, "\ufffd")
        return text.encode()

    def _whole_references(self, data: bytes) -> tuple[bytes, bytes]:
        """Keep back what may be the beginning of a reference, or of a section without any."""
        at = data.rfind(b"&", max(0, len(data) - _LONGEST))
        if at < 0 or b";" in data[at:]:
            at = len(data)
        begun = data.rfind(b"<", max(0, len(data) - len(_CDATA)))
        if begun >= 0 and _CDATA.startswith(data[begun:]):
            at = min(at, begun)
        return data[:at], data[at:]

    def _references(self, data: bytes) -> bytes:
        if _CDATA in data:  # there "&" stands for itself
            self._mends_references = False
        if not self._mends_references or b"&" not in data:
            return data
        mended = _NUMBER.sub(_character, _STRAY.sub(_escaped, data))
        self.done |= mended != data
        return mended


def _is_ours(beginning: bytes) -> bool:
    if _WIDE.match(beginning):
        return False
    said = _ENCODING.match(beginning.removeprefix(codecs.BOM_UTF8))
    return said is None or said[1].lower() in _OURS


def _escaped(match: re.Match[bytes]) -> bytes:
    """Give the letter that HTML has for a name; a bare "&" is one that was not escaped."""
    if match[1] is None:
        return b"&amp;"
    letters = html5.get(match[1].decode())
    return (
        b"&amp;" + match[1]
        if letters is None
        else letters.replace("&", "&amp;").replace("<", "&lt;").encode()
    )


def _character(match: re.Match[bytes]) -> bytes:
    """Keep a numbered character that XML may hold."""
    number = int(match[1]) if match[1] else int(match[2], 16)
    allowed = number in {0x09, 0x0A, 0x0D} or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0xFFFD
    return match[0] if allowed or 0x10000 <= number <= 0x10FFFF else "\ufffd".encode()
