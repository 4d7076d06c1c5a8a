"""Each new user gets a profile; the language in which somebody logs in is that of later mails."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.utils.translation import get_language

from pod.authentication.languages import remember_language
from pod.authentication.models import Owner
from pod.main.sites import current_site_id


@receiver(post_save, sender=settings.AUTH_USER_MODEL, dispatch_uid="pod.authentication.make_owner")
def make_owner(instance: Any, created: bool, raw: bool = False, **kwargs: object) -> None:  # noqa: ANN401, FBT001, ARG001 - Django calls receivers so
    """Make the Owner of a new user; fixtures (`raw`) bring their own."""
    if created and not raw:
        owner, _new = Owner.objects.get_or_create(user_id=instance.pk)
        owner.sites.add(current_site_id())


@receiver(user_logged_in, dispatch_uid="pod.authentication.note_language")
def note_language(user: Any, **kwargs: object) -> None:  # noqa: ANN401, ARG001 - Django calls receivers so
    """Remember the language of the page on which somebody logged in."""
    if isinstance(user, User):
        remember_language(user, get_language() or "")
