"""External recordings in the administration."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pod.import_video.listing import with_state
from pod.import_video.models import ExternalRecording, ExternalRecordingDetail
from pod.main.admin_list import Discreet, ListAdmin
from pod.main.states import State


class DetailInline(
    Discreet[ExternalRecordingDetail], admin.StackedInline[ExternalRecordingDetail, ExternalRecording]
):
    """What Pod has no column for."""

    model = ExternalRecordingDetail
    extra = 0
    can_delete = False
    secrets = ("thumbnail_url",)
    raw_id_fields = ("conversion", "video")


@admin.register(ExternalRecording)
class ExternalRecordingAdmin(ListAdmin[ExternalRecording]):
    """Every owner's external recordings."""

    list_display = ("name", "owner", "start_at", "type", "live_state", "course", "uploaded_to_pod_by")
    list_filter = ("type", "start_at", "detail__server")
    search_fields = ("name", "owner__username", "detail__record_id", "detail__course")
    autocomplete_fields = ("owner", "uploaded_to_pod_by")
    readonly_fields = ("start_at", "state")
    inlines = (DetailInline,)
    secrets = ("source_url",)  # it may carry a token

    def get_queryset(self, request: HttpRequest) -> QuerySet[ExternalRecording]:
        """Add the state that the conversion gives (Django would not add joins to a query that has some)."""
        return with_state(super().get_queryset(request)).select_related("owner", "uploaded_to_pod_by")

    @admin.display(description=_("state"))
    def live_state(self, row: Any) -> str:  # noqa: ANN401 - the annotated model
        """Return the state in words."""
        return str(State(row.live).label)

    @admin.display(description=_("course"), ordering="detail__course")
    def course(self, row: ExternalRecording) -> str:
        """Return the course."""
        detail = getattr(row, "detail", None)
        return detail.course if detail else ""
