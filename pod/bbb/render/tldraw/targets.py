"""What arrows are bound to: the outlines of shapes of tldraw 2."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pod.bbb.playback.drawing import Matrix
from pod.bbb.render.text.blocks import wrap
from pod.bbb.render.tldraw import geo, labels, lines, strokes
from pod.bbb.render.tldraw.geometry import apply, bounds, edges, segment_meets_circle, segments_cross
from pod.bbb.render.tldraw.page import Page
from pod.bbb.render.tldraw.values import by_size, size

NOTE_SIZE = 200.0
_NOTE_PADDING = 17.0
_BOXES = frozenset({"frame", "image", "video", "embed", "bookmark", "poll"})


@dataclass(frozen=True, slots=True)
class Target:
    """A shape's outline in its own space, and where it stands."""

    name: str
    points: tuple[complex, ...]
    closed: bool
    matrix: Matrix  # from its own space to the whiteboard
    stroke: float  # its stroke's width, 0 for shapes without a size

    def at(self, anchor: complex) -> complex:
        """The point of the whiteboard at an anchor (parts of the outline's box)."""
        left, top, right, bottom = bounds(self.points)
        return apply(
            self.matrix, complex(left + anchor.real * (right - left), top + anchor.imag * (bottom - top))
        )

    def crossings(self, a: complex, b: complex) -> list[complex]:
        """Where the segment ab (in the target's space) crosses the outline."""
        sides = edges(self.points, closed=self.closed)
        return [p for c, d in sides if (p := segments_cross(a, b, c, d)) is not None]

    def circle_crossings(self, centre: complex, radius: float) -> list[complex]:
        """Where a circle (in the target's space) crosses the outline."""
        sides = edges(self.points, closed=self.closed)
        return [p for c, d in sides for p in segment_meets_circle(c, d, centre, radius)]

    def contains(self, other: Target) -> bool:
        """Whether the box of the other shape lies within this one's, on the whiteboard."""
        a, b = _page_box(self), _page_box(other)
        return a[0] < b[0] and a[1] < b[1] and a[2] > b[2] and a[3] > b[3]


def _page_box(target: Target) -> tuple[float, float, float, float]:
    return bounds([apply(target.matrix, point) for point in target.points])


def target(name: str, page: Page) -> Target | None:
    """The outline of a shape; None for one that has none."""
    kind, props = page.facts[name].kind, page.props(name)
    closed = True
    points: Sequence[complex]
    if kind == "geo":
        points = geo.outline_of(name, props)
    elif kind == "note":
        points = _box(NOTE_SIZE, note_height(props))
    elif kind == "text":
        points = _text_box(props)
    elif kind in _BOXES:
        points = _box(size(props.get("w"), 100.0), size(props.get("h"), 100.0))
    elif kind in {"draw", "highlight"}:
        points, closed = strokes.outline_of(props)
    elif kind == "line":
        points, closed = lines.vertices(props), False
    else:
        points = ()
    if len(points) < 2:
        return None
    has_stroke = "size" in props
    return Target(
        name, tuple(points), closed, page.matrix(name), geo.stroke_width(props) if has_stroke else 0.0
    )


def note_height(props: geo.Props) -> float:
    """The height of a note, which grows with its text."""
    return max(NOTE_SIZE, labels.label_height(props, NOTE_SIZE - 2 * _NOTE_PADDING, _NOTE_PADDING))


def _box(width: float, height: float) -> list[complex]:
    height = max(1.0, height)
    return [0j, complex(width, 0), complex(width, height), complex(0, height)]


def _text_box(props: geo.Props) -> list[complex]:
    scale = min(100.0, size(props.get("scale"), 1.0))
    width = labels.text_width(props)
    letters = by_size(labels.TEXT_SIZES, props)
    count = len(wrap(labels.tidy(props.get("text")), labels.family_of(props), letters, width))
    return _box(width * scale, max(letters, count * letters * labels.LINE_HEIGHT) * scale)
