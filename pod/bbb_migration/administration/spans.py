"""Sums over spans of time, each read as a range of an index.

Grouping by year asks of each of 100,000 rows in which year it lies; a range of an index is counted without
that, ten times as fast.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Aggregate, Count, Func, IntegerField, QuerySet, Value
from django.db.models.functions import Cast, ExtractYear
from django.db.models.sql.compiler import SQLCompiler

Span = tuple[datetime, datetime]  # the second is not part of it


@dataclass(frozen=True)
class Kind:
    """Rows of which `what` is asked, by the moment in `column`.

    An index should begin with the columns that the rows are filtered by, then `column`.
    """

    word: str
    rows: QuerySet[Any]
    column: str
    what: Aggregate = Count("*")  # noqa: RUF009 - nothing changes an expression


def of_spans(kinds: Sequence[Kind], spans: Sequence[Span]) -> Iterator[tuple[Kind, Span, Any]]:
    """Yield what the database answers for each kind and span, in one query and in whatever order.

    Django compiles each kind once, for its spans differ in their bounds only: compiling all would take as
    long as counting.
    """
    adapted = [[connection.ops.adapt_datetimefield_value(bound) for bound in span] for span in spans]
    places = [(kind, span) for kind in kinds for span in spans]
    branches: list[str] = []
    values: list[Any] = []
    for kind in kinds:
        within = {f"{kind.column}__gte": spans[0][0], f"{kind.column}__lt": spans[0][1]}
        asked = kind.rows.filter(**within).order_by().annotate(place=Value(0)).values_list("place")
        sql, known = asked.annotate(found=kind.what).query.sql_with_params()
        for bounds in adapted:
            values += [len(branches), *known[1:-2], *bounds]  # the place comes first, the bounds last
            branches.append(sql)
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(branches), values)
        for place, found in cursor.fetchall():
            yield *places[place], found


class YearOf(Func):
    """The year of a moment, of spans that follow each other; what lies outside of them has the year of UTC.

    Comparisons (of the middle of the years left, each time) instead of ExtractYear, which SQLite asks of a
    Python function for each of 100,000 rows. They are written as SQL at once: as `When` and `Q`, Django takes
    longer to compile them than a database to group thousands of rows.
    """

    output_field = IntegerField()

    def __init__(self, column: Any, years: Mapping[int, Span], **more: Any) -> None:  # noqa: ANN401 - Django's
        # MariaDB without its tables of time zones has no answer for any other zone
        # PostgreSQL would group by decimal numbers, which takes twice as long
        super().__init__(column, Cast(ExtractYear(column, tzinfo=UTC), IntegerField()), **more)
        self._years = years

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_args: object, **_more: object
    ) -> tuple[str, list[Any]]:
        """Return nested CASE expressions and their values."""
        column, none = compiler.compile(self.source_expressions[0])
        other, others = compiler.compile(self.source_expressions[1])
        known = list(self._years)
        begins = [connection.ops.adapt_datetimefield_value(begin) for begin, _end in self._years.values()]
        end = connection.ops.adapt_datetimefield_value(self._years[known[-1]][1])
        values: list[Any] = []

        def between(first: int, after: int) -> str:
            if after - first == 1:
                return str(known[first])
            middle = (first + after) // 2
            values.extend((*none, begins[middle]))
            lower = between(first, middle)
            return f"CASE WHEN {column} < %s THEN {lower} ELSE {between(middle, after)} END"

        inside = between(0, len(known))
        sql = f"CASE WHEN {column} < %s OR {column} >= %s THEN {other} ELSE {inside} END"
        return sql, [*none, begins[0], *none, end, *others, *values]
