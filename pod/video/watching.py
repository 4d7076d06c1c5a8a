"""What the watch page shows; a fixed number of queries, whatever the video."""

from __future__ import annotations

import math
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from pod.video import hls
from pod.video.access import may_change, share_key
from pod.video.models import Video
from pod.video.search import search

CHAT_SHOWN = 300  # the rest of a long chat is fetched when it is wanted: first load stays small


def watch_context(request: HttpRequest, video: Video, key: str) -> dict[str, Any]:
    """Return the template's context."""
    owner = may_change(request.user, video)
    share = reverse("video:shared", kwargs={"slug": video.slug, "key": share_key(video)})
    words = request.GET.get("q", "")[:200]
    chat = list(video.chat.all()[: CHAT_SHOWN + 1])
    if len(chat) > CHAT_SHOWN and request.GET.get("chat") == "all":
        chat = list(video.chat.all())
    return {
        "nav": "videos" if owner else "",
        "video": video,
        "detail": getattr(video, "detail", None),
        "key": f"?key={key}" if key else "",
        "start": start_of(request),
        "renditions": list(video.renditions.all()),
        "hls": bool(hls.streams(video)),
        "height": request.GET.get("quality", ""),
        "chapters": list(video.chapters.all()),
        "captions": list(video.captions.all()),
        "slides": list(video.slides.defer("text")),
        "chat": chat if request.GET.get("chat") == "all" else chat[:CHAT_SHOWN],
        "more_chat": len(chat) == CHAT_SHOWN + 1 and request.GET.get("chat") != "all",
        "q": words,
        "found": search(video, words),
        "may_change": owner,
        "may_download": owner or video.allow_downloading,
        "share_url": f"{settings.SITE_URL.rstrip('/')}{share}" if owner and video.is_draft else "",
    }


def start_of(request: HttpRequest) -> float:
    """Return the second that the address asks for (`?t=83`), 0 when it asks for none that can be."""
    try:
        second = float(request.GET.get("t", "0"))
    except ValueError:
        return 0.0
    return second if math.isfinite(second) and 0 <= second < 1e6 else 0.0
