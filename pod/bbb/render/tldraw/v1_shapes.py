"""The closed shapes and pen strokes of tldraw 1 (BBB 2.6 and 2.7), each in its own space."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pod.bbb.playback.drawing import Colour, Command, Fill, Op, Stroke
from pod.bbb.render.tldraw import colours, dashes, paths
from pod.bbb.render.tldraw.freehand_v1 import Pen, Trace, nodes, outline, trace, traced_outline
from pod.bbb.render.tldraw.geometry import EASE_IN_OUT_SINE, EASE_OUT_SINE, bounds, edges, ellipse_perimeter
from pod.bbb.render.tldraw.growing import Growing, Input, Read
from pod.bbb.render.tldraw.values import LARGEST, MAX_POINTS, has_pair, mapping, num, pair, sequence, word
from pod.bbb.render.tldraw.wobble import generator

STROKE_WIDTHS: Final = {"small": 2.0, "medium": 3.5, "large": 5.0}
_WIDER: Final = 1.618  # of strokes that are not drawn by hand
_NUMBERS: Final = (int, float)
_read: Final = Growing[Read]()
_growing: Final = Growing[Trace]()


@dataclass(frozen=True, slots=True)
class Style:
    """The style of a shape of tldraw 1."""

    seed: str
    dash: str
    filled: bool
    stroke: Colour
    fill: Colour
    width: float

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Style:
        """Read from a shape's data."""
        style = mapping(data.get("style"))
        colour = word(style.get("color"), "black")
        return cls(
            seed=word(data.get("id")),
            dash=word(style.get("dash"), "draw").lower(),
            filled=style.get("isFilled") is True,
            stroke=colours.v1_stroke(colour),
            fill=colours.v1_fill(colour),
            width=STROKE_WIDTHS.get(word(style.get("size")), STROKE_WIDTHS["small"]),
        )

    @property
    def drawn(self) -> bool:
        """Whether the shape is drawn by hand."""
        return self.dash not in {"solid", "dashed", "dotted"}

    @property
    def wide(self) -> float:
        """The width of a stroke that is not drawn by hand."""
        return 1 + self.width * _WIDER

    def even(self, length: float, *, snap: int = 1, outset: bool = True) -> dashes.Dash:
        """Even dashes along a path."""
        return dashes.even_v1(length, self.width * _WIDER, self.dash, snap=snap, outset=outset)

    def area(self, path: Sequence[Command]) -> tuple[Fill, ...]:
        """What is inside of a path, of a shape that is filled."""
        return (Fill(path, self.fill),) if self.filled and path else ()

    def inked(self, polygon: Sequence[complex], edge: float) -> tuple[Fill | Stroke, ...]:
        """A freehand outline: filled, and stroked by `edge`."""
        path = _blob(polygon)
        if not path:
            return ()
        body = Fill(path, self.stroke)
        return (body, Stroke(path, self.stroke, edge)) if edge > 0 else (body,)

    def lined(self, path: Sequence[Command], dash: dashes.Dash, width: float | None = None) -> Stroke:
        """A plain stroke."""
        return Stroke(
            tuple(path), self.stroke, self.wide if width is None else width, dash=dash[0], dash_offset=dash[1]
        )


def _blob(points: Sequence[complex], *, closed: bool = True) -> Sequence[Command]:
    """Curves through the middles of the sides, as tldraw 1 joins the points of a stroke."""
    if len(points) < 4:
        return ()
    packing = paths.Packing()
    packing.commands([paths.move(points[0])])
    packing.through(points[0], np.array(points[1:]))
    if closed:
        packing.commands([paths.CLOSE])
    return packing.done()


def size_of(data: Mapping[str, Any]) -> tuple[float, float]:
    """Width and height of a box-like shape."""
    found = pair(data.get("size"), 1 + 1j)
    return max(0.0, found.real), max(0.0, found.imag)


def radii_of(data: Mapping[str, Any]) -> tuple[float, float]:
    """The two radii of an ellipse."""
    found = pair(data.get("radius"), 1 + 1j)
    return max(0.0, found.real), max(0.0, found.imag)


def points_of(data: Mapping[str, Any]) -> list[Input]:
    """The points of a pen stroke with their pressure."""
    name = word(data.get("id"))
    read = (_read.take(name) or Read()).followed(sequence(data.get("points"))[:MAX_POINTS], _point)
    _read.keep(name, read)
    return read.points


def _point(value: Any) -> Input | None:  # noqa: ANN401 - JSON
    """A point with its pressure; None for anything else. Most of a whiteboard's data passes here."""
    if type(value) is list and len(value) == 3:
        x, y, pressure = value
        if type(x) in _NUMBERS and type(y) in _NUMBERS and type(pressure) in _NUMBERS:
            near = -LARGEST <= x <= LARGEST and -LARGEST <= y <= LARGEST
            if near and -LARGEST <= pressure <= LARGEST:
                return complex(x + 0.0, y + 0.0), pressure + 0.0
    if not has_pair(value):
        return None
    items = sequence(value)
    return pair(value), num(items[2], 0.5) if len(items) > 2 else 0.5


# -- rectangle


def rectangle_ops(data: Mapping[str, Any]) -> tuple[Op, ...]:
    """A rectangle without its label."""
    style = Style.of(data)
    width, height = size_of(data)
    if style.drawn:
        return _drawn_by_hand(style, _rectangle_points(style, width, height))
    half = style.wide / 2
    right, bottom = max(0.0, width - half), max(0.0, height - half)
    corners = [complex(half, half), complex(right, half), complex(right, bottom), complex(half, bottom)]
    # as wide as the strokes' far end: the player's own figures
    return (*style.area(paths.rectangle(half, half, right, bottom)), *_sides(style, corners))


def _sides(style: Style, corners: Sequence[complex]) -> list[Op]:
    return [
        style.lined((paths.move(a), paths.line(b)), style.even(abs(b - a)))
        for a, b in edges(corners, closed=True)
    ]


def _drawn_by_hand(style: Style, points: Sequence[Input]) -> tuple[Op, ...]:
    pen = Pen(style.width, thinning=0.65, streamline=0.3, smoothing=1, simulated=False, last=True)
    found = nodes(points, pen)
    inner = _blob([node.point for node in found], closed=False)
    return (*style.area(inner), *style.inked(outline(found, pen), style.width))


def _between(a: complex, b: complex, steps: int) -> list[Input]:
    """Points from a to b, pressed less in the middle."""
    found = []
    for i in range(steps):
        t = i / (steps - 1)
        found.append((a + (b - a) * t, min(1.0, 0.5 + abs(0.5 - t))))
    return found


def _rectangle_points(style: Style, width: float, height: float) -> list[Input]:
    random = generator(style.seed)
    sw = style.width
    off = [complex(random() * sw * 0.75, random() * sw * 0.75) for _ in range(4)]
    left, top, right, bottom = sw / 2, sw / 2, width - sw / 2, height - sw / 2
    tl, tr = complex(left, top) + off[0], complex(right, top) + off[1]
    br, bl = complex(right, bottom) + off[2], complex(left, bottom) + off[3]
    turn = math.floor(abs(random() * 8) + 0.5)
    rx, ry = min(width / 4, sw * 2), min(height / 4, sw * 2) * 1j
    px, py = (min(2000, max(8, int(side / 16))) for side in (width, height))
    sides = [
        _between(tl + rx, tr - rx, px),
        _between(tr + ry, br - ry, py),
        _between(br - rx, bl + rx, px),
        _between(bl - ry, tl + ry, py),
    ]
    sides = [sides[(i + turn) % 4] for i in range(4)]
    points = [p for side in [*sides, sides[0]] for p in side]
    return points[5 : math.floor((px if turn % 2 == 0 else py) / -2) + 3]


# -- triangle


def triangle_ops(data: Mapping[str, Any]) -> tuple[Op, ...]:
    """A triangle without its label."""
    style = Style.of(data)
    width, height = size_of(data)
    corners = [complex(width / 2, 0), complex(width, height), complex(0, height)]
    if not style.drawn:
        return (*style.area(paths.polygon(corners)), *_sides(style, corners))
    random = generator(style.seed)
    shaken = [c + complex(random() * style.width * 0.75, random() * style.width * 0.75) for c in corners]
    turn = math.floor(abs(random() * 6) + 0.5)
    sides = [_between(a, b, 32) for a, b in edges(shaken, closed=True)]
    sides = [sides[(i + turn) % 3] for i in range(3)]
    return _drawn_by_hand(style, [p for side in [*sides, sides[0]] for p in side])


# -- ellipse


def ellipse_ops(data: Mapping[str, Any]) -> tuple[Op, ...]:
    """An ellipse without its label."""
    style = Style.of(data)
    rx, ry = radii_of(data)
    if style.drawn:
        return _drawn_ellipse(style, rx, ry)
    half = style.wide / 2
    path = paths.ellipse(complex(rx, ry), max(0.0, rx - half), max(0.0, ry - half))
    length = ellipse_perimeter(max(0.0, rx - half), max(0.0, ry - half))
    dash = style.even(length * 2 if length < 64 else length, snap=4)
    return (*style.area(path), style.lined(path, dash))


def _drawn_ellipse(style: Style, radius_x: float, radius_y: float) -> tuple[Op, ...]:
    random = generator(style.seed)
    centre = complex(radius_x, radius_y)
    rx, ry = radius_x + random() * style.width * 2, radius_y + random() * style.width * 2
    length = ellipse_perimeter(abs(rx), abs(ry))
    start, extra = math.pi + math.pi * random(), abs(random())
    count = min(2000, math.ceil(max(16.0, length / 10)))
    points = []
    for i in range(count):
        t = EASE_IN_OUT_SINE(i / (count + 1))
        turn = start * 2 + math.pi * (2 + extra) * t
        point = centre + complex(rx * math.cos(turn), ry * math.sin(turn))
        points.append((point, t + 0.5 + random() / 2))
    found = nodes(points, Pen(1 + style.width * 2, streamline=0))
    pen = Pen(2 + style.width * 2, 0.618, 0, taper_start=length / 12, taper_end=length / 8)
    inner = _blob([node.point for node in found], closed=False)
    return (*style.area(inner), *style.inked(outline(found, pen), style.width))


# -- pen


def draw_ops(data: Mapping[str, Any]) -> tuple[Op, ...]:
    """A pen stroke."""
    style = Style.of(data)
    points = points_of(data)
    if not points:
        return ()
    left, top, right, bottom = bounds([p for p, _ in points])
    if right - left <= style.width / 2 and bottom - top <= style.width / 2:
        dot = paths.circle(0j, 1 + style.width)
        return (Fill(dot, style.stroke), Stroke(dot, style.stroke, 1.0))
    pen = _pen(style, points, last=data.get("isComplete") is True)
    made = trace(points, pen, _growing.take(style.seed))
    round_it = traced_outline(made) if style.drawn else []
    _growing.keep(style.seed, made)
    line = [node.point for node in made.nodes]
    ends_meet = len(points) > 3 and abs(points[0][0] - points[-1][0]) < style.width * 2
    if style.drawn:
        area = style.area(_blob(line)) if style.filled and ends_meet else ()
        return (*area, *style.inked(round_it, style.width / 2))
    if line[0] != points[-1][0]:
        line.append(points[-1][0])
    path = _blob(line, closed=False)
    if not path:
        return ()
    gap = style.width * 4
    dash = {"dotted": (0.1, gap), "dashed": (gap, gap)}.get(style.dash, ())
    return (*(style.area(path) if ends_meet else ()), style.lined(path, (dash, 0.0), 1 + style.width * 1.5))


def _square(t: float) -> float:
    return t * t


def _pen(style: Style, points: Sequence[Input], *, last: bool) -> Pen:
    simulated = len(points) < 2 or points[1][1] == 0.5
    return Pen(
        1 + style.width * 1.5,
        thinning=0.65,
        streamline=0.65,
        smoothing=0.65,
        easing=EASE_OUT_SINE if simulated else _square,
        simulated=simulated,
        last=last,
    )
