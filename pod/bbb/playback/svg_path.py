"""SVG path data, and the other outlines of SVG, as absolute M, L, C and Z commands."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterator

from pod.bbb.playback.drawing import Command
from pod.bbb.playback.numbers import LARGEST

_TOKEN = re.compile(r"([A-Za-z])|([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?)|[\s,]+", re.ASCII)
_STRAIGHT = re.compile(r"M[0-9.-]+ [0-9.-]+(?:L[0-9.-]+ [0-9.-]+)*Z?", re.ASCII)
_FLAG = re.compile(r"[\s,]*([01])", re.ASCII)
_ARITY = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7, "Z": 0}
_CIRCLE = 0.5522847498307936  # where the handles of a quarter circle of radius 1 lie
Point = tuple[float, float]


def parse_path(data: str) -> tuple[Command, ...]:
    """The commands of SVG path data (SVG 1.1, section 8.3).

    As SVG demands, a path with an error is drawn up to the last good segment.
    """
    if _STRAIGHT.fullmatch(data):
        with contextlib.suppress(ValueError):
            return _straight(data)
    pen = _Pen()
    for letter, values in _segments(data):
        pen.segment(letter, values)
    return tuple(pen.commands)


def _straight(data: str) -> tuple[Command, ...]:
    """The same of lines from point to point, as BBB writes growing strokes; ValueError if it is none."""
    numbers = list(map(float, data[1:].removesuffix("Z").replace("L", " ").split(" ")))
    if max(numbers) > LARGEST or min(numbers) < -LARGEST:
        raise ValueError("the path has an error")
    points = zip(numbers[::2], numbers[1::2], strict=True)
    first: Command = ("M", *next(points))
    return (first, *(("L", x, y) for x, y in points), *([("Z",)] if data.endswith("Z") else []))


def _segments(data: str) -> Iterator[tuple[str, list[float]]]:
    """Each command with the numbers of one repetition; ends at the first error."""
    position, letter, started = 0, "", False
    while position < len(data):
        match = _TOKEN.match(data, position)
        if match is None:
            return
        if match[1]:
            letter, position = match[1], match.end()
            if letter.upper() not in _ARITY or (not started and letter not in "Mm"):
                return
            started = True
            if letter in "Zz":
                yield letter, []
                letter = ""
                continue
        elif match[2] is None:
            position = match.end()
            continue
        elif not letter:
            return
        values, position = _values(data, position, letter)
        if values is None:
            return
        yield letter, values
        letter = {"M": "L", "m": "l"}.get(letter, letter)


def _values(data: str, position: int, letter: str) -> tuple[list[float] | None, int]:
    """The numbers that `letter` takes, and where they end; None when they are not all there."""
    values: list[float] = []
    arity = _ARITY[letter.upper()]
    while len(values) < arity:
        if letter in "Aa" and len(values) in (3, 4):  # flags may stand without separators
            flag = _FLAG.match(data, position)
            if flag is None:
                return None, position
            values.append(float(flag[1]))
            position = flag.end()
            continue
        match = _TOKEN.match(data, position)
        if match is None or match[1]:
            return None, position
        position = match.end()
        if match[2] is not None:
            value = float(match[2])
            if not abs(value) <= LARGEST:
                return None, position
            values.append(value)
    return values, position


class _Pen:
    """Turns segments into absolute commands."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.x = self.y = self.start_x = self.start_y = 0.0
        self.handle: tuple[str, float, float] | None = None  # kind and end handle of the last curve
        self.closed = False

    def segment(self, letter: str, values: list[float]) -> None:
        """Add one segment."""
        kind = letter.upper()
        if kind == "Z":
            self.close()
            return
        if letter.islower():
            values = self._absolute(kind, values)
        if self.closed and kind != "M":  # what follows Z begins where the closed part began
            self.commands.append(("M", self.x, self.y))
        self.closed = False
        handle, self.handle = self.handle, None
        if kind in "ML":
            self._to(kind, values[0], values[1])
        elif kind == "H":
            self._to("L", values[0], self.y)
        elif kind == "V":
            self._to("L", self.x, values[0])
        elif kind == "A":
            self._arc(values)
        else:
            self._curve(kind, values, handle)

    def close(self) -> None:
        """Close the current part."""
        if self.commands and not self.closed:
            self.commands.append(("Z",))
        self.x, self.y, self.handle, self.closed = self.start_x, self.start_y, None, True

    def _absolute(self, kind: str, values: list[float]) -> list[float]:
        if kind == "A":
            return [*values[:5], values[5] + self.x, values[6] + self.y]
        if kind == "V":
            return [values[0] + self.y]
        return [value + (self.y if index % 2 else self.x) for index, value in enumerate(values)]

    def _to(self, kind: str, x: float, y: float) -> None:
        self.commands.append((kind, x, y))
        self.x, self.y = x, y
        if kind == "M":
            self.start_x, self.start_y = x, y

    def _curve(self, kind: str, values: list[float], handle: tuple[str, float, float] | None) -> None:
        cubic = kind in "CS"
        if kind in "ST":  # the first handle mirrors the last one of a curve of the same family
            known = handle is not None and handle[0] == ("C" if cubic else "Q")
            first = (2 * self.x - handle[1], 2 * self.y - handle[2]) if handle and known else (self.x, self.y)
            values = [*first, *values]
        if cubic:
            self.handle = ("C", values[2], values[3])
            self._cubic(*values)
        else:
            qx, qy, x, y = values
            self.handle = ("Q", qx, qy)
            self._cubic(
                self.x + (qx - self.x) * 2 / 3,
                self.y + (qy - self.y) * 2 / 3,
                x + (qx - x) * 2 / 3,
                y + (qy - y) * 2 / 3,
                x,
                y,
            )

    def _cubic(self, *values: float) -> None:
        self.commands.append(("C", *values))
        self.x, self.y = values[4], values[5]

    def _arc(self, values: list[float]) -> None:
        rx, ry, turn, large, sweep, x, y = values
        if (x, y) == (self.x, self.y):
            return
        if rx == 0 or ry == 0:
            self._to("L", x, y)
            return
        for curve in arc_curves(
            (self.x, self.y), (x, y), (abs(rx), abs(ry)), turn, (bool(large), bool(sweep))
        ):
            self._cubic(*curve)
        self.x, self.y = x, y


def arc_curves(
    begin: Point, end: Point, radii: Point, turn: float, flags: tuple[bool, bool]
) -> Iterator[tuple[float, ...]]:
    """Cubic curves (x1, y1, x2, y2, x, y) along an elliptic arc.

    `turn` is the rotation of the ellipse in degrees, `flags` are SVG's large-arc
    and sweep. Radii too small are scaled up (SVG 1.1, appendix F.6).
    """
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    dx, dy = (begin[0] - end[0]) / 2, (begin[1] - end[1]) / 2
    half = (cos * dx + sin * dy, cos * dy - sin * dx)
    (rx, ry), (cx, cy), first, sweep = _centre(half, radii, flags)
    middle = (cos * cx - sin * cy + (begin[0] + end[0]) / 2, sin * cx + cos * cy + (begin[1] + end[1]) / 2)
    count = max(1, math.ceil(abs(sweep) / (math.pi / 2) - 1e-9))
    step = sweep / count
    pull = 4 / 3 * math.tan(step / 4)
    for index in range(count):
        a, b = first + index * step, first + (index + 1) * step
        unit = (
            (math.cos(a) - pull * math.sin(a), math.sin(a) + pull * math.cos(a)),
            (math.cos(b) + pull * math.sin(b), math.sin(b) - pull * math.cos(b)),
            (math.cos(b), math.sin(b)),
        )
        placed = [
            (middle[0] + cos * rx * u - sin * ry * v, middle[1] + sin * rx * u + cos * ry * v)
            for u, v in unit
        ]
        if index == count - 1:
            placed[2] = end  # rounding must not open a closed outline
        yield tuple(value for point in placed for value in point)


def _centre(half: Point, radii: Point, flags: tuple[bool, bool]) -> tuple[Point, Point, float, float]:
    """The radii that suffice, the centre, the first angle and the sweep of an arc (radians).

    `half` is half the way from the arc's end to its beginning, seen along the ellipse's axes.
    """
    (px, py), (rx, ry) = half, radii
    grow = math.hypot(px / rx, py / ry)
    if grow > 1:
        rx, ry = rx * grow, ry * grow
    far = (px / rx) ** 2 + (py / ry) ** 2
    factor = math.sqrt(max(0.0, 1 / far - 1)) if far else 0.0
    if flags[0] == flags[1]:
        factor = -factor
    cx, cy = factor * rx * py / ry, -factor * ry * px / rx
    first = math.atan2((py - cy) / ry, (px - cx) / rx)
    sweep = math.atan2((-py - cy) / ry, (-px - cx) / rx) - first
    if flags[1] and sweep < 0:
        sweep += 2 * math.pi
    elif not flags[1] and sweep > 0:
        sweep -= 2 * math.pi
    return (rx, ry), (cx, cy), first, sweep


def line(x1: float, y1: float, x2: float, y2: float) -> tuple[Command, ...]:
    """A straight line."""
    return (("M", x1, y1), ("L", x2, y2))


def rectangle(x: float, y: float, width: float, height: float) -> tuple[Command, ...]:
    """A closed rectangle."""
    return (
        ("M", x, y),
        ("L", x + width, y),
        ("L", x + width, y + height),
        ("L", x, y + height),
        ("Z",),
    )


def ellipse(cx: float, cy: float, rx: float, ry: float) -> tuple[Command, ...]:
    """A closed ellipse of four curves."""
    kx, ky = rx * _CIRCLE, ry * _CIRCLE
    return (
        ("M", cx + rx, cy),
        ("C", cx + rx, cy + ky, cx + kx, cy + ry, cx, cy + ry),
        ("C", cx - kx, cy + ry, cx - rx, cy + ky, cx - rx, cy),
        ("C", cx - rx, cy - ky, cx - kx, cy - ry, cx, cy - ry),
        ("C", cx + kx, cy - ry, cx + rx, cy - ky, cx + rx, cy),
        ("Z",),
    )


def polygon(points: list[Point], *, closed: bool) -> tuple[Command, ...]:
    """A line through `points`; nothing without any."""
    if not points:
        return ()
    commands: list[Command] = [("M", *points[0]), *(("L", *point) for point in points[1:])]
    if closed:
        commands.append(("Z",))
    return tuple(commands)
