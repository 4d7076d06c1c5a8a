"""Addresses of the base application."""

from __future__ import annotations

from django.urls import path

from pod.main import views

app_name = "main"
urlpatterns = [
    path("", views.home, name="home"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("health/live/", views.live, name="live"),
]
