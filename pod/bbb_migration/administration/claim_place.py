"""Noting on files of the claim folder whose they probably are, in bulk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_noop as _

from pod.bbb_migration.administration.effects import Effect, Heir, Kind
from pod.bbb_migration.administration.owners_file import Wish
from pod.bbb_migration.models import Item, ItemOutcome, RunMode
from pod.bbb_migration.reasons import because, written
from pod.bbb_migration.whose import TOLD
from pod.bbb_migration.wording import Note
from pod.conversion.models import Conversion
from pod.main.states import State
from pod.recorder.models import PROBABLE, Claim, ClaimDetail, ClaimName, RecordingFileTreatment
from pod.recorder.newcomers import NAMED

Key = tuple[str, str]  # server and record id


@dataclass
class _Case:
    """All that is known of one recording: its waiting file, its line in the ledger, its conversion."""

    detail: ClaimDetail | None = None
    item: Item | None = None
    probable: dict[int, str] = field(default_factory=dict)
    job: Conversion | None = None
    claimed_by: str = ""


class ClaimPlace:
    """The waiting files of a batch of recordings."""

    where = RunMode.MANUAL_CLAIM

    def __init__(self, record_ids: Sequence[str], *, force: bool, lock: bool = False) -> None:
        self._force = force
        self._cases: dict[Key, _Case] = defaultdict(_Case)
        items = Item.objects.filter(mode=self.where, record_id__in=record_ids)
        for item in items:
            self._cases[item.server, item.record_id].item = item
        details = ClaimDetail.objects.filter(record_id__in=record_ids).defer("sidecar")
        for detail in details.select_for_update() if lock else details:
            self._cases[detail.server, detail.record_id].detail = detail
        self._leave_out_echoes()
        self._known: dict[str, list[Key]] = defaultdict(list)
        for key in self._cases:
            self._known[key[1]].append(key)
        self._add_probable()
        self._add_jobs()
        self._add_claims()

    def _leave_out_echoes(self) -> None:
        """Leave out what waits as the file of another server, such as the same one under its former name."""
        files = {
            key: case.item.target
            for key, case in self._cases.items()
            if case.detail is None and case.item is not None and case.item.done
        }
        there = RecordingFileTreatment.objects.filter(file__in=files.values(), detail__isnull=False)
        waiting = frozenset(there.values_list("file", flat=True))
        for key, path in files.items():
            if path in waiting:
                del self._cases[key]

    def _add_probable(self) -> None:
        of_detail = {case.detail.pk: case for case in self._cases.values() if case.detail is not None}
        rows = PROBABLE.objects.filter(claimdetail_id__in=of_detail)
        for number, user_id, name in rows.values_list("claimdetail_id", "user_id", "user__username"):
            of_detail[number].probable[user_id] = name

    def _add_jobs(self) -> None:
        waiting = {
            case.item.conversion_id: case
            for case in self._cases.values()
            if case.item is not None and case.item.conversion_id and not case.item.done
        }
        for job in Conversion.objects.filter(pk__in=waiting).exclude(state=State.DONE).defer("report"):
            waiting[job.pk].job = job
            named = [one for one in job.context.get(NAMED) or () if one.get("id") is not None]
            waiting[job.pk].probable.update((one["id"], str(one["username"])) for one in named)

    def _add_claims(self) -> None:
        gone = {
            case.item.target: case
            for case in self._cases.values()
            if case.item is not None and case.item.done and case.detail is None and case.item.target
        }
        claims = Claim.objects.filter(file__in=gone, released_at=None)
        for path, name, former in claims.values_list("file", "user__username", "former_user"):
            gone[path].claimed_by = name or former

    def plan(self, wish: Wish, heirs: Mapping[str, Heir | Kind]) -> Iterator[Effect]:
        """Yield one effect per person and server; nothing when the recording is not here."""
        for key in self._keys(wish):
            yield from self._plan_case(wish, self._cases[key], heirs)

    def _plan_case(self, wish: Wish, case: _Case, heirs: Mapping[str, Heir | Kind]) -> Iterator[Effect]:
        found = [heirs[name] for name in wish.who]
        wanted = {heir.user_id for heir in found if isinstance(heir, Heir)}
        others = [name for number, name in case.probable.items() if number not in wanted]
        taken = len(others) == len(case.probable) and bool(others) and not self._force
        for name, heir in zip(wish.who, found, strict=True):
            effect = Effect(
                wish, name, Kind.PROBABLE, where=self.where, name=_name(wish, case), item=case.item
            )
            if not isinstance(heir, Heir):
                yield replace(effect, kind=heir)
                continue
            effect = replace(effect, heir=heir)
            if case.detail is None and case.job is None:
                arrived = case.item is not None and case.item.done
                kind = Kind.CLAIMED if arrived else Kind.NOT_HERE
                yield replace(effect, kind=kind, holder=case.claimed_by)
            elif heir.user_id in case.probable:
                yield replace(effect, kind=Kind.ALREADY)
            else:
                yield replace(
                    effect, kind=Kind.KEPT if taken else Kind.PROBABLE, holder=", ".join(sorted(others))
                )

    def write(self, effects: Iterable[Effect], accounts: Mapping[str, int], by: str) -> None:
        """Do what was planned."""
        wanted: dict[Key, list[Heir]] = defaultdict(list)
        for effect in effects:
            if effect.heir is not None and effect.kind in (Kind.PROBABLE, Kind.ALREADY):
                for key in self._keys(effect.wish):
                    wanted[key].append(effect.heir)
        changed = {key for one in effects if one.kind is Kind.PROBABLE for key in self._keys(one.wish)}
        self._write_details({key: wanted[key] for key in changed}, accounts)
        for key in changed:
            job = self._cases[key].job
            if job is not None:
                self._write_job(job, wanted[key], accounts)
        self._note({key: wanted[key] for key in changed}, by)

    def _keys(self, wish: Wish) -> list[Key]:
        return [key for key in self._known[wish.record_id] if wish.server in ("", key[0])]

    def _write_details(self, wanted: Mapping[Key, Sequence[Heir]], accounts: Mapping[str, int]) -> None:
        new: list[Any] = []
        replaced = []
        for key, heirs in wanted.items():
            detail = self._cases[key].detail
            if detail is None:
                continue
            numbers = {accounts[heir.username] for heir in heirs}
            new += [PROBABLE(claimdetail_id=detail.pk, user_id=number) for number in sorted(numbers)]
            replaced.append(detail.pk)
        if self._force:
            PROBABLE.objects.filter(claimdetail_id__in=replaced).delete()
            ClaimName.objects.filter(detail_id__in=replaced).delete()
        PROBABLE.objects.bulk_create(new, ignore_conflicts=True)

    def _write_job(self, job: Conversion, heirs: Sequence[Heir], accounts: Mapping[str, int]) -> None:
        """Let the file say whose it probably is once it is converted."""
        known = [] if self._force else list(job.context.get(NAMED) or [])
        for heir in heirs:
            if all(one.get("id") != accounts[heir.username] for one in known):
                number = accounts[heir.username]
                known.append({"username": heir.key, "name": heir.username, "via": TOLD, "id": number})
        job.context = {**job.context, NAMED: known}
        job.save(update_fields=["context"])

    def _note(self, wanted: Mapping[Key, Sequence[Heir]], by: str) -> None:
        items = []
        for key, heirs in wanted.items():
            item = self._cases[key].item
            if item is not None:
                named = ", ".join(heir.username for heir in heirs)
                item.via = TOLD
                if item.outcome != ItemOutcome.FAIL:  # why it failed is still to be read
                    said = because(_("probably of %(owners)s, says %(who)s"), owners=named, who=by)
                    item.why, item.reason = Note.TOLD, written(said)
                item.updated_at = timezone.now()
                items.append(item)
        Item.objects.bulk_update(items, ["via", "why", "reason", "updated_at"], batch_size=500)


def _name(wish: Wish, case: _Case) -> str:
    return (case.detail and case.detail.title) or (case.item and case.item.name) or wish.name
