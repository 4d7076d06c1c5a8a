"""Meetings in the administration."""

from __future__ import annotations

from django.contrib import admin

from pod.meeting.models import InternalRecording, Meeting


@admin.register(Meeting)
class MeetingAdmin(admin.ModelAdmin[Meeting]):
    """Pod's own meetings."""

    list_display = ("name", "meeting_id", "owner", "start_at", "is_running")
    list_filter = ("is_running", "is_webinar", "start_at")
    list_select_related = ("owner",)
    search_fields = ("name", "meeting_id", "owner__username")
    autocomplete_fields = ("owner", "additional_owners")
    show_full_result_count = False


@admin.register(InternalRecording)
class InternalRecordingAdmin(admin.ModelAdmin[InternalRecording]):
    """Recordings of Pod's own meetings."""

    list_display = ("name", "owner", "meeting", "start_at", "uploaded_to_pod_by")
    list_select_related = ("owner", "meeting", "uploaded_to_pod_by")
    search_fields = ("name", "recording_id", "owner__username")
    autocomplete_fields = ("owner", "meeting", "uploaded_to_pod_by")
    show_full_result_count = False
