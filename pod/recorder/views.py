"""“Claim a recording”: who owns this file."""

from __future__ import annotations

from pathlib import Path

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pod.main.access import claimer_required, posted_only
from pod.main.asking import ask, ask_to_delete
from pod.main.bulk import chosen_ids, dated, question, tell
from pod.main.listing import at_first, listing
from pod.main.safe import back_to, signed_in
from pod.recorder import claiming, deleting
from pod.recorder.claiming import KEPT
from pod.recorder.errors import AlreadyClaimedError, ClaimError, NotYoursError
from pod.recorder.forms import AddRecordingForm
from pod.recorder.listing import (
    COLUMNS,
    previewable_by,
    releasable_by,
    with_details,
)
from pod.recorder.marks import being_claimed_by
from pod.recorder.models import RecordingFileTreatment
from pod.recorder.several import VERBS
from pod.recorder.whose import is_kept_from

LIST = "record:claim_record"
UNDO = "undo_claim"  # of the session: what was claimed together last
SHOWN = 50  # of the claims that can be given back; the rest is fetched when it is wanted


@require_safe
@claimer_required
def claim_record(request: HttpRequest) -> HttpResponse:
    """List what waits to be claimed; what is probably the user's comes first."""
    user = signed_in(request)
    releasable, more = at_first(releasable_by(user), SHOWN, whole="all" in request.GET)
    waiting = previewable_by(user)
    context = {
        "heading": _("Claim a recording"),
        "nav": "claim",
        "listing": listing(request, with_details(waiting), COLUMNS, waiting),
        "row_template": "recorder/row.html",
        "here": request.get_full_path(),
        "bulk": [("claim", _("Claim the selected"))],
        "bulk_url": reverse("record:several"),
        "releasable": releasable,
        "more_releasable": more,
        "undo": [claimed for claimed in releasable if claimed.pk in request.session.get(UNDO, ())],
        "may_delete": may_delete(request),
    }
    return render(request, "recorder/list.html", context)


@claimer_required
@posted_only
def claim(request: HttpRequest, treatment_id: int) -> HttpResponseBase:
    """Make one file of the list the user's video. The row is named by id; a path is never taken."""
    user = signed_in(request)
    waiting = RecordingFileTreatment.objects.filter(pk=treatment_id)
    if waiting.exists() and not waiting.filter(require_manual_claim=True).exists():
        raise PermissionDenied(_("This recording cannot be claimed."))
    try:
        video = claiming.claim(treatment_id, user)
    except AlreadyClaimedError as error:
        return _claimed_before(request, treatment_id, error)
    except NotYoursError as error:
        raise PermissionDenied(str(error)) from error
    except ClaimError as error:
        messages.error(request, str(error))
        return back_to(request, LIST)
    messages.success(request, _("“%(title)s” is yours now, as a private video.") % {"title": video.title})
    return redirect(video)


def _claimed_before(request: HttpRequest, treatment_id: int, error: AlreadyClaimedError) -> HttpResponseBase:
    """Tell who clicked twice what the first click did; all others that somebody was faster."""
    user = signed_in(request)
    video = claiming.claimed_by(treatment_id, user)
    if video is not None:
        messages.success(request, _("“%(title)s” is yours already.") % {"title": video.title})
        return redirect(video)
    if being_claimed_by(treatment_id, user):
        messages.info(
            request, _("You are claiming this recording already: look under “My videos” in a moment.")
        )
    else:
        messages.error(request, str(error))
    return back_to(request, LIST)


@claimer_required
@posted_only
def several(request: HttpRequest) -> HttpResponseBase:
    """Claim or give back what is ticked, after a question that names verb and count."""
    name = request.POST.get("verb", "")
    verb, user = VERBS.get(name), signed_in(request)
    ids = chosen_ids(request.POST.getlist("id"))
    if verb is None or not ids:
        messages.warning(request, _("Tick the recordings first."))
        return back_to(request, LIST)
    if request.POST.get("confirmed"):
        outcome = verb.apply(ids, user)
        if name == "claim" and outcome.done:
            request.session[UNDO] = outcome.done
        tell(request, verb.words, outcome)
        return back_to(request, LIST)
    rows = verb.find(ids, user)
    if not rows:
        messages.warning(request, _("They are not there any more: the list is up to date now."))
        return back_to(request, LIST)
    return ask(request, question(name, verb.words, rows), nav="claim", back=LIST)


@claimer_required
@posted_only
def undo(request: HttpRequest) -> HttpResponseBase:
    """Give back what was claimed together last."""
    ids = chosen_ids(map(str, request.session.pop(UNDO, [])))
    verb = VERBS["release"]
    tell(request, verb.words, verb.apply(ids, signed_in(request)))
    return redirect(LIST)


@require_http_methods(["GET", "HEAD", "POST"])
@claimer_required
def add_recording(request: HttpRequest) -> HttpResponseBase:
    """Let a recorder's manager make a video of the file that the mail named.

    `mediapath` only looks a row up: a path without a row, or of another's recorder, is refused.
    """
    path = request.GET.get("mediapath") or request.POST.get("mediapath") or ""
    if "\0" in path:  # no path has one, and PostgreSQL refuses to be asked
        raise Http404
    rows = RecordingFileTreatment.objects.select_related("recorder", "detail")
    treatment = get_object_or_404(rows, file=path)
    user = signed_in(request)
    manager_id = treatment.recorder.user_id if treatment.recorder else None
    if not (treatment.require_manual_claim or user.is_superuser or manager_id == user.pk):
        raise PermissionDenied(_("This recording is for its recorder’s manager."))
    if is_kept_from(user, treatment.pk):
        raise PermissionDenied(KEPT)
    suggested = request.GET.get("course_title") or claiming.title_of(treatment)
    form = AddRecordingForm(request.POST or None, initial={"title": suggested})
    if request.method == "POST" and form.is_valid():
        try:
            video = claiming.claim(treatment.pk, user, form.cleaned_data["title"])
        except ClaimError as error:
            form.add_error(None, str(error))
        else:
            return redirect(video)
    context = {
        "form": form,
        "nav": "claim",
        "heading": _("Make a video of “%(name)s”") % {"name": Path(treatment.file).name},
        "verb": _("Claim"),
    }
    return render(request, "main/form.html", context)


@claimer_required
@posted_only
def delete_record(request: HttpRequest, treatment_id: int) -> HttpResponseBase:
    """Delete a waiting file, after a question; only with the permission for it."""
    if not may_delete(request):
        raise PermissionDenied(_("Only administrators can delete recordings that nobody has claimed."))
    treatment = get_object_or_404(RecordingFileTreatment.objects.select_related("detail"), pk=treatment_id)
    title = claiming.title_of(treatment)
    if not request.POST.get("confirmed"):
        explanation = _("The file is deleted for everybody and for good.")
        name = dated(title, treatment.date_added)
        return ask_to_delete(request, name, explanation, nav="claim", back=LIST)
    try:
        deleting.delete_waiting(treatment)
    except ClaimError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("“%(name)s” is deleted.") % {"name": title})
    return back_to(request, LIST)


def may_delete(request: HttpRequest) -> bool:
    """Whether the user may delete files that nobody has claimed."""
    return signed_in(request).has_perm("recorder.delete_recordingfiletreatment")
