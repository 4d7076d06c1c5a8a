"""What the watch page shows; a fixed number of queries, whatever the video."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from pod.main.listing import at_first
from pod.video import hls
from pod.video.access import in_trash, may_change, share_key
from pod.video.models import Video
from pod.video.search import search

SHOWN = 300  # of slides, chapters and chat; the rest is fetched when it is wanted: first load stays small


def watch_context(request: HttpRequest, video: Video, key: str) -> dict[str, Any]:
    """Return the template's context."""
    owner = may_change(request.user, video)
    shared = owner and video.is_draft and not in_trash(video)
    words = request.GET.get("q", "")[:200]
    whole = "all" in request.GET
    slides, more_slides = at_first(video.slides.defer("text"), SHOWN, whole=whole)
    chapters, more_chapters = at_first(video.chapters.all(), SHOWN, whole=whole)
    chat, more_chat = at_first(video.chat.all(), SHOWN, whole=whole)
    return {
        "nav": "videos" if owner else "",
        "video": video,
        "detail": getattr(video, "detail", None),
        "key": f"?key={key}" if key else "",
        "start": start_of(request),
        "film_missing": not Path(video.video.path).is_file(),
        "renditions": list(video.renditions.all()),
        "hls": bool(hls.streams(video)),
        "chapters": chapters,
        "more_chapters": more_chapters,
        "captions": list(video.captions.all()),
        "slides": slides,
        "more_slides": more_slides,
        "chat": chat,
        "more_chat": more_chat,
        "q": words,
        "found": search(video, words),
        "may_change": owner,
        "may_download": owner or video.allow_downloading,
        "share_url": _share_url(video) if shared else "",
    }


def _share_url(video: Video) -> str:
    path = reverse("video:shared", kwargs={"slug": video.slug, "key": share_key(video)})
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def start_of(request: HttpRequest) -> float:
    """Return the second that the address asks for (`?t=83`), 0 when it asks for none that can be."""
    try:
        second = float(request.GET.get("t", "0"))
    except ValueError:
        return 0.0
    return second if math.isfinite(second) and 0 <= second < 1e6 else 0.0
