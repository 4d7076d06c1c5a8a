"""Tells x264 which parts of a picture are those of the picture before.

Most of a lecture's picture stands still while a webcam or the pointer moves.
x264 looks at each block to find that out; told so, it skips what stands still
without looking. FFmpeg takes such hints as side data of a frame (AVVideoHint,
libavutil/video_hint.h, since FFmpeg 7.1; the encoder's option `mb_info`), which
PyAV cannot attach yet: so FFmpeg's own function is called on PyAV's frame.

Where anything is not as expected (another libavutil, no /proc), there are no
hints, and the encoder looks at every block as it always did.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Iterable

import av
import av.frame

MOST = 16  # rectangles told apart; more are told as one that holds them all
BLOCK = 16  # pixels, a macroblock's side
_CHANGED = 1  # AV_VIDEO_HINT_TYPE_CHANGED: what lies outside the rectangles is as it was
_MEMORY = "/proc/self/mem"

Rectangle = tuple[int, int, int, int]  # left, top, width, height in pixels


class _Header(ctypes.Structure):
    """AVVideoHint: how many rectangles, where they begin, how large one is, what they mean."""

    _fields_ = (
        ("count", ctypes.c_size_t),
        ("offset", ctypes.c_size_t),
        ("size", ctypes.c_size_t),
        ("kind", ctypes.c_int),
    )


class _Rect(ctypes.Structure):
    """AVVideoRect."""

    _fields_ = tuple((name, ctypes.c_uint32) for name in ("x", "y", "width", "height"))


class ChangeHints:
    """The hints of one frame that is encoded over and over; without effect where they cannot be given."""

    def __init__(self, frame: av.VideoFrame) -> None:
        self._size = (frame.width, frame.height)
        self._header: _Header | None = None
        self._rects: ctypes.Array[_Rect] | None = None
        address = _side_data(frame)
        if address is not None:
            header = _Header.from_address(address)
            if header.size == ctypes.sizeof(_Rect) and header.count == MOST:
                header.kind = _CHANGED
                self._header = header
                self._rects = (_Rect * MOST).from_address(address + header.offset)

    @property
    def work(self) -> bool:
        """Whether the encoder can be told."""
        return self._header is not None

    def tell(self, changed: Iterable[Rectangle] | None) -> None:
        """Say what differs from the picture encoded before; None when all may differ."""
        if self._header is None or self._rects is None:
            return
        if changed is None:
            changed = [(0, 0, *self._size)]
        rectangles = _few([_blocks(r) for r in changed if r[2] > 0 and r[3] > 0])
        for place, (x, y, width, height) in zip(self._rects, rectangles, strict=False):
            place.x, place.y = x, y
            place.width = min(width, self._size[0] - x)
            place.height = min(height, self._size[1] - y)
        self._header.count = len(rectangles)


def _blocks(rectangle: Rectangle) -> Rectangle:
    """Widen a rectangle to whole macroblocks."""
    x, y, width, height = rectangle
    left, top = max(0, x) // BLOCK * BLOCK, max(0, y) // BLOCK * BLOCK
    right, bottom = -(-(x + width) // BLOCK) * BLOCK, -(-(y + height) // BLOCK) * BLOCK
    return left, top, right - left, bottom - top


def _few(rectangles: list[Rectangle]) -> list[Rectangle]:
    if len(rectangles) <= MOST:
        return rectangles
    left, top = min(r[0] for r in rectangles), min(r[1] for r in rectangles)
    right, bottom = max(r[0] + r[2] for r in rectangles), max(r[1] + r[3] for r in rectangles)
    return [(left, top, right - left, bottom - top)]


def _side_data(frame: av.VideoFrame) -> int | None:
    """Attach room for the hints to `frame`; give its address, None where that is not possible."""
    try:
        # PyAV's own module leads to the very libavutil that it works with
        create = ctypes.CDLL(av.frame.__file__).av_video_hint_create_side_data
    except (AttributeError, OSError, TypeError):
        return None
    create.restype = ctypes.c_void_p
    create.argtypes = (ctypes.c_void_p, ctypes.c_size_t)
    address = _avframe(frame)
    made = create(address, MOST) if address is not None else None
    return int(made) if made else None


def _avframe(frame: av.VideoFrame) -> int | None:
    """Give the address of the AVFrame inside PyAV's object, known by its first fields: the planes' addresses.

    Each word of the object is tried. Reading through /proc turns a word that is
    no address into an error instead of a crash.
    """
    planes = tuple(plane.buffer_ptr for plane in frame.planes)
    wanted = struct.pack(f"={len(planes)}Q", *planes)
    words = (ctypes.c_size_t * (type(frame).__basicsize__ // ctypes.sizeof(ctypes.c_size_t))).from_address(
        id(frame)
    )
    try:
        memory = os.open(_MEMORY, os.O_RDONLY)
    except OSError:
        return None
    try:
        return next((word for word in words if _read(memory, word, len(wanted)) == wanted), None)
    finally:
        os.close(memory)


def _read(memory: int, address: int, size: int) -> bytes:
    try:
        return os.pread(memory, size, address)
    except (OSError, OverflowError):
        return b""
