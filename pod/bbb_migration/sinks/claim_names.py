"""Files of earlier runs that wait and name nobody: counted as such, until a run knows whose they are."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from django.db import transaction
from django.db.models import Exists as InSQL
from django.db.models import OuterRef, QuerySet

from pod.bbb_migration import naming
from pod.bbb_migration.plan import Exists
from pod.bbb_migration.reasons import NONE
from pod.bbb_migration.results import Placed
from pod.bbb_migration.sinks.claim_delivery import named
from pod.conversion.models import Conversion
from pod.recorder.marks import is_free
from pod.recorder.models import PROBABLE, ClaimDetail, ClaimName
from pod.recorder.newcomers import NAMED, keep_owners, names_in, numbers_in


def told_apart(placed: Sequence[Placed], server: str) -> list[Placed]:
    """Return the actions; of what is here, those of files that name nobody alone say whom, or why not.

    What is claimed has an owner, and whom a file names already it goes on naming: two queries.
    """
    here = [one for one in placed if isinstance(one.action, Exists)]
    ids = {one.recording.record_id for one in here if not _pending(one)}
    nameless = set(_waiting(ids, server).values_list("record_id", flat=True))
    keys = {naming.job_key(server, one.recording.record_id): one for one in here if _pending(one)}
    jobs = Conversion.objects.active().filter(key__in=keys).values_list("key", "context")
    nameless |= {keys[key].recording.record_id for key, context in jobs if not context.get(NAMED)}
    return [one if one.recording.record_id in nameless else _named_already(one) for one in placed]


def name_owners(placed: Sequence[Placed], server: str) -> None:
    """Note on waiting files that name nobody whose they are: until then they are everybody's to look into."""
    found = {
        one.recording.record_id: named(one.action.probable)
        for one in placed
        if isinstance(one.action, Exists) and one.action.probable and not one.action.pending
    }
    if not found:
        return
    with transaction.atomic():
        nameless = sorted(_waiting(found.keys(), server).values_list("pk", flat=True))
        list(ClaimDetail.objects.select_for_update().filter(pk__in=nameless).order_by("pk").values_list("pk"))
        # asked again: while the lock was waited for, somebody may have been named, or have begun to claim
        for detail in _waiting(found.keys(), server).filter(pk__in=nameless):
            detail.sidecar = {**detail.sidecar, NAMED: found[detail.record_id]}
            detail.save(update_fields=["sidecar"])
            keep_owners(detail, numbers_in(detail.sidecar), names_in(detail.sidecar))


def _waiting(record_ids: Collection[str], server: str) -> QuerySet[ClaimDetail]:
    """Return what waits of these recordings, names nobody and is not being claimed."""
    accounts = PROBABLE.objects.filter(claimdetail=OuterRef("pk"))
    names = ClaimName.objects.filter(detail=OuterRef("pk"))
    waiting = ClaimDetail.objects.filter(is_free(), server=server, record_id__in=record_ids)
    return waiting.filter(~InSQL(accounts), ~InSQL(names))


def _pending(one: Placed) -> bool:
    return isinstance(one.action, Exists) and one.action.pending


def _named_already(one: Placed) -> Placed:
    action = one.action
    if not isinstance(action, Exists):
        return one
    # a job that waits may learn of a change
    probable = action.probable if action.pending else ()
    return replace(one, action=replace(action, probable=probable, why_nobody=NONE))
