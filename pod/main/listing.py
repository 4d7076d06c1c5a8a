"""The one list of the site: searched, filtered, sorted and paged on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import reduce
from operator import and_, or_
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Max, Min, Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PAGE = 25
MOST_COURSES = 300
Row = TypeVar("Row", bound=Model)
Label = str | Promise


@dataclass(frozen=True)
class Columns:
    """Which columns of the model the list works with; `state` maps a filter word to its condition."""

    search: tuple[str, ...]
    date: str
    title: str
    duration: str
    course: str
    date_only: bool = False  # `date` is a DateField
    states: dict[str, tuple[Label, Q]] = field(default_factory=dict)
    first: tuple[str, ...] = ()  # sorted before anything else
    hidden: Q | None = None  # left out unless a state is chosen


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
            "year": [("", _("All")), *((str(year), str(year)) for year in years)],
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

    `plain` are the same rows without annotations, for the questions that need none. Three queries,
    whatever the number of rows: years and courses, all keys in their order, the page's rows. The
    keys tell the count too: where a search reads all slides, counting apart would read them twice;
    and sorting 10,000 keys is several times faster than sorting 10,000 whole rows.
    """
    form = FilterForm(request.GET or {}, auto_id="filter-%s")
    form.offer(columns.states, *_years_and_courses(rows if plain is None else plain, columns))
    form.is_valid()
    chosen = {name: form.cleaned_data.get(name, "") for name in FilterForm.base_fields}
    found = _filtered(rows, columns, chosen).order_by(*columns.first, *_order(columns, chosen["sort"]), "-pk")
    paginator = Paginator(list(found.select_related(None).values_list("pk", flat=True)), PAGE)
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


def _filtered(rows: QuerySet[Row], columns: Columns, chosen: dict[str, Any]) -> QuerySet[Row]:
    conditions = [
        reduce(or_, (Q(**{f"{column}__icontains": word}) for column in columns.search))
        for word in chosen["q"].split()
    ]
    if chosen["state"]:
        conditions.append(columns.states[chosen["state"]][1])
    elif columns.hidden is not None:
        conditions.append(~columns.hidden)
    if chosen["year"]:
        conditions.append(_in_year(columns, int(chosen["year"])))
    if chosen["course"]:
        conditions.append(Q(**{columns.course: chosen["course"]}))
    return rows.filter(reduce(and_, conditions)) if conditions else rows


def _in_year(columns: Columns, year: int) -> Q:
    """Bounds instead of a function on the column: an index can serve them."""
    zone = timezone.get_current_timezone()
    start, end = datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
    if columns.date_only:
        return Q(**{f"{columns.date}__gte": start.date(), f"{columns.date}__lt": end.date()})
    return Q(**{f"{columns.date}__gte": start.astimezone(UTC), f"{columns.date}__lt": end.astimezone(UTC)})


def _order(columns: Columns, sort: str) -> tuple[str, ...]:
    return {
        "oldest": (columns.date,),
        "title": (columns.title, f"-{columns.date}"),
        "longest": (f"-{columns.duration}", f"-{columns.date}"),
    }.get(sort, (f"-{columns.date}",))


def _years_and_courses(rows: QuerySet[Row], columns: Columns) -> tuple[list[int], list[str]]:
    """Return what the filters offer: newest year first, courses by name; one question for both."""
    grouped = rows.order_by().values_list(columns.course)
    bounds = list(grouped.annotate(first_date=Min(columns.date), last_date=Max(columns.date)))
    courses = sorted({course for course, _first, _last in bounds if course}, key=str.casefold)
    firsts = [first for _course, first, _last in bounds if first is not None]
    lasts = [last for _course, _first, last in bounds if last is not None]
    if not firsts:
        return [], courses[:MOST_COURSES]
    first, last = (
        (min(firsts), max(lasts))
        if columns.date_only
        else (timezone.localtime(min(firsts)), timezone.localtime(max(lasts)))
    )
    years = list(range(last.year, first.year - 1, -1))
    return years if len(years) > 1 else [], courses[:MOST_COURSES]
