"""Migration runs and what came of each recording, to look at; the reports to download."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from pod.bbb_migration.administration import pages
from pod.bbb_migration.administration.giving import give_selected
from pod.bbb_migration.administration.orphans import orphans
from pod.bbb_migration.administration.run_state import state_of, told
from pod.bbb_migration.models import Item, Orphan, Run
from pod.bbb_migration.plan import Outcome
from pod.bbb_migration.report import LINES, OWNERS, PAGE, TABLE
from pod.main.admin_list import KnownChoices, ListAdmin, Row

FILES = (PAGE, TABLE, LINES, OWNERS)

# a page of ours lists the migration's pages first; another application's choice is respected
if admin.site.index_template is None:
    admin.site.index_template = "bbb_migration/admin/index.html"


class ReadOnlyAdmin:
    """The ledger tells what happened: nobody edits that. Forgetting an item lets it be done again."""

    def has_add_permission(self, _request: HttpRequest, *_obj: Any) -> bool:  # noqa: ANN401 - Django's signature
        """Nobody adds."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Nobody changes."""
        return False

    class Media:
        """Links that are told from text by more than their colour."""

        css = {"all": ("bbb_migration/dashboard.css",)}


class OfServer(KnownChoices):
    """By the server: those of the runs are all there are."""

    title, parameter_name = _("server"), "server"

    @staticmethod
    def known() -> Iterable[str]:
        """Return the servers."""
        return Run.objects.order_by("server").values_list("server", flat=True).distinct()


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin, ListAdmin[Run]):
    """Runs, the newest first."""

    list_display = ("id", "started_at", "mode", "server", "live", "total", "told_counts", "reports")
    list_filter = ("state", "mode", OfServer)
    actions = ("delete_external",)
    change_form_template = "bbb_migration/admin/run.html"
    readonly_fields = ("reports", "to_items")
    exclude = ("lock", "counts", "state")

    @admin.display(description=_("state"), ordering="state")
    def live(self, run: Run) -> str:
        """Return how the run stands, with the last sign of life of one that works."""
        return told(run)

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
        """Add the download of reports, the live state, and the pages of the migration."""
        view = self.admin_site.admin_view
        return [
            path("dashboard/", view(pages.dashboard), name="bbb_migration_dashboard"),
            path("owners/", view(pages.owners), name="bbb_migration_owners"),
            path("owners/owners.csv", view(pages.owners_csv), name="bbb_migration_owners_csv"),
            path("delete-external/", view(pages.delete_external), name="bbb_migration_delete_external"),
            path("<int:pk>/report/<str:name>", view(self.download), name="bbb_migration_run_report"),
            path("<int:pk>/live/", view(self.live_state), name="bbb_migration_run_live"),
            *super().get_urls(),
        ]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Add what the run did and why."""
        run = self.get_object(request, object_id)
        more = state_of(run) if run is not None and self.has_view_permission(request, run) else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **more})

    def live_state(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Return the part of a run's page that moves."""
        run = self.get_object(request, str(pk))
        if run is None or not self.has_view_permission(request, run):
            raise Http404
        return TemplateResponse(request, "bbb_migration/admin/run_state.html", {"run": run, **state_of(run)})

    @admin.action(
        description=_("Delete the external recordings of the selected run…"), permissions=["delete_external"]
    )
    def delete_external(self, request: HttpRequest, chosen: QuerySet[Run]) -> HttpResponse | None:
        """Lead to the page that counts before it deletes."""
        if chosen.count() != 1:
            self.message_user(request, _("Select one run."), level="WARNING")
            return None
        address = reverse("admin:bbb_migration_delete_external")
        return HttpResponseRedirect(f"{address}?run={chosen.get().pk}")

    def has_delete_external_permission(self, request: HttpRequest) -> bool:
        """Whether the user may delete external recordings."""
        return bool(request.user.has_perm("import_video.delete_externalrecording"))

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


class LedgerAdmin(ReadOnlyAdmin, ListAdmin[Row]):
    """Lines of the ledger, their reasons in the reader's language."""

    exclude = ["why", "reason"]
    readonly_fields = ("said",)

    @admin.display(description=_("reason"))
    def said(self, item: Item) -> str:
        """Return the reason."""
        return item.said

    @admin.display(description=_("reason"))
    def short_reason(self, item: Item) -> str:
        """Return the reason's beginning."""
        return Truncator(item.said).chars(120)


@admin.register(Item)
class ItemAdmin(LedgerAdmin[Item]):
    """Recordings and what came of them."""

    list_display = ("name", "recorded_at", "mode", "owner", "outcome", "done", "via", "short_reason", "run")
    list_filter = ("outcome", "done", "mode", OfServer)
    search_fields = ("name", "record_id", "owner", "reason")
    list_select_related = ("run",)


@admin.register(Orphan)
class OrphanAdmin(LedgerAdmin[Orphan]):
    """External recordings that the administrator has because nobody is known: to be given to somebody."""

    list_display = ("name", "recorded_at", "record_id", "server", "owner", "short_reason")
    list_filter = (OfServer, "recorded_at")
    search_fields = ("name", "record_id", "reason")
    actions = ("give_to",)
    exclude = ["why", "reason", "outcome", "done", "attempts", "conversion_id", "removed_at"]

    def get_queryset(self, _request: HttpRequest) -> QuerySet[Orphan]:
        """Return the orphans alone."""
        return orphans()

    def has_delete_permission(self, _request: HttpRequest, _obj: object = None) -> bool:
        """Leave the ledger's lines where they are."""
        return False

    def has_give_permission(self, request: HttpRequest) -> bool:
        """Whether the user may give recordings to others."""
        return bool(request.user.has_perm("bbb_migration.change_orphan"))

    @admin.action(description=_("Give the selected recordings to somebody…"), permissions=["give"])
    def give_to(self, request: HttpRequest, chosen: QuerySet[Orphan]) -> HttpResponse | None:
        """Ask whom, show what it would do, do it."""
        return give_selected(request, chosen)
