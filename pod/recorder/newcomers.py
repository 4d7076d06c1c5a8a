"""Waiting files name people: those without an account find theirs once they have one, or have one again."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models.signals import post_save, pre_delete, pre_save
from django.dispatch import receiver

from pod.recorder.models import Claim, ClaimDetail, ClaimName

# of a report: whom the migration names; the `id` of those without an account is None
NAMED = "probable_owners"


def names_in(report: Mapping[str, Any]) -> list[str]:
    """Return the usernames that the report names."""
    return [str(one.get("username", "")) for one in report.get(NAMED) or ()]


def numbers_in(report: Mapping[str, Any]) -> list[int]:
    """Return the numbers of the accounts that those named had when the report was written."""
    return [one["id"] for one in report.get(NAMED) or () if one.get("id") is not None]


def keep_owners(
    detail: ClaimDetail, numbers: Collection[int], usernames: Iterable[str], since: datetime | None = None
) -> None:
    """Note whose the file probably is: the accounts of these numbers, and who is named; no others.

    A while may have passed since that was found out. Accounts that were deleted meanwhile are left out, and
    who had none is given the one of that name: any, or only one that is not older than `since`.
    """
    names = _lowered(usernames)
    owners = list(User.objects.filter(pk__in=numbers))
    known = _lowered(owner.get_username() for owner in owners)
    late = [account for name in names if name not in known and (account := _named(name))]
    detail.probable_owners.set([*owners, *(one for one in late if since is None or one.date_joined >= since)])
    ClaimName.objects.filter(detail=detail).delete()
    ClaimName.objects.bulk_create([ClaimName(detail=detail, username=name) for name in names])


def _lowered(usernames: Iterable[str]) -> list[str]:
    """Return the names as ClaimName has them, each once."""
    return sorted({name.lower()[:150] for name in usernames} - {""})


def _named(name: str) -> User | None:
    """Return the account of a name in lower case; none where several share it but for the case."""
    found = User.objects.filter(username__iexact=name)[:2]
    # MariaDB reads é as e
    return found[0] if len(found) == 1 and found[0].get_username().lower() == name else None


def _naming(name: str) -> list[ClaimName]:
    """Return where a name in lower case is noted, and no other name that MariaDB takes for the same."""
    noted = ClaimName.objects.filter(username=name).select_related("detail")
    return [named for named in noted if named.username == name]


@receiver(pre_save, sender=settings.AUTH_USER_MODEL, dispatch_uid="pod.recorder.renamed")
def note_new_name(instance: User, update_fields: Collection[str] | None = None, **_more: object) -> None:
    """Note for `newcomer` whether the account gets its name only now: a new one, or one that is renamed."""
    same = update_fields is not None and "username" not in update_fields
    # compared here: MariaDB reads é as e
    name = None if same else User.objects.filter(pk=instance.pk).values_list("username", flat=True).first()
    instance._gets_name = not same and name != instance.get_username()  # type: ignore[attr-defined]  # noqa: SLF001 - ours


@receiver(post_save, sender=settings.AUTH_USER_MODEL, dispatch_uid="pod.recorder.newcomer")
def newcomer(instance: User, raw: bool = False, **_more: object) -> None:  # noqa: FBT001 - Django calls receivers so
    """Give an account of a new name what names it, be it made by its first login.

    Nobody gets a file by a name that two accounts share but for its case.
    """
    if raw or not getattr(instance, "_gets_name", False):
        return
    name = instance.get_username().lower()
    if User.objects.filter(username__iexact=name).exclude(pk=instance.pk).exists():
        return
    for named in _naming(name):
        named.detail.probable_owners.add(instance)


@receiver(pre_delete, sender=settings.AUTH_USER_MODEL, dispatch_uid="pod.recorder.leaver")
def leaver(instance: User, **_more: object) -> None:
    """Keep the name of a deleted account where it was a probable owner: what is theirs is not everybody's.

    And where it has claimed something: who did that is asked for when the account is gone, too.
    """
    Claim.objects.filter(user=instance).update(former_user=instance.get_username())
    name = instance.get_username().lower()
    theirs = set(ClaimDetail.objects.filter(probable_owners=instance).values_list("pk", flat=True))
    theirs -= {named.detail_id for named in _naming(name)}
    ClaimName.objects.bulk_create(ClaimName(detail_id=pk, username=name) for pk in theirs)
