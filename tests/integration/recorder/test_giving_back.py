"""Giving back what was claimed, and what is kept until nobody can."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from pod.main.search import keep_slides, slides_of
from pod.recorder import claiming, deleting, giving_back
from pod.recorder.claiming import claim
from pod.recorder.errors import ClaimError
from pod.recorder.giving_back import release
from pod.recorder.listing import releasable_by
from pod.recorder.models import Claim, ClaimText, Recorder, Recording, RecordingFileTreatment
from pod.recorder.services import ClaimSpec, make_claimable
from pod.video.models import Video
from tests.integration.conftest import MEETING, Film


def test_a_claim_can_be_given_back(waiting: RecordingFileTreatment, teacher: User) -> None:
    """File, row and its knowledge are as before; the video is gone."""
    claim(waiting.pk, teacher)
    back = release(Claim.objects.get().pk, teacher)
    assert (back.file, back.date_added, back.require_manual_claim) == (waiting.file, MEETING, True)
    assert (back.detail.title, back.detail.record_id) == ("Algebra", "0123abcd-1")
    assert Path(waiting.file).is_file()
    assert not Video.objects.exists()
    assert Claim.objects.get().released_at is not None


@pytest.mark.parametrize("kept", ["", "kept by the claim"])
def test_the_slides_text_comes_back_from_the_video(
    kept: str, waiting: RecordingFileTreatment, teacher: User
) -> None:
    """The claim keeps no second copy of it; one that was written by an earlier version is used."""
    keep_slides(ClaimText, waiting.pk, "Groups and rings")
    claim(waiting.pk, teacher)
    claimed = Claim.objects.get()
    assert "Groups" not in str(claimed.detail)
    if kept:
        claimed.detail["detail"]["slide_text"] = kept
        claimed.save()
    back = release(claimed.pk, teacher)
    assert slides_of(back) == (kept or "Groups and rings")
    assert ("rings" in back.searched.words) is not bool(kept)


def test_nobody_gives_back_what_somebody_else_claimed(
    waiting: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """A claim is released by its claimer, not by who was only let into the video since."""
    claim(waiting.pk, teacher).additional_owners.add(colleague)
    with pytest.raises(ClaimError):
        release(Claim.objects.get().pk, colleague)
    assert Video.objects.exists()


@pytest.mark.parametrize("way", ["given back", "deleted"])
def test_what_is_gone_is_not_given_back_again(
    way: str, waiting: RecordingFileTreatment, teacher: User, in_english: None
) -> None:
    """A page that was left open still offers it: it says why that is over."""
    video = claim(waiting.pk, teacher)
    claimed = Claim.objects.get()
    if way == "deleted":
        video.delete()
    else:
        release(claimed.pk, teacher)
    with pytest.raises(ClaimError, match="given back or deleted already"):
        release(claimed.pk, teacher)


def test_what_was_given_to_somebody_else_since_is_not_given_back(
    waiting: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """An administrator corrected the owner: the former one neither sees it offered nor takes it away."""
    claim(waiting.pk, teacher)
    Video.objects.update(owner=colleague)
    assert not releasable_by(teacher)
    with pytest.raises(ClaimError):
        release(Claim.objects.get().pk, teacher)
    assert Video.objects.exists()


def test_a_claim_cannot_be_given_back_after_its_time(waiting: RecordingFileTreatment, teacher: User) -> None:
    """RELEASE_CLAIM_HOURS later the video is the claimer's for good."""
    claim(waiting.pk, teacher)
    Claim.objects.update(claimed_at=timezone.now() - timedelta(hours=25))
    with pytest.raises(ClaimError):
        release(Claim.objects.get().pk, teacher)


def test_an_administrator_gives_back_whenever(waiting: RecordingFileTreatment, teacher: User) -> None:
    """Neither the claimer nor the time matter: it is to an administrator that others are sent then."""
    claim(waiting.pk, teacher)
    Claim.objects.update(claimed_at=timezone.now() - timedelta(hours=25))
    admin = User.objects.create_superuser("root", "root@example.org", "open sesame")
    assert release(Claim.objects.get().pk, admin).file == waiting.file


def test_giving_back_one_recording_leaves_the_others_claimed(
    waiting: RecordingFileTreatment, teacher: User, film: Film
) -> None:
    """What Pod notes of the claimed files keeps the folder's watcher from offering them anew."""
    path = film(Path(waiting.file).with_name("geometry.mp4"))
    other = make_claimable(ClaimSpec(path, waiting.recorder_id or 0, MEETING, "Geometry", record_id="4567-1"))
    claim(other.pk, teacher)
    claim(waiting.pk, teacher)
    release(Claim.objects.latest("pk").pk, teacher)
    assert Recording.objects.get().source_file == str(path)


def test_what_is_given_back_belongs_to_the_recorder_it_came_from(
    waiting: RecordingFileTreatment, recorder: Recorder, teacher: User
) -> None:
    """Of several, it is not the first one's."""
    studio = Recorder.objects.create(
        name="Studio", address_ip="192.0.2.2", type=recorder.type, directory="studio"
    )
    RecordingFileTreatment.objects.update(recorder=studio)
    claim(waiting.pk, teacher)
    back = release(Claim.objects.get().pk, teacher)
    assert back.recorder == studio
    assert back.file_size == Path(waiting.file).stat().st_size


def test_giving_back_overwrites_no_file(waiting: RecordingFileTreatment, teacher: User) -> None:
    """Another file stands in the former place: it stays, and so does the video."""
    claim(waiting.pk, teacher)
    Path(waiting.file).write_bytes(b"another recording")
    with pytest.raises(ClaimError):
        release(Claim.objects.get().pk, teacher)
    assert Path(waiting.file).read_bytes() == b"another recording"
    assert Video.objects.exists()


def test_of_two_who_give_back_at_once_one_does(
    waiting: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who comes second, between the look and the change, makes no second row."""

    def be_late(_source: Path, _target: Path) -> None:
        Claim.objects.update(released_at=timezone.now())

    claim(waiting.pk, teacher)
    monkeypatch.setattr(giving_back, "link_or_copy", be_late)
    with pytest.raises(ClaimError):
        release(Claim.objects.get().pk, teacher)
    assert not RecordingFileTreatment.objects.exists()


def test_of_two_who_give_back_at_once_none_writes_into_the_others_file(
    waiting: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the same file under another name: a copy over it would leave nothing of the recording."""
    video = claim(waiting.pk, teacher)
    whole = Path(video.video.path).read_bytes()
    link = os.link

    def linked_by_the_other(source: Path, part: Path) -> None:
        link(source, part)
        link(source, part)

    monkeypatch.setattr(os, "link", linked_by_the_other)
    with pytest.raises(ClaimError):
        release(Claim.objects.get().pk, teacher)
    assert Path(video.video.path).read_bytes() == whole


def test_giving_back_that_fails_half_way_changes_nothing(
    waiting: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch, in_english: None
) -> None:
    """The claim holds, the video is there, and the user is told."""

    def fail(*_arguments: object) -> None:
        raise OSError(5, "Input/output error")

    claim(waiting.pk, teacher)
    monkeypatch.setattr(giving_back, "_restore", fail)
    with pytest.raises(ClaimError, match="could not move"):
        release(Claim.objects.get().pk, teacher)
    assert Claim.objects.get().released_at is None
    assert Recording.objects.exists()
    assert Video.objects.exists()


def test_what_was_given_back_is_known_as_before(
    waiting: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """Its probable owners are, and it does not count as claimed any more."""
    waiting.detail.probable_owners.set([teacher, colleague])
    claim(waiting.pk, teacher)
    back = release(Claim.objects.get().pk, teacher)
    assert set(back.detail.probable_owners.all()) == {teacher, colleague}
    assert not Recording.objects.exists()


def old_claim(waiting: RecordingFileTreatment, teacher: User, sidecar: Path) -> Claim:
    """Claim a file with what a converter left for it; RELEASE_CLAIM_HOURS have passed since."""
    sidecar.mkdir(parents=True)
    waiting.detail.sidecar = {"folder": str(sidecar)}
    waiting.detail.save()
    claim(waiting.pk, teacher)
    Claim.objects.update(claimed_at=timezone.now() - timedelta(hours=25))
    return Claim.objects.get()


def test_what_a_converter_left_goes_when_no_claim_can_need_it(
    waiting: RecordingFileTreatment, teacher: User
) -> None:
    """That is when the claim can be given back no longer; until then a second claim may want it."""
    sidecar = Path(settings.CONVERSION_DIR) / "7"
    claimed = old_claim(waiting, teacher, sidecar)
    Claim.objects.update(claimed_at=timezone.now())
    assert (deleting.forget_old_sidecars(), sidecar.is_dir()) == (0, True)
    Claim.objects.update(claimed_at=claimed.claimed_at, released_at=timezone.now())
    assert (deleting.forget_old_sidecars(), sidecar.is_dir()) == (0, True)
    Claim.objects.update(released_at=None)
    assert (deleting.forget_old_sidecars(), sidecar.is_dir()) == (1, False)


def test_what_a_converter_left_goes_with_a_waiting_file_unless_another_is_of_the_same_conversion(
    waiting: RecordingFileTreatment, recorder: Recorder, film: Film
) -> None:
    """As when the same recording arrives again under another name."""
    sidecar = Path(settings.CONVERSION_DIR) / "7"
    sidecar.mkdir(parents=True)
    path = film(Path(waiting.file).with_name("other.mp4"))
    spec = ClaimSpec(path, recorder.pk, MEETING, "Algebra", report={"folder": str(sidecar)})
    rows = [make_claimable(spec), make_claimable(replace(spec, path=Path(waiting.file)))]
    stays = []
    for row in rows:
        deleting.delete_waiting(row)
        stays.append(sidecar.is_dir())
    assert stays == [True, False]


def test_what_a_converter_left_of_other_recordings_stays_when_a_waiting_file_goes(
    waiting: RecordingFileTreatment, recorder: Recorder, film: Film
) -> None:
    """Chapters, chat and captions of each are its own."""
    others, own = (Path(settings.CONVERSION_DIR) / number for number in "78")
    for folder in (others, own):
        folder.mkdir(parents=True)
    waiting.detail.sidecar = {"folder": str(others)}
    waiting.detail.save()
    path = film(Path(waiting.file).with_name("other.mp4"))
    spec = ClaimSpec(path, recorder.pk, MEETING, "Geometry", report={"folder": str(own)})
    deleting.delete_waiting(make_claimable(spec))
    assert (others.is_dir(), own.is_dir()) == (True, False)


def test_a_waiting_file_of_which_nothing_is_known_can_be_deleted(
    house: Path, recorder: Recorder, film: Film
) -> None:
    """Pod itself writes such rows."""
    path = film(house / "bbb" / "algebra.mp4")
    row = RecordingFileTreatment.objects.create(file=str(path), recorder=recorder, require_manual_claim=True)
    deleting.delete_waiting(row)
    assert not path.exists()
    assert not RecordingFileTreatment.objects.exists()


def test_no_folder_but_a_converters_is_removed(
    waiting: RecordingFileTreatment, teacher: User, tmp_path: Path
) -> None:
    """Whatever a row names."""
    elsewhere = tmp_path / "elsewhere" / "7"
    old_claim(waiting, teacher, elsewhere)
    assert (deleting.forget_old_sidecars(), elsewhere.is_dir()) == (0, True)


def test_who_gave_a_file_back_has_it_no_more(waiting: RecordingFileTreatment, teacher: User) -> None:
    """Else a claim of somebody else would be shown as theirs."""
    claim(waiting.pk, teacher)
    assert claiming.claimed_by(waiting.pk, teacher) is not None
    Claim.objects.update(released_at=timezone.now())
    assert claiming.claimed_by(waiting.pk, teacher) is None


def test_who_has_one_file_is_not_said_to_have_another(
    waiting: RecordingFileTreatment, teacher: User, colleague: User, film: Film
) -> None:
    """Of a file that somebody else was faster with, they are told so."""
    path = film(Path(waiting.file).with_name("geometry.mp4"))
    other = make_claimable(ClaimSpec(path, waiting.recorder_id or 0, MEETING, "Geometry"))
    mine = claim(waiting.pk, teacher)
    claim(other.pk, colleague)
    assert claiming.claimed_by(waiting.pk, teacher) == mine
    assert claiming.claimed_by(other.pk, teacher) is None


def test_a_file_left_by_an_interrupted_claim_can_be_given_back(
    waiting: RecordingFileTreatment, teacher: User, film: Film
) -> None:
    """Killed between row and file, the claim left both: giving back takes the file there as the same."""
    before = Path(waiting.file).read_bytes()
    claim(waiting.pk, teacher)
    Path(waiting.file).write_bytes(before)
    assert release(Claim.objects.get().pk, teacher).file == waiting.file
    assert Path(waiting.file).read_bytes() == before
