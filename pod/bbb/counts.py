"""Counts, sizes and times as servers write them: whole numbers that are not negative."""

from __future__ import annotations

import re

COUNT = r"[0-9]{1,18}"  # no true one is longer, and Python reads 4,300 digits at most


def count(text: str | None) -> int | None:
    """The number that stands alone in `text`, blanks around it allowed; None when there is none."""
    text = (text or "").strip()
    return int(text) if re.fullmatch(COUNT, text) else None
