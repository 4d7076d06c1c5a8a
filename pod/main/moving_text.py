"""For migrations: slide text moves from the row that every list reads to one that searches read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from pod.main.search import TITLE, fold, words_of

BATCH = 500
Told = tuple[int, str, str, tuple[str, ...]]  # key, slides, title, what else is searched


def move_out(texts: Any, told: Iterable[Told]) -> None:  # noqa: ANN401 - a manager of the migration's state
    """Write a prepared text for each row."""
    for some in _batches(told):
        texts.bulk_create(
            [
                texts.model(
                    pk=key, slides=slides, title_key=fold(title)[:TITLE], words=words_of(title, *more, slides)
                )
                for key, slides, title, more in some
            ]
        )


def move_back(texts: Any, details: Any, relation: str) -> None:  # noqa: ANN401 - see above
    """Give the slides' text back to the details; `relation` names the row that both belong to."""
    kept = texts.exclude(slides="").values_list("pk", "slides")
    for some in _batches(kept.iterator(chunk_size=BATCH)):
        slides = dict(some)
        rows = list(details.filter(**{f"{relation}__in": slides}).only("pk", relation))
        for row in rows:
            row.slide_text = slides[getattr(row, f"{relation}_id")]
        details.bulk_update(rows, ["slide_text"])


def _batches(things: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield lists of at most `BATCH`."""
    left = iter(things)
    while some := list(islice(left, BATCH)):
        yield some
