"""A look before importing: the slides, and the recording's own player on its old server."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from pod.conversion.hosts import allowed_hosts, is_allowed
from pod.conversion.preview import slides_of
from pod.import_video.importing import trusted_hosts
from pod.import_video.models import ExternalRecording, SourceType
from pod.import_video.views import LIST, recording_or_refuse
from pod.main.access import importer_required
from pod.main.dates import available_until, is_over
from pod.main.middleware import allow_frames
from pod.main.safe import way_back
from pod.video.serving import send_file
from pod.video.thumbnails import fetched_thumbnail

TEMPLATE = "import_video/preview.html"


def _hosts(recording: ExternalRecording) -> frozenset[str]:
    return allowed_hosts(trusted_hosts(recording))


def _pictures(recording: ExternalRecording) -> list[dict[str, object]]:
    """Return the slides as the template shows them."""
    return [
        {
            "url": reverse("import_video:preview_slide", args=[recording.pk, number]),
            "second": slide.start,
            "is_slide": True,
        }
        for number, slide in enumerate(slides_of(recording.source_url, _hosts(recording)), start=1)
    ]


@require_safe
@importer_required
def preview(request: HttpRequest, record_id: int) -> HttpResponse:
    """Show the recording: as a page, or as what the list's dialog shows (htmx)."""
    recording = recording_or_refuse(request, record_id)
    asked = is_allowed(recording.source_url, trusted_hosts(recording))
    until = available_until()
    dialog = bool(request.htmx)  # type: ignore[attr-defined]
    context = {
        "nav": "import",
        "recording": recording,
        "name": recording.name,
        "at": recording.start_at,
        "detail": getattr(recording, "detail", None),
        "pictures": _pictures(recording) if asked else [],
        "player": recording.source_url if asked and recording.type == SourceType.BIGBLUEBUTTON else "",
        "until": None if is_over(until) else until,
        "dialog": dialog,
        "back": way_back(request, LIST),
        "content": TEMPLATE,
    }
    response = render(request, TEMPLATE if dialog else "main/preview_page.html", context)
    allow_frames(response, [recording.source_url] if asked else [])
    return response


@require_safe
@importer_required
def preview_slide(request: HttpRequest, record_id: int, number: int) -> HttpResponseBase:
    """Send one slide's picture, small, which our server fetched and keeps."""
    recording = recording_or_refuse(request, record_id)
    hosts = _hosts(recording)
    slides = slides_of(recording.source_url, hosts)
    path = fetched_thumbnail(slides[number - 1].url, hosts) if 1 <= number <= len(slides) else None
    if path is None:
        raise Http404
    return send_file(request, path)
