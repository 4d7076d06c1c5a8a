"""Each new user gets a profile."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models.signals import post_save
from django.dispatch import receiver

from pod.authentication.models import Owner
from pod.main.sites import current_site_id


@receiver(post_save, sender=settings.AUTH_USER_MODEL, dispatch_uid="pod.authentication.make_owner")
def make_owner(instance: Any, created: bool, raw: bool = False, **kwargs: object) -> None:  # noqa: ANN401, FBT001, ARG001 - Django calls receivers so
    """Make the Owner of a new user; fixtures (`raw`) bring their own."""
    if created and not raw:
        owner, _new = Owner.objects.get_or_create(user_id=instance.pk)
        owner.sites.add(current_site_id())
