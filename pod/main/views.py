"""The start page and the pages that say whether the site is well."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
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


@require_safe
@never_cache
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when pages can be served: the database answers and the media folder can be written."""
    problems = []
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        problems.append("database")
    if not _is_writable(Path(settings.MEDIA_ROOT)):
        problems.append("media")
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)


def _is_writable(folder: Path) -> bool:
    """Whether files can be written into the folder, which is made unless it is there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)
