"""The admin action that gives selected recordings to somebody: whom, what that would do, done."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from pod.bbb_migration.administration.assign import give, preview
from pod.bbb_migration.administration.forms import MOST_ON_PAGE, HeirForm, too_many
from pod.bbb_migration.administration.owners_file import Wish
from pod.bbb_migration.administration.pages import page, shown, tell_given
from pod.bbb_migration.models import Orphan


def give_selected(request: HttpRequest, chosen: QuerySet[Orphan]) -> HttpResponse | None:
    """Ask whom, show the effects, give when that is confirmed."""
    count = chosen.count()
    if count > MOST_ON_PAGE:
        messages.error(request, too_many())
        return None
    asked = "look" in request.POST or "give" in request.POST
    form = HeirForm(request.POST if asked else None)
    effects = []
    if asked and form.is_valid():
        who = form.cleaned_data["who"]
        rows = chosen.order_by("pk").values_list("record_id", "server", "name")
        wishes = [Wish(0, record_id, (who,), server, name) for record_id, server, name in rows]
        if "give" in request.POST:
            tell_given(request, give(wishes, by=request.user.get_username()))
            return None
        effects = preview(wishes)
    return page(
        request,
        "give.html",
        _("Give recordings to somebody"),
        form=form,
        count=count,
        changes=sum(effect.changes for effect in effects),
        selected=request.POST.getlist(ACTION_CHECKBOX_NAME),
        across=request.POST.get("select_across", "0"),
        checkbox=ACTION_CHECKBOX_NAME,
        **shown(effects),
    )
