"""Giving rows of “My external videos” to somebody: decided from what is there, written in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.db.models import prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext as _

from pod.bbb_migration.administration.effects import Effect, Heir, Kind
from pod.bbb_migration.administration.owners_file import Wish
from pod.bbb_migration.ledger import upsert
from pod.bbb_migration.models import Item, ItemOutcome, RunMode
from pod.bbb_migration.whose import ADMINISTRATOR, TOLD
from pod.bbb_migration.wording import Note
from pod.conversion.models import Conversion
from pod.import_video.models import ExternalRecording, ExternalRecordingDetail
from pod.import_video.services import ExternalSpec, create_external_recordings, spec_for
from pod.main.states import ACTIVE, State
from pod.video.models import Video

Key = tuple[str, str]  # server and record id


@dataclass
class _Case:
    """All that is known of one recording: its rows and its lines in the ledger."""

    rows: list[ExternalRecording] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def item_of(self, row: ExternalRecording) -> Item | None:
        """Return the ledger's line of the row's owner."""
        name = row.owner.get_username().lower() if row.owner else ""
        return next((one for one in self.items if one.user_id == row.owner_id or one.owner == name), None)

    def is_fallback(self, row: ExternalRecording) -> bool:
        """Whether the row is only with its owner because nobody was known."""
        if row.owner_id is None:
            return True
        item = self.item_of(row)
        if item is None:
            return row.owner_id == settings.SCRIPT_ADMIN_ID
        return item.via == ADMINISTRATOR


# of 50,000 rows with all that is joined to them: a video alone has thirty columns
USED = (
    *("name", "start_at", "source_url", "owner__username"),
    *(
        f"detail__{name}"
        for name in ("record_id", "server", "duration_s", "course", "thumbnail_url", "listed")
    ),
    *("detail__conversion__state", "detail__video__owner"),
)


class ExternalPlace:
    """The external videos of a batch of recordings; `lock` holds the rows until the transaction ends."""

    where = RunMode.IMPORT_VIDEO

    def __init__(self, record_ids: Sequence[str], *, force: bool, lock: bool = False) -> None:
        self._force = force
        self._cases: dict[Key, _Case] = defaultdict(_Case)
        items = Item.objects.filter(mode=self.where, record_id__in=record_ids).order_by("pk")
        for item in items:
            self._cases[item.server, item.record_id].items.append(item)
        rows = ExternalRecording.objects.filter(detail__record_id__in=record_ids).order_by("pk")
        if lock:
            list(rows.select_for_update().values_list("pk"))
        for row in rows.select_related("owner", "detail__conversion", "detail__video").only(*USED):
            self._cases[row.detail.server, row.detail.record_id].rows.append(row)
        self._keys: dict[str, list[Key]] = defaultdict(list)
        for key in self._cases:
            self._keys[key[1]].append(key)

    def plan(self, wish: Wish, heirs: Mapping[str, Heir | Kind]) -> Iterator[Effect]:
        """Yield one effect per person and server; nothing when the recording is not here."""
        for key in self._keys[wish.record_id]:
            if wish.server in ("", key[0]):
                yield from self._plan_case(wish, self._cases[key], heirs)

    def _plan_case(self, wish: Wish, case: _Case, heirs: Mapping[str, Heir | Kind]) -> Iterator[Effect]:
        found = [heirs[name] for name in wish.who]
        wanted = {heir.user_id for heir in found if isinstance(heir, Heir) and heir.user_id is not None}
        others = [row for row in case.rows if row.owner_id not in wanted]
        free = [row for row in others if case.is_fallback(row)]
        if self._force:
            free += [row for row in others if row not in free]
        may_add = len(others) < len(case.rows)
        for name, heir in zip(wish.who, found, strict=True):
            effect = Effect(wish, name, Kind.ALREADY, where=self.where, name=_name(wish, case))
            if not isinstance(heir, Heir):
                yield replace(effect, kind=heir)
                continue
            effect = replace(effect, heir=heir)
            if heir.user_id is not None and any(row.owner_id == heir.user_id for row in case.rows):
                yield effect
            elif free:
                may_add = True
                yield self._taking(effect, case, free.pop(0))
            else:
                yield self._adding(effect, case, may_add=may_add)

    def _taking(self, effect: Effect, case: _Case, row: ExternalRecording) -> Effect:
        holder = row.owner.get_username() if row.owner else ""
        effect = replace(effect, holder=holder, row_id=row.pk, item=case.item_of(row))
        if row.detail.conversion is not None and row.detail.conversion.state in ACTIVE:
            return replace(effect, kind=Kind.BUSY)
        video = row.detail.video
        notes = (_("its video goes along"),) if video and video.owner_id == row.owner_id else ()
        return replace(effect, kind=Kind.ASSIGN, notes=notes)

    def _adding(self, effect: Effect, case: _Case, *, may_add: bool) -> Effect:
        if case.rows:
            row = case.rows[0]
            holder = row.owner.get_username() if row.owner else ""
            kind = Kind.ADD if may_add else Kind.KEPT
            return replace(
                effect, kind=kind, holder="" if may_add else holder, row_id=row.pk, item=case.item_of(row)
            )
        removed = [item for item in case.items if item.removed_at or item.done]
        if removed and not self._force:
            return replace(effect, kind=Kind.REMOVED, item=removed[0])
        arrived = [item for item in case.items if item.target]
        if not arrived:
            return replace(effect, kind=Kind.NOT_HERE)
        return replace(effect, kind=Kind.ADD, item=arrived[0])

    def write(self, effects: Iterable[Effect], accounts: Mapping[str, int], by: str) -> None:
        """Do what was planned, in a number of queries that does not grow with the effects."""
        effects = [effect for effect in effects if effect.changes]
        rows = {row.pk: row for case in self._cases.values() for row in case.rows}
        self._move([one for one in effects if one.kind is Kind.ASSIGN], rows, accounts)
        added = [one for one in effects if one.kind is Kind.ADD]
        copied = [rows[one.row_id] for one in added if one.row_id in rows]
        prefetch_related_objects(copied, "text")  # what is searched is copied with the row
        specs = [_spec(one, rows, accounts) for one in added]
        create_external_recordings(specs)
        self._note(effects, rows, accounts, by)

    def _move(
        self, effects: Sequence[Effect], rows: Mapping[int, ExternalRecording], accounts: Mapping[str, int]
    ) -> None:
        moved: dict[int | None, list[int]] = defaultdict(list)
        videos: dict[int, list[int]] = defaultdict(list)
        failed = []
        for effect in effects:
            row, heir = rows[effect.row_id or 0], effect.heir
            new = accounts[heir.username] if heir else None
            video, conversion = row.detail.video, row.detail.conversion
            if video is not None and video.owner_id == row.owner_id and new is not None:
                videos[new].append(video.pk)
            if conversion is not None and conversion.state in (State.FAILED, State.DISCARDED):
                failed.append(conversion.pk)  # it would make the video for the one who had the row
            moved[new].append(row.pk)
        for owner_id, numbers in moved.items():
            ExternalRecording.objects.filter(pk__in=numbers).update(owner_id=owner_id)
            ExternalRecordingDetail.objects.filter(recording__in=numbers).update(discarded_at=None)
        Conversion.objects.filter(pk__in=failed).delete()
        for user_id, numbers in videos.items():
            Video.objects.filter(pk__in=numbers).update(owner_id=user_id)

    def _note(
        self,
        effects: Sequence[Effect],
        rows: Mapping[int, ExternalRecording],
        accounts: Mapping[str, int],
        by: str,
    ) -> None:
        """Tell the ledger: the administrator's line, or nobody's, becomes the heir's; others stay."""
        taken = [one.item for one in effects if one.kind is Kind.ASSIGN]
        over = [item.pk for item in taken if item and (item.via == ADMINISTRATOR or item.user_id is None)]
        Item.objects.filter(pk__in=over).delete()
        upsert([_item(one, rows, accounts, by) for one in effects])


def _name(wish: Wish, case: _Case) -> str:
    names = [row.name for row in case.rows] + [item.name for item in case.items]
    return next((name for name in names if name), wish.name)


def _spec(effect: Effect, rows: Mapping[int, ExternalRecording], accounts: Mapping[str, int]) -> ExternalSpec:
    owner_id = accounts[effect.heir.username] if effect.heir else None
    row, item = rows.get(effect.row_id or 0), effect.item
    if row is not None:
        return spec_for(owner_id, row)
    if item is None:
        raise ValueError(f"Nothing is known of {effect.wish.record_id}")
    return ExternalSpec(
        owner_id=owner_id,
        name=item.name,
        start_at=item.recorded_at or item.created_at,
        source_url=item.target,
        record_id=item.record_id,
        server=item.server,
    )


def _item(
    effect: Effect, rows: Mapping[int, ExternalRecording], accounts: Mapping[str, int], by: str
) -> Item:
    row, known = rows.get(effect.row_id or 0), effect.item
    heir = effect.heir
    return Item(
        run_id=known.run_id if known else None,
        server=known.server if known else row.detail.server if row else "",
        record_id=effect.wish.record_id,
        mode=RunMode.IMPORT_VIDEO,
        owner=heir.key if heir else "",
        user_id=accounts[heir.username] if heir else None,
        name=effect.name[:250],
        recorded_at=known.recorded_at if known else row.start_at if row else None,
        outcome=ItemOutcome.CREATE,
        done=True,
        why=Note.GIVEN,
        reason=by,
        via=TOLD,
        target=known.target if known else "",
        attempts=known.attempts if known else 0,
        created_at=known.created_at if known else timezone.now(),
        updated_at=timezone.now(),
    )
