"""My external videos: one row per owner, in bulk, a constant number of queries per batch."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef
from django.utils import timezone

from pod.bbb_migration.ledger import PUT_ASIDE
from pod.bbb_migration.models import Item
from pod.bbb_migration.plan import AddExternal, Mode, Outcome, Owner, duration_of, start_of
from pod.bbb_migration.reasons import NONE
from pod.bbb_migration.results import Placed, Result, result_of, too_long
from pod.bbb_migration.sinks import describe
from pod.bbb_migration.whose import ADMINISTRATOR
from pod.bbb_migration.wording import Note, noted
from pod.import_video.models import ExternalRecording
from pod.import_video.services import ExternalSpec, create_external_recordings

Accounts = Callable[[Sequence[Owner]], Mapping[str, int | None]]  # owner's key to user id


@dataclass
class ExternalVideos:
    """Adds rows; `accounts` makes the accounts that are wanted and are not there yet."""

    server: str
    accounts: Accounts = lambda _owners: {}

    def preview(self, placed: Sequence[Placed]) -> Iterator[Result]:
        """Yield what would be added; change nothing."""
        rows = self._rows(placed)
        for one, action in _additions(placed):
            yield self._known_row(one, action, rows) or too_long(one, action.url) or _added(one, action)

    def apply(self, placed: Sequence[Placed]) -> Iterator[Result]:
        """Add the rows of a batch, all or none of them."""
        placed = self._with_accounts(placed)
        rows = self._rows(placed)
        new: list[tuple[Placed, AddExternal]] = []
        for one, action in _additions(placed):
            settled = self._known_row(one, action, rows) or too_long(one, action.url)
            if settled is not None:
                yield settled
            else:
                new.append((one, action))
        create_external_recordings([self._spec(action) for _one, action in new])
        made = {(one.recording.record_id, action.owner.user_id) for one, action in new if action.owner}
        self._relieve_administrator(placed, rows | made)
        for one, action in new:
            yield replace(_added(one, action), done=True)

    def _relieve_administrator(
        self, placed: Sequence[Placed], rows: Collection[tuple[str, int | None]]
    ) -> None:
        """Take from the administrator what its owners have by now; what he has begun to import stays his.

        Where he is an owner himself, it stays his, too, and nobody is asked any more whose it is. His line
        of the ledger is put aside: whoever undoes the run that found the owners gives it back to him.
        """
        known: dict[tuple[str, int | None], str] = {
            (one.recording.record_id, owner.user_id): owner.via
            for one in placed
            if (owner := one.action.owner) and owner.user_id and owner.via not in ("", ADMINISTRATOR)
        }
        there = {record_id for record_id, _user in known.keys() & rows}
        lines = Item.objects.filter(
            server=self.server, mode=Mode.IMPORT_VIDEO, via=ADMINISTRATOR, record_id__in=there, done=True
        )
        own = [line for line in lines if (line.record_id, line.user_id) in known]
        for line in own:
            line.via, line.why, line.reason = known[line.record_id, line.user_id][:100], "", ""
        Item.objects.bulk_update(own, ["via", "why", "reason"])
        same = lines.filter(record_id=OuterRef("detail__record_id"), user=OuterRef("owner"))
        his = ExternalRecording.objects.filter(
            Exists(same), detail__server=self.server, detail__record_id__in=there
        )
        list(his.select_for_update().values_list("pk"))
        his.filter(detail__conversion=None, detail__video=None).delete()
        lines.update(**PUT_ASIDE, removed_at=timezone.now())

    def _with_accounts(self, placed: Sequence[Placed]) -> list[Placed]:
        """Return the actions with the numbers of the accounts that were made for them."""
        owners = [action.owner for _one, action in _additions(placed) if action.owner is not None]
        ids = self.accounts(owners) if any(owner.user_id is None for owner in owners) else {}
        return [_numbered(one, ids) for one in placed]

    def _rows(self, placed: Sequence[Placed]) -> set[tuple[str, int | None]]:
        """Return (record id or address, owner) of the rows that exist: two queries.

        The address finds rows of the command that Pod ships, which kept no record id.
        """
        record_ids = {one.recording.record_id for one in placed}
        urls = {action.url for _one, action in _additions(placed)}
        of_server = ExternalRecording.objects.filter(
            detail__server=self.server, detail__record_id__in=record_ids
        )
        rows: set[tuple[str, int | None]] = set(of_server.values_list("detail__record_id", "owner_id"))
        rows |= set(
            ExternalRecording.objects.filter(source_url__in=urls).values_list("source_url", "owner_id")
        )
        return rows

    @staticmethod
    def _known_row(one: Placed, action: AddExternal, rows: set[tuple[str, int | None]]) -> Result | None:
        owner = action.owner
        if owner is None or (owner.user_id is None and owner.new_account):
            return None
        user_id = owner.user_id  # None: the account is deleted, and what was its is nobody's
        if (one.recording.record_id, user_id) in rows or (action.url, user_id) in rows:
            return result_of(
                one,
                Outcome.EXISTS,
                done=True,
                target=describe.public_address(action.url),
                why=Note.HAS_IT,
            )
        return None

    def _spec(self, action: AddExternal) -> ExternalSpec:
        recording = action.recording
        return ExternalSpec(
            owner_id=action.owner.user_id if action.owner else None,
            name=describe.title_of(recording),
            start_at=start_of(recording),
            source_url=action.url,
            record_id=recording.record_id[:255],
            server=self.server,
            duration_s=duration_of(recording),
            course=describe.course_of(recording),
            thumbnail_url=describe.thumbnail_of(recording),
            slide_text=describe.slide_text_of(recording),
            listed=describe.is_listed(recording),
        )


def _additions(placed: Sequence[Placed]) -> Iterator[tuple[Placed, AddExternal]]:
    for one in placed:
        if isinstance(one.action, AddExternal):
            yield one, one.action


def _numbered(one: Placed, ids: Mapping[str, int | None]) -> Placed:
    owner = one.action.owner
    if owner is None or owner.user_id is not None or ids.get(owner.key) is None:
        return one
    return replace(one, action=replace(one.action, owner=replace(owner, user_id=ids[owner.key])))


def _added(one: Placed, action: AddExternal) -> Result:
    why = noted(action.owner.reason if action.owner else NONE)
    return result_of(one, Outcome.CREATE, target=describe.public_address(action.url), **why)
