"""Reading and writing the ledger, in a constant number of queries per batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from pod.bbb_migration.models import Item, Run
from pod.bbb_migration.plan import Known, Mode, Outcome
from pod.bbb_migration.results import Result
from pod.bbb_migration.wording import Note
from pod.conversion.causes import with_detail
from pod.conversion.models import Conversion
from pod.main.states import ACTIVE, State

ENDED_BADLY = (State.FAILED, State.DISCARDED)
WRITTEN = [
    "run",
    "user",
    "name",
    "recorded_at",
    "outcome",
    "done",
    "why",
    "reason",
    "via",
    "target",
    "conversion_id",
    "attempts",
    "updated_at",
    "removed_at",
]
KEY = ["server", "record_id", "mode", "owner"]
# of the administrator's line once owners have the recording: no run knows it, undoing one brings it back
PUT_ASIDE = {"outcome": Outcome.SKIP, "done": False}


@dataclass(frozen=True)
class Ledger:
    """The ledger of one server and mode."""

    server: str
    mode: Mode

    def known(self, record_ids: Iterable[str]) -> dict[str, list[Known]]:
        """Return what is known of these recordings, the items that arrived first (two queries)."""
        items = list(
            Item.objects.filter(server=self.server, mode=self.mode, record_id__in=list(record_ids))
            .exclude(outcome=Outcome.SKIP)
            .exclude(why=Note.UNASKED)  # an earlier state wrote these down, though nothing was tried
            .order_by("-done", "pk")
        )
        jobs = _jobs(item.conversion_id for item in items if not item.done)
        found: dict[str, list[Known]] = defaultdict(list)
        for item in items:
            found[item.record_id].append(_known(item, jobs.get(item.conversion_id or 0)))
        return found

    def write(self, run: Run, results: Sequence[Result]) -> None:
        """Write down what is new in `results` (five queries, whatever their number)."""
        news = [result for result in results if not result.noted]
        if not news:
            return
        record_ids = {result.record_id for result in news}
        with transaction.atomic():
            before = self._before(record_ids)
            done = {record_id for (record_id, _owner), line in before.items() if line.done}
            rows = []
            for result in news:
                line = before.get((result.record_id, result.owner))
                undoes_nothing = result.outcome is Outcome.SKIP and result.record_id in done
                if not undoes_nothing and not _is_known(result, line):
                    rows.append(self._row(run, result, line.attempts if line else 0))
            self._forget_nobodys({result.record_id for result in news if result.owner})
            upsert(rows)

    def _before(self, record_ids: Iterable[str]) -> dict[tuple[str, str], Item]:
        """Return what is written of these recordings, by record id and owner."""
        items = Item.objects.filter(server=self.server, mode=self.mode, record_id__in=list(record_ids))
        few = items.only("record_id", "owner", "user", "attempts", "done", "removed_at")
        return {(item.record_id, item.owner): item for item in few}

    def _forget_nobodys(self, record_ids: Iterable[str]) -> None:
        """Remove what was noted under nobody's name (skipped, owner not known) of what has owners now."""
        Item.objects.filter(
            server=self.server, mode=self.mode, record_id__in=list(record_ids), owner="", done=False
        ).delete()

    def _row(self, run: Run, result: Result, attempts: int) -> Item:
        return Item(
            run=run,
            server=self.server,
            mode=self.mode,
            record_id=result.record_id,
            owner=result.owner,
            user_id=result.user_id,
            name=result.name[:250],
            recorded_at=result.start,
            outcome=result.outcome,
            done=result.done,
            why=result.why,
            reason=result.reason,
            via=result.via[:100],
            target=result.target[:500],
            conversion_id=result.conversion_id,
            attempts=attempts + (result.outcome is not Outcome.SKIP),
            updated_at=timezone.now(),
        )


def _is_known(result: Result, line: Item | None) -> bool:
    """Whether it says only that what arrived is there: the run that brought it stays noted."""
    if line is None or result.outcome is not Outcome.EXISTS:
        return False
    return line.done and line.removed_at is None and line.user_id == result.user_id


def note_lost(paths: Sequence[str], **_kwargs: object) -> None:
    """Note as failed what arrived and went before anybody claimed it: --retry-failed brings it again."""
    gone = Item.objects.filter(mode=Mode.MANUAL_CLAIM, target__in=paths, done=True)
    gone.update(done=False, outcome=Outcome.FAIL, why=Note.WENT, reason="", updated_at=timezone.now())


def upsert(rows: list[Item]) -> None:
    """Write items, whether they are there or not; one statement (for each of the database's portions)."""
    # MySQL finds the unique key by itself and refuses to be told
    target = KEY if connection.features.supports_update_conflicts_with_target else None
    Item.objects.bulk_create(
        _last_of_each(rows), update_conflicts=True, update_fields=WRITTEN, unique_fields=target
    )


def _last_of_each(rows: Iterable[Item]) -> list[Item]:
    """Return one row per key: no database updates a row twice in one statement."""
    return list({(row.server, row.record_id, row.mode, row.owner): row for row in rows}.values())


def _jobs(conversion_ids: Iterable[int | None]) -> dict[int, tuple[str, str]]:
    wanted = [pk for pk in conversion_ids if pk]
    if not wanted:
        return {}
    rows = Conversion.objects.filter(pk__in=wanted).values_list("pk", "state", "cause", "error")
    return {pk: (state, with_detail(cause, error)) for pk, state, cause, error in rows}


def _known(item: Item, job: tuple[str, str] | None) -> Known:
    """Return the item, with the end of its conversion if that came after the run."""
    outcome, reason, done = Outcome(item.outcome), item.said, item.done
    pending = False
    if job is not None and not done:
        state, error = job
        if state in ENDED_BADLY:
            outcome, reason = Outcome.FAIL, error or reason
        else:
            pending = outcome is Outcome.CONVERT and state in ACTIVE
    return Known(
        owner=item.owner,
        user_id=item.user_id,
        outcome=outcome,
        done=done,
        when=item.updated_at,
        reason=reason,
        pending=pending,
    )
