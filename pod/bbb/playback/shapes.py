"""shapes.svg: which slide is shown when, and what was drawn on it (BBB <= 2.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lxml import etree

from pod.bbb.playback.model import SlideKind, SvgShape
from pod.bbb.playback.notes import Notes
from pod.bbb.playback.numbers import number, seconds
from pod.bbb.playback.paths import safe_href
from pod.bbb.playback.svg_shape import CONTAINERS, DRAWN, LazyOps
from pod.bbb.playback.versions import Room, Version, intervals, undo_time
from pod.bbb.playback.xmlfile import attributes, elements
from pod.bbb.untrusted_xml import local

NAME = "shapes.svg"
PLACE_HOLDERS = {
    "/deskshare.png": SlideKind.DESKSHARE,
    "/presentation/deskshare/slide-1.png": SlideKind.DESKSHARE,  # BBB 1.1: a folder like a presentation's
    "/logo.png": SlideKind.LOGO,
}
MOST = 200_000  # displays of slides and versions of shapes; the longest lectures have a third of that


@dataclass(frozen=True, slots=True)
class Image:
    """An `<image>` of shapes.svg: one slide, with each second at which it comes up."""

    id: str
    starts: tuple[float, ...]
    href: str
    width: float | None  # None when not usable
    height: float | None
    text_href: str

    @property
    def kind(self) -> SlideKind:
        """What it stands for, by its file's name."""
        kinds = (kind for end, kind in PLACE_HOLDERS.items() if f"/{self.href}".endswith(end))
        return next(kinds, SlideKind.SLIDE)


@dataclass(slots=True)
class Shapes:
    """What shapes.svg holds."""

    images: list[Image] = field(default_factory=list)
    by_image: dict[str, tuple[SvgShape, ...]] = field(default_factory=dict)
    present: bool = False


def read_shapes(folder: Path, record_id: str, notes: Notes) -> Shapes:
    """Read shapes.svg of the recording in `folder`; an absent file gives empty `Shapes`."""
    path = folder / NAME
    result = Shapes(present=path.is_file())
    drawn: dict[str, list[Version[LazyOps]]] = {}
    room = Room(NAME, notes)
    for element in elements(path, ("image", "g"), notes, _wanted, MOST):
        if local(element) == "image":
            image = _image(element, record_id, notes)
            if image:
                result.images.append(image)
        else:
            _shape(element, record_id, drawn, room, notes)
    for image_id, versions in drawn.items():
        result.by_image[image_id] = tuple(
            SvgShape(str(version.shape), version.order, version.start, end, version.content)
            for version, end in intervals(versions)
        )
    return result


def _wanted(element: etree._Element) -> bool:
    """An image of a slide, not of a poll; a shape, not its canvas."""
    if local(element) == "g":
        return _is_shape(element)
    return not any(_is_shape(above) for above in element.iterancestors())


def _is_shape(element: etree._Element) -> bool:
    return element.get("class") == "shape" or element.get("timestamp") is not None


def _image(element: etree._Element, record_id: str, notes: Notes) -> Image | None:
    found = attributes(element)
    if "href" not in found:  # BBB <= 1.0 begins with its logo, without a link
        return None
    href = safe_href(found["href"], record_id)
    if href is None:
        notes.add("A slide of shapes.svg names a file outside the recording: it is left out.")
        return None
    starts = tuple(at for at in map(seconds, found.get("in", "").split()) if at is not None)
    if not starts:
        notes.add("A slide of shapes.svg has no readable time: it is left out.")
        return None
    return Image(
        id=found.get("id", ""),
        starts=starts,
        href=href,
        width=_length(found.get("width")),
        height=_length(found.get("height")),
        text_href=safe_href(found.get("text", ""), record_id) or "",
    )


def _length(text: str | None) -> float | None:
    """A width or height in slide pixels, when it is one."""
    value = number(text)
    return value if value is not None and 1 <= value <= 100_000 else None


def _shape(
    element: etree._Element,
    record_id: str,
    drawn: dict[str, list[Version[LazyOps]]],
    room: Room,
    notes: Notes,
) -> None:
    found = attributes(element)
    image = _canvas_image(element)
    start = seconds(found.get("timestamp", _time_in_id(found.get("id", ""))))
    if start is None or not image:
        notes.add("A shape of shapes.svg has no readable time or no slide: it is left out.")
        return
    shape = _identity(element, found.get("shape") or found.get("id", ""))
    if not any(name in DRAWN for name in _names(element)):
        notes.add(f"A shape of shapes.svg ({kind_of(shape)}) holds nothing that can be drawn.")
        return
    content = LazyOps(etree.tostring(element, encoding="unicode", with_tail=False), record_id)
    if not room.admits(image, shape, content.packed):
        return
    versions = drawn.setdefault(image, [])
    undo = undo_time(number(found.get("undo", "-1")))
    versions.append(Version(shape, len(versions), start, undo, content))


def _time_in_id(name: str) -> str | None:
    """The second at which a shape of BBB 0.81 was drawn: it has no attribute for it, only "draw12.3"."""
    return name.removeprefix("draw") if "." in name else None


def _identity(element: etree._Element, shape: str) -> str:
    """What all versions of a shape have in common.

    BBB <= 1.1 counts pencil strokes and lines apart, but calls both "line1", "line2":
    a stroke is a polyline there, a path or a dot, or (0.81) lines without a word on their filling.
    """
    if not shape.startswith("line"):
        return shape
    stroke = "line" not in set(_names(element)) or "fill" not in element.get("style", "")
    return "pencil" + shape.removeprefix("line") if stroke else shape


def _canvas_image(element: etree._Element) -> str:
    """The id of the image that a shape's canvas belongs to; "" when it has none."""
    canvas = element.getparent()
    while canvas is not None and local(canvas) == "g":
        found = attributes(canvas)
        if found.get("image"):
            return found["image"]
        if found.get("id", "").startswith("canvas"):
            return "image" + found["id"].removeprefix("canvas")
        canvas = canvas.getparent()
    return ""


def _names(element: etree._Element) -> Iterator[str]:
    for child in element:
        name = local(child)
        yield name
        if name in CONTAINERS:
            yield from _names(child)


def kind_of(shape: str) -> str:
    """The kind of a shape from its identity: "image3-pencil12" and "pencil12" are pencils."""
    return shape.rpartition("-")[2].rstrip("0123456789") or "shape"


def read_hrefs(folder: Path, record_id: str, notes: Notes) -> Iterator[tuple[str, SlideKind, str]]:
    """Each picture that shapes.svg names: its path, what it stands for, its text file ("" without one)."""
    for element in elements(folder / NAME, ("image",), notes):
        if _wanted(element):
            image = _image(element, record_id, notes)
            if image:
                yield image.href, image.kind, image.text_href
        else:
            href = safe_href(attributes(element).get("href", ""), record_id)
            if href:
                yield href, SlideKind.SLIDE, ""
