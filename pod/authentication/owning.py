"""What becomes of things that have several owners when the account of one is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import User
from django.db import router
from django.db.models import CASCADE, ForeignKey, Model, QuerySet, prefetch_related_objects
from django.db.models.deletion import Collector, ProtectedError, RestrictedError


def to_co_owner(
    collector: Collector,
    field: ForeignKey[Any, Any],
    owned: QuerySet[Model],
    using: str,
) -> None:
    """Give what has `additional_owners` to one of them, and delete the rest with its owner: an `on_delete`.

    An account that is active comes before one that is not, the older before the younger. Who is deleted at
    the same time gets nothing.
    """
    going = {account.pk for account in collector.data.get(User, ())}
    rows = list(owned)
    prefetch_related_objects(rows, "additional_owners")
    kept: dict[User | None, list[Model]] = {}
    for row in rows:
        others: list[User] = [one for one in row.additional_owners.all() if one.pk not in going]  # type: ignore[attr-defined]
        heir = min(others, key=lambda one: (not one.is_active, one.pk), default=None)
        kept.setdefault(heir, []).append(row)
    CASCADE(collector, field, kept.pop(None, []), using)  # type: ignore[arg-type]  # any sequence will do
    for heir, theirs in kept.items():
        collector.add_field_update(field, heir, theirs)


def handed_over(accounts: Sequence[User]) -> list[tuple[Model, User]]:
    """Return what would go to a co-owner if these accounts were deleted together, and to whom.

    Of a row perhaps no more than its keys is here: each name that is shown may be a query.
    """
    collector = Collector(using=router.db_for_write(User))
    try:
        collector.collect(accounts)
    except (ProtectedError, RestrictedError):
        return []  # nothing would be deleted
    return [
        (row, heir)
        for (_field, heir), batches in collector.field_updates.items()
        if isinstance(heir, User)
        for rows in batches
        for row in rows  # type: ignore[attr-defined]
    ]
