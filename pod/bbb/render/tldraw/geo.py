"""tldraw 2's geometric shapes: outline in four dashes, four fills, and the label inside."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pod.bbb.playback.drawing import Command, Op, Stroke
from pod.bbb.render.text.blocks import measure
from pod.bbb.render.tldraw import cloud, colours, dashes, outlines, paths
from pod.bbb.render.tldraw.fills import fill_ops
from pod.bbb.render.tldraw.geometry import bounds, edges, ellipse_perimeter
from pod.bbb.render.tldraw.labels import LABEL_SIZES, PADDING, family_of, label_height, label_op, tidy
from pod.bbb.render.tldraw.links import link_ops
from pod.bbb.render.tldraw.values import by_size, size, word
from pod.bbb.render.tldraw.wobble import shaken_polygon

STROKE_WIDTHS: Final[dict[str, float]] = {"s": 2.0, "m": 3.5, "l": 5.0, "xl": 10.0}
ROUND: Final = frozenset({"ellipse", "oval", "cloud"})
KINDS: Final = ROUND | frozenset(outlines.POLYGONS)
Lines = Sequence[tuple[complex, complex]]
Props = Mapping[str, Any]


def stroke_width(props: Mapping[str, Any]) -> float:
    """The stroke's width in whiteboard units, by the `size` style."""
    return by_size(STROKE_WIDTHS, props)


@dataclass(frozen=True, slots=True)
class Look:
    """What all outlines of one shape share."""

    seed: str
    dash: str
    fill: str
    colour: str
    size: str
    width: float

    @classmethod
    def of(cls, seed: str, props: Mapping[str, Any]) -> Look:
        """Read from a shape's `props`."""
        return cls(
            seed=seed,
            dash=word(props.get("dash"), "draw"),
            fill=word(props.get("fill"), "none"),
            colour=word(props.get("color"), "black"),
            size=word(props.get("size"), "m"),
            width=stroke_width(props),
        )

    def stroke(self, path: Sequence[Command], dash: dashes.Dash = dashes.SOLID) -> Stroke:
        """A stroke in the shape's colour and width."""
        return Stroke(
            tuple(path), colours.tones(self.colour).solid, self.width, dash=dash[0], dash_offset=dash[1]
        )


def box_of(props: Mapping[str, Any]) -> tuple[float, float]:
    """Width and height of a geo shape, which grows with its label.

    The published `growY` does not count: the player works it out anew when it puts the shape on the board.
    """
    width, height = max(1.0, size(props.get("w"), 1.0)), max(1.0, size(props.get("h"), 1.0))
    if tidy(props.get("text")):
        letters = by_size(LABEL_SIZES, props)
        least = math.ceil(measure("w", family_of(props), letters) + stroke_width(props))
        height = max(height, label_height(props, max(least, math.ceil(width - 2 * PADDING)), PADDING))
    return width, height


def geo_ops(seed: str, props: Mapping[str, Any]) -> tuple[Op, ...]:
    """The operations of a geo shape in its own space; an unknown kind is drawn as a rectangle."""
    look = Look.of(seed, props)
    kind = word(props.get("geo"), "rectangle")
    width, height = box_of(props)
    if kind == "ellipse":
        body = _ellipse(look, width, height)
    elif kind == "oval":
        body = _oval(look, width, height)
    elif kind == "cloud":
        body = _cloud(look, width, height)
    else:
        body = _polygon(look, kind, width, height, props)
    label = label_op(props, _label_box(look, kind, width, height))
    return (*body, *((label,) if label else ()), *link_ops(props, width))


def _label_box(look: Look, kind: str, width: float, height: float) -> tuple[float, float, float, float]:
    """Where the label has room; a cloud's bumps leave less or more than its box."""
    if kind == "cloud":
        return bounds(cloud.polygon_of(cloud.bumps(width, height, look.seed, look.size)))
    return 0.0, 0.0, width, height


def outline_of(seed: str, props: Mapping[str, Any]) -> list[complex]:
    """The polygon that arrows bound to the shape end at."""
    kind = word(props.get("geo"), "rectangle")
    width, height = box_of(props)
    if kind == "ellipse":
        return outlines.ellipse_polygon(width, height, ellipse_perimeter(width / 2, height / 2))
    if kind == "oval":
        return outlines.stadium_polygon(width, height)
    if kind == "cloud":
        return cloud.polygon_of(cloud.bumps(width, height, seed, word(props.get("size"), "m")))
    return outlines.POLYGONS.get(kind, outlines.POLYGONS["rectangle"])(width, height)


def _closed(look: Look, path: paths.Path, length: float) -> tuple[Op, ...]:
    """A smooth closed outline whose dashes go round it."""
    length = length * 2 if length < 64 else length
    dash = dashes.even(length, look.width, look.dash, snap=4, closed=True)
    return (*fill_ops(path, look.fill, look.colour), look.stroke(path, dash))


def _ellipse(look: Look, width: float, height: float) -> tuple[Op, ...]:
    path = paths.ellipse(complex(width / 2, height / 2), width / 2, height / 2)
    return _closed(look, path, ellipse_perimeter(width / 2, height / 2))


def _oval(look: Look, width: float, height: float) -> tuple[Op, ...]:
    radius = min(width, height) / 2
    length = ellipse_perimeter(radius, radius) + (max(width, height) - radius * 2) * 2
    return _closed(look, paths.stadium(width, height), length)


def _cloud(look: Look, width: float, height: float) -> tuple[Op, ...]:
    bumps = cloud.bumps(width, height, look.seed, look.size)
    if look.dash in {"dashed", "dotted"}:
        strokes = [
            look.stroke(
                (paths.move(bump.left), *cloud.arc_of(bump)), dashes.even(bump.length, look.width, look.dash)
            )
            for bump in bumps
        ]
        return (*fill_ops(cloud.path_of(bumps), look.fill, look.colour), *strokes)
    plain = cloud.path_of(bumps)
    path = plain if look.dash == "solid" else cloud.drawn_by_hand(bumps, look.seed, look.size)
    return (*fill_ops(plain, look.fill, look.colour), look.stroke(path))


def _polygon(look: Look, kind: str, width: float, height: float, props: Mapping[str, Any]) -> tuple[Op, ...]:
    corners = outlines.POLYGONS.get(kind, outlines.POLYGONS["rectangle"])(width, height)
    inner = _inner_lines(look, kind, props)
    if look.dash in {"dashed", "dotted"}:
        return _dashed_polygon(look, corners, inner)
    if look.dash == "solid":
        fill = outline = paths.polygon(corners)
    else:
        round_by = look.width * 2
        fill = shaken_polygon(look.seed, corners, offset=0, roundness=round_by, rounds=1)
        outline = shaken_polygon(look.seed, corners, offset=look.width / 3, roundness=round_by, rounds=2)
    extra = [command for a, b in inner for command in (paths.move(a), paths.line(b))]
    return (*fill_ops(fill, look.fill, look.colour), look.stroke((*outline, *extra)))


def _inner_lines(look: Look, kind: str, props: Mapping[str, Any]) -> Lines:
    width, height = size(props.get("w"), 1.0), size(props.get("h"), 1.0)
    if kind == "x-box":
        return outlines.x_lines(width, height, look.width, look.dash)
    return outlines.check_lines(width, height) if kind == "check-box" else ()


def _dashed_polygon(look: Look, corners: Sequence[complex], inner: Lines) -> tuple[Op, ...]:
    ops: list[Op] = [*fill_ops(paths.polygon(corners), look.fill, look.colour)]
    for a, b in edges(corners, closed=True):
        ops.append(
            look.stroke((paths.move(a), paths.line(b)), dashes.even(abs(b - a), look.width, look.dash))
        )
    snap = 4 if look.dash == "dotted" else 1
    for a, b in inner:
        dash = dashes.even(abs(b - a), look.width, look.dash, snap=snap, start="skip")
        ops.append(look.stroke((paths.move(a), paths.line(b)), dash))
    return tuple(ops)
