"""For migrations: slide text moves from the row that every list reads to one that searches read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

from pod.main.search import sort_key, words_of

BATCH = 500


class Told(NamedTuple):
    """What a migration knows of one row; `detail` is the key of its detail, if it has one."""

    key: int
    detail: int | None
    slides: str
    title: str
    more: tuple[str, ...]


def move_out(rows: Iterable[Told], texts: Any, words: Any, details: Any) -> None:  # noqa: ANN401 - managers
    """Write the slides, the searched words and the sorted title of each row."""
    for some in _batches(rows):
        texts.bulk_create([texts.model(pk=row.key, slides=row.slides) for row in some if row.slides])
        words.bulk_create(
            [words.model(pk=row.key, words=words_of(row.title, *row.more, row.slides)) for row in some]
        )
        titled = [details.model(pk=row.detail, title_key=sort_key(row.title)) for row in some if row.detail]
        details.bulk_update(titled, ["title_key"])


def move_back(texts: Any, details: Any, relation: str) -> None:  # noqa: ANN401 - see above
    """Give the slides' text back to the details; `relation` names the row that both belong to."""
    kept = texts.exclude(slides="").values_list("pk", "slides")
    for some in _batches(kept.iterator(chunk_size=BATCH)):
        slides = dict(some)
        rows = list(details.filter(**{f"{relation}__in": slides}).only("pk", relation))
        for row in rows:
            row.slide_text = slides[getattr(row, f"{relation}_id")]
        details.bulk_update(rows, ["slide_text"])


def compact(schema_editor: Any, model: Any) -> None:  # noqa: ANN401 - Django's editor, a model of the state
    """Write a table anew without what was taken out of it.

    PostgreSQL keeps the room of a removed column: each list would go on reading it. (SQLite and
    MariaDB write the table anew by themselves.)
    """
    connection, table = schema_editor.connection, model._meta.db_table
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, table)
        key = next(name for name, known in constraints.items() if known["primary_key"])
        quoted = connection.ops.quote_name
        cursor.execute(f"CLUSTER {quoted(table)} USING {quoted(key)}")


def _batches(things: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield lists of at most `BATCH`."""
    left = iter(things)
    while some := list(islice(left, BATCH)):
        yield some
