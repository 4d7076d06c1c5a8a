"""The hand-drawn look: tldraw's seeded random numbers, and outlines shaken by them.

The numbers must be the same as tldraw's, or a shape would wobble differently
from what the player shows. Source of the generator and of the amounts: tldraw
1.29 `Utils.rng`, tldraw 2 `rng` and `polygon-helpers`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pod.bbb.playback.drawing import Command
from pod.bbb.render.tldraw.geometry import unit
from pod.bbb.render.tldraw.paths import line, move, quadratic

Random = Callable[[], float]
_MASK = 0xFFFFFFFF


def generator(seed: str) -> Random:
    """A xorshift generator seeded by a string (its UTF-16 code units); gives -0.5 <= n < 0.5."""
    x = y = z = w = 0

    def advance() -> int:
        nonlocal x, y, z, w
        t = (x ^ (x << 11)) & _MASK
        x, y, z = y, z, w
        w = (w ^ (w >> 19) ^ t ^ (t >> 8)) & _MASK
        return w

    units = seed.encode("utf-16-le", "surrogatepass")
    codes = [int.from_bytes(units[i : i + 2], "little") for i in range(0, len(units), 2)]
    for code in [*codes, *[0] * 64]:
        x ^= code
        advance()

    def following() -> float:
        value = advance()
        return (value - 0x100000000 if value & 0x80000000 else value) / 0x100000000

    return following


def wide_generator(seed: str) -> Random:
    """The same generator as tldraw 2 uses it: -1 <= n < 1."""
    narrow = generator(seed)
    return lambda: narrow() * 2


def shaken_polygon(
    seed: str, corners: Sequence[complex], *, offset: float, roundness: float, rounds: int
) -> tuple[Command, ...]:
    """A polygon drawn `rounds` times by hand: each corner off by up to `offset`, rounded by `roundness`."""
    random = wide_generator(seed)
    previous = corners[0]
    n = len(corners)
    triples: list[tuple[complex, complex, complex]] = []
    for i in range(n * rounds):
        corner = corners[(i + 1) % n] + complex(random() * offset, random() * offset)
        inset = unit(corner - previous) * min(abs(corner - previous) / 4, roundness)
        triples.append((previous + inset, corner - inset, corner))
        previous = corner
    path = [move(triples[0][0])]
    for (_, before, corner), following in zip(triples, [*triples[1:], triples[0]], strict=True):
        path += [line(before), quadratic(before, corner, following[0])]
    return tuple(path)


def shaken_line(seed: str, points: Sequence[complex], width: float) -> tuple[Command, ...]:
    """An open line drawn twice: true, and with its points off by up to a third of the stroke's width."""
    random = wide_generator(seed)
    true = list(points)
    shaken = [points[0], *(p + complex(random() * width / 3, random() * width / 3) for p in points[1:])]
    return (*_rounded(true, width * 2), *_rounded(shaken, width * 2))


def _rounded(points: Sequence[complex], roundness: float) -> list[Command]:
    path = [move(points[0])]
    for i in range(1, len(points)):
        here, before = points[i], points[i - 1]
        if i == len(points) - 1:
            path.append(line(here))
            break
        inset = unit(here - before) * min(abs(here - before) / 4, roundness)
        ahead = points[i + 1] - here
        after = here + unit(ahead) * min(abs(ahead) / 4, roundness)
        path += [line(here - inset), quadratic(here - inset, here, after)]
    return path
