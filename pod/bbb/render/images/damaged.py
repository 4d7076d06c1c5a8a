"""Raster files that break off or are damaged in the middle: what can be decoded of them."""

from __future__ import annotations

import contextlib
import struct
import zlib
from typing import Final

from PIL import Image, ImageChops, ImageFile, UnidentifiedImageError

from pod.bbb.errors import end_if_unanswered

BROKEN: Final = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    IndexError,
    KeyError,
    OverflowError,
    MemoryError,
    TypeError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)  # fmt: skip - what Pillow's readers raise on damaged files
_FILLED: Final[dict[str, int | tuple[int, ...]]] = {
    "1": 255,
    "L": 255,
    "LA": (255, 255),
    "RGB": (255, 255, 255),
    "RGBA": (255, 255, 255, 255),
}


def why(error: Exception) -> str:
    """What is wrong with a picture, without the file's place on this machine, which Pillow tells."""
    if isinstance(error, UnidentifiedImageError):
        return "it is not a picture in a format of slides"
    if isinstance(error, OSError) and str(error):
        return error.strerror or str(error)
    return f"{type(error).__name__}: {error}"


def decode(image: ImageFile.ImageFile) -> bool:
    """Decode an opened picture; False when only a part could be, and the rest is white.

    Raises what Pillow raised when no part can be seen. Pillow draws parts of
    pictures only by a setting of the whole process; but it decodes into pixels
    that are already there, and leaves in them what it had done when it failed.
    """
    fill = _fill(image)
    if fill is None:
        image.load()
        return True
    image.im = Image.new(image.mode, image.size, fill).im
    try:
        image.load()
    except BROKEN as error:
        end_if_unanswered(error)
        image.tile = []  # nothing is left to decode
        with contextlib.suppress(*BROKEN):  # the palette is attached here
            image.load()
        shown = image.convert("RGB")
        if ImageChops.invert(shown).getbbox() is None:
            raise
        return False
    return True


def _fill(image: ImageFile.ImageFile) -> int | tuple[int, ...] | None:
    """White in the picture's own mode, or the palest colour it has; None for modes that slides never have."""
    if image.mode != "P":
        return _FILLED.get(image.mode)
    palette = image.palette  # not `getpalette`, which decodes first
    if palette is None or palette.rawmode not in {None, "RGB"}:
        return None
    levels = bytes(palette.palette)
    sums = [sum(levels[at : at + 3]) for at in range(0, len(levels), 3)]
    return sums.index(max(sums)) if sums else None
