"""Who asks, and where to go back to: what every view needs."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme


def signed_in(request: HttpRequest) -> User:
    """Return the user of a view that only lets signed-in users pass."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def way_back(request: HttpRequest, name: str) -> str:
    """Return the page and filters of the list that `next` names, if on this site; else the list's start."""
    wanted = (request.POST if request.method == "POST" else request.GET).get("next", "")
    own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and own else resolve_url(name)


def back_to(request: HttpRequest, name: str) -> HttpResponseRedirect:
    """Go back to the list where the form's `next` says it was."""
    return HttpResponseRedirect(way_back(request, name))
