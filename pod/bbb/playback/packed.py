"""Texts kept small: a long lecture has tens of thousands of versions of its drawings.

Each version of a stroke repeats all its points. Kept as objects they would need
gigabytes; kept packed, and opened when painted, a few dozen megabytes.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import TypeVar, TypeVarTuple

WORTH = 200  # bytes from which packing pays
LARGE = 16 * 1024  # bytes: what such texts are opened to takes much memory
FEW = 4  # so many opened large texts are remembered
_AT_ONCE = 8  # drawings that grow

More = TypeVarTuple("More")
Content = TypeVar("Content")


class Packed:
    """A text, compressed when that is worth it; of what it shares with a later one that one alone has it."""

    __slots__ = ("_at", "_blob", "_deflated", "_growth", "_shared", "length")

    def __init__(self, text: str) -> None:
        blob = text.encode("utf-8", "surrogatepass")
        self.length = len(blob)  # bytes of the text
        self._growth: _Growth | None = None  # where what it shares is, if it does: it stands at `_at`
        self._at = self._shared = 0
        self._keep(blob)

    def _keep(self, blob: bytes) -> None:
        self._deflated = len(blob) >= WORTH
        self._blob = zlib.compress(blob, 1) if self._deflated else blob

    @property
    def size(self) -> int:
        """Bytes that are kept."""
        return len(self._blob)

    def text(self) -> str:
        """The text."""
        return self.encoded().decode("utf-8", "surrogatepass")

    def encoded(self) -> bytes:
        """The text in UTF-8."""
        own = zlib.decompress(self._blob) if self._deflated else self._blob
        if self._growth is None:
            return own
        return own[: self._at] + self._growth.beginning(self._shared) + own[self._at :]

    def share(self, growth: _Growth, at: int, shared: int, whole: bytes) -> int:
        """Keep the `shared` bytes from `at` of the `whole` there alone; give the bytes saved."""
        before = self.size
        self._growth, self._at, self._shared = growth, at, shared
        self._keep(whole[:at] + whole[at + shared :])
        return before - self.size


class _Growth:
    """The newest of several texts, all of which begin alike where what they hold begins."""

    __slots__ = ("at", "least", "newest")

    def __init__(self, newest: Packed, at: int) -> None:
        self.newest, self.at = newest, at
        self.least = 0  # bytes that others need of it

    def beginning(self, length: int) -> bytes:
        return _whole(self.newest)[self.at : self.at + length]


@lru_cache(FEW)
def _whole(packed: Packed) -> bytes:
    return packed.encoded()


class Sharing:
    """Lets versions of a drawing share what they begin with: a stroke that grows repeats all its points."""

    def __init__(self) -> None:
        self._open: OrderedDict[Hashable, tuple[_Growth, bytes]] = OrderedDict()

    def add(self, drawing: Hashable, version: Packed) -> int:
        """Take the next version of a drawing; give the bytes that are saved of the one before."""
        whole = version.encoded()
        at = max(
            0, whole.find(b">" if whole.startswith(b"<") else b'"shape_data"')
        )  # before it: number and time
        growth, before = self._open.pop(drawing, (None, b""))
        saved = 0
        if growth is not None:
            body = before[growth.at :]
            shared = _alike(body, whole[at:])
            if shared >= max(growth.least, len(body) // 2, WORTH):
                saved = growth.newest.share(growth, growth.at, shared, before)
                growth.newest, growth.at, growth.least = version, at, shared
            else:
                growth = None
        self._open[drawing] = growth or _Growth(version, at), whole
        if len(self._open) > _AT_ONCE:
            self._open.popitem(last=False)
        return saved


def _alike(one: bytes, other: bytes) -> int:
    """How many bytes at the beginning are the same."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


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
