"""Taking the old server's rows out of “My external videos”: counted first, then done.

Videos that came of them stay, and so do rows whose import is under way. The ledger
keeps its lines, so that the next run does not bring the rows back (`--force` does).
Where a run took recordings from the administrator for their owners, undoing it gives them back to him.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from pod.bbb_migration.conf import server_name
from pod.bbb_migration.ledger import PUT_ASIDE, upsert
from pod.bbb_migration.models import Item, ItemOutcome, Run, RunMode
from pod.bbb_migration.whose import ADMINISTRATOR
from pod.bbb_migration.wording import Note
from pod.import_video.models import ExternalRecording
from pod.import_video.services import create_external_recordings, spec_for
from pod.main.parts import in_parts
from pod.main.states import ACTIVE

BUSY = Q(detail__conversion__state__in=[str(state) for state in ACTIVE])


@dataclass(frozen=True)
class Totals:
    """How many rows there are, of how many people; how many were imported (their videos stay) or are busy."""

    rows: int
    people: int
    imported: int
    busy: int


@dataclass(frozen=True)
class Selected:
    """The rows of a server, of everything that its address names, or of one run."""

    server: str = ""
    run: Run | None = None

    def rows(self) -> QuerySet[ExternalRecording]:
        """Return the rows; those that Pod's own command wrote are known by their address alone."""
        if self.run is not None:
            # what the run only found is of an earlier one, or of nobody knows which
            of_run = Item.objects.filter(run=self.run, mode=RunMode.IMPORT_VIDEO, outcome=ItemOutcome.CREATE)
            same = of_run.filter(
                server=OuterRef("detail__server"),
                record_id=OuterRef("detail__record_id"),
                user=OuterRef("owner"),
            )
            # the ids of the run first: else a database may go through the whole run for each of 100,000 rows
            few = ExternalRecording.objects.filter(detail__record_id__in=of_run.values("record_id"))
            return few.filter(Exists(same))
        server = server_name(self.server if "//" in self.server else f"//{self.server}")
        if not server:
            return ExternalRecording.objects.none()
        known = Q(detail__server=server)
        for scheme in ("https", "http"):
            known |= Q(source_url__istartswith=f"{scheme}://{server}/")
        return ExternalRecording.objects.filter(known)

    def count(self) -> Totals:
        """Count, in one query."""
        goes = ~BUSY | Q(detail__conversion=None)
        found = self.rows().aggregate(
            rows=Count("pk", filter=goes),
            people=Count("owner", distinct=True, filter=goes),
            imported=Count("pk", filter=Q(detail__video__isnull=False)),
            busy=Count("pk", filter=BUSY),
        )
        return Totals(**found)


def delete(selected: Selected, by: str) -> int:
    """Delete the rows that are not being imported; return how many. May be interrupted and called again."""
    deleted = 0
    for numbers in in_parts(list(selected.rows().order_by("pk").values_list("pk", flat=True))):
        with transaction.atomic():
            list(ExternalRecording.objects.select_for_update().filter(pk__in=numbers).values_list("pk"))
            rows = list(
                ExternalRecording.objects.filter(pk__in=numbers)
                .exclude(BUSY & Q(detail__conversion__isnull=False))
                .select_related("owner", "detail")
            )
            _note(rows, by)
            if selected.run is not None:
                _give_back(rows)
            ExternalRecording.objects.filter(pk__in=[row.pk for row in rows]).delete()
        deleted += len(rows)
    return deleted


def _give_back(rows: list[ExternalRecording]) -> None:
    """Give the administrator what was his until a run found its owners, of what nobody else has."""
    known = {(one.server, one.record_id): row for row in rows if (one := getattr(row, "detail", None))}
    ids = [record_id for _server, record_id in known]
    others = ExternalRecording.objects.filter(detail__record_id__in=ids).exclude(
        pk__in=[row.pk for row in rows]
    )
    had = set(others.values_list("detail__server", "detail__record_id"))
    last = {key: row for key, row in known.items() if key not in had}
    aside = Item.objects.filter(
        **PUT_ASIDE, mode=RunMode.IMPORT_VIDEO, via=ADMINISTRATOR, removed_at__isnull=False, record_id__in=ids
    )
    lines = [line for line in aside if (line.server, line.record_id) in last]
    create_external_recordings([spec_for(one.user_id, last[one.server, one.record_id]) for one in lines])
    again = {"outcome": ItemOutcome.CREATE, "done": True, "removed_at": None, "updated_at": timezone.now()}
    Item.objects.filter(pk__in=[line.pk for line in lines]).update(**again)


def _note(rows: list[ExternalRecording], by: str) -> None:
    """Write into the ledger who had what; a row that it does not know gets a line there."""
    details = {row.pk: getattr(row, "detail", None) for row in rows}
    record_ids = [detail.record_id for detail in details.values() if detail and detail.record_id]
    items = Item.objects.filter(mode=RunMode.IMPORT_VIDEO, record_id__in=record_ids)
    known = {(item.server, item.record_id, item.user_id): item for item in items}
    lines = []
    for row in rows:
        detail = details[row.pk]
        if detail is None or not detail.record_id:
            continue  # of Pod's own command: no run could tell it from others
        item = known.get((detail.server, detail.record_id, row.owner_id)) or Item(
            server=detail.server,
            record_id=detail.record_id,
            mode=RunMode.IMPORT_VIDEO,
            owner=row.owner.get_username().lower() if row.owner else "",
            user_id=row.owner_id,
            name=row.name,
            recorded_at=row.start_at,
            outcome=ItemOutcome.CREATE,
            target="",
        )
        item.done, item.removed_at, item.updated_at = True, timezone.now(), timezone.now()
        item.why, item.reason = Note.REMOVED, by
        item.pk = None
        lines.append(item)
    upsert(lines)
