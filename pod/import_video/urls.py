"""Addresses of external videos; the first six are Pod's."""

from __future__ import annotations

from django.urls import path

from pod.import_video import previewing, views

app_name = "import_video"
urlpatterns = [
    path("", views.external_recordings, name="external_recordings"),
    path("add/", views.add_or_edit_external_recording, name="add_external_recording"),
    path("bulk/", views.bulk, name="bulk"),
    path("undo/", views.undo, name="undo"),
    path("moving/", views.moving, name="moving"),
    path("edit/<slug:record_id>/", views.add_or_edit_external_recording, name="edit_external_recording"),
    path("delete/<slug:record_id>/", views.delete_external_recording, name="delete_external_recording"),
    path("recording_with_token/<slug:record_id>/", views.recording_with_token, name="recording_with_token"),
    path("thumbnail/<slug:record_id>/", views.thumbnail, name="thumbnail"),
    path("preview/<slug:record_id>/", previewing.preview, name="preview"),
    path("preview/<slug:record_id>/<int:number>/", previewing.preview_slide, name="preview_slide"),
    path("cancel/<slug:record_id>/", views.cancel, name="cancel"),
    path("restore/<slug:record_id>/", views.restore, name="restore"),
    path(
        "<slug:record_id>/",
        views.upload_external_recording_to_pod,
        name="upload_external_recording_to_pod",
    ),
]
