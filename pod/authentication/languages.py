"""The language that each user last used here, for mails and other texts written outside of their pages."""

from __future__ import annotations

from contextlib import AbstractContextManager

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import translation

from pod.authentication.models import LastLanguage


def remember_language(user: User, code: str) -> None:
    """Keep the language of the pages that the user sees; one that the site does not speak is ignored."""
    if code in dict(settings.LANGUAGES):
        LastLanguage.objects.update_or_create(user=user, defaults={"code": code})


def language_of(user: User | None) -> str:
    """Return the language that the user last used, or LANGUAGE_CODE for somebody who never came.

    One query, none when the user was asked for with `select_related("last_language")`.
    """
    known: LastLanguage | None = getattr(user, "last_language", None)
    return known.code if known and known.code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def in_language_of(user: User | None) -> AbstractContextManager[None]:
    """Write in the user's language until the block ends."""
    return translation.override(language_of(user))
