"""The administration's own name, and deleting what was selected."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin import actions
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

MOST_DELETED = 500  # Django shows each row with all that goes with it, and sends as many fields back

admin.site.site_title = _("Pod administration")
admin.site.site_header = _("Pod administration")


@admin.action(description=actions.delete_selected.short_description, permissions=["delete"])  # type: ignore[attr-defined]
def delete_selected(
    page: admin.ModelAdmin[Any], request: HttpRequest, chosen: QuerySet[Any]
) -> TemplateResponse | None:
    """Ask and delete as Django does, but not more at once than a person can look through."""
    if chosen.count() <= MOST_DELETED:
        return actions.delete_selected(page, request, chosen)
    text = ngettext(
        "Nothing was deleted: at most %(count)d row can be deleted at once.",
        "Nothing was deleted: at most %(count)d rows can be deleted at once.",
        MOST_DELETED,
    )
    page.message_user(request, text % {"count": MOST_DELETED}, messages.ERROR)
    return None


admin.site.add_action(delete_selected, "delete_selected")
