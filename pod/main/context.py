"""What every template knows: the site's name and which pages this user has."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from pod.main.access import may_administer, may_claim, may_import


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the site's name and which entries of the menu are the user's."""
    # an error's page may be made before anybody knows who asks
    user = getattr(request, "user", AnonymousUser())
    return {
        "site_title": settings.TITLE_SITE,
        "menu_import": may_import(user),
        "menu_claim": may_claim(user),
        "menu_admin": may_administer(user),
    }
