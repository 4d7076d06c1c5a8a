"""Who may use which pages; one place for the menu and the views."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_htmx.http import HttpResponseClientRefresh

from pod.main.safe import way_back

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
Anybody = User | AnonymousUser


def may_import(user: Anybody) -> bool:
    """Whether the pages of external videos are this user's."""
    if settings.RESTRICT_EDIT_IMPORT_VIDEO_ACCESS_TO_STAFF_ONLY and not user.is_staff:
        return False
    return bool(settings.USE_IMPORT_VIDEO and user.is_authenticated)


def may_claim(user: Anybody) -> bool:
    """Whether the claim page is this user's: staff, where the institution allows claiming."""
    return bool(settings.ALLOW_MANUAL_RECORDING_CLAIMING and user.is_staff)


def may_administer(user: Anybody) -> bool:
    """Whether the administration has anything for this user; in Pod, teachers are staff, too."""
    return user.is_active and user.is_staff and bool(user.is_superuser or user.get_all_permissions())


def login_first(view: View) -> View:
    """Redirect to the log-in page as Django does; a fragment asked for by htmx makes its page reload.

    Otherwise, when a session ends while a list refreshes itself, the log-in form would appear inside the
    list. Whoever sent a form returns to that form's page after logging in, because the address to which
    it was sent shows nothing.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - as the view
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if getattr(request, "htmx", False):
            return HttpResponseClientRefresh()
        if request.method != "POST":
            return redirect_to_login(request.get_full_path())
        messages.warning(request, _("Your session had expired: nothing was changed. Do it once more."))
        return redirect_to_login(way_back(request, "main:home"))

    return cast("View", guarded)


def importer_required(view: View) -> View:
    """Admit users who may import; others must log in, or are told why not (403)."""
    refusal = gettext_lazy("Importing videos is open to staff only. Ask the administrators.")
    return _open_to(may_import, "USE_IMPORT_VIDEO", refusal, view)


def claimer_required(view: View) -> View:
    """Admit users who may claim; others must log in, or are told why not (403)."""
    refusal = gettext_lazy("Claiming recordings is open to staff only. Ask the administrators.")
    return _open_to(may_claim, "ALLOW_MANUAL_RECORDING_CLAIMING", refusal, view)


def _open_to(may: Callable[[Anybody], bool], setting: str, refusal: Promise, view: View) -> View:
    """Let the view be reached only by those who may; where the setting is off, there is no such page."""

    @login_first
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - as the view
        if not getattr(settings, setting):
            raise Http404
        if not may(request.user):
            raise PermissionDenied(str(refusal))
        return view(request, *args, **kwargs)

    return cast("View", guarded)


def posted_only(view: View) -> View:
    """Answer 403 to anything but POST, as Pod's pages do: a link must never change anything."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:  # noqa: ANN401 - as the view
        if request.method != "POST":
            raise PermissionDenied(_("This address only accepts submitted forms."))
        return view(request, *args, **kwargs)

    return cast("View", guarded)
