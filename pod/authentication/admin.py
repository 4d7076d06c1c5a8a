"""Owners in the administration."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.utils.translation import gettext_lazy as _

from pod.authentication.languages import language_of
from pod.authentication.models import Owner
from pod.authentication.views import ThrottledAdminForm
from pod.main.admin_list import ListAdmin

admin.site.login_form = ThrottledAdminForm
admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(ListAdmin[User], UserAdmin[User]):
    """Django's own, as quick as the other lists."""


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
