"""Claiming several at once: each has its own result, and what is sent twice is done once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pod.recorder.claiming import claim
from pod.recorder.marks import mark
from pod.recorder.models import Claim, Recorder, RecordingFileTreatment
from pod.recorder.services import ClaimSpec, make_claimable
from pod.recorder.several import claim_several, release_several
from pod.recorder.views import SHOWN
from pod.video.models import Video
from tests.integration.conftest import MEETING, Film

SEVERAL = "/record/several/"


@pytest.fixture
def three(house: Path, recorder: Recorder, film: Film) -> list[int]:
    """Three files that wait; their ids."""
    rows = [
        make_claimable(ClaimSpec(film(house / "bbb" / f"{n}.mp4"), recorder.pk, MEETING, f"Lecture {n}"))
        for n in (1, 2, 3)
    ]
    return [row.pk for row in rows]


@pytest.fixture
def page(signed: Client) -> Client:
    """The teacher's browser, in English."""
    signed.cookies["django_language"] = "en"
    return signed


def text(answer: object) -> str:
    """Return what a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))  # type: ignore[attr-defined]


def test_nothing_is_claimed_before_the_question_is_answered(page: Client, three: list[int]) -> None:
    """It names verb, count and recordings, with their days: a weekly meeting has one name."""
    asked = text(page.post(SEVERAL, {"verb": "claim", "id": three[:2]}))
    assert "Claim 2 recordings?" in asked
    assert "Lecture 1, May 3, 2021, 10:30 a.m." in asked
    assert "Lecture 3" not in asked
    assert not Video.objects.exists()


def test_the_ticked_ones_are_claimed_and_the_others_wait(
    page: Client, three: list[int], teacher: User
) -> None:
    """Two of three become private videos of the user."""
    said = text(page.post(SEVERAL, {"verb": "claim", "id": three[:2], "confirmed": "1"}, follow=True))
    assert "2 recordings are yours now" in said
    assert [video.is_draft for video in Video.objects.filter(owner=teacher)] == [True, True]
    assert list(RecordingFileTreatment.objects.values_list("pk", flat=True)) == [three[2]]


def test_each_has_its_own_result(page: Client, three: list[int], teacher: User, colleague: User) -> None:
    """One is won, one was taken by somebody else meanwhile, one is damaged: three sentences."""
    damaged = RecordingFileTreatment.objects.get(pk=three[2])
    Path(damaged.file).write_bytes(b"not a film")
    page.post(SEVERAL, {"verb": "claim", "id": three})
    claim(three[1], colleague)
    said = text(page.post(SEVERAL, {"verb": "claim", "id": three, "confirmed": "1"}, follow=True))
    assert "1 recording is yours now" in said
    assert "“Lecture 2, May 3, 2021, 10:30 a.m.” was just claimed by somebody else, or removed." in said
    assert "Lecture 3, May 3, 2021, 10:30 a.m.: " in said
    assert Video.objects.filter(owner=teacher).count() == 1
    assert damaged.pk in RecordingFileTreatment.objects.values_list("pk", flat=True)


def test_sent_twice_it_is_done_once_and_said_to_be_no_loss(three: list[int], teacher: User) -> None:
    """The same form again finds nothing left, and blames nobody."""
    assert len(claim_several(three, teacher).done) == 3
    again = claim_several(three, teacher)
    assert (again.done, again.problems) == ([], [])
    assert Video.objects.count() == 3


def test_what_this_user_is_claiming_in_another_window_is_no_loss(three: list[int], teacher: User) -> None:
    """A file that is marked for this user is on its way, not lost."""
    mark(three[0], teacher)
    outcome = claim_several(three[:1], teacher)
    assert (outcome.done, outcome.problems) == ([], [])


def test_a_file_that_is_not_offered_cannot_be_claimed(three: list[int], teacher: User) -> None:
    """Neither a number that was made up nor a file that still grows; its name is not told."""
    RecordingFileTreatment.objects.filter(pk=three[0]).update(require_manual_claim=False)
    outcome = claim_several([three[0], 999_999], teacher)
    assert len(outcome.problems) == 2
    assert not any("Lecture" in problem for problem in outcome.problems)
    assert not Video.objects.exists()


def test_all_can_be_given_back_at_once(page: Client, three: list[int]) -> None:
    """“Undo the claiming” brings files and rows back."""
    page.post(SEVERAL, {"verb": "claim", "id": three, "confirmed": "1"})
    assert "You claimed 3 recordings." in text(page.get("/record/claim_record/"))
    assert "3 recordings can be claimed again." in text(page.post("/record/undo/", follow=True))
    assert RecordingFileTreatment.objects.filter(require_manual_claim=True).count() == 3
    assert not Video.objects.exists()
    assert "nothing left to do" in text(page.post("/record/undo/", follow=True))


def test_the_ticked_ones_are_given_back_after_a_question(page: Client, three: list[int]) -> None:
    """It names verb and count; the others stay."""
    page.post(SEVERAL, {"verb": "claim", "id": three, "confirmed": "1"})
    chosen = list(Claim.objects.values_list("pk", flat=True))[:2]
    assert "Give back 2 recordings?" in text(page.post(SEVERAL, {"verb": "release", "id": chosen}))
    assert Video.objects.count() == 3
    page.post(SEVERAL, {"verb": "release", "id": chosen, "confirmed": "1"})
    assert Video.objects.count() == 1


def test_of_very_many_claims_the_newest_are_shown_and_all_on_demand(
    page: Client, three: list[int], teacher: User
) -> None:
    """Each can be ticked and given back, also the oldest."""
    video = claim(three[0], teacher)
    oldest = Claim.objects.get()
    more = range(SHOWN)
    Claim.objects.bulk_create(
        Claim(file=str(n), user=teacher, video=video, recorded_at=MEETING) for n in more
    )
    box = '<input type="checkbox" name="id" value="{}">'
    first = page.get("/record/claim_record/").content.decode()
    assert first.count('<input type="checkbox" name="id"') == SHOWN
    assert box.format(oldest.pk) not in first
    assert '<a href="?all=1">Show all</a>' in first
    whole = page.get("/record/claim_record/?all=1").content.decode()
    assert box.format(oldest.pk) in whole
    assert '<details class="note" open>' in whole
    assert '<a href="?all=1">' not in whole
    assert "Give back 1 recording?" in text(page.post(SEVERAL, {"verb": "release", "id": oldest.pk}))


def test_one_alone_is_given_back_after_a_question_too(page: Client, three: list[int]) -> None:
    """What was changed about its video is lost; the list asks by the same form as for several."""
    page.post(SEVERAL, {"verb": "claim", "id": three[:1], "confirmed": "1"})
    claimed = Claim.objects.get()
    shown = page.get("/record/claim_record/").content.decode()
    assert f'<input type="hidden" name="id" value="{claimed.pk}">' in shown
    assert 'name="verb" value="release"' in shown
    asked = text(page.post(SEVERAL, {"verb": "release", "id": claimed.pk}))
    assert "Its video disappears, along with your changes to it" in asked
    assert Video.objects.count() == 1


def test_nobody_gives_back_the_claims_of_others(three: list[int], teacher: User, colleague: User) -> None:
    """Their ids in the form change nothing."""
    claims = claim_several(three, teacher).done
    assert release_several(claims, colleague).done == []
    assert Video.objects.count() == 3
