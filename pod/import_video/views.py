"""“My external videos”: find, import, discard."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from pod.conversion.errors import DispatchError
from pod.conversion.hosts import allowed_hosts, is_allowed
from pod.import_video import editing
from pod.import_video.bulk import NOBODY_WORKS, VERBS
from pod.import_video.errors import ImportVideoError
from pod.import_video.forms import ExternalRecordingForm
from pod.import_video.importing import cancel_import, request_import, trusted_hosts
from pod.import_video.listing import COLUMNS, DISCARDED, add_places, recordings_of, with_state
from pod.import_video.models import ExternalRecording
from pod.main.access import importer_required, posted_only
from pod.main.asking import ask, ask_to_delete
from pod.main.bulk import chosen_ids, dated, question, tell, tell_nothing
from pod.main.dates import available_until, is_over
from pod.main.listing import listing
from pod.main.middleware import allow_frames
from pod.main.safe import back_to, signed_in, way_back
from pod.main.states import State
from pod.video.serving import send_file
from pod.video.thumbnails import fetched_thumbnail

log = logging.getLogger(__name__)

LIST = "import_video:external_recordings"
UNDO = "undo_discard"  # of the session: what was discarded together last


@require_safe
@importer_required
def external_recordings(request: HttpRequest) -> HttpResponse:
    """List the user's external recordings."""
    user = signed_in(request)
    mine = ExternalRecording.objects.filter(owner=user)
    found = listing(request, with_state(mine), COLUMNS, mine)
    rows = add_places(found.page.object_list)
    until = available_until()
    found.page.object_list = rows
    context = {
        "heading": _("My external videos"),
        "nav": "import",
        "listing": found,
        "row_template": "import_video/row.html",
        "bulk": [("import", _("Import the selected")), ("discard", _("Discard the selected"))],
        "bulk_url": reverse("import_video:bulk"),
        "here": request.get_full_path(),
        "until": until,
        "over": is_over(until),
        "undo": _undoable(request, mine),
        "moving": [row for row in rows if getattr(row, "moving", False)],
    }
    response = render(request, "import_video/list.html", context)
    # the dialog of a preview can show the recording's own player
    allow_frames(response, (row.source_url for row in rows if is_allowed(row.source_url, trusted_hosts(row))))
    return response


def _undoable(request: HttpRequest, mine: QuerySet[ExternalRecording]) -> int:
    """Return how many of those discarded together last are still discarded."""
    ids = request.session.get(UNDO)
    return mine.filter(DISCARDED, pk__in=ids).count() if ids else 0


@require_safe
@importer_required
def moving(request: HttpRequest) -> HttpResponse:
    """Return the rows named by `id` anew, for the list that refreshes itself."""
    ids = chosen_ids(request.GET.getlist("id"))
    rows = add_places(recordings_of(signed_in(request)).filter(pk__in=ids))
    still = [row for row in rows if getattr(row, "moving", False)]
    return render(
        request,
        "import_video/moving.html",
        {
            "rows": rows,
            "moving": still,
            "ended": [row for row in rows if row not in still],
            "here": request.htmx.current_url_abs_path or reverse(LIST),  # type: ignore[attr-defined]
        },
    )


@importer_required
@posted_only
def upload_external_recording_to_pod(request: HttpRequest, record_id: int) -> HttpResponseBase:
    """Queue the import; said as it is: queued, not done."""
    recording = recording_or_refuse(request, record_id)
    try:
        job = request_import(recording, signed_in(request))
    except ImportVideoError as error:
        messages.error(request, str(error))
    except DispatchError as error:
        log.warning("import of %s: %s", recording.pk, error)
        messages.warning(request, f"{recording.name}: {NOBODY_WORKS}")
    else:
        if job.state == State.DONE:  # in another window
            tell_nothing(request)
        else:
            told = _("“%(name)s” is queued: you may close this page and come back.")
            messages.success(request, told % {"name": recording.name})
    return back_to(request, LIST)


@importer_required
@posted_only
def cancel(request: HttpRequest, record_id: int) -> HttpResponseBase:
    """Stop an import under way."""
    recording = recording_or_refuse(request, record_id)
    if cancel_import(recording):
        messages.success(
            request, _("The import of “%(name)s” is being cancelled.") % {"name": recording.name}
        )
    else:
        messages.warning(request, _("There was nothing to cancel: it is over already."))
    return back_to(request, LIST)


@importer_required
@posted_only
def bulk(request: HttpRequest) -> HttpResponseBase:
    """Import or discard what is ticked, after a question that names verb and count."""
    verb = VERBS.get(request.POST.get("verb", ""))
    user = signed_in(request)
    rows = list(recordings_of(user).filter(pk__in=chosen_ids(request.POST.getlist("id"))))
    if verb is None or not rows:
        messages.warning(request, _("Tick the recordings first."))
        return back_to(request, LIST)
    if not request.POST.get("confirmed"):
        names = [(row.pk, dated(row.name, row.start_at)) for row in rows]
        return ask(request, question(verb.name, verb.words, names), nav="import", back=LIST)
    outcome = verb.apply(rows, user)
    if verb.name == "discard" and outcome.done:
        request.session[UNDO] = outcome.done
    tell(request, verb.words, outcome)
    return back_to(request, LIST)


@importer_required
@posted_only
def undo(request: HttpRequest) -> HttpResponseBase:
    """Bring back what the last discarding took away."""
    ids = chosen_ids(map(str, request.session.pop(UNDO, [])))
    count = editing.restore(recordings_of(signed_in(request)).filter(pk__in=ids))
    if count:
        text = ngettext("%(count)d recording is back.", "%(count)d recordings are back.", count)
        messages.success(request, text % {"count": count})
    else:
        tell_nothing(request)
    return redirect(LIST)


@importer_required
@posted_only
def restore(request: HttpRequest, record_id: int) -> HttpResponseBase:
    """Bring one discarded recording back."""
    recording = recording_or_refuse(request, record_id)
    editing.restore(ExternalRecording.objects.filter(pk=recording.pk))
    messages.success(request, _("“%(name)s” is back.") % {"name": recording.name})
    return back_to(request, LIST)


@require_http_methods(["GET", "HEAD", "POST"])
@importer_required
def add_or_edit_external_recording(request: HttpRequest, record_id: int | None = None) -> HttpResponseBase:
    """Add a recording by hand, or change one."""
    recording = recording_or_refuse(request, record_id) if record_id is not None else None
    form = ExternalRecordingForm(request.POST or None, instance=recording)
    if request.method == "POST" and form.is_valid():
        try:
            saved = editing.save(form, signed_in(request))
        except ImportVideoError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": saved.name})
            return back_to(request, LIST)
    context: dict[str, Any] = {
        "form": form,
        "nav": "import",
        "recording": recording,
        "heading": _("Edit an external video") if recording else _("Add an external video"),
        "verb": _("Save"),
        "back": way_back(request, LIST),
    }
    return render(request, "import_video/edit.html", context)


@importer_required
@posted_only
def delete_external_recording(request: HttpRequest, record_id: int) -> HttpResponseBase:
    """Delete a row for good, after a question; a video that was made of it stays."""
    recording = recording_or_refuse(request, record_id)
    if not request.POST.get("confirmed"):
        explanation = _("The entry is deleted for good. A video made from it stays.")
        name = dated(recording.name, recording.start_at)
        return ask_to_delete(request, name, explanation, nav="import", back=LIST)
    editing.delete(recording)
    messages.success(request, _("“%(name)s” is deleted.") % {"name": recording.name})
    return back_to(request, LIST)


@require_safe
@importer_required
def thumbnail(request: HttpRequest, record_id: int) -> HttpResponseBase:
    """Send the recording's small picture, which our server fetched and keeps."""
    recording = recording_or_refuse(request, record_id)
    detail = getattr(recording, "detail", None)
    hosts = allowed_hosts(trusted_hosts(recording))
    path = fetched_thumbnail(detail.thumbnail_url, hosts) if detail else None
    return send_file(request, path) if path else redirect(static("main/novideo.svg"))


@require_safe
@importer_required
def recording_with_token(request: HttpRequest, record_id: int) -> HttpResponseBase:
    """Lead to the recording on its own server."""
    recording = recording_or_refuse(request, record_id)
    if not recording.source_url.lower().startswith(("https://", "http://")):
        raise PermissionDenied(_("This recording has no address that a browser can open."))
    return redirect(recording.source_url)


def recording_or_refuse(request: HttpRequest, record_id: int) -> ExternalRecording:
    """Return the recording: 404 for an unknown one, 403 for somebody else's."""
    known = with_state(ExternalRecording.objects.all())
    recording = get_object_or_404(known, pk=record_id)
    user = signed_in(request)
    if recording.owner_id != user.pk and not user.has_perm("import_video.change_externalrecording"):
        raise PermissionDenied(_("This recording belongs to somebody else."))
    return recording
