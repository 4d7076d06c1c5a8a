"""Owners in the administration."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from pod.authentication.languages import language_of
from pod.authentication.models import Owner
from pod.authentication.owning import handed_over
from pod.authentication.views import ThrottledAdminForm
from pod.main.admin_list import ListAdmin

SHOWN = 10  # names of things that stay

admin.site.login_form = ThrottledAdminForm
admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(ListAdmin[User], UserAdmin[User]):
    """Django's own, as quick as the other lists; before an account is deleted, it says what stays of it."""

    def get_deleted_objects(
        self, objs: Iterable[User], request: HttpRequest
    ) -> tuple[list[Any], dict[str, int], set[str], list[Any]]:
        """Return what Django would delete, and tell what is not among it."""
        accounts = list(objs)
        if kept := handed_over(accounts):
            messages.warning(request, _told(kept))
        return super().get_deleted_objects(accounts, request)


def _told(kept: list[tuple[Model, User]]) -> str:
    """Say what will belong to whom; the same words hold before and after."""
    shown = [
        _("“%(name)s” (%(owner)s)") % {"name": thing, "owner": owner.get_username()}
        for thing, owner in kept[:SHOWN]
    ]
    text = ngettext(
        "%(count)d thing that has other owners is not deleted, but given to one of them: %(names)s.",
        "%(count)d things that have other owners are not deleted, but given to one of them: %(names)s.",
        len(kept),
    )
    more = ["…"] if len(kept) > SHOWN else []
    return text % {"count": len(kept), "names": ", ".join(shown + more)}


@admin.register(Owner)
class OwnerAdmin(ListAdmin[Owner]):
    """One row a user."""

    list_display = ("user", "auth_type", "affiliation", "accepts_notifications", "language")
    list_filter = ("auth_type", "affiliation")
    list_select_related = ("user__last_language",)
    search_fields = ("user__username", "user__first_name", "user__last_name", "user__email")
    autocomplete_fields = ("user",)
    readonly_fields = ("hashkey",)

    @admin.display(description=_("language"))
    def language(self, owner: Owner) -> str:
        """Return the language that the user is written to in."""
        return str(dict(settings.LANGUAGES)[language_of(owner.user)])
