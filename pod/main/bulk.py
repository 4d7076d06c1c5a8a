"""What the lists share when something is done with several rows at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

if TYPE_CHECKING:  # the type of lazy texts is known to the stubs alone
    from django.utils.functional import _StrPromise as StrPromise

MOST = 500  # ids taken from one form
SHOWN_NAMES = 10


@dataclass
class Outcome:
    """The result: the ids of the changed rows, and a sentence for each row that could not be changed."""

    done: list[int] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Words:
    """The texts of one bulk action; the question, the button and the result vary with `count`."""

    explanation: StrPromise
    asked: StrPromise
    label: StrPromise
    told: StrPromise


def chosen_ids(words: Iterable[str]) -> list[int]:
    """Return the ids among what a form sent, each once; anything else is left out."""
    ids = [int(word) for word in words if word.isascii() and word.isdecimal() and len(word) < 19]
    return list(dict.fromkeys(ids))[:MOST]


def dated(name: str, at: datetime) -> str:
    """Return the name with its time: a meeting that is held every week, or twice a day, has one name."""
    return f"{name}, {date_format(timezone.localtime(at), 'DATETIME_FORMAT')}"


def question(verb: str, words: Words, rows: Sequence[tuple[int, str]]) -> dict[str, Any]:
    """Return what the page main/confirm.html shows before `verb` is done with `rows` (id, name)."""
    count = {"count": len(rows)}
    return {
        "question": words.asked % count,
        "verb": words.label % count,
        "explanation": words.explanation % count,
        "names": [name for _pk, name in rows[:SHOWN_NAMES]],
        "more": max(0, len(rows) - SHOWN_NAMES),
        "hidden": [("verb", verb), *(("id", pk) for pk, _name in rows)],
    }


def tell(request: HttpRequest, words: Words, outcome: Outcome) -> None:
    """Say how many rows were changed, and why each of the others was not."""
    for problem in outcome.problems:
        messages.error(request, problem)
    if outcome.done:
        messages.success(request, words.told % {"count": len(outcome.done)})
    elif not outcome.problems:
        tell_nothing(request)


def tell_nothing(request: HttpRequest) -> None:
    """Say that nothing was changed: somebody did it meanwhile, or the same form was sent before."""
    messages.info(request, _("There was nothing left to do."))
