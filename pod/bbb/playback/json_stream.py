"""Reading a JSON file of any length piece by piece.

tldraw.json repeats the whole drawing with each of its updates: a hundred
megabytes are not rare. Read at once they would need a gigabyte.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

CHUNK = 1024 * 1024  # bytes
LARGEST_VALUE = 32 * 1024 * 1024  # characters of one value
_BLANKS = " \t\n\r"
_decode = json.JSONDecoder(strict=False).raw_decode  # with line breaks and the like within texts


class JsonStream:
    """A position in a JSON text. Whoever enters an object or a list reads each value in it.

    Every method raises ValueError where the text is no JSON or ends too early.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._text = ""
        self._at = 0
        self._ended = False

    def peek(self) -> str:
        """The next character that is no blank; "" at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _BLANKS:
                    return self._text[self._at]
                self._at += 1
            if self._ended:
                return ""
            self._more()

    def members(self) -> Iterator[str]:
        """The keys of the object that begins here; the value of each is read before the next."""
        for _index in self._entries("{", "}"):
            key, _text = self.value()
            if not isinstance(key, str):
                raise ValueError("a key is no text")  # noqa: TRY004 - the text is at fault, not the caller
            self._take(":")
            yield key

    def items(self) -> Iterator[int]:
        """The positions of the list that begins here; the value of each is read before the next."""
        yield from self._entries("[", "]")

    def value(self) -> tuple[Any, str]:
        """The value that begins here, and its text."""
        if not self.peek():
            raise ValueError("the text ends too early")
        while True:
            try:
                found, end = _decode(self._text, self._at)
            except json.JSONDecodeError:
                if self._ended or len(self._text) - self._at > LARGEST_VALUE:
                    raise
            except RecursionError as error:
                raise ValueError("too deeply nested") from error
            else:
                if end < len(self._text) or self._ended:  # a number may go on in the next chunk
                    text = self._text[self._at : end]
                    self._at = end
                    return found, text
            self._more()

    def _entries(self, opening: str, closing: str) -> Iterator[int]:
        self._take(opening)
        index = 0
        if self.peek() == closing:
            self._at += 1
            return
        while True:
            yield index
            index += 1
            if self.peek() == closing:
                self._at += 1
                return
            self._take(",")

    def _take(self, character: str) -> None:
        if self.peek() != character:
            raise ValueError(f"{character!r} was expected")
        self._at += 1

    def _more(self) -> None:
        """Read on; at least as much again as waits, so that a long value is not tried too often."""
        waiting = self._text[self._at :]
        blob = self._file.read(max(CHUNK, len(waiting)))
        self._ended = not blob
        self._text = waiting + self._decoder.decode(blob, final=not blob)
        self._at = 0
