"""The start page, and the page that says that the site's process lives."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pod.main.access import may_import


@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Send a user to the own pages; tell others what the site is."""
    if not request.user.is_authenticated:
        return render(request, "main/home.html")
    return redirect("import_video:external_recordings" if may_import(request.user) else "video:my_videos")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Show the accessibility statement."""
    return render(request, "main/accessibility.html")


@require_safe
@never_cache
def live(_request: HttpRequest) -> HttpResponse:
    """Answer as long as the process does."""
    return HttpResponse("ok\n", content_type="text/plain")
