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
    """Give a new account what names it, be it made by its first login.

    Nobody gets a file by a name that two accounts share but for its case.
    """
    name = instance.get_username().lower()
    if not created or raw or User.objects.filter(username__iexact=name).exclude(pk=instance.pk).exists():
        return
    for named in ClaimName.objects.filter(username=name).select_related("detail"):
        if named.username == name:  # MariaDB reads é as e
            named.detail.probable_owners.add(instance)
