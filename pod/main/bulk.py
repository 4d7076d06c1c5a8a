"""What the lists share when something is done with several rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

MOST = 500  # ids taken from one form
SHOWN_NAMES = 10


@dataclass
class Outcome:
    """What came of it: the ids of the changed rows, and a sentence for each that could not be."""

    done: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def chosen_ids(words: Iterable[str]) -> list[int]:
    """Return the ids among what a form sent, each once; anything else is left out."""
    ids = [int(word) for word in words if word.isascii() and word.isdecimal() and len(word) < 19]
    return list(dict.fromkeys(ids))[:MOST]


def question(
    verb: str, rows: Sequence[tuple[int, str]], *, asked: str, label: str, explanation: str | Promise
) -> dict[str, Any]:
    """Return what the page main/confirm.html shows before `verb` is done with `rows` (id, name)."""
    return {
        "question": asked,
        "verb": label,
        "explanation": explanation,
        "names": [name for _pk, name in rows[:SHOWN_NAMES]],
        "more": max(0, len(rows) - SHOWN_NAMES),
        "hidden": [("verb", verb), *(("id", pk) for pk, _name in rows)],
    }
