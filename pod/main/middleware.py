"""What every answer tells the browser: its Content-Security-Policy, and that a user's page is not kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

# Nothing inline, nothing from another host. `data:` serves the small pictures in Django admin's own CSS.
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "media-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def allow_frames(response: HttpResponse, urls: Iterable[str]) -> None:
    """Let the page show these http(s) addresses' sites in frames; the caller has checked their hosts."""
    origins = {f"{parts.scheme}://{parts.netloc}" for parts in map(urlsplit, urls) if parts.netloc}
    # an origin is written into a header: nothing but its own characters may stand in it
    safe = sorted(origin for origin in origins if re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", origin))
    response.frame_origins = safe  # type: ignore[attr-defined]


def content_security_policy(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Say to the browser that pages consist of this site's own files only.

    A view may name other sites that its page shows in frames (`allow_frames`).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        frames = getattr(response, "frame_origins", None)
        policy = {**POLICY, "frame-src": " ".join(frames)} if frames else POLICY
        header = "; ".join(f"{name} {value}" for name, value in policy.items())
        response.headers.setdefault("Content-Security-Policy", header)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    return middleware


def keep_no_page_of_users(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Let no browser keep what it shows to who has logged in, unless the view says otherwise.

    After logging out on a shared computer, the Back button would show it to the next person; and a list
    from before an action would offer what was done already. The answer to a form (a question, a form with
    errors) cannot be asked for again: going back to it would show the browser's own error page. It is kept
    as long as the session's cookie is the same (`Vary`).
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if "Cache-Control" not in response.headers and request.user.is_authenticated:
            kept = "no-cache" if request.method == "POST" else "no-store"
            response.headers["Cache-Control"] = f"private, {kept}"
        return response

    return middleware
