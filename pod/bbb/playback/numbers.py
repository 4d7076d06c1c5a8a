"""Reading numbers that other programs wrote: finite and bounded, or None."""

from __future__ import annotations

import re

# What no slide, time or coordinate of a real recording exceeds; beyond it a number is damage.
LARGEST = 1e7
_SEPARATORS = re.compile(r"[\s,]+")
_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,4})?)\s*(?:px|pt)?\s*\Z", re.ASCII)


def number(text: object) -> float | None:
    """The finite number that `text` holds (a unit `px` or `pt` is ignored); None for anything else.

    -0.0 becomes 0.0. NaN, infinities and what exceeds `LARGEST` give None, too.
    """
    if isinstance(text, bool) or text is None:
        return None
    if isinstance(text, int | float):
        return bounded(text)
    if not isinstance(text, str) or len(text) > 400:
        return None
    try:
        if "_" not in text:  # Python's own spelling of long numbers, nobody else's
            return bounded(float(text))
    except ValueError:
        pass
    match = _NUMBER.match(text)
    return bounded(float(match[1])) if match else None


def bounded(value: float) -> float | None:
    """`value` as a float when it is finite and not absurd, else None."""
    if not abs(value) <= LARGEST:  # also NaN, and integers that no float can hold
        return None
    return float(value) + 0.0


def numbers(text: str | None) -> list[float | None]:
    """The numbers of a list separated by spaces or commas, None in place of each broken one."""
    if not text:
        return []
    parts = _SEPARATORS.split(text) if "," in text else text.split()
    return [number(part) for part in parts if part]


def seconds(text: object) -> float | None:
    """A time of recording time in seconds; events before its start count as at the start (0)."""
    value = number(text)
    return None if value is None else max(0.0, value)
