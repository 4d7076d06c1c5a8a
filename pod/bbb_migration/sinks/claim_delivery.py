"""From a conversion to the claim folder: what its job keeps, and what becomes of the file once it is made."""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils import timezone

from pod.bbb_migration.models import Item
from pod.bbb_migration.plan import Outcome, Owner
from pod.bbb_migration.whose import TOLD
from pod.conversion.models import Conversion
from pod.recorder.deleting import delete_waiting
from pod.recorder.errors import ClaimError
from pod.recorder.marks import is_free
from pod.recorder.models import Claim, ClaimDetail, ClaimName, Recorder, RecordingFileTreatment
from pod.recorder.newcomers import NAMED
from pod.recorder.services import UNLISTED, ClaimSpec, make_claimable, waiting_in_vain

log = logging.getLogger(__name__)

DELIVERY = "recorder.claim"


def place(conversion: Conversion) -> Path:
    """Return where the file goes: into the recorder's folder, wherever that is by now.

    Raises OSError while its disk is not mounted: a file in the mount point is out of sight once it is.
    """
    target = Path(conversion.target)
    recorder = Recorder.objects.filter(pk=conversion.context["recorder_id"]).first()
    if recorder is None:
        return target
    folder = Path(settings.DEFAULT_RECORDER_PATH) / recorder.directory
    if waiting := waiting_in_vain(folder):
        told = f"The folder is empty, and {waiting} recordings wait there: is its disk mounted?"
        raise OSError(errno.EIO, told, str(folder))
    return folder / target.name


def deliver(conversion: Conversion, path: Path, report: dict[str, Any]) -> None:
    """Give a converted file to whoever claims it, and tell the ledger that it arrived."""
    recorded_at = conversion.recorded_at or conversion.queued_at
    arrive(spec_of(conversion.context, path, recorded_at, report))
    Item.objects.filter(conversion_id=conversion.pk, done=False).update(
        done=True,
        outcome=Outcome.CONVERT,
        why="",
        reason="",
        target=str(path),
        updated_at=timezone.now(),
    )


def arrive(spec: ClaimSpec) -> None:
    """Offer a whole file; what waits of the same recording under another name makes way for it.

    With --force a recording may come anew by another way, with another suffix. What somebody claims just now
    stays. Where the run knew of no owner, the file names whom a former one names: the run may have asked
    nobody. Raises ClaimError as `make_claimable`.
    """
    if not spec.report.get(NAMED) and (known := _named_so_far(spec)):
        spec = replace(spec, report={**spec.report, NAMED: named(known)})
    here = make_claimable(spec)
    same = RecordingFileTreatment.objects.filter(
        is_free("detail__"), detail__server=spec.server, detail__record_id=spec.record_id
    )
    for former in same.exclude(pk=here.pk):
        try:
            delete_waiting(former)
        except ClaimError as error:
            log.warning("%s: %s", former.file, error)


def _named_so_far(spec: ClaimSpec) -> list[Owner]:
    """Return whom the recording's files name, waiting or claimed, and who claimed them: three queries."""
    waiting = ClaimDetail.objects.filter(server=spec.server, record_id=spec.record_id)
    claims = Claim.objects.filter(file__startswith=f"{spec.path.with_suffix('')}.", released_at=None)
    accounts = User.objects.filter(
        Q(pk__in=waiting.values("probable_owners")) | Q(pk__in=claims.values("user"))
    )
    owners = [
        Owner(user.get_username().lower(), user.get_username(), TOLD, user_id=user.pk) for user in accounts
    ]
    names = set(ClaimName.objects.filter(detail__in=waiting).values_list("username", flat=True))
    for former_user, kept in claims.values_list("former_user", "detail"):
        names |= {former_user, *kept.get("names", ())}
    others = {name.lower() for name in names} - {owner.key for owner in owners} - {""}
    return [*owners, *(Owner(name, name, TOLD) for name in sorted(others))]


def renew(known: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """Return the context of a job that is asked for again: owners are not forgotten by a run that found none.

    It may have asked no front-end; and a file that names nobody is everybody's to look into. Whom an
    administrator named stays, as on a file that is there.
    """
    before = known.get(NAMED) or []
    told = any(one.get("via") == TOLD for one in before)
    return {**found, NAMED: before} if told or not found[NAMED] else found


def named(owners: Iterable[Owner]) -> list[dict[str, Any]]:
    """Return whom a file or its job names, as `NAMED` keeps them."""
    return [
        {"username": owner.key, "name": owner.label, "via": owner.via, "id": owner.user_id}
        for owner in owners
    ]


def spec_of(context: dict[str, Any], path: Path, recorded_at: datetime, report: dict[str, Any]) -> ClaimSpec:
    """Return what `make_claimable` takes."""
    known = {key: context[key] for key in ("title", "record_id", "server", "duration_s", "course")}
    # a meeting lasts longer than what was recorded of it: the film's own length says more about the file
    known["duration_s"] = report.get("duration") or known["duration_s"]
    # what the converter does not know
    told = {NAMED: context.get(NAMED) or [], UNLISTED: not context.get("listed", True)}
    return ClaimSpec(
        path=path,
        recorder_id=context["recorder_id"],
        recorded_at=recorded_at,
        thumbnail_url=context.get("thumbnail_url", ""),
        slide_text=context.get("slide_text", ""),
        report={**report, **{name: value for name, value in told.items() if value}},
        **known,
    )
