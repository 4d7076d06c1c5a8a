"""Aware times from what servers of many versions write."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from pod.bbb.counts import count

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONES = {
    "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3, "BRT": -3,
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
}  # fmt: skip
_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})[T ](?P<time>\d{1,2}:\d{2}:\d{2})(?:[.,]\d+)?"
    r"\s*(?P<zone>[A-Za-z]+|[+-]\d{2}:?\d{2})?"
)
_UNIX = re.compile(
    r"\w{3},? +(?P<month>[A-Za-z]{3}) +(?P<day>\d{1,2}) +(?P<time>\d{1,2}:\d{2}:\d{2})"
    r"(?: +(?P<zone>[A-Za-z]+|[+-]\d{2}:?\d{2}))? +(?P<year>\d{4})"
)
_LAST_MS = 32_503_680_000_000  # the year 3000: beyond it a number is no time


def parse_time(text: str) -> datetime | None:
    """A time of an answer: milliseconds since 1970, or the text dates of BBB 0.7 and 0.8. None if neither."""
    text = text.strip()
    if (number := count(text)) is not None:
        return _from_number(number)
    found = _ISO.fullmatch(text) or _UNIX.fullmatch(text)
    if not found:
        return None
    month, year, day = found["month"].lower(), int(found["year"]), int(found["day"])
    hour, minute, second = (int(part) for part in found["time"].split(":"))
    try:
        number = int(month) if month.isdigit() else _MONTHS.index(month) + 1
        local = datetime(year, number, day, hour, minute, second, tzinfo=_zone(found["zone"]))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _from_number(number: int) -> datetime | None:
    """Epoch milliseconds; a number too small to be those is taken as seconds."""
    milliseconds = number if number >= 100_000_000_000 else number * 1000
    if not 0 < milliseconds < _LAST_MS:
        return None
    return datetime.fromtimestamp(milliseconds // 1000, UTC) + timedelta(milliseconds=milliseconds % 1000)


def _zone(name: str | None) -> timezone:
    """The named zone; an unknown name is read as UTC, which is what BBB writes."""
    if name and name[0] in "+-":
        digits = name[1:].replace(":", "")
        shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return timezone(shift if name[0] == "+" else -shift)
    return timezone(timedelta(hours=_ZONES.get((name or "").upper(), 0)))
