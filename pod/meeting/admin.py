"""Meetings in the administration."""

from __future__ import annotations

from django.contrib import admin

from pod.main.admin_list import ListAdmin
from pod.meeting.models import InternalRecording, Meeting


@admin.register(Meeting)
class MeetingAdmin(ListAdmin[Meeting]):
    """Pod's own meetings."""

    list_display = ("name", "meeting_id", "owner", "start_at", "is_running")
    list_filter = ("is_running", "is_webinar", "start_at")
    list_select_related = ("owner",)
    search_fields = ("name", "meeting_id", "owner__username")
    autocomplete_fields = ("owner", "additional_owners")
    secrets = ("attendee_password", "moderator_password")


@admin.register(InternalRecording)
class InternalRecordingAdmin(ListAdmin[InternalRecording]):
    """Recordings of Pod's own meetings."""

    list_display = ("name", "owner", "meeting", "start_at", "uploaded_to_pod_by")
    list_select_related = ("owner", "meeting", "uploaded_to_pod_by")
    search_fields = ("name", "recording_id", "owner__username")
    autocomplete_fields = ("owner", "meeting", "uploaded_to_pod_by")
    secrets = ("source_url",)  # it may carry a token
