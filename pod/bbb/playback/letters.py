"""The encodings of text files: BigBlueButton writes UTF-8, editors and old tools write others."""

from __future__ import annotations

import codecs
import re
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_LOOKED_AT: Final = 4096  # bytes
# One byte of so many: in UTF-16 also Japanese text has blanks, digits and ends of lines.
_FEW_ZEROS: Final = 50
_UNREADABLE: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffd]")
_MANY: Final = 0.02  # of the characters: damaged text has some, a picture or an archive half of them
_DOCUMENTS: Final = ("%PDF-", "{\\rtf", "PK\x03\x04", "%!PS")  # some are written with letters alone


def decode(data: bytes) -> str:
    """The text of a file, without the mark that tells its encoding.

    A byte order mark decides. Without one, text with zeros between its letters is UTF-16,
    and the rest is UTF-8, unless most of what is not ASCII is invalid in it: then it is
    Windows-1252. What is damaged becomes U+FFFD.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    head = data[:_LOOKED_AT]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if min(even, odd) == 0 < max(even, odd) * _FEW_ZEROS > len(head):
        return data.decode("utf-16-le" if odd > even else "utf-16-be", "replace")
    text = data.decode("utf-8", "replace")
    strange = text.count("\ufffd")
    if not strange:
        return text
    foreign = len(text) - strange - len(text.encode("ascii", "ignore"))
    return text if foreign >= strange else data.decode("cp1252", "replace")


def is_text(text: str) -> bool:
    """Whether decoded data are something to read, not another kind of file under a text's name."""
    if text.lstrip().startswith(_DOCUMENTS):
        return False
    return len(_UNREADABLE.findall(text)) <= _MANY * len(text)
