"""The administration's own name."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

admin.site.site_title = _("Pod administration")
admin.site.site_header = _("Pod administration")
