"""Which site this process serves."""

from __future__ import annotations

from django.conf import settings


def current_site_id() -> int:
    """Return the id of the site that new rows belong to (settings.SITE_ID)."""
    return int(settings.SITE_ID)
