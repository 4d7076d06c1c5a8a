"""Lists of the administration that answer quickly with 100,000 rows, searched or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.contrib import admin
from django.contrib.admin.options import BaseModelAdmin, IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.paginator import InvalidPage
from django.db.models import Field, Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.db.models.lookups import IContains
from django.db.models.sql.compiler import SQLCompiler
from django.http import HttpRequest

FEW = 1000  # up to so many rows found are sorted on their own; of more, an index finds a page's rows sooner
Row = TypeVar("Row", bound=Model)


@Field.register_lookup
class Has(IContains):
    """Django's `icontains`, quicker on PostgreSQL for words of ASCII.

    There upper() asks the locale for each letter of each row. The collation "C" knows the case of ASCII
    only, as SQLite's LIKE does, and asks nothing.
    """

    lookup_name = "has"

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # noqa: ANN401, ARG002 - Django's
        """Return what Django makes of `icontains`."""
        sql, params = compiler.compile(IContains(self.lhs, self.rhs))
        return sql, list(params)

    def as_postgresql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, list[Any]]:  # noqa: ANN401 - Django's
        """Compare in the collation "C", unless the case of the word needs the locale."""
        if not self.rhs.isascii():
            return self.as_sql(compiler, connection)
        column, params = self.process_lhs(compiler, connection)
        _placeholder, patterns = self.process_rhs(compiler, connection)
        return f'UPPER({column}::text COLLATE "C") LIKE %s', [
            *params,
            *(str(one).upper() for one in patterns),
        ]


class KeyedList(ChangeList):
    """A list that asks for keys first, and for what it shows by the keys of the page only.

    Django sorts and skips whole rows with all that is joined to them, and searches twice: for the
    number of rows, and again for those of the page.
    """

    def get_results(self, request: HttpRequest) -> None:
        """Ask for the number of rows (of a search: for all keys), for the page's keys, then for its rows."""
        keys = self.queryset.values_list("pk", flat=True)
        found = list(keys.order_by()) if self.query else None
        if found is not None and len(found) <= FEW:
            keys = self._by_key(request, found).values_list("pk", flat=True)
        self.paginator = self.model_admin.get_paginator(request, keys, self.list_per_page)
        if found is not None:
            self.paginator.count = len(found)
        self.result_count, self.full_result_count = self.paginator.count, None
        self.show_full_result_count, self.show_admin_actions = False, True
        self.can_show_all = self.result_count <= self.list_max_show_all
        self.multi_page = self.result_count > self.list_per_page
        if self.multi_page and not (self.show_all and self.can_show_all):
            try:
                keys = self.paginator.page(self.page_num).object_list
            except InvalidPage as error:
                raise IncorrectLookupParameters from error
        self.result_list = self._by_key(request, list(keys))

    def _by_key(self, request: HttpRequest, keys: list[Any]) -> QuerySet[Any]:
        rows = self.root_queryset.filter(pk__in=keys)
        if not rows.query.select_related:
            rows = self.apply_select_related(rows)
        return rows.order_by(*self.get_ordering(request, rows))


class KnownChoices(admin.SimpleListFilter):
    """A filter whose choices are known without asking 100,000 rows for theirs, which takes long."""

    known: Callable[[], Iterable[str]]

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - Django's
        """Return the choices."""
        return [(name, name) for name in type(self).known()]

    def queryset(self, _request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows of the chosen one."""
        return queryset.filter(**{str(self.parameter_name): self.value()}) if self.value() else queryset


class Discreet(BaseModelAdmin[Row]):
    """Keeps columns from those who may look at a row, but not change it."""

    secrets: tuple[str, ...] = ()

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:  # noqa: ANN401 - a row, or what it hangs on
        """Leave the secrets out for who may only look."""
        excluded = tuple(super().get_exclude(request, obj) or ())
        return (
            excluded if obj is None or self.has_change_permission(request, obj) else excluded + self.secrets
        )


class ListAdmin(Discreet[Row], admin.ModelAdmin[Row]):
    """A list of which there may be 100,000 rows."""

    list_per_page = 50
    show_full_result_count = False  # to count all rows beside those that are found helps nobody

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:  # type: ignore[override] # as Django calls it
        """Refuse questions about columns that nobody, or not this user, is shown.

        Django lets an address filter by any column: by `?password__startswith=a`, and so on, one would
        find out a password letter by letter.
        """
        hidden = {*(self.exclude or ()), *(() if self.has_change_permission(request) else self.secrets)}
        asked = lookup.partition(LOOKUP_SEP)[0]
        if asked in hidden - {str(one) for one in self.get_list_filter(request)}:
            return False
        return super().lookup_allowed(lookup, value, request)

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """Search the columns with `Has`."""
        return [f"{column}__{Has.lookup_name}" for column in super().get_search_fields(request)]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # noqa: ANN401, ARG002 - Django's
        """Return the list that asks for keys first."""
        return KeyedList
