"""Reads values of shape data that another program wrote: anything may be any JSON.

A value that is missing, of the wrong type, not finite or absurdly large gives the
default; nothing here raises.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Mapping
from typing import Any, Final

from pod.bbb.playback.numbers import number

NOTHING: Final[Mapping[str, Any]] = {}
LARGEST: Final = 200_000.0  # whiteboard units; a slide is 1440 wide, the camera stops long before
MAX_POINTS: Final = 20_000  # of one stroke: a pen that never left the board for ten minutes
_NO_PAIR: Final = complex(math.inf, math.inf)
MAX_TEXT: Final = 20_000  # characters of one label


def mapping(value: object) -> Mapping[str, Any]:
    """`value` if it is an object of JSON, else an empty one."""
    return value if isinstance(value, Mapping) else NOTHING


def sequence(value: object) -> list[Any]:
    """`value` if it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def num(value: object, default: float = 0.0) -> float:
    """The finite number that `value` holds (also as a string) within the board's limits, else `default`."""
    if type(value) is float or type(value) is int:  # nearly all of the millions that a board holds
        return value + 0.0 if -LARGEST <= value <= LARGEST else default
    found = number(value)
    return default if found is None or abs(found) > LARGEST else found


def size(value: object, default: float = 1.0) -> float:
    """A width or height: positive, else `default`."""
    found = num(value, default)
    return found if found > 0 else default


def text(value: object) -> str:
    """A string, shortened if endless; a number as it is written; anything else is empty."""
    if isinstance(value, str):
        return value[:MAX_TEXT]
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""


def word(value: object, default: str = "") -> str:
    """A short name such as that of a colour or a style."""
    return value if isinstance(value, str) and len(value) <= 200 else default


def by_size(table: Mapping[str, float], props: Mapping[str, Any]) -> float:
    """What a table holds for the `size` style of a shape of tldraw 2; for an unknown one, medium's."""
    return table.get(word(props.get("size")), table["m"])


def pair(value: object, default: complex = 0j) -> complex:
    """A point written as `[x, y, ...]` or `{"x": x, "y": y}`."""
    if isinstance(value, Mapping):
        return complex(num(value.get("x"), default.real), num(value.get("y"), default.imag))
    items = sequence(value)
    if len(items) < 2:
        return default
    return complex(num(items[0], default.real), num(items[1], default.imag))


def has_pair(value: object) -> bool:
    """Whether `value` is a point with two usable numbers."""
    return cmath.isfinite(pair(value, _NO_PAIR))
