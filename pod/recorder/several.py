"""Claiming several files at once, and giving several back: each has its own result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from pod.main.bulk import Outcome, Words, dated
from pod.recorder import claiming, giving_back
from pod.recorder.errors import AlreadyClaimedError, ClaimError
from pod.recorder.listing import claimable_by, releasable_by, with_details
from pod.recorder.marks import being_claimed_by
from pod.recorder.models import Claim, RecordingFileTreatment
from pod.recorder.whose import is_restricted

Named = list[tuple[int, str]]


@dataclass(frozen=True)
class Verb:
    """One thing that is done with several, and its words; `find` names what of the ids is there."""

    words: Words
    find: Callable[[Sequence[int], User], Named]
    apply: Callable[[Sequence[int], User], Outcome]


def claim_several(ids: Sequence[int], user: User) -> Outcome:
    """Claim each waiting file; `done` are the claims. What is the user's already is left in peace."""
    outcome = Outcome()
    titles = dict(_waiting(ids, user))
    for pk in ids:
        title = titles.get(pk, "")
        if not title:
            outcome.problems += _lost(pk, user)
            continue
        try:
            video = claiming.claim(pk, user)
        except AlreadyClaimedError:
            outcome.problems += _lost(pk, user, title)
        except ClaimError as error:
            outcome.problems.append(f"{title}: {error}")
        else:
            outcome.done.append(Claim.objects.get(video=video, released_at=None).pk)
    return outcome


def release_several(ids: Sequence[int], user: User) -> Outcome:
    """Give each claim back; `done` are the claims. What was given back before is left in peace."""
    outcome = Outcome()
    claims = Claim.objects.filter(pk__in=ids, user=user, released_at=None).select_related("video")
    for claimed in claims.order_by("pk"):
        title = dated(
            claimed.video.title if claimed.video else claiming.claimed_title(claimed), claimed.recorded_at
        )
        try:
            giving_back.release(claimed.pk, user)
        except ClaimError as error:
            outcome.problems.append(f"{title}: {error}")
        else:
            outcome.done.append(claimed.pk)
    return outcome


def _waiting(ids: Sequence[int], user: User) -> Named:
    rows = with_details(claimable_by(user)).filter(pk__in=ids)
    ordered = rows.order_by("-date_added", "pk")
    return [(row.pk, dated(claiming.title_of(row), row.date_added)) for row in ordered]


def _given(ids: Sequence[int], user: User) -> Named:
    claims = releasable_by(user).filter(pk__in=ids)
    return [
        (claimed.pk, dated(claimed.video.title, claimed.recorded_at))
        for claimed in claims
        if claimed.video is not None
    ]


def _lost(pk: int, user: User, title: str = "") -> list[str]:
    """Return a sentence on why the file cannot be claimed; none when this user has it, or is claiming it."""
    if claiming.claimed_by(pk, user) or being_claimed_by(pk, user):
        return []
    claimed = Claim.objects.filter(detail__treatment=pk).order_by("-pk").first()
    if not title and is_restricted(user):  # a name is told to nobody who does not see it in the list
        return [_("One of the recordings is not there any more.")]
    title = title or (dated(claiming.claimed_title(claimed), claimed.recorded_at) if claimed else _title(pk))
    if not title:
        return [_("One of the recordings is not there any more.")]
    return [_("“%(title)s” was just claimed by somebody else, or removed.") % {"title": title}]


def _title(pk: int) -> str:
    row = RecordingFileTreatment.objects.select_related("detail").filter(pk=pk).first()
    return dated(claiming.title_of(row), row.date_added) if row and row.require_manual_claim else ""


VERBS = {
    "claim": Verb(
        Words(
            gettext_lazy(
                "They become private videos of yours. If you claim one by mistake, you can give it back."
            ),
            ngettext_lazy("Claim %(count)d recording?", "Claim %(count)d recordings?", "count"),
            ngettext_lazy("Claim %(count)d recording", "Claim %(count)d recordings", "count"),
            ngettext_lazy(
                "%(count)d recording is yours now, as a private video.",
                "%(count)d recordings are yours now, as private videos.",
                "count",
            ),
        ),
        _waiting,
        claim_several,
    ),
    "release": Verb(
        Words(
            ngettext_lazy(
                "Its video disappears, along with your changes to it; anybody can claim it again.",
                "Their videos disappear, along with your changes to them; anybody can claim them again.",
                "count",
            ),
            ngettext_lazy("Give back %(count)d recording?", "Give back %(count)d recordings?", "count"),
            ngettext_lazy("Give back %(count)d recording", "Give back %(count)d recordings", "count"),
            ngettext_lazy(
                "%(count)d recording can be claimed again.",
                "%(count)d recordings can be claimed again.",
                "count",
            ),
        ),
        _given,
        release_several,
    ),
}
