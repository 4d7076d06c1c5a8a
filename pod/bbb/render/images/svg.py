"""SVG files of a recording (slides, poll results), made harmless.

An SVG file may try to read other files, to fetch addresses, or to grow without
bound when its entities or references are resolved. So it is parsed first with
everything of that kind switched off, stripped of what points outside itself,
and only then given to resvg, all of it in a process that is bounded
(`pod.bbb.render.images.picture_worker`).
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml import etree
from PIL import Image

from pod.bbb.playback.notes import Note
from pod.bbb.playback.xmlfile import XLINK_HREF
from pod.bbb.playback.xmltext import Mending
from pod.bbb.render.images.damaged import BROKEN
from pod.bbb.render.images.levels import Size
from pod.bbb.render.images.rasters import Place, reduced_address
from pod.bbb.render.images.svg_fonts import with_faces
from pod.bbb.render.images.svg_masks import simplify_masks
from pod.bbb.render.images.svg_patterns import Tile, take_out_tiles, tiled
from pod.bbb.render.images.svg_photos import Photo, located, photos, scaled_down
from pod.bbb.render.images.svg_sums import simplify_sums
from pod.bbb.render.images.svg_tree import has_styles
from pod.bbb.untrusted_xml import HARDENED, local

MAX_BYTES: Final = 64 * 1024 * 1024  # of one SVG file
MAX_EMBEDDED_PIXELS: Final = 24_000_000  # of one raster inside an SVG; a larger one is scaled down
MAX_ELEMENTS: Final = 200_000  # after references are resolved
MAX_DEPTH: Final = 120  # of elements inside one another: renderers go down by recursion
_MAX_CHAIN: Final = 16  # of references to what itself refers to something
_SVG: Final = "http://www.w3.org/2000/svg"
# Active content, and filters whose cost grows with their parameters; slides made from PDF have neither.
_REMOVED: Final = {
    "script", "foreignObject", "animate", "animateTransform", "animateMotion", "set",
    "feTurbulence", "feMorphology", "feConvolveMatrix", "feDisplacementMap",
    "feDiffuseLighting", "feSpecularLighting", "feGaussianBlur", "feDropShadow",
}  # fmt: skip
_UNITS: Final = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4}
_LENGTH: Final = re.compile(r"\s*([0-9.]+(?:e[0-9]+)?)\s*(px|pt|pc|in|cm|mm|)\s*", re.IGNORECASE)
_EXTERNAL_URL: Final = re.compile(r"url\((?!\s*+['\"]?\s*+#)[^)]*+\)|@import[^;]*;?", re.IGNORECASE)
_OWN_URL: Final = re.compile(r"url\(\s*+['\"]?\s*+#([^'\")]*+)", re.IGNORECASE)
_RASTER: Final = re.compile(r"data:image/(?:png|jpe?g|gif|webp)[^,]*;base64,", re.IGNORECASE)


class UnusableSvgError(ValueError):
    """The file is no SVG that can be drawn; the message says why."""


@dataclass(frozen=True, slots=True)
class Svg:
    """An SVG that was found harmless: its own size in CSS pixels, the file's text, the letters it shows."""

    width: float
    height: float
    text: str
    letters: frozenset[str]  # none in slides made of outlines
    photos: tuple[Photo, ...] = ()
    tiles: Mapping[str, Tile] = field(default_factory=dict)

    @property
    def size(self) -> Size:
        """Width and height in CSS pixels."""
        return self.width, self.height

    def outer(self, pixels: tuple[int, int], box: Place) -> str:
        """An SVG of so many pixels that has this one stretched in a box of them."""
        left, top, right, bottom = box
        across, down = self.width / (right - left), self.height / (bottom - top)
        text = scaled_down(self.text, self.photos, 1 / min(across, down))
        text = tiled(text, self.tiles, (1 / across, 1 / down))
        seen = -left * across, -top * down, pixels[0] * across, pixels[1] * down
        return (
            f'<svg xmlns="{_SVG}" width="{pixels[0]}" height="{pixels[1]}" preserveAspectRatio="none"'
            f' viewBox="{" ".join(f"{value:.6f}" for value in seen)}">{text}</svg>'
        )


def read_svg(data: bytes, note: Note) -> Svg:
    """Parse an SVG and take out what reaches beyond it; raises `UnusableSvgError`."""
    root = _parsed(data, note)
    elements = list(root.iter())
    _check_depth(root)
    if len(elements) > MAX_ELEMENTS or _resolved_elements(root) > MAX_ELEMENTS:
        raise UnusableSvgError("its references resolve to too many elements")
    # of what a style sheet refers to nothing was counted
    removed = _REMOVED | {"feImage"} if has_styles(elements) else _REMOVED
    _remove_costly_filters(elements, removed)
    simplify_sums(elements)
    simplify_masks(elements)
    for element in elements:
        if not local(element) or local(element) in removed:  # "": comments, entity references and the like
            _remove(element)
        else:
            _clean(element, note)
    width, height = size = _size(root)
    root.set("width", f"{width:.6f}")
    root.set("height", f"{height:.6f}")
    letters = _letters_of(root)
    ratios = _ratios(root, size)
    found = photos(root, max(ratios)) if ratios else []
    tiles = take_out_tiles(root, _stretched(root, ratios or (1.0, 1.0)))
    text = etree.tostring(root, encoding="unicode")
    return Svg(width, height, text, letters, located(text, found), tiles)


def _parsed(data: bytes, note: Note) -> etree._Element:
    try:
        return _parse(data)
    except UnusableSvgError:
        mending = Mending()
        mended = b"".join(mending.pieces([data]))
        if not mending.done or b"<!ENTITY" in data:
            raise
        root = _parse(mended)
        note("an SVG slide contains characters that XML does not allow: they were repaired")
        return root


def _parse(data: bytes) -> etree._Element:
    if len(data) > MAX_BYTES:
        raise UnusableSvgError(f"it has {len(data)} bytes")
    # A large slide holds its photographs as one long attribute, for which libxml2's guards
    # must be lifted; they stay where a DOCTYPE could make use of it.
    plain = b"<!DOCTYPE" not in data and b"\0" not in data[:4096]
    parser = etree.XMLParser(huge_tree=plain, remove_comments=True, remove_pis=True, **HARDENED)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        if getattr(error, "code", 0) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        raise UnusableSvgError(f"it is not well-formed ({error})") from error
    if local(root) != "svg":
        raise UnusableSvgError("it is not an SVG")
    return root


def _check_depth(root: etree._Element) -> None:
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH:
            raise UnusableSvgError(f"its elements lie more than {MAX_DEPTH} deep inside one another")


def _remove_costly_filters(elements: list[etree._Element], removed: set[str]) -> None:
    """Take out the uses of each filter with a step that is not allowed: left empty, it would hide them."""
    filters = [element for element in elements if local(element) == "filter"]
    gone = {f"url(#{found.get('id')})" for found in filters if any(local(step) in removed for step in found)}
    for element in elements:
        if gone and (element.get("filter") or "").strip() in gone:
            del element.attrib["filter"]


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        if element.tail and (previous := element.getprevious()) is not None:
            previous.tail = (previous.tail or "") + element.tail
        parent.remove(element)


def _attributes(element: etree._Element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in element.items()]


def _clean(element: etree._Element, note: Note) -> None:
    for name, value in _attributes(element):
        short = etree.QName(name).localname
        if short == "href":
            _clean_reference(element, name, value.strip(), note)
        elif short.startswith("on"):
            del element.attrib[name]
        elif "url(" in value or "@import" in value:
            element.set(name, _EXTERNAL_URL.sub("none", value))
        if short in {"font-family", "style"} and name in element.attrib:
            element.set(name, with_faces(element.get(name) or ""))
    if local(element) == "style" and element.text:
        element.text = with_faces(_EXTERNAL_URL.sub("none", element.text))


def _clean_reference(element: etree._Element, name: str, value: str, note: Note) -> None:
    if value.startswith("#"):
        return
    bounded = _bounded(value) if _RASTER.match(value) else None
    if bounded is not None:
        element.set(name, bounded)
        return
    del element.attrib[name]
    if local(element) == "image":
        kind = "too large or unreadable" if value.startswith("data:") else "outside the file"
        note(f"an SVG slide's picture {kind} was left out")


def _bounded(value: str) -> str | None:
    """An embedded raster, scaled down if its header promises too many pixels; None if it is unusable."""
    encoded = value[value.index(",") + 1 :]
    try:
        data = base64.b64decode("".join(encoded.split()))
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "GIF", "WEBP")) as image:
            if image.width * image.height <= MAX_EMBEDDED_PIXELS:
                return value
            return reduced_address(image, MAX_EMBEDDED_PIXELS)
    except BROKEN:
        return None


def _resolved_elements(root: etree._Element) -> int:
    """How many elements there are once each reference is replaced by what it points to."""
    by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
    memo: dict[etree._Element, int] = {}
    order = list(root.iter())[::-1]  # children before their parents
    for _ in range(_MAX_CHAIN):  # each pass resolves one more step of a chain of references
        changed = False
        for element in order:
            count = 1 + sum(memo.get(child, 1) for child in element)
            count += sum(memo.get(target, 1) for target in _targets(element, by_id))
            count = min(count, MAX_ELEMENTS + 1)
            if memo.get(element) != count:
                memo[element] = count
                changed = True
        if not changed:
            return memo[root]
    return MAX_ELEMENTS + 1


def _targets(element: etree._Element, by_id: dict[str | None, etree._Element]) -> Iterator[etree._Element]:
    for name, value in _attributes(element):
        if name in {"href", XLINK_HREF}:
            references = [value.strip().removeprefix("#")] if value.strip().startswith("#") else []
        else:
            references = [found.strip() for found in _OWN_URL.findall(value)] if "url(" in value else []
        yield from (by_id[reference] for reference in references if reference in by_id)


def _size(root: etree._Element) -> tuple[float, float]:
    """The size in CSS pixels that a browser would give the picture."""
    box_size = _view_box(root)
    width, height = _length(root.get("width")), _length(root.get("height"))
    if box_size and width and not height:
        height = width * box_size[1] / box_size[0]
    elif box_size and height and not width:
        width = height * box_size[0] / box_size[1]
    size = (width, height) if width and height else box_size
    if size is None or not (0 < size[0] < 1e6 and 0 < size[1] < 1e6):
        raise UnusableSvgError("it has no size")
    return size[0], size[1]


def _view_box(root: etree._Element) -> Size | None:
    box = [_number(part) for part in re.split(r"[\s,]+", (root.get("viewBox") or "").strip())]
    return (box[2], box[3]) if len(box) == 4 and box[2] > 0 and box[3] > 0 else None


def _ratios(root: etree._Element, size: Size) -> Size | None:
    """The size of an SVG for that of its viewBox, across and down; None if a damaged one does not tell."""
    if not root.get("viewBox"):
        return 1.0, 1.0
    box = _view_box(root)
    return (size[0] / box[0], size[1] / box[1]) if box else None


def _stretched(root: etree._Element, ratios: Size) -> Size:
    """How many CSS pixels a unit of the SVG has, across and down."""
    kept = (root.get("preserveAspectRatio") or "").strip() != "none"
    return (min(ratios),) * 2 if kept else ratios


def _length(text: str | None) -> float:
    match = _LENGTH.fullmatch(text or "")
    return _number(match[1]) * _UNITS[match[2].lower()] if match else 0.0


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return 0.0
    return number if number == number and abs(number) < 1e9 else 0.0  # noqa: PLR0124 - NaN differs from itself


def _letters_of(root: etree._Element) -> frozenset[str]:
    texts = (str(text) for node in root.iter(f"{{{_SVG}}}text") for text in node.itertext())
    return frozenset(letter for text in texts for letter in text)
