"""The one list of the site: searched, filtered, sorted and paged on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import MAXYEAR, UTC, date, datetime
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import F, Max, Min, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from pod.main.search import fold, found_by

PAGE = 25
MOST_COURSES = 300
MOST_YEARS = 50  # a mistyped date must not offer a thousand
Row = TypeVar("Row", bound=Model)
Label = str | Promise


@dataclass(frozen=True)
class Columns:
    """Which columns of the model the list works with; `states` maps a filter word to its condition."""

    search: tuple[str, ...]  # of a row without prepared text
    words: str  # the relation to its `pod.main.search.SearchWords`
    title_key: str  # the column that titles are sorted by
    date: str
    title: str
    duration: str
    course: str
    date_only: bool = False  # `date` is a DateField
    states: dict[str, tuple[Label, Q]] = field(default_factory=dict)
    first: tuple[str, ...] = ()  # sorted before anything else
    shown: Q = field(default_factory=Q)  # what is listed as long as no state is chosen
    readable: Q | None = None  # of which rows the slides are searched; None: of all


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """A page of rows and what the tools above it show."""

    page: Page[Row]
    form: FilterForm
    query: str  # the filters as a query string, without the page
    pages: Sequence[int | str]

    @property
    def total(self) -> int:
        """Return how many rows match."""
        return self.page.paginator.count

    @property
    def is_filtered(self) -> bool:
        """Return whether anything narrows the list."""
        return any(self.form.cleaned_data.get(name) for name in ("q", "state", "year", "course"))


class FilterForm(forms.Form):
    """The tools above the list; a value that is no choice is ignored, an old link must not break."""

    q = forms.CharField(label=_("Search"), required=False, max_length=200, strip=True)
    state = forms.ChoiceField(label=_("State"), required=False)
    year = forms.ChoiceField(label=_("Year"), required=False)
    course = forms.ChoiceField(label=_("Course"), required=False)
    sort = forms.ChoiceField(label=_("Sorted by"), required=False)

    def offer(self, states: dict[str, tuple[Label, Q]], years: Sequence[int], courses: Sequence[str]) -> None:
        """Fill in the choices; a filter with nothing to choose from goes away."""
        choices: dict[str, list[tuple[str, Label]]] = {
            "state": [("", _("All")), *((word, label) for word, (label, _q) in states.items())],
            "year": [("", pgettext_lazy("years", "All")), *((str(year), str(year)) for year in years)],
            "course": [("", _("All")), *((course, course) for course in courses)],
            "sort": [
                ("", _("Newest first")),
                ("oldest", _("Oldest first")),
                ("title", _("Title")),
                ("longest", _("Longest first")),
            ],
        }
        for name, values in choices.items():
            if len(values) < 2:
                del self.fields[name]
            else:
                self.fields[name].choices = values  # type: ignore[attr-defined]
        self.fields["q"].widget = forms.TextInput(attrs={"type": "search"})


def listing(
    request: HttpRequest, rows: QuerySet[Row], columns: Columns, plain: QuerySet[Row] | None = None
) -> Listing[Row]:
    """Return the page of `rows` that the request's query string asks for.

    `plain` are the same rows without what only the page's rows need (annotations, joins): years and
    courses, the count, and the keys of the page are asked of them, then the page's rows by key.
    A search asks for all keys instead of count and page: it reads much text, and reads it once.
    """
    plain = rows if plain is None else plain
    form = FilterForm(request.GET or {}, auto_id="filter-%s")
    form.offer(columns.states, *_years_and_courses(plain, columns, request.GET.get("course", "")))
    form.is_valid()
    chosen = {name: form.cleaned_data.get(name, "") for name in FilterForm.base_fields}
    found = _filtered(plain, columns, chosen).order_by(
        *columns.first, *_order(plain, columns, chosen["sort"])
    )
    all_keys = found.values_list("pk", flat=True)
    paginator = Paginator(list(all_keys) if chosen["q"] else all_keys, PAGE)
    keys = paginator.get_page(request.GET.get("page"))
    wanted = list(keys.object_list)
    by_key = {row.pk: row for row in rows.filter(pk__in=wanted).order_by()}
    page: Page[Row] = Page([by_key[key] for key in wanted if key in by_key], keys.number, paginator)
    return Listing(
        page=page,
        form=form,
        query=urlencode({name: value for name, value in chosen.items() if value}),
        pages=list(paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)),
    )


def at_first(rows: QuerySet[Row], most: int, *, whole: bool) -> tuple[list[Row], bool]:
    """Return the rows, all or the first `most`, and whether there are more of them."""
    found = list(rows if whole else rows[: most + 1])
    more = not whole and len(found) > most
    return (found[:most] if more else found), more


def _filtered(rows: QuerySet[Row], columns: Columns, chosen: dict[str, Any]) -> QuerySet[Row]:
    conditions = [columns.states[chosen["state"]][1] if chosen["state"] else columns.shown]
    if chosen["year"]:
        conditions.append(_in_year(columns, int(chosen["year"])))
    if chosen["course"]:
        conditions.append(Q(**{columns.course: chosen["course"]}))
    if chosen["q"]:
        conditions.append(
            found_by(chosen["q"], columns.words, columns.search, columns.title_key, columns.readable)
        )
    return rows.filter(*conditions)


def _in_year(columns: Columns, year: int) -> Q:
    """Bounds instead of a function on the column: an index can serve them."""
    start = _new_year(columns, year)
    since = Q(**{f"{columns.date}__gte": start})
    if year >= MAXYEAR:
        return since
    return since & Q(**{f"{columns.date}__lt": _new_year(columns, year + 1)})


def _new_year(columns: Columns, year: int) -> date | datetime:
    """Return the first day of the year, or its first moment where the site is."""
    if columns.date_only:
        return date(year, 1, 1)
    return datetime(year, 1, 1, tzinfo=timezone.get_current_timezone()).astimezone(UTC)


def _order(rows: QuerySet[Row], columns: Columns, sort: str) -> list[OrderBy]:
    """Return a total order, the same on every database: what is not known comes last, ties are broken."""
    newest = _by(rows, columns.date, descending=True)
    if sort == "oldest":
        return [_by(rows, columns.date), _by(rows, "pk")]
    orders = {
        "title": [_by(rows, columns.title_key), _by(rows, columns.title), newest],
        "longest": [_by(rows, columns.duration, descending=True), newest],
    }
    return [*orders.get(sort, [newest]), _by(rows, "pk", descending=True)]


def _by(rows: QuerySet[Row], column: str, *, descending: bool = False) -> OrderBy:
    """Sort by a column, NULL last; a column that has none can be read from an index as it is."""
    field = None if "__" in column or column == "pk" else rows.model._meta.get_field(column)
    last = True if "__" in column or getattr(field, "null", False) else None
    return F(column).desc(nulls_last=last) if descending else F(column).asc(nulls_last=last)


def _years_and_courses(rows: QuerySet[Row], columns: Columns, chosen: str) -> tuple[list[int], list[str]]:
    """Return what the filters offer: newest year first, courses by name; one question for both.

    Of very many courses those used last are offered, and the chosen one; the search finds all by name.
    """
    grouped = rows.order_by().values_list(columns.course)
    bounds = list(grouped.annotate(first_date=Min(columns.date), last_date=Max(columns.date)))
    used = {str(course): last for course, _first, last in bounds if course}
    courses = list(used)
    if len(courses) > MOST_COURSES:
        courses.sort(key=lambda course: (used[course] is not None, used[course]), reverse=True)
        courses = courses[:MOST_COURSES] + [chosen] * (chosen in courses[MOST_COURSES:])
    courses.sort(key=fold)
    dates = [day for _course, first, last in bounds for day in (first, last) if day is not None]
    if not dates:
        return [], courses
    newest, oldest = (_year_of(columns, day) for day in (max(dates), min(dates)))
    years = list(range(newest, oldest - 1, -1))[:MOST_YEARS]
    return years if len(years) > 1 else [], courses


def _year_of(columns: Columns, day: Any) -> int:  # noqa: ANN401 - a date or a datetime, as the column is
    """Return the year of a date, where the site is."""
    return int(day.year if columns.date_only else timezone.localtime(day).year)
