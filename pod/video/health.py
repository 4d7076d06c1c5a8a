"""The page that says whether the site can serve its pages and videos."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pod.video.storage import require_media


@require_safe
@never_cache
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when pages can be served: the database answers, the media folder is there and writable."""
    parts = {"database": _database_answers, "media": _media_can_be_used}
    problems = [name for name, is_well in parts.items() if not is_well()]
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _media_can_be_used() -> bool:
    """Whether files can be read and written there; the folder is made unless its disk is not mounted."""
    folder = Path(settings.MEDIA_ROOT)
    try:
        with suppress(DatabaseError):  # without it nobody knows whether there are videos
            require_media()
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)
