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
    path("edit/<key:record_id>/", views.add_or_edit_external_recording, name="edit_external_recording"),
    path("delete/<key:record_id>/", views.delete_external_recording, name="delete_external_recording"),
    path("recording_with_token/<key:record_id>/", views.recording_with_token, name="recording_with_token"),
    path("thumbnail/<key:record_id>/", views.thumbnail, name="thumbnail"),
    path("preview/<key:record_id>/", previewing.preview, name="preview"),
    path("preview/<key:record_id>/<int:number>/", previewing.preview_slide, name="preview_slide"),
    path("cancel/<key:record_id>/", views.cancel, name="cancel"),
    path("restore/<key:record_id>/", views.restore, name="restore"),
    path(
        "<key:record_id>/",
        views.upload_external_recording_to_pod,
        name="upload_external_recording_to_pod",
    ),
]
