"""The administrator's pages: the dashboard, owners.csv out and in, deleting the old server's rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pod.bbb_migration.administration import dashboard as board
from pod.bbb_migration.administration.assign import give, preview
from pod.bbb_migration.administration.deletion import Selected, delete
from pod.bbb_migration.administration.effects import Effect, counted
from pod.bbb_migration.administration.forms import OwnersForm, ServerForm
from pod.bbb_migration.administration.orphans import COLUMNS, lines, orphans, unowned_files
from pod.bbb_migration.administration.owners_file import Wish
from pod.bbb_migration.sinks.csv_export import neutral

KEPT = "bbb_migration_owners"  # of the session: what was previewed
MOST_SHOWN = 1000
FOLDER = "bbb_migration/admin"


def allow(request: HttpRequest, *permissions: str) -> None:
    """Raise PermissionDenied unless the user has them all."""
    if not request.user.has_perms(permissions):
        raise PermissionDenied


def page(request: HttpRequest, template: str, title: str, **more: Any) -> TemplateResponse:  # noqa: ANN401 - context
    """Return a page of the administration."""
    context = {**admin.site.each_context(request), "title": title, **more}
    return TemplateResponse(request, f"{FOLDER}/{template}", context)


def dashboard(request: HttpRequest) -> HttpResponse:
    """Show how far the migration is."""
    allow(request, "bbb_migration.view_run")
    return page(request, "dashboard.html", _("How far the migration is"), **board.dashboard())


# --- owners.csv -------------------------------------------------------------------------------


def owners_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Send the recordings without known owner, to be filled in."""
    allow(request, "bbb_migration.view_orphan")
    answer = StreamingHttpResponse(_csv(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="owners.csv"'
    return answer


def _csv() -> Iterator[str]:
    yield "\ufeff" + _line(COLUMNS)
    for row in lines():
        yield _line([neutral(row.get(column, "")) for column in COLUMNS])


def _line(cells: Any) -> str:  # noqa: ANN401 - any sequence of texts
    quoted = ('"' + str(cell).replace('"', '""') + '"' for cell in cells)
    return ",".join(quoted) + "\r\n"


def owners(request: HttpRequest) -> HttpResponse:
    """Take a filled-in file, show what it would do, do it."""
    allow(request, "bbb_migration.view_orphan")
    if request.method == "POST":
        allow(request, "bbb_migration.change_orphan")
        if "apply" in request.POST:
            return _apply(request)
        form = OwnersForm(request.POST, request.FILES)
        if form.is_valid():
            return _preview(request, form)
    else:
        form = OwnersForm()
    return page(
        request,
        "owners.html",
        _("Owners of recordings"),
        form=form,
        external=orphans().count(),
        files=unowned_files().count(),
        may_change=request.user.has_perm("bbb_migration.change_orphan"),
    )


def _preview(request: HttpRequest, form: OwnersForm) -> HttpResponse:
    read, force = form.owners, form.cleaned_data["force"]
    effects = preview(read.wishes, force=force)
    look = get_random_string(12)
    request.session[KEPT] = {
        "look": look,
        "wishes": [[one.line, one.record_id, one.who, one.server, one.name] for one in read.wishes],
        "force": force,
        "name": form.cleaned_data["file"].name,
    }
    return page(
        request,
        "owners_preview.html",
        _("What owners.csv would do"),
        look=look,
        empty=read.empty,
        force=force,
        changes=sum(effect.changes for effect in effects),
        **shown(effects),
    )


def _apply(request: HttpRequest) -> HttpResponse:
    kept = request.session.get(KEPT)
    # another window may have shown another file since: only what this page told of is carried out
    if kept is None or kept.get("look") != request.POST["apply"]:
        messages.warning(request, _("The file to be applied is no longer there: choose it again."))
        return HttpResponseRedirect(reverse("admin:bbb_migration_owners"))
    del request.session[KEPT]
    wishes = [
        Wish(line, record, tuple(who), server, name) for line, record, who, server, name in kept["wishes"]
    ]
    by = f"{request.user.get_username()} ({kept['name']})"
    effects = give(wishes, by=by, force=kept["force"])
    tell_given(request, effects)
    return page(request, "owners_done.html", _("What owners.csv did"), **shown(effects))


def shown(effects: list[Effect]) -> dict[str, Any]:
    """Return what the table of effects shows: what needs attention first."""
    sorted_effects = sorted(effects, key=lambda one: (not one.is_problem, not one.changes))
    return {
        "effects": sorted_effects[:MOST_SHOWN],
        "more": max(0, len(effects) - MOST_SHOWN),
        "counts": counted(effects),
    }


def tell_given(request: HttpRequest, effects: list[Effect]) -> None:
    """Say how many recordings changed hands, and that some could not."""
    given = sum(effect.changes for effect in effects)
    text = ngettext("%(count)d line was carried out.", "%(count)d lines were carried out.", given)
    messages.success(request, text % {"count": given})
    problems = sum(effect.is_problem for effect in effects)
    if problems:
        text = ngettext(
            "%(count)d line could not be followed.", "%(count)d lines could not be followed.", problems
        )
        messages.warning(request, text % {"count": problems})


# --- the old server's rows ----------------------------------------------------------------------


def delete_external(request: HttpRequest) -> HttpResponse:
    """Count the rows of a server or run, then delete them when that is confirmed."""
    allow(request, "import_video.delete_externalrecording", "bbb_migration.view_run")
    given = request.POST if request.method == "POST" else request.GET or None
    form = ServerForm(given)
    totals = None
    if form.is_bound and form.is_valid():
        selected = Selected(server=form.cleaned_data["server"] or "", run=form.cleaned_data["run"])
        if request.method == "POST":
            count = delete(selected, request.user.get_username())
            text = ngettext(
                "%(count)d external recording was deleted.",
                "%(count)d external recordings were deleted.",
                count,
            )
            messages.success(request, text % {"count": count})
            return HttpResponseRedirect(reverse("admin:bbb_migration_run_changelist"))
        totals = selected.count()
    return page(
        request,
        "delete_external.html",
        _("Delete the old server's external recordings"),
        form=form,
        totals=totals,
    )
