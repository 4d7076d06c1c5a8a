"""Raster files of a recording (PNG, JPEG, GIF, WebP) -> pixels as the canvas has them, within bounded memory.

A file that is larger than any slide is scaled down once, strip by strip, so
that only its own pixels are in memory beside the small result.
"""

from __future__ import annotations

import base64
import contextlib
import io
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, ImageFile

from pod.bbb.playback.notes import Note
from pod.bbb.render.images.damaged import decode

Place = tuple[float, float, float, float]  # left, top, right, bottom
SEEN: Final = 0.02  # pixels: less beside its place is not seen
SMALL_PIXELS: Final = 4_000_000  # what a slide has at most: decoded in any process
MAX_DECODED_PIXELS: Final = 32_000_000  # of one file; what is larger is refused
_MAX_DECODED_BYTES: Final = 140_000_000  # of one picture inside an SVG: A4 scanned at 600 dots per inch
KEPT_SIDE: Final = 3200  # pixels: a larger picture is scaled down once, when loaded
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
_STRIP_PIXELS: Final = 1_000_000
_DEEP: Final = ("I;16", "I;16B", "I;16L", "I;16N", "I")  # grey in 65536 steps


@dataclass(frozen=True, slots=True)
class Raster:
    """A decoded picture: premultiplied blue, green, red, alpha; it may have been scaled down."""

    image: Image.Image  # mode RGB as the plain bands blue, green, red; RGBX with the alpha, if not opaque
    width: float  # the picture's own size, of which only the aspect matters
    height: float
    opaque: bool
    inside: Place | None = None  # the box of the image that it fills; None: all

    @property
    def box(self) -> Place:
        """The box of the image that the picture fills, in pixels (left, top, right, bottom)."""
        return self.inside or (0.0, 0.0, *self.image.size)

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return self.image.width * self.image.height * 4


def fitted_place(place: Place, own: tuple[float, float]) -> Place:
    """Where a picture of its own size lies in a box: xMidYMid meet."""
    left, top, right, bottom = place
    scale = min((right - left) / own[0], (bottom - top) / own[1])
    across, down = (right - left - own[0] * scale) / 2, (bottom - top - own[1] * scale) / 2
    return left + across, top + down, right - across, bottom - down


def is_small(path: Path) -> bool:
    """Whether the header promises no more than a slide has. Raises one of `damaged.BROKEN`."""
    with Image.open(path, formats=_FORMATS) as image:
        return image.width * image.height <= SMALL_PIXELS


def load_raster(path: Path, note: Note) -> Raster:
    """Decode a file; `note` is told what to add to "The picture ...". Raises one of `damaged.BROKEN`."""
    with Image.open(path, formats=_FORMATS) as image:
        own = image.size
        with contextlib.suppress(ValueError):
            image.draft("RGB", (KEPT_SIDE, KEPT_SIDE))  # a JPEG is decoded smaller; others ignore it
        if image.width * image.height > MAX_DECODED_PIXELS:
            raise ValueError(f"it has {own[0]}x{own[1]} pixels")
        if not decode(image):
            note("is damaged: it is shown as far as it can be read")
        if max(own) > KEPT_SIDE:
            note(f"of {own[0]}x{own[1]} pixels was scaled down")
        if max(image.size) > KEPT_SIDE:
            return in_canvas_order(_reduced(image), *own)
        if _has_few_colours(image):
            return Raster(_from_table(image), *own, opaque=True)
        return in_canvas_order(plain(image), *own)


def reduced_address(image: ImageFile.ImageFile, most: int) -> str:
    """The data address of a smaller file of an opened picture that has more than `most` pixels.

    Raises one of `damaged.BROKEN`, ValueError also if decoding it takes too much memory.
    """
    factor = math.ceil(math.sqrt(image.width * image.height / most))
    image.draft(None, (image.width // factor, image.height // factor))  # only JPEG heeds it
    if image.width * image.height * (1 if len(image.getbands()) == 1 else 4) > _MAX_DECODED_BYTES:
        raise ValueError(f"it has {image.width}x{image.height} pixels")
    decode(image)
    small = image.width * image.height <= KEPT_SIDE**2  # a JPEG may be by now
    smaller = plain(image) if small else _reduced(image)
    return data_address(smaller, "png" if smaller.mode == "RGBA" else "jpeg")


def data_address(image: Image.Image, kind: str) -> str:
    """The picture in a file of its kind, png or jpeg, written as the address of an SVG's picture."""
    file = io.BytesIO()
    image.save(file, kind, compress_level=1, quality=90)  # each kind heeds its own
    return f"data:image/{kind};base64,{base64.b64encode(file.getvalue()).decode()}"


def _has_few_colours(image: Image.Image) -> bool:
    """Whether it is opaque and of a table's colours or grey, as BBB < 2.6 writes slides."""
    if "transparency" in image.info:
        return False
    return image.mode == "L" or (
        image.mode == "P" and image.palette is not None and image.palette.mode == "RGB"
    )


def _from_table(image: Image.Image) -> Image.Image:
    """Such a picture in the canvas's order: changing the table does in one pass what takes four otherwise."""
    if image.mode == "P":
        levels = image.getpalette("RGB") or []
        image.putpalette([level for at in range(0, len(levels), 3) for level in levels[at : at + 3][::-1]])
    return image.convert("RGB")


def _reduced(image: Image.Image) -> Image.Image:
    """The picture scaled down by a whole factor, so that neither side is longer than is kept."""
    across, down = (math.ceil(side / KEPT_SIDE) for side in image.size)
    factor = (min(image.width, max(across, down)), min(image.height, max(across, down)))
    rows = max(1, _STRIP_PIXELS // (image.width * factor[1])) * factor[1]
    size = tuple(-(-side // step) for side, step in zip(image.size, factor, strict=True))
    target: Image.Image | None = None
    for top in range(0, image.height, rows):
        strip = plain(image.crop((0, top, image.width, min(image.height, top + rows)))).reduce(factor)
        if target is None:
            target = Image.new(strip.mode, (size[0], size[1]))
        target.paste(strip, (0, top // factor[1]))
    return image if target is None else target


def plain(image: Image.Image) -> Image.Image:
    """The picture as RGB or RGBA."""
    if image.mode in _DEEP:  # Pillow would make white of everything above 255
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in {"PA", "LA", "La"} or "transparency" in image.info:
        return image.convert("RGBA")
    return image if image.mode in {"RGB", "RGBA", "RGBa"} else image.convert("RGB")


def in_canvas_order(image: Image.Image, width: float, height: float) -> Raster:
    """The picture as plain bands: blue, green, red times alpha; and alpha unless it is opaque."""
    opaque = image.mode == "RGB" or (image.mode == "RGBA" and image.getchannel("A").getextrema()[0] == 255)
    mode = "RGB" if opaque else "RGBa"
    red, green, blue, *alpha = (image if image.mode == mode else image.convert(mode)).split()
    whole = Image.merge("RGBX" if alpha else "RGB", (blue, green, red, *alpha))
    return Raster(whole, width, height, opaque)
