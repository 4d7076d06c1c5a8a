"""Addresses of logging in and out."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from pod.authentication.views import ThrottledLoginView

app_name = "authentication"
urlpatterns = [
    path("login/", ThrottledLoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
]
