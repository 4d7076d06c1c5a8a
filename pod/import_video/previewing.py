"""A look before importing: the slides, and the recording's own player on its old server."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pod.conversion.hosts import allowed_hosts, is_allowed
from pod.conversion.preview import slides_of
from pod.import_video.importing import trusted_hosts
from pod.import_video.models import ExternalRecording
from pod.import_video.views import recording_or_refuse
from pod.main.access import importer_required
from pod.main.dates import available_until
from pod.main.middleware import allow_frames
from pod.video.serving import send_file
from pod.video.thumbnails import fetched_thumbnail


def _hosts(recording: ExternalRecording) -> frozenset[str]:
    return allowed_hosts(trusted_hosts(recording))


@require_safe
@importer_required
def preview(request: HttpRequest, record_id: str) -> HttpResponse:
    """Show the recording: as a page, or as what the list's dialog shows (htmx)."""
    recording = recording_or_refuse(request, record_id)
    asked = is_allowed(recording.source_url, trusted_hosts(recording))
    dialog = bool(request.htmx)  # type: ignore[attr-defined]
    context = {
        "nav": "import",
        "recording": recording,
        "slides": slides_of(recording.source_url, _hosts(recording)) if asked else [],
        "player": recording.source_url if asked and recording.type == "bigbluebutton" else "",
        "until": available_until(),
        "dialog": dialog,
    }
    template = "import_video/preview_content.html" if dialog else "import_video/preview.html"
    response = render(request, template, context)
    allow_frames(response, [recording.source_url] if asked else [])
    return response


@require_safe
@importer_required
def preview_slide(request: HttpRequest, record_id: str, number: int) -> HttpResponseBase:
    """Send one slide's picture, small, which our server fetched and keeps."""
    recording = recording_or_refuse(request, record_id)
    hosts = _hosts(recording)
    slides = slides_of(recording.source_url, hosts)
    path = fetched_thumbnail(slides[number - 1].url, hosts) if 1 <= number <= len(slides) else None
    if path is None:
        raise Http404
    return send_file(request, path)
