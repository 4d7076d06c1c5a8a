"""The cloud of tldraw 2: bumps round a stadium, shaken by its id (tldraw 2 `cloudOutline`)."""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass

from pod.bbb.playback.drawing import Command
from pod.bbb.render.tldraw.geometry import angle, circle_through, clockwise, cross
from pod.bbb.render.tldraw.paths import CLOSE, Path, line, move, svg_arc
from pod.bbb.render.tldraw.wobble import wide_generator

_BUMP = {"s": 50, "m": 70, "l": 100, "xl": 130}
_SHAKE = {"s": 0.5, "m": 0.7, "l": 0.9, "xl": 1.6}
_MAX_BUMPS = 600


@dataclass(frozen=True, slots=True)
class Bump:
    """One arc of the outline, from `left` by `top` to `right`; straight when `centre` is None."""

    left: complex
    right: complex
    top: complex
    centre: complex | None
    radius: float

    @property
    def large(self) -> bool:
        """Whether the arc is more than a half circle."""
        return self.centre is not None and cross(self.right - self.left, self.centre - self.left) <= 0

    @property
    def length(self) -> float:
        """The arc's length."""
        if self.centre is None:
            return abs(self.right - self.left)
        return self.radius * clockwise(angle(self.centre, self.left), angle(self.centre, self.right))


def bumps(width: float, height: float, seed: str, size: str) -> list[Bump]:
    """The outline's arcs, clockwise."""
    random = wide_generator(seed)
    around = _circumference(width, height)
    count = max(math.ceil(around / _BUMP.get(size, 70)), 6, math.ceil(around / min(width, height)))
    count = min(count, _MAX_BUMPS)
    protrusion = around / count * 0.2
    inner_w, inner_h = max(width - protrusion * 2, 1.0), max(height - protrusion * 2, 1.0)
    pad = complex((width - inner_w) / 2, (height - inner_h) / 2)
    spacing = _circumference(inner_w, inner_h) / count
    plain = [p + pad for p in _round_a_stadium(inner_w, inner_h, count)]
    shaken = list(plain)
    wiggle_x = 0.0 if width < 20 else protrusion * 0.3
    wiggle_y = 0.0 if height < 20 else protrusion * 0.3
    for i in range(count // 2):
        for k in (i, count - i - 1):
            shaken[k] += complex(random() * wiggle_x, random() * wiggle_y)
    out = []
    for i in range(count):
        j = (i + 1) % count
        apart = abs(plain[j] - plain[i])
        relative = abs(shaken[j] - shaken[i]) / apart if apart else 1.0
        rise = (max(pad.real, pad.imag) + spacing - apart) * relative
        top = (plain[i] + plain[j]) / 2 + cmath.rect(rise, angle(plain[i], plain[j]) - math.pi / 2)
        top = complex(min(max(top.real, 0.0), width), min(max(top.imag, 0.0), height))
        out.append(_bump(shaken[i], shaken[j], top))
    return out


def _bump(left: complex, right: complex, top: complex) -> Bump:
    found = circle_through(left, right, top)
    if found is None:
        return Bump(left, right, top, None, abs(right - left) / 2)
    return Bump(left, right, top, found[0], found[1])


def _circumference(width: float, height: float) -> float:
    radius = min(width, height) / 2
    return 2 * math.pi * radius + 2 * (max(width, height) - radius * 2)


def _round_a_stadium(width: float, height: float, count: int) -> list[complex]:
    """Points at even distances round a stadium, clockwise from the start of its top (or right) side."""
    radius = min(width, height) / 2
    long = max(width, height) - radius * 2
    if width > height:
        starts = [complex(radius, 0), complex(width - radius, height)]
        centres = [complex(width - radius, radius), complex(radius, radius)]
        first = -math.pi / 2
    else:
        starts = [complex(width, radius), complex(0, height - radius)]
        centres = [complex(radius, height - radius), complex(radius, radius)]
        first = 0.0
    along = (1 + 0j) if width > height else 1j
    half = math.pi * radius
    out = []
    for i in range(count):
        at = i * (2 * long + 2 * half) / count
        side, rest = divmod(at, long + half)
        k = int(side) % 2
        if rest <= long:
            out.append(starts[k] + along * (-1) ** k * rest)
        else:
            out.append(centres[k] + cmath.rect(radius, first + k * math.pi + (rest - long) / radius))
    return out


def path_of(outline: list[Bump]) -> Path:
    """The outline as a closed path."""
    path: list[Command] = [move(outline[0].left)]
    for bump in outline:
        path += arc_of(bump)
    return (*path, CLOSE)


def arc_of(bump: Bump) -> list[Command]:
    """One bump, going on from its left point."""
    if bump.centre is None:
        return [line(bump.right)]
    return svg_arc(bump.left, bump.right, bump.radius, large=bump.large)


def drawn_by_hand(outline: list[Bump], seed: str, size: str) -> Path:
    """The outline drawn twice: true, and shaken again."""
    random = wide_generator(seed)
    amount = _SHAKE.get(size, 0.7)
    average = sum(abs(bump.right - bump.left) for bump in outline) / len(outline)

    def off(p: complex) -> complex:
        if average <= amount * 15:
            return p
        x = p.real + random() * amount * 2
        return complex(x, p.imag + random() * amount * 2)

    left = off(outline[0].left)
    path: list[Command] = [*path_of(outline)[:-1], move(left)]
    for bump in outline:
        right = off(bump.right)
        found = circle_through(left, right, off(bump.top)) if bump.centre is not None else None
        if found is None:
            path.append(line(right))
        else:
            path += svg_arc(left, right, found[1], large=bump.large)
        left = right
    return (*path, CLOSE)


def polygon_of(outline: list[Bump]) -> list[complex]:
    """The outline as a polygon of ten points a bump, for arrows that end at it."""
    points: list[complex] = []
    for bump in outline:
        if bump.centre is None:
            points += [bump.left, bump.right]
            continue
        start = angle(bump.centre, bump.left)
        turn = clockwise(start, angle(bump.centre, bump.right))
        points += [bump.centre + cmath.rect(bump.radius, start + turn * i / 9) for i in range(10)]
    return points
