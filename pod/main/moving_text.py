"""For migrations: slide text moves from the row that every list reads to one that searches read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from pod.main.parts import AT_ONCE, in_parts
from pod.main.search import sort_key, words_of


class _Row(NamedTuple):
    """What is known of one row; `detail` is the key of its detail, if it has one."""

    key: int
    detail: int | None
    slides: str
    title: str
    searched: tuple[str, ...]


@dataclass(frozen=True)
class Moving:
    """The move of one list's text; its methods are what `RunPython` calls.

    `model` is the list's, `prefix` begins the names of its models for text, words
    and detail, which `relation` binds to it. `told` makes the title and the other
    searched texts of the row's `columns`.
    """

    app: str
    model: str
    prefix: str
    relation: str
    columns: tuple[str, ...]
    told: Callable[..., tuple[str, tuple[str, ...]]]

    def out(self, apps: Any, _schema_editor: object) -> None:  # noqa: ANN401 - the models of a migration's state
        """Write the slides, the searched words and the sorted title of each row."""
        texts, words, details = (self._get(apps, name) for name in ("Text", "Words", "Detail"))
        for some in in_parts(self._rows(apps)):
            texts.objects.bulk_create([texts(pk=row.key, slides=row.slides) for row in some if row.slides])
            words.objects.bulk_create([words(pk=row.key, words=words_of(*row.searched)) for row in some])
            titled = [details(pk=row.detail, title_key=sort_key(row.title)) for row in some if row.detail]
            details.objects.bulk_update(titled, ["title_key"])

    def _rows(self, apps: Any) -> Iterator[_Row]:  # noqa: ANN401 - see above
        rows = apps.get_model(self.app, self.model).objects.order_by("pk")
        known = rows.values_list("pk", "detail__pk", "detail__slide_text", *self.columns)
        for key, detail, slides, *columns in known.iterator(chunk_size=AT_ONCE):
            title, more = self.told(*columns)
            yield _Row(key, detail, slides or "", title, (title, *more, slides or ""))

    def back(self, apps: Any, _schema_editor: object) -> None:  # noqa: ANN401 - see above
        """Give the slides' text back to the details."""
        texts, details = (self._get(apps, name).objects for name in ("Text", "Detail"))
        kept = texts.exclude(slides="").values_list("pk", "slides")
        for some in in_parts(kept.iterator(chunk_size=AT_ONCE)):
            slides = dict(some)
            rows = list(details.filter(**{f"{self.relation}__in": slides}).only("pk", self.relation))
            for row in rows:
                row.slide_text = slides[getattr(row, f"{self.relation}_id")]
            details.bulk_update(rows, ["slide_text"])

    def shrink(self, apps: Any, schema_editor: Any) -> None:  # noqa: ANN401 - see above
        """Write the detail's table anew without what was taken out of it."""
        compact(schema_editor, self._get(apps, "Detail"))

    def _get(self, apps: Any, name: str) -> Any:  # noqa: ANN401 - see above
        return apps.get_model(self.app, f"{self.prefix}{name}")


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
