"""Small helpers of the views."""

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


def back_to(request: HttpRequest, name: str) -> HttpResponseRedirect:
    """Go back to the list where the form's `next` says it was (its page and filters), on this site only."""
    wanted = request.POST.get("next", "")
    own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(wanted if wanted and own else resolve_url(name))
