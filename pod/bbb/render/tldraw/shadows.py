"""The soft shadows under notes: CSS's `box-shadow`, as a few translucent boxes within one another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pod.bbb.playback.drawing import Fill
from pod.bbb.render.tldraw import paths

_STEPS: Final = 7
_REACH: Final = 1.8  # standard deviations: beyond, nothing is seen of these pale shadows


@dataclass(frozen=True, slots=True)
class Shadow:
    """One black shadow, in units and parts of full black, as CSS gives it."""

    dx: float
    dy: float
    blur: float
    spread: float
    alpha: float


def box_shadow(width: float, height: float, radius: float, shadows: tuple[Shadow, ...]) -> tuple[Fill, ...]:
    """The shadows of a box at the origin with rounded corners; of several the first lies on top."""
    return tuple(op for one in reversed(shadows) for op in _layers(width, height, radius, one))


def _layers(width: float, height: float, radius: float, shadow: Shadow) -> Iterator[Fill]:
    """Boxes from the largest to the smallest, each adding what a Gaussian blur has there."""
    sigma = shadow.blur / 2
    before = 0.0
    for step in range(_STEPS):
        beyond = _REACH * (1 - 2 * step / (_STEPS - 1))  # standard deviations outside of the edge
        within = beyond - _REACH / (_STEPS - 1)  # the middle between this edge and the next
        wanted = shadow.alpha * (0.5 - 0.5 * math.erf(within / math.sqrt(2)))
        grow = shadow.spread + beyond * sigma
        added = 1 - (1 - wanted) / (1 - before)
        before = wanted
        if width + 2 * grow > 0 and height + 2 * grow > 0 and round(255 * added) > 0:
            box = paths.rectangle(
                shadow.dx - grow,
                shadow.dy - grow,
                width + 2 * grow,
                height + 2 * grow,
                max(0.0, radius + grow),
            )
            yield Fill(box, (0, 0, 0, round(255 * added)))
