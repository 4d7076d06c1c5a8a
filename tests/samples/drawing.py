"""shapes.svg: slides with their intervals, and shapes in growing versions, as BBB 2.x publishes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from tests.samples.files import tenth

HEAD = (
    '<?xml version="1.0"?>\n'
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" id="svgfile"'
    ' style="position:absolute;height:600px;width:800px" version="1.1" viewBox="0 0 800 600">\n'
)
Point = tuple[float, float]


@dataclass(frozen=True)
class Version:
    """One version of one shape: `body` is the SVG inside its group, `style` that of the group."""

    shape: str  # "pencil1": the same for all versions of a shape
    at: float
    style: str
    body: str
    undo: float = -1


@dataclass(frozen=True)
class Display:
    """One display of one slide: what `<image>` and its canvas say."""

    start: float
    end: float
    href: str
    width: int
    height: int
    text: str = ""
    versions: Sequence[Version] = field(default_factory=tuple)


def _stroke(colour: str, width: float) -> str:
    return f"stroke:#{colour};stroke-width:{width};visibility:hidden;fill:none"


def path(points: Sequence[Point], *, closed: bool = False) -> str:
    """A path through `points`."""
    data = "".join(f"{'M' if k == 0 else 'L'}{x:.5f} {y:.5f}" for k, (x, y) in enumerate(points))
    return f'<path d="{data}{"Z" if closed else ""}"/>'


def pencil(
    shape: str, at: float, points: Sequence[Point], colour: str = "ff0000", *, undo: float = -1
) -> list[Version]:
    """A line that grows: a dot first, then three longer and longer versions, 0.2 s apart."""
    x, y = points[0]
    dot = Version(
        shape,
        tenth(at),
        f"stroke:none;fill:#{colour};visibility:hidden",
        f'<circle cx="{x}" cy="{y}" r="4"/>',
        undo,
    )
    style = _stroke(colour, 8) + ";stroke-linecap:round;stroke-linejoin:round"
    grown = [
        Version(shape, tenth(at + 0.2 * k), style, path(points[: max(2, len(points) * k // 3)]), undo)
        for k in (1, 2, 3)
    ]
    return [dot, *grown]


def rectangle(
    shape: str, at: float, box: tuple[float, float, float, float], colour: str = "0000ff"
) -> list[Version]:
    """A rectangle that is pulled open in two steps; `box` is x, y, width, height."""
    x, y, w, h = box
    return [
        Version(
            shape,
            tenth(at + 0.2 * k),
            _stroke(colour, 6) + ";stroke-linejoin:miter",
            path([(x, y), (x + w * q, y), (x + w * q, y + h * q), (x, y + h * q)], closed=True),
        )
        for k, q in enumerate((0.5, 1.0))
    ]


def triangle(
    shape: str, at: float, box: tuple[float, float, float, float], colour: str = "008000"
) -> Version:
    """A triangle standing in `box` (x, y, width, height)."""
    x, y, w, h = box
    style = _stroke(colour, 6) + ";stroke-linejoin:miter;stroke-miterlimit:8"
    return Version(shape, tenth(at), style, path([(x + w / 2, y), (x + w, y + h), (x, y + h)], closed=True))


def ellipse(shape: str, at: float, centre: Point, rx: float, ry: float, colour: str = "ffa500") -> Version:
    """An ellipse as BBB draws it: four arcs."""
    x, y = centre
    ends = [(x, y - ry), (x + rx, y), (x, y + ry), (x - rx, y)]
    arcs = "".join(f"A{rx:.3f} {ry:.3f} 0 0 1 {px:.3f} {py:.3f}" for px, py in ends)
    return Version(shape, tenth(at), _stroke(colour, 6), f'<path d="M{x - rx:.3f} {y:.3f}{arcs}Z"/>')


def line(shape: str, at: float, start: Point, end: Point, colour: str = "000000") -> Version:
    """A straight line."""
    body = f'<line x1="{start[0]}" y1="{start[1]}" x2="{end[0]}" y2="{end[1]}"/>'
    return Version(shape, tenth(at), _stroke(colour, 6) + ";stroke-linecap:butt", body)


def typed(shape: str, at: float, where: Point, text: str, colour: str = "000000") -> list[Version]:
    """A text that is typed word by word; a line break is the raw carriage return that BBB writes."""
    style = f"color:#{colour};word-wrap:break-word;visibility:hidden;font-family:Arial;font-size:36px"
    words = text.split(" ")
    versions = []
    for k in range(1, len(words) + 1):
        shown = escape(" ".join(words[:k])).replace("\r", "&#13;")
        body = (
            f'<switch><foreignObject width="500" height="160" x="{where[0]}" y="{where[1]}">'
            f'<p xmlns="http://www.w3.org/1999/xhtml" style="margin:0;padding:0">{shown}</p>'
            "</foreignObject></switch>"
        )
        versions.append(Version(shape, tenth(at + 0.2 * (k - 1)), style, body))
    return versions


def poll(shape: str, at: float, box: tuple[float, float, float, float], href: str) -> Version:
    """The picture of a poll's result, laid on the slide."""
    x, y, w, h = box
    body = f'<image width="{w}" height="{h}" x="{x}" y="{y}" xlink:href="{href}"/>'
    return Version(shape, tenth(at), "visibility:hidden", body)


POLL_SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="160" viewBox="0 0 300 160">'
    '<rect width="300" height="160" fill="white" stroke="black"/>'
    '<text x="14" y="52" font-size="28">A</text><rect x="50" y="26" width="220" height="34" fill="#333"/>'
    '<text x="14" y="122" font-size="28">B</text><rect x="50" y="96" width="90" height="34" fill="#333"/>'
    "</svg>"
)


def _shape(version: Version, image: str, number: int) -> str:
    return (
        f'    <g id="{image}-draw{number}" class="shape" timestamp="{version.at}" undo="{version.undo}"'
        f' shape="{image}-{version.shape}" style="{version.style}">\n      {version.body}\n    </g>\n'
    )


def shapes_svg(displays: Sequence[Display]) -> str:
    """The whole file. A shape that is still there when its slide comes back must be given again."""
    out, number = [HEAD], 0
    for k, shown in enumerate(displays, 1):
        text = f' text="{shown.text}"' if shown.text else ""
        out.append(
            f'  <image id="image{k}" class="slide" in="{tenth(shown.start)}" out="{tenth(shown.end)}"'
            f' xlink:href="{shown.href}" width="{shown.width}" height="{shown.height}" x="0" y="0"'
            f' style="visibility:hidden"{text}/>\n'
        )
        if shown.versions:
            out.append(f'  <g class="canvas" id="canvas{k}" image="image{k}" display="none">\n')
            for version in sorted(shown.versions, key=lambda v: v.at):
                number += 1
                out.append(_shape(version, f"image{k}", number))
            out.append("  </g>\n")
    return "".join([*out, "</svg>\n"])
