"""Arrows of tldraw 2: shaft, heads and label."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from pod.bbb.playback.drawing import Op, Stroke, Text
from pod.bbb.render.text.blocks import measure, wrap
from pod.bbb.render.tldraw import colours, dashes, paths
from pod.bbb.render.tldraw.arrow_path import Arc, ArrowPath, arrow_path
from pod.bbb.render.tldraw.fills import fill_ops
from pod.bbb.render.tldraw.geo import Look
from pod.bbb.render.tldraw.geometry import bounds, circles_meet, cross, rotated, unit
from pod.bbb.render.tldraw.labels import ARROW_LABEL_SIZES, LINE_HEIGHT, family_of, tidy
from pod.bbb.render.tldraw.page import Page
from pod.bbb.render.tldraw.values import by_size, word

_SAMPLES: Final = 300  # along a shaft that is partly covered
_LABEL_MARGIN: Final = 4.25  # of the hole in the shaft
_LABEL_PADDING: Final = 4.0
_LABEL_CORNER: Final = 3.5  # the radius of the hole's corners
_AROUND: Final = 100.0  # units round the shaft: nothing of it lies beyond
Covers = Callable[[complex], bool]


def arrow_ops(name: str, page: Page) -> tuple[Op, ...]:
    """The operations of an arrow in its own space."""
    props = page.props(name)
    look = Look.of(name, props)
    way = arrow_path(name, page, look.width)
    if way is None or not math.isfinite(way.length):
        return ()
    label = _label(props, way)
    heads = [
        _Head(word(props.get(f"arrowhead{key}"), default), way, look.width, at_end=key == "End")
        for key, default in (("Start", "none"), ("End", "arrow"))
    ]
    covers: list[Covers] = [head.covers for head in heads if head.closed]
    ops: list[Op] = [*_shaft(look, way, covers, label[1] if label else ())]
    for head in heads:
        if head.closed:
            ops += fill_ops(head.path, look.fill, look.colour)
        if head.path:
            ops.append(look.stroke(head.path))
    return (*ops, label[0]) if label is not None else tuple(ops)


def _shaft(look: Look, way: ArrowPath, covers: list[Covers], seen: paths.Path) -> list[Stroke]:
    """The shaft where no closed head hides it; `seen` is the area in which it is drawn, () for everywhere."""
    dash, offset = dashes.even(way.length, look.width, look.dash)
    parts = [(0.0, 1.0)] if not covers else _free_parts(way, covers)
    strokes = [
        look.stroke(_part(way, a, b), (dash, offset + a * way.length if dash else 0.0)) for a, b in parts
    ]
    return [replace(stroke, inside=seen) for stroke in strokes]


def _part(way: ArrowPath, a: float, b: float) -> paths.Path:
    start = paths.move(way.at(a))
    if way.arc is None:
        return (start, paths.line(way.at(b)))
    arc = way.arc
    return (start, *paths.arc(arc.centre, arc.radius, arc.start + arc.sweep * a, arc.sweep * (b - a)))


def _free_parts(way: ArrowPath, covers: list[Covers]) -> list[tuple[float, float]]:
    """The parts of the shaft (from, to; 0..1) that no closed head covers."""
    parts: list[tuple[float, float]] = []
    start: float | None = None
    for i in range(_SAMPLES + 1):
        at = i / _SAMPLES
        point = way.at(at)
        if any(cover(point) for cover in covers):
            if start is not None:
                parts.append((start, (i - 1) / _SAMPLES))
            start = None
        elif start is None:
            start = at
    if start is not None:
        parts.append((start, 1.0))
    return [(a, b) for a, b in parts if b > a]


def _around(way: ArrowPath, width: float, height: float) -> paths.Path:
    """All round the shaft but a box at its middle; even-odd."""
    left, top, right, bottom = bounds([way.at(i / 20) for i in range(21)])
    wide, high = right - left + 2 * _AROUND, bottom - top + 2 * _AROUND
    corner = way.middle - complex(width, height) / 2
    hole = paths.rectangle(corner.real, corner.imag, width, height, _LABEL_CORNER)
    return (*paths.rectangle(left - _AROUND, top - _AROUND, wide, high), *hole)


def _label(props: Mapping[str, Any], way: ArrowPath) -> tuple[Text, paths.Path] | None:
    """The label in the middle of the shaft, and where that is seen; broken where it is too wide.

    The hole is as high as the text broken to the width; the text itself has half a unit more.
    """
    found = tidy(props.get("text"))
    if not found:
        return None
    size = by_size(ARROW_LABEL_SIZES, props)
    family = family_of(props)
    width = own = measure(found, family, size)
    left, top, right, bottom = bounds([way.at(i / 20) for i in range(21)])
    if right - left > bottom - top:
        width = max(min(own, 64.0), min(right - left - 64.0, own))
    width = min(width, 16 * size)
    height = len(wrap(found, family, size, None if width >= own else width)) * size * LINE_HEIGHT
    wide = width + 2 * (_LABEL_MARGIN - _LABEL_PADDING)
    shown = len(wrap(found, family, size, wide)) * size * LINE_HEIGHT
    text = Text(
        text=found,
        x=way.middle.real - wide / 2,
        y=way.middle.imag + math.floor(0.5 - shown / 2),  # browsers begin texts on whole units of their box
        width=wide,
        size=size,
        colour=colours.tones(word(props.get("labelColor"), "black")).solid,
        family=family,
        align="middle",
        line_height=LINE_HEIGHT,
        halo=colours.V2_BACKGROUND,
    )
    return text, _around(way, width + 2 * _LABEL_MARGIN, height + 2 * _LABEL_MARGIN)


class _Head:
    """An arrowhead; `path` is empty for none."""

    def __init__(self, kind: str, way: ArrowPath, width: float, *, at_end: bool) -> None:
        self.path: paths.Path = ()
        self.closed = False
        tip, other = (way.end, way.start) if at_end else (way.start, way.end)
        length = max(min(way.length / 5, width * 3), width)
        inner = tip + unit(other - tip) * length
        if way.whole is not None:
            inner = _on_circle(tip, length, way.whole, inner, at_end=at_end)
        make = _HEADS.get(kind)
        if make is None:
            return
        if kind == "dot":
            self._corners = [tip, inner]
            centre = tip + (inner - tip) * 0.45
            self._centre, self._radius = centre, abs(centre - tip)
            self.path = paths.circle(centre, self._radius)
            self.closed = True
            return
        self._centre, self._radius = tip, 0.0
        self._corners = make(tip, inner)
        self.closed = kind not in {"arrow", "bar"}
        self.path = paths.polygon(self._corners, closed=self.closed)

    def covers(self, point: complex) -> bool:
        """Whether a point of the shaft is hidden by the closed head."""
        if self._radius:
            return abs(point - self._centre) < self._radius
        corners = self._corners
        signs = [
            cross(b - a, point - a) > 0 for a, b in zip(corners, [*corners[1:], corners[0]], strict=True)
        ]
        return all(signs) or not any(signs)


def _on_circle(tip: complex, length: float, arc: Arc, otherwise: complex, *, at_end: bool) -> complex:
    """The point of the bent shaft that is `length` from its tip."""
    meets = circles_meet(tip, length, arc.centre, arc.radius)
    if meets is None:
        return otherwise
    return meets[0] if at_end == (arc.sweep > 0) else meets[1]


def _wings(tip: complex, inner: complex) -> list[complex]:
    return [rotated(inner, tip, math.pi / 6), tip, rotated(inner, tip, -math.pi / 6)]


def _inverted(tip: complex, inner: complex) -> list[complex]:
    side = (inner - tip) / 2 * 1j
    return [tip + side, inner, tip - side]


def _diamond(tip: complex, inner: complex) -> list[complex]:
    base = tip + (inner - tip) * 0.75
    left, right = rotated(base, tip, math.pi / 4), rotated(base, tip, -math.pi / 4)
    return [left + right - tip, left, tip, right]


def _square(tip: complex, inner: complex) -> list[complex]:
    base = tip + (inner - tip) * 0.85
    side = (base - tip) / 2 * 1j
    return [tip + side, base + side, base - side, tip - side]


def _bar(tip: complex, inner: complex) -> list[complex]:
    side = (inner - tip) / 2 * 1j
    return [tip + side, tip - side]


_HEADS: Final[dict[str, Callable[[complex, complex], list[complex]]]] = {
    "arrow": _wings,
    "triangle": _wings,
    "inverted": _inverted,
    "diamond": _diamond,
    "square": _square,
    "dot": _wings,  # drawn as a circle
    "bar": _bar,
}
