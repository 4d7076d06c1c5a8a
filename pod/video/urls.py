"""Addresses of videos; a slug begins with four digits, so the words before it cannot collide."""

from __future__ import annotations

from django.urls import path

from pod.video import views

app_name = "video"
urlpatterns = [
    path("my/", views.my_videos_page, name="my_videos"),
    path("edit/<slug:slug>/", views.edit, name="video_edit"),
    path("delete/<slug:slug>/", views.delete, name="video_delete"),
    path("restore/<slug:slug>/", views.restore, name="video_restore"),
    path("reshare/<slug:slug>/", views.reshare, name="video_reshare"),
    path("media/<slug:slug>/", views.media, name="media"),
    path("media/<slug:slug>/rendition/<int:height>/", views.rendition, name="rendition"),
    path("media/<slug:slug>/hls/", views.hls_master, name="hls"),
    path("media/<slug:slug>/hls/<int:height>/", views.hls_playlist, name="hls_playlist"),
    path("media/<slug:slug>/hls/<int:height>/media/", views.hls_media, name="hls_media"),
    path("media/<slug:slug>/download/", views.download, name="download"),
    path("media/<slug:slug>/thumbnail/", views.thumbnail, name="thumbnail"),
    path("media/<slug:slug>/poster/", views.poster, name="poster"),
    path("media/<slug:slug>/captions/<key:caption_id>/", views.caption, name="caption"),
    path("media/<slug:slug>/slides/<key:slide_id>/", views.slide, name="slide"),
    path("media/<slug:slug>/slides/", views.slides_download, name="slides_download"),
    path("<slug:slug>/", views.watch, name="video"),
    path("<slug:slug>/<slug:key>/", views.watch, name="shared"),
]
