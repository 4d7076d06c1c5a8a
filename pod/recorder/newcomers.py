"""Waiting files that name somebody without an account are theirs once they have one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models.signals import post_save
from django.dispatch import receiver

from pod.recorder.models import ClaimDetail, ClaimName
from pod.recorder.whose import NAMED


def keep_names(detail: ClaimDetail, report: Mapping[str, Any]) -> None:
    """Note by username whom the report names; those who have an account are found by their account."""
    names = {str(one.get("username", "")).lower()[:150] for one in report.get(NAMED) or ()} - {""}
    ClaimName.objects.filter(detail=detail).delete()
    ClaimName.objects.bulk_create([ClaimName(detail=detail, username=name) for name in sorted(names)])


@receiver(post_save, sender=settings.AUTH_USER_MODEL, dispatch_uid="pod.recorder.newcomer")
def newcomer(instance: User, created: bool, raw: bool = False, **kwargs: object) -> None:  # noqa: ARG001, FBT001 - Django calls receivers so
    """Give a new account what names it, be it made by its first login."""
    if created and not raw:
        names = ClaimName.objects.filter(username=instance.get_username().lower()).select_related("detail")
        for name in names:
            if name.username == instance.get_username().lower():  # MariaDB reads é as e
                name.detail.probable_owners.add(instance)
