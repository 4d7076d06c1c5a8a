"""The picture files of a recording: slides (PNG, SVG) and poll results, decoded once and kept for a while.

Nothing outside the recording's folder is ever opened, and nothing is decoded
whose header promises more pixels than a slide may have.
"""

from __future__ import annotations

import contextlib
import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

import numpy as np
from PIL import Image

from pod.bbb.playback.drawing import Matrix
from pod.bbb.render.canvas import Box, Pixels
from pod.bbb.render.damaged import BROKEN, decode
from pod.bbb.render.svg_files import MAX_PIXELS, Svg, UnusableSvgError, in_canvas_order, read_svg
from pod.bbb.render.svg_process import DrawingFailedError, SvgProcess

Note = Callable[[str], None]
MAX_FILE_BYTES: Final = 100 * 1024 * 1024
MAX_DECODED_PIXELS: Final = 32_000_000  # of one file; what is larger is refused
KEPT_SIDE: Final = 3200  # pixels: a larger picture is scaled down once, when loaded
CACHE_BYTES: Final = 16 * 1024 * 1024  # two slides; each process at a conversion has its own
_FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")


@dataclass(frozen=True, slots=True)
class Raster:
    """A decoded picture: premultiplied blue, green, red, alpha; it may have been scaled down."""

    image: Image.Image  # mode RGBX as four plain bands in the canvas's order
    width: float  # the picture's own size, of which only the aspect matters
    height: float
    opaque: bool

    @property
    def size(self) -> int:
        """Bytes of memory."""
        return self.image.width * self.image.height * 4


class Pictures:
    """The pictures below one recording's folder; `note` is told once of each that cannot be shown."""

    def __init__(self, folder: Path, note: Note) -> None:
        self._folder = folder.resolve()
        self._note = note
        self._svgs: OrderedDict[str, Svg] = OrderedDict()
        self._rasters: OrderedDict[tuple[str, int], Raster] = OrderedDict()
        self._failed: set[str] = set()
        self._svg_process = SvgProcess()

    def get(self, href: str, scale_to: float) -> Raster | None:
        """The picture, a vector one drawn for a width of about `scale_to` pixels; None if unusable."""
        if href in self._failed:
            return None
        try:
            return self._cached(href, scale_to)
        except (UnusableSvgError, DrawingFailedError) as error:
            self._fail(href, str(error))
        except BROKEN as error:
            self._fail(href, f"{type(error).__name__}: {error}")
        return None

    def _fail(self, href: str, reason: str) -> None:
        self._failed.add(href)
        self._note(f"The picture {href} cannot be shown: {reason}.")

    def _cached(self, href: str, scale_to: float) -> Raster:
        level = 0
        if (svg := self._svg(href)) is not None:
            level = _level(svg, scale_to)
        found = self._rasters.get((href, level))
        if found is None:
            found = self._load(href) if svg is None else self._drawn(svg, level)
            self._rasters[href, level] = found
            while len(self._rasters) > 1 and sum(r.size for r in self._rasters.values()) > CACHE_BYTES:
                self._rasters.popitem(last=False)
        self._rasters.move_to_end((href, level))
        return found

    def _drawn(self, svg: Svg, level: int) -> Raster:
        width = 2 ** (level / 2)
        height = width * svg.height / svg.width
        image = svg.render(self._svg_process, max(1, round(width)), max(1, round(height)))
        return _raster(image, svg.width, svg.height)

    def _svg(self, href: str) -> Svg | None:
        """The parsed SVG, or None when the file is of another kind."""
        if not href.lower().endswith((".svg", ".svgz")):
            return None
        if (svg := self._svgs.get(href)) is None:
            svg = self._svgs[href] = read_svg(
                self.path(href).read_bytes(), lambda text: self._note(f"{href}: {text}.")
            )
            while len(self._svgs) > 1 and sum(len(s.text) for s in self._svgs.values()) > CACHE_BYTES // 4:
                self._svgs.popitem(last=False)
        self._svgs.move_to_end(href)
        return svg

    def path(self, href: str) -> Path:
        """The file that a reference means; OSError if it is none of this recording."""
        path = (self._folder / unquote(href)).resolve()
        if not path.is_relative_to(self._folder):
            raise PermissionError("it lies outside the recording")
        if not path.is_file():
            raise FileNotFoundError("the file is missing")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise OSError(f"the file has {path.stat().st_size} bytes")
        return path

    def _load(self, href: str) -> Raster:
        with Image.open(self.path(href), formats=_FORMATS) as image:
            own = image.size
            with contextlib.suppress(ValueError):
                image.draft("RGB", (KEPT_SIDE, KEPT_SIDE))  # a JPEG is decoded smaller; others ignore it
            if image.width * image.height > MAX_DECODED_PIXELS:
                raise ValueError(f"it has {own[0]}x{own[1]} pixels")
            if not decode(image):
                self._note(f"The picture {href} is damaged: it is shown as far as it can be read.")
            picture: Image.Image = image
            if "transparency" in image.info or image.mode in {"PA", "LA"}:
                picture = image.convert("RGBA")
            elif image.mode not in {"RGB", "RGBA"}:
                picture = image.convert("RGB")
            if max(own) > KEPT_SIDE:
                picture.thumbnail((KEPT_SIDE, KEPT_SIDE), Image.Resampling.BOX)
                self._note(f"The picture {href} of {own[0]}x{own[1]} pixels was scaled down.")
            return _raster(picture, *own)


def _raster(picture: Image.Image, width: float, height: float) -> Raster:
    image, opaque = in_canvas_order(picture)
    return Raster(image, width, height, opaque)


def _level(svg: Svg, scale_to: float) -> int:
    """How large a vector picture is drawn: widths in steps of the square root of two, capped."""
    width = min(max(scale_to, 16.0), math.sqrt(MAX_PIXELS * svg.width / svg.height), 8192.0)
    return math.floor(2 * math.log2(width) + 0.999)


def paste(target: Pixels, raster: Raster, matrix: Matrix, clip: Box, *, onto_nothing: bool = False) -> None:
    """Draw the picture into `target`: `matrix` maps its unit square to pixels, `clip` limits what is touched.

    `onto_nothing`: the target is empty and keeps the picture's transparency.
    """
    a, b, c, d, e, f = matrix
    if b == 0 and c == 0 and a > 0 and d > 0:
        _paste_upright(target, raster, (e, f, e + a, f + d), clip, copy=onto_nothing or raster.opaque)
    elif a * d - b * c != 0:
        _paste_turned(target, raster, matrix, clip, copy=onto_nothing)


def _paste_upright(
    target: Pixels, raster: Raster, where: tuple[float, float, float, float], clip: Box, *, copy: bool
) -> None:
    x0, y0, x1, y1 = where
    left, top = max(clip[0], round(x0)), max(clip[1], round(y0))
    right, bottom = min(clip[2], round(x1)), min(clip[3], round(y1))
    if right <= left or bottom <= top:
        return
    across, down = raster.image.width / (x1 - x0), raster.image.height / (y1 - y0)
    source = (
        min(max((left - x0) * across, 0.0), raster.image.width),
        min(max((top - y0) * down, 0.0), raster.image.height),
        min(max((right - x0) * across, 0.0), raster.image.width),
        min(max((bottom - y0) * down, 0.0), raster.image.height),
    )
    if source[2] - source[0] <= 0 or source[3] - source[1] <= 0:
        return
    # Browsers interpolate linearly when they enlarge; to reduce, Hamming's window is as cheap and sharper.
    method = Image.Resampling.HAMMING if across > 1 else Image.Resampling.BILINEAR
    scaled = raster.image.resize((right - left, bottom - top), method, box=source)
    pixels = np.frombuffer(scaled.tobytes(), np.uint8).reshape(bottom - top, right - left, 4)
    blend(target[top:bottom, left:right], pixels, opaque=copy)


def _paste_turned(target: Pixels, raster: Raster, matrix: Matrix, clip: Box, *, copy: bool) -> None:
    a, b, c, d, e, f = matrix
    xs, ys = [e, e + a, e + c, e + a + c], [f, f + b, f + d, f + b + d]
    left, top = max(clip[0], math.floor(min(xs))), max(clip[1], math.floor(min(ys)))
    right, bottom = min(clip[2], math.ceil(max(xs))), min(clip[3], math.ceil(max(ys)))
    if right <= left or bottom <= top:
        return
    # First to the size on the screen, so that the turning samples every pixel about once.
    size = (max(1, min(4096, round(math.hypot(a, b)))), max(1, min(4096, round(math.hypot(c, d)))))
    image = raster.image.resize(size, Image.Resampling.HAMMING)
    determinant = a * d - b * c
    u = (d / determinant * size[0], -c / determinant * size[0])
    v = (-b / determinant * size[1], a / determinant * size[1])
    offset_x, offset_y = left - e, top - f
    inverse = (
        u[0], u[1], u[0] * offset_x + u[1] * offset_y,
        v[0], v[1], v[0] * offset_x + v[1] * offset_y,
    )  # fmt: skip
    turned = image.transform(
        (right - left, bottom - top), Image.Transform.AFFINE, inverse, Image.Resampling.BILINEAR
    )
    pixels = np.frombuffer(turned.tobytes(), np.uint8).reshape(bottom - top, right - left, 4)
    blend(target[top:bottom, left:right], pixels, opaque=copy)


def blend(target: Pixels, pixels: Pixels, *, opaque: bool) -> None:
    """Lay premultiplied pixels over an opaque picture of the same size."""
    if opaque:
        target[...] = pixels
        return
    rest = 255 - pixels[..., 3:4].astype(np.uint16)
    under = target.astype(np.uint16) * rest
    target[...] = pixels + ((under + 127) // 255).astype(np.uint8)
    target[..., 3] = 255
