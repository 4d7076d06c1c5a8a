"""Migration runs and what came of each recording, to look at; the reports to download."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import admin
from django.http import FileResponse, Http404, HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from pod.bbb_migration.models import Item, Run
from pod.bbb_migration.plan import Outcome
from pod.bbb_migration.report import LINES, OWNERS, PAGE, TABLE

FILES = (PAGE, TABLE, LINES, OWNERS)


class ReadOnlyAdmin:
    """The ledger tells what happened: nobody edits that. Forgetting an item lets it be done again."""

    def has_add_permission(self, _request: HttpRequest, *_obj: Any) -> bool:  # noqa: ANN401 - Django's signature
        """Nobody adds."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Nobody changes."""
        return False


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin, admin.ModelAdmin):  # type: ignore[type-arg]
    """Runs, the newest first."""

    list_display = ("id", "started_at", "mode", "server", "state", "total", "told_counts", "reports")
    list_filter = ("state", "mode", "server")
    date_hierarchy = "started_at"
    readonly_fields = ("told_counts", "reports", "to_items")
    exclude = ("lock",)

    @admin.display(description=_("outcome"))
    def told_counts(self, run: Run) -> str:
        """Return the counts that are not zero."""
        return ", ".join(f"{run.counts[word]} {word}" for word in Outcome if run.counts.get(word))

    @admin.display(description=_("report"))
    def reports(self, run: Run) -> SafeString | str:
        """Link the report's files that are there."""
        links = (
            (reverse("admin:bbb_migration_run_report", args=(run.pk, name)), name)
            for name in FILES
            if _file(run, name)
        )
        return format_html_join(" · ", '<a href="{}">{}</a>', links)

    @admin.display(description=_("recordings"))
    def to_items(self, run: Run) -> SafeString:
        """Link the list of what this run did last."""
        address = reverse("admin:bbb_migration_item_changelist")
        return format_html('<a href="{}?run__id__exact={}">{}</a>', address, run.pk, _("Show"))

    def get_urls(self) -> list[URLPattern]:
        """Add the download of reports."""
        download = path(
            "<int:pk>/report/<str:name>",
            self.admin_site.admin_view(self.download),
            name="bbb_migration_run_report",
        )
        return [download, *super().get_urls()]

    def download(self, request: HttpRequest, pk: int, name: str) -> FileResponse:
        """Send a file of the report."""
        run = self.get_object(request, str(pk))
        if run is None or not self.has_view_permission(request, run) or name not in FILES:
            raise Http404
        found = _file(run, name)
        if found is None:
            raise Http404
        return FileResponse(found.open("rb"), as_attachment=True, filename=f"run-{run.pk}-{name}")


def _file(run: Run, name: str) -> Path | None:
    found = Path(run.report_dir) / name if run.report_dir else None
    return found if found is not None and found.is_file() else None


@admin.register(Item)
class ItemAdmin(ReadOnlyAdmin, admin.ModelAdmin):  # type: ignore[type-arg]
    """Recordings and what came of them."""

    list_display = ("name", "recorded_at", "mode", "owner", "outcome", "done", "via", "short_reason", "run")
    list_filter = ("outcome", "done", "mode", "server")
    search_fields = ("name", "record_id", "owner", "reason")
    list_select_related = ("run",)
    date_hierarchy = "recorded_at"
    show_full_result_count = False

    @admin.display(description=_("reason"))
    def short_reason(self, item: Item) -> str:
        """Return the reason's beginning."""
        return item.reason if len(item.reason) <= 120 else f"{item.reason[:119]}…"
