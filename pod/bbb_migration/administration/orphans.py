"""Recordings that nobody is known for: which they are, and as a file to be filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from pod.bbb_migration.models import Orphan, RunMode
from pod.bbb_migration.whose import ADMINISTRATOR
from pod.recorder.models import PROBABLE, ClaimDetail

COLUMNS = ("record_id", "server", "mode", "name", "start", "duration_s", "course", "reason", "owner")


def orphans() -> QuerySet[Orphan]:
    """Return the external recordings that nobody is known for: the administrator has them, or nobody at all.

    Nobody has what was of an account that is deleted; unless somebody else got the same recording.
    """
    here = Orphan.objects.filter(mode=RunMode.IMPORT_VIDEO, done=True, removed_at__isnull=True)
    others = here.filter(server=OuterRef("server"), record_id=OuterRef("record_id"), user__isnull=False)
    return here.filter(Q(via=ADMINISTRATOR) | Q(Q(user=None) & ~Exists(others)))


def unowned_files() -> QuerySet[ClaimDetail]:
    """Return the waiting files of a migration whose probable owner has no account here, or is not known."""
    known = PROBABLE.objects.filter(claimdetail=OuterRef("pk"))
    return ClaimDetail.objects.exclude(Q(record_id="")).filter(~Exists(known)).order_by("pk")


def lines() -> Iterator[Mapping[str, Any]]:
    """Yield the lines of owners.csv, whatever run they are of; a query for each 2000."""
    for item in orphans().iterator(2000):
        yield {
            "record_id": item.record_id,
            "server": item.server,
            "mode": item.mode,
            "name": item.name,
            "start": item.recorded_at.isoformat(timespec="seconds") if item.recorded_at else "",
            "reason": item.said,
        }
    files = unowned_files().select_related("treatment").defer("sidecar").prefetch_related("names")
    for detail in files.iterator(2000):
        named = ", ".join(name.username for name in detail.names.all())
        why = _("probably of %(names)s (no account here)") % {"names": named} if named else ""
        yield {
            "record_id": detail.record_id,
            "server": detail.server,
            "mode": RunMode.MANUAL_CLAIM,
            "name": detail.title,
            "start": detail.treatment.date_added.isoformat(timespec="seconds"),
            "duration_s": round(detail.duration_s),
            "course": detail.course,
            "reason": why or _("no probable owner is known"),
        }
