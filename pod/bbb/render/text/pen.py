"""Collects the outline of a letter as the canvas takes it, whichever library tells it."""

from __future__ import annotations

import numpy as np

from pod.bbb.render.canvas import CLOSE, CURVE, LINE, MOVE
from pod.bbb.render.canvas import Path as Outline


class GlyphPen:
    """A pen that is told one contour after the other, in the units of the font."""

    def __init__(self) -> None:
        self._codes: list[int] = []
        self._points: list[tuple[float, float]] = []

    def move_to(self, x: float, y: float) -> None:
        """Begin a contour."""
        self._to(MOVE, (x, y))

    def line_to(self, x: float, y: float) -> None:
        """Go straight to a point."""
        self._to(LINE, (x, y))

    def quadratic_to(self, cx: float, cy: float, x: float, y: float) -> None:
        """Go to (x, y) with one control point, as TrueType does; kept as a cubic curve."""
        x0, y0 = self._points[-1] if self._points else (0.0, 0.0)
        first = (x0 + 2 / 3 * (cx - x0), y0 + 2 / 3 * (cy - y0))
        second = (x + 2 / 3 * (cx - x), y + 2 / 3 * (cy - y))
        self._to(CURVE, first, second, (x, y))

    def cubic_to(self, ax: float, ay: float, bx: float, by: float, x: float, y: float) -> None:
        """Go to (x, y) with two control points."""
        self._to(CURVE, (ax, ay), (bx, by), (x, y))

    def close_path(self) -> None:
        """Close the contour."""
        self._codes.append(CLOSE)

    def outline(self, em: float) -> Outline:
        """What was drawn, in em; `em` is the font's unit."""
        points = np.array(self._points, np.float32).reshape(-1, 2) / np.float32(em)
        return Outline(np.array(self._codes, np.uint8), points)

    def _to(self, code: int, *points: tuple[float, float]) -> None:
        self._codes.append(code)
        self._points.extend(points)
