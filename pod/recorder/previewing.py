"""A look before claiming; `pod.recorder.listing.previewable_by` says who may have it."""

from __future__ import annotations

from functools import partial

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from pod.conversion.hosts import allowed_hosts, hosts_of
from pod.main.access import claimer_required
from pod.main.safe import signed_in, way_back
from pod.recorder.claiming import title_of
from pod.recorder.errors import ClaimError
from pod.recorder.listing import previewable_by
from pod.recorder.marks import GONE
from pod.recorder.models import RecordingFileTreatment
from pod.recorder.pictures import first_picture, picture, pictures_of
from pod.recorder.whose import is_kept_from
from pod.video.serving import send_file
from pod.video.thumbnails import fetched_thumbnail
from pod.video.told import Told, read

LIST = "record:claim_record"
TEMPLATE = "recorder/preview.html"
OF_OTHERS = gettext_lazy(
    "The migration knows who this recording probably belongs to: only they can preview it before it is "
    "claimed."
)


@require_safe
@claimer_required
def preview(request: HttpRequest, treatment_id: int) -> HttpResponse:
    """Show what is known of the file: as a page, or as what the list's dialog shows (htmx)."""
    try:
        row = _row_or_refuse(request, treatment_id)
    except Http404:  # the list was older than what others did meanwhile
        messages.warning(request, GONE)
        return _list_anew(request)
    told = _told(row)
    try:
        pictures, problem = pictures_of(row, told), ""
    except ClaimError as error:
        pictures, problem = [], str(error)
    dialog = bool(request.htmx)  # type: ignore[attr-defined]
    context = {
        "nav": "claim",
        "row": row,
        "name": title_of(row),
        "at": row.date_added,
        "detail": getattr(row, "detail", None),
        "pictures": [
            {
                "url": reverse("record:preview_picture", args=[row.pk, number]),
                "second": picture.second,
                "is_slide": picture.slide is not None,
            }
            for number, picture in enumerate(pictures, start=1)
        ],
        "chapters": told.chapters() if told else [],
        "problem": problem,
        "dialog": dialog,
        "back": way_back(request, LIST),
        "content": TEMPLATE,
    }
    return render(request, TEMPLATE if dialog else "main/preview_page.html", context)


def _list_anew(request: HttpRequest) -> HttpResponse:
    """Show the list anew, also to who asked for a dialog."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRefresh()
    return redirect(way_back(request, LIST))


@require_safe
@claimer_required
def preview_picture(request: HttpRequest, treatment_id: int, number: int) -> HttpResponseBase:
    """Send one picture of the file, small, which we made and keep."""
    row = _row_or_refuse(request, treatment_id)
    try:
        path = picture(row, number, partial(_told, row))
    except ClaimError as error:
        raise Http404 from error
    return send_file(request, path) if path else redirect(static("main/novideo.svg"))


@require_safe
@claimer_required
def thumbnail(request: HttpRequest, treatment_id: int) -> HttpResponseBase:
    """Send the recording's small picture: the old server's, else the first one of the preview.

    Both are kept by our server, and are for whom the preview is. The old server's address came with the
    migration (an administrator's catalogue), never from a form.
    """
    row = _row_or_refuse(request, treatment_id)
    url = row.detail.thumbnail_url if hasattr(row, "detail") else ""
    path = fetched_thumbnail(url, allowed_hosts(hosts_of(url))) or first_picture(row, partial(_told, row))
    return send_file(request, path) if path else redirect(static("main/novideo.svg"))


def _told(row: RecordingFileTreatment) -> Told | None:
    detail = getattr(row, "detail", None)
    return read(detail.sidecar) if detail else None


def _row_or_refuse(request: HttpRequest, treatment_id: int) -> RecordingFileTreatment:
    """Return the waiting file: 404 when it is not offered, 403 to who may not look into it."""
    user = signed_in(request)
    if is_kept_from(user, treatment_id):
        raise PermissionDenied(OF_OTHERS)
    rows = previewable_by(user).select_related("detail", "recorder")
    row = get_object_or_404(rows, pk=treatment_id)
    if not row.previewable:  # type: ignore[attr-defined]
        raise PermissionDenied(OF_OTHERS)
    return row
