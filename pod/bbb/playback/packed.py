"""Texts kept small: a long lecture has tens of thousands of versions of its drawings.

Each version of a stroke repeats all its points. Kept as objects they would need
gigabytes; kept packed, and opened when painted, a few dozen megabytes.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar, TypeVarTuple

WORTH = 200  # bytes from which packing pays
LARGE = 16 * 1024  # bytes: what such texts are opened to takes much memory
FEW = 4  # so many opened large texts are remembered

More = TypeVarTuple("More")
Content = TypeVar("Content")


class Packed:
    """A text, compressed when that is worth it."""

    __slots__ = ("_blob", "_deflated", "length")

    def __init__(self, text: str) -> None:
        blob = text.encode("utf-8", "surrogatepass")
        self.length = len(blob)  # bytes of the text
        self._deflated = len(blob) >= WORTH
        self._blob = zlib.compress(blob, 1) if self._deflated else blob

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return len(self._blob)

    def text(self) -> str:
        """The text."""
        blob = zlib.decompress(self._blob) if self._deflated else self._blob
        return blob.decode("utf-8", "surrogatepass")


def remembering(
    most: int,
) -> Callable[[Callable[[Packed, *More], Content]], Callable[[Packed, *More], Content]]:
    """Decorate a function that opens texts: it remembers the `most` results used last (`FEW` large ones)."""

    def decorate(open_: Callable[[Packed, *More], Content]) -> Callable[[Packed, *More], Content]:
        usual, large = lru_cache(most)(open_), lru_cache(FEW)(open_)

        def opened(packed: Packed, /, *more: *More) -> Content:
            return (large if packed.length > LARGE else usual)(packed, *more)

        return opened

    return decorate
