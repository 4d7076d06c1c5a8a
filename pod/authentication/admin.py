"""Owners in the administration."""

from __future__ import annotations

from django.contrib import admin

from pod.authentication.models import Owner
from pod.authentication.views import ThrottledAdminForm

admin.site.login_form = ThrottledAdminForm


@admin.register(Owner)
class OwnerAdmin(admin.ModelAdmin[Owner]):
    """One row a user."""

    list_display = ("user", "auth_type", "affiliation", "accepts_notifications")
    list_filter = ("auth_type", "affiliation")
    list_select_related = ("user",)
    search_fields = ("user__username", "user__first_name", "user__last_name", "user__email")
    autocomplete_fields = ("user",)
    readonly_fields = ("hashkey",)
    show_full_result_count = False
