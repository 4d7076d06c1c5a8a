"""Conversion jobs in the administration: look, retry, cancel, reorder, in bulk."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pod.conversion import deliveries
from pod.conversion.engines import ENGINES
from pod.conversion.errors import DispatchError
from pod.conversion.models import Conversion
from pod.conversion.services import cancel_all, prefer_all, retry_all
from pod.main.admin_list import KnownChoices, ListAdmin

FIRST = 10  # the priority that "convert first" gives


class OfEngine(KnownChoices):
    """By what converts."""

    title, parameter_name = _("engine"), "engine"
    known = ENGINES.keys


class OfDelivery(KnownChoices):
    """By who gets the file."""

    title, parameter_name = _("delivery"), "delivery"
    known = deliveries.known


@admin.register(Conversion)
class ConversionAdmin(ListAdmin[Conversion]):
    """Rows are written by the services; here they are read and steered."""

    list_display = (
        "title",
        "state",
        "progress",
        "engine",
        "attempts",
        "priority",
        "queued_at",
        "not_before",
        "finished_at",
    )
    list_filter = ("state", "cause", OfEngine, OfDelivery, "queued_at")
    search_fields = ("title", "record_id", "error")
    list_select_related = ()
    ordering = ("-queued_at",)
    actions = ("retry_selected", "cancel_selected", "convert_first")
    # the source may carry a token; so may the picture's address in the context, which holds slides' text, too
    exclude = ("source_url", "context")
    readonly_fields = tuple(
        field.name
        for field in Conversion._meta.fields
        if field.name not in {"priority", "source_url", "context"}
    )

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Jobs are asked for by the apps, not typed."""
        return False

    @admin.display(description=_("progress"))
    def progress(self, conversion: Conversion) -> str:
        """How much is converted, in media time."""
        return f"{conversion.percent} %"

    @admin.action(description=_("Retry the selected conversions"), permissions=["change"])
    def retry_selected(self, request: HttpRequest, chosen: QuerySet[Conversion]) -> None:
        """Queue failed and cancelled ones again."""
        try:
            count = retry_all(_keys(chosen))
        except DispatchError as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        text = ngettext("%(count)d conversion queued again.", "%(count)d conversions queued again.", count)
        self.message_user(request, text % {"count": count})

    @admin.action(description=_("Cancel the selected conversions"), permissions=["change"])
    def cancel_selected(self, request: HttpRequest, chosen: QuerySet[Conversion]) -> None:
        """Stop those that wait or work."""
        count = cancel_all(_keys(chosen))
        text = ngettext("%(count)d conversion cancelled.", "%(count)d conversions cancelled.", count)
        self.message_user(request, text % {"count": count})

    @admin.action(description=_("Convert the selected ones first"), permissions=["change"])
    def convert_first(self, request: HttpRequest, chosen: QuerySet[Conversion]) -> None:
        """Put them before the others of the queue."""
        count = prefer_all(_keys(chosen), FIRST)
        text = ngettext(
            "%(count)d conversion comes first now.", "%(count)d conversions come first now.", count
        )
        self.message_user(request, text % {"count": count})


def _keys(chosen: QuerySet[Conversion]) -> list[int]:
    """Return the keys alone: the rows of all pages would be read for nothing."""
    return list(chosen.order_by().values_list("pk", flat=True))
