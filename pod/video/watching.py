"""What the watch page shows; a fixed number of queries, whatever the video."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from pod.video.access import may_change, share_key
from pod.video.models import Video


def watch_context(request: HttpRequest, video: Video, key: str) -> dict[str, Any]:
    """Return the template's context."""
    owner = may_change(request.user, video)
    share = reverse("video:shared", kwargs={"slug": video.slug, "key": share_key(video)})
    return {
        "nav": "videos" if owner else "",
        "video": video,
        "detail": getattr(video, "detail", None),
        "key": f"?key={key}" if key else "",
        "chapters": list(video.chapters.all()),
        "captions": list(video.captions.all()),
        "slides": list(video.slides.all()),
        "chat": list(video.chat.all()),
        "may_change": owner,
        "may_download": owner or video.allow_downloading,
        "share_url": f"{settings.SITE_URL.rstrip('/')}{share}" if owner and video.is_draft else "",
    }
