"""Addresses of claiming; the first three are Pod's."""

from __future__ import annotations

from django.urls import path

from pod.recorder import previewing, views

app_name = "record"
urlpatterns = [
    path("claim_record/", views.claim_record, name="claim_record"),
    path("add_recording/", views.add_recording, name="add_recording"),
    path("delete_record/<key:treatment_id>/", views.delete_record, name="delete_record"),
    path("claim/<key:treatment_id>/", views.claim, name="claim"),
    path("several/", views.several, name="several"),
    path("undo/", views.undo, name="undo"),
    path("thumbnail/<key:treatment_id>/", previewing.thumbnail, name="thumbnail"),
    path("preview/<key:treatment_id>/", previewing.preview, name="preview"),
    path(
        "preview/<key:treatment_id>/<int:number>/",
        previewing.preview_picture,
        name="preview_picture",
    ),
]
