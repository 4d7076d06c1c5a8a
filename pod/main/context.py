"""What every template knows: the site's name and which pages this user has."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from pod.main.access import may_administer, may_claim, may_import


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name and which entries of the menu are the user's."""
    user = getattr(request, "user", None)
    return {
        "site_title": settings.TITLE_SITE,
        "menu_import": may_import(user),
        "menu_claim": may_claim(user),
        "menu_admin": may_administer(user),
    }
