"""Claiming: one winner, the file whole, nothing lost."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from pod.recorder import claiming, deleting
from pod.recorder.claiming import claim
from pod.recorder.errors import AlreadyClaimedError, ClaimError, FileGoneError
from pod.recorder.marks import STALE_CLAIM, Mark
from pod.recorder.models import Claim, Recorder, Recording, RecordingFileTreatment
from pod.recorder.services import ClaimSpec, make_claimable
from pod.recorder.watching import check_directories
from pod.video.models import Video
from pod.video.storage import media_path
from tests.integration.conftest import MEETING, Film


def test_a_claimed_file_becomes_a_private_video_of_the_day_of_the_meeting(
    waiting: RecordingFileTreatment, teacher: User
) -> None:
    """The video is the claimer's, a draft, dated as the meeting; the row is gone, Recording stays."""
    video = claim(waiting.pk, teacher)
    assert (video.owner, video.is_draft, video.title) == (teacher, True, "Algebra")
    assert str(video.date_evt) == "2021-05-03"
    assert video.duration == 1
    assert not RecordingFileTreatment.objects.exists()
    assert Recording.objects.get().source_file == waiting.file


def test_the_video_keeps_where_it_came_from(
    waiting: RecordingFileTreatment, teacher: User, in_english: None
) -> None:
    """Recording, server and course: the ledger and the lists find it by them when its row is gone."""
    waiting.detail.server = "bbb.example.org"
    waiting.detail.save()
    video = claim(waiting.pk, teacher)
    detail = video.detail
    assert (detail.record_id, detail.server, detail.course) == ("0123abcd-1", "bbb.example.org", "MAT101")
    assert video.description == "Recorded in “MAT101”."


def test_the_file_moves_whole_into_the_media_folder(waiting: RecordingFileTreatment, teacher: User) -> None:
    """Nothing is left in the recorder's folder, and no .part file anywhere."""
    size = Path(waiting.file).stat().st_size
    media = Path(claim(waiting.pk, teacher).video.path)
    assert media.stat().st_size == size
    assert not Path(waiting.file).exists()
    assert not list(media.parent.glob("*.part"))


def test_a_video_takes_over_what_its_recorder_prescribes(
    waiting: RecordingFileTreatment, teacher: User
) -> None:
    """The recorder's defaults are copied; a draft it stays."""
    assert claim(waiting.pk, teacher).allow_downloading is True


def test_who_claimed_what_and_when_is_recorded(waiting: RecordingFileTreatment, teacher: User) -> None:
    """A Claim row names the user and the file."""
    video = claim(waiting.pk, teacher)
    claimed = Claim.objects.get()
    assert (claimed.user, claimed.file, claimed.video) == (teacher, waiting.file, video)


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_make_one_video(
    waiting: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """Exactly one of two simultaneous claims wins; the other is told so."""
    outcomes: list[str] = []
    start = threading.Barrier(2)

    def try_it(user: User) -> None:
        start.wait()
        try:
            claim(waiting.pk, user)
            outcomes.append("won")
        except AlreadyClaimedError:
            outcomes.append("lost")
        finally:
            connection.close()

    threads = [threading.Thread(target=try_it, args=(user,)) for user in (teacher, colleague)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["lost", "won"]
    assert Video.objects.count() == 1


def test_a_damaged_file_stays_claimable_and_where_it_is(
    house: Path, recorder: Recorder, teacher: User
) -> None:
    """A file that is no video makes no Video, and is named as it is called; its row is free again."""
    path = house / "bbb" / "broken.mp4"
    path.write_bytes(b"not a video")
    row = make_claimable(ClaimSpec(path, recorder.pk, MEETING, "Broken"))
    with pytest.raises(ClaimError, match=r"broken\.mp4"):
        claim(row.pk, teacher)
    row.detail.refresh_from_db()
    assert row.detail.claimed_by is None
    assert path.exists()
    assert not media_path(teacher.pk, f"claim-{row.pk}", ".mp4").exists()
    assert not Video.objects.exists()


def test_a_server_that_cannot_write_tells_no_path(waiting: RecordingFileTreatment, teacher: User) -> None:
    """Where it keeps its files is for its log; the recording waits on."""
    folder = Path(settings.MEDIA_ROOT) / settings.VIDEOS_DIR
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("no folder")
    with pytest.raises(ClaimError, match=r"^[^/]+$"):
        claim(waiting.pk, teacher)
    folder.unlink()
    assert claim(waiting.pk, teacher).owner == teacher


def test_a_file_that_must_stay_in_its_folder_is_claimed_all_the_same(
    waiting: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The recorder's folder may be another user's: the video is there, and the file is known as claimed."""

    def refused(path: Path, *, missing_ok: bool = False) -> None:
        if str(path) == waiting.file:
            raise PermissionError(13, "Permission denied", waiting.file)
        unlink(path, missing_ok=missing_ok)

    unlink = Path.unlink
    monkeypatch.setattr(Path, "unlink", refused)
    assert claim(waiting.pk, teacher).owner == teacher
    assert Path(waiting.file).is_file()
    check_directories()
    assert not RecordingFileTreatment.objects.exists()


def test_a_row_that_points_outside_the_recorders_folder_is_refused(
    tmp_path: Path, house: Path, recorder: Recorder, teacher: User, film: Film
) -> None:
    """A path of another folder is never moved, whatever a row says."""
    secret = film(tmp_path / "elsewhere" / "secret.mp4")
    row = RecordingFileTreatment.objects.create(
        file=str(secret), recorder=recorder, require_manual_claim=True
    )
    with pytest.raises(FileGoneError):
        claim(row.pk, teacher)
    assert secret.exists()


def test_a_link_out_of_the_recorders_folder_is_refused(
    tmp_path: Path, house: Path, recorder: Recorder, teacher: User, film: Film
) -> None:
    """A symbolic link does not reach other folders."""
    secret = film(tmp_path / "elsewhere" / "secret.mp4")
    link = house / "bbb" / "link.mp4"
    link.symlink_to(secret)
    row = RecordingFileTreatment.objects.create(file=str(link), recorder=recorder, require_manual_claim=True)
    with pytest.raises(FileGoneError):
        claim(row.pk, teacher)


def test_a_file_that_is_away_is_named_and_can_be_claimed_when_it_is_back(
    waiting: RecordingFileTreatment, teacher: User, film: Film
) -> None:
    """A disk may be missing for a while."""
    Path(waiting.file).unlink()
    with pytest.raises(FileGoneError, match=Path(waiting.file).name):
        claim(waiting.pk, teacher)
    film(Path(waiting.file))
    assert claim(waiting.pk, teacher).owner == teacher


def test_a_row_without_recorder_can_be_claimed(house: Path, teacher: User, film: Film) -> None:
    """Pod's column allows NULL; so does the claim."""
    path = film(house / "loose.mp4")
    row = RecordingFileTreatment.objects.create(file=str(path), recorder=None, require_manual_claim=True)
    assert claim(row.pk, teacher).title == "loose"


def test_the_mark_of_a_dead_process_is_void_after_a_while(
    waiting: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """A claim that died half-way does not lock the file for ever."""
    waiting.detail.claimed_by = colleague
    waiting.detail.claimed_at = timezone.now() - STALE_CLAIM - timedelta(seconds=1)
    waiting.detail.save()
    assert claim(waiting.pk, teacher).owner == teacher


def test_a_file_that_somebody_is_claiming_is_taken(
    waiting: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """While a claim is at work nobody else's begins, and its mark stays."""
    waiting.detail.claimed_by = colleague
    waiting.detail.claimed_at = timezone.now()
    waiting.detail.save()
    with pytest.raises(AlreadyClaimedError):
        claim(waiting.pk, teacher)
    waiting.detail.refresh_from_db()
    assert waiting.detail.claimed_by == colleague


def test_a_claim_that_fails_half_way_leaves_no_video(
    waiting: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Video, claim and row change together or not at all; the file waits on in its folder."""

    def fail(*_arguments: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(claiming, "snapshot", fail)
    with pytest.raises(ClaimError):
        claim(waiting.pk, teacher)
    assert not Video.objects.exists()
    assert not Recording.objects.exists()
    assert Path(waiting.file).is_file()


def no_links(*_arguments: object, **_more: object) -> None:
    """Stand for `os.link` where media are on another file system."""
    raise OSError(18, "Invalid cross-device link")


def test_a_file_of_another_file_system_is_copied_whole(
    waiting: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where no second link can be made."""
    content = Path(waiting.file).read_bytes()
    monkeypatch.setattr("os.link", no_links)
    assert Path(claim(waiting.pk, teacher).video.path).read_bytes() == content
    assert not Path(waiting.file).exists()


def test_a_file_that_grows_while_it_is_copied_is_not_claimed(
    waiting: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch, in_english: None
) -> None:
    """A recorder still writes it: half a file is no video, and the whole one waits."""

    def grow(_mark: Mark) -> None:
        with Path(waiting.file).open("ab") as file:
            file.write(b"more")

    monkeypatch.setattr("os.link", no_links)
    monkeypatch.setattr(Mark, "renew", grow)
    with pytest.raises(ClaimError, match="growing"):
        claim(waiting.pk, teacher)
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert Path(waiting.file).is_file()
    monkeypatch.undo()
    assert claim(waiting.pk, teacher).title == "Algebra"


def test_a_link_within_the_recorders_folder_gives_its_file(
    house: Path, recorder: Recorder, teacher: User, film: Film
) -> None:
    """The media folder gets the file itself: a link into the recorders' folder would break one day."""
    original = film(house / "bbb" / "original.mp4")
    link = house / "bbb" / "link.mp4"
    link.symlink_to(original)
    row = RecordingFileTreatment.objects.create(file=str(link), recorder=recorder, require_manual_claim=True)
    media = Path(claim(row.pk, teacher).video.path)
    assert not media.is_symlink()
    assert media.read_bytes() == original.read_bytes()


def test_a_recorders_further_people_share_what_was_recorded(
    waiting: RecordingFileTreatment, recorder: Recorder, teacher: User, colleague: User
) -> None:
    """The additional users of a recorder own with the claimer, as in Pod."""
    recorder.additional_users.add(colleague)
    assert list(claim(waiting.pk, teacher).additional_owners.all()) == [colleague]


def test_made_claimable_twice_is_one_row(waiting: RecordingFileTreatment, recorder: Recorder) -> None:
    """The path is the identity."""
    again = make_claimable(ClaimSpec(Path(waiting.file), recorder.pk, MEETING, "Algebra"))
    assert again.pk == waiting.pk


def test_a_row_that_the_folders_watcher_wrote_becomes_claimable(
    waiting: RecordingFileTreatment, recorder: Recorder
) -> None:
    """It may have seen the file first, and not known whose it is."""
    RecordingFileTreatment.objects.update(require_manual_claim=False)
    make_claimable(ClaimSpec(Path(waiting.file), recorder.pk, MEETING, "Algebra"))
    assert RecordingFileTreatment.objects.get().require_manual_claim


def test_an_address_too_long_for_the_column_is_none(
    waiting: RecordingFileTreatment, recorder: Recorder
) -> None:
    """Cut off it would lead nowhere."""
    long = f"https://bbb.example.org/{'x' * 500}.png"
    spec = ClaimSpec(Path(waiting.file), recorder.pk, MEETING, "Algebra", thumbnail_url=long)
    assert make_claimable(spec).detail.thumbnail_url == ""


def test_deleting_a_row_leaves_other_folders_files(
    tmp_path: Path, house: Path, recorder: Recorder, film: Film
) -> None:
    """Whatever path it holds: only files of the recorders' folder are removed."""
    secret = film(tmp_path / "elsewhere" / "secret.mp4")
    row = RecordingFileTreatment.objects.create(
        file=str(secret), recorder=recorder, require_manual_claim=True
    )
    with pytest.raises(ClaimError):
        deleting.delete_waiting(row)
    assert secret.is_file()


def test_a_path_too_long_for_the_column_is_refused(house: Path, recorder: Recorder) -> None:
    """Pod's column holds 200 characters; a path cut off would lead nowhere."""
    path = house / "bbb" / f"{'x' * 190}.mp4"
    with pytest.raises(ClaimError):
        make_claimable(ClaimSpec(path, recorder.pk, MEETING, "Long"))


def test_a_number_given_twice_overwrites_no_video(waiting: RecordingFileTreatment, teacher: User) -> None:
    """A database brought back from a backup counts again: the file that is there is somebody's last copy."""
    other = media_path(teacher.pk, f"claim-{waiting.pk}", ".mp4")
    other.parent.mkdir(parents=True)
    other.write_bytes(b"claimed after the backup")
    video = claim(waiting.pk, teacher)
    assert other.read_bytes() == b"claimed after the backup"
    assert Path(video.video.path).is_file()


def test_a_claim_after_an_interrupted_one_makes_its_copy_anew(
    waiting: RecordingFileTreatment, teacher: User
) -> None:
    """What a killed process had copied already belongs to no video, and would stay on the disk for ever."""
    left = media_path(teacher.pk, f"claim-{waiting.pk}", ".mp4")
    left.parent.mkdir(parents=True)
    left.write_bytes(bytes(Path(waiting.file).stat().st_size))
    video = claim(waiting.pk, teacher)
    assert Path(video.video.path) == left


def test_the_recorders_folder_may_itself_be_a_link(
    waiting: RecordingFileTreatment, teacher: User, house: Path
) -> None:
    """To the disk that is large enough: what lies there is not outside."""
    house.rename(house.with_name("large-disk"))
    house.symlink_to(house.with_name("large-disk"))
    assert claim(waiting.pk, teacher).title == "Algebra"


def test_a_link_that_a_killed_claim_left_is_no_hindrance(
    waiting: RecordingFileTreatment, teacher: User
) -> None:
    """It is the waiting file under another name, and nothing is written into it."""
    whole = Path(waiting.file).read_bytes()
    left = media_path(teacher.pk, f"claim-{waiting.pk}", ".mp4.part")
    left.parent.mkdir(parents=True)
    left.hardlink_to(waiting.file)
    assert Path(claim(waiting.pk, teacher).video.path).read_bytes() == whole
    assert not left.exists()


def test_a_waiting_file_is_deleted_with_its_row(waiting: RecordingFileTreatment) -> None:
    """The folder's watcher would offer a file without a row anew."""
    deleting.delete_waiting(waiting)
    assert not Path(waiting.file).exists()
    assert not RecordingFileTreatment.objects.exists()


def test_a_row_whose_file_went_already_can_be_deleted(waiting: RecordingFileTreatment) -> None:
    """There is nothing left to offer."""
    Path(waiting.file).unlink()
    deleting.delete_waiting(waiting)
    assert not RecordingFileTreatment.objects.exists()


def test_a_waiting_file_that_cannot_be_deleted_keeps_its_row(
    waiting: RecordingFileTreatment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both or neither: without its row it would be nobody's."""

    def refuse(*_args: object, **_more: object) -> None:
        raise OSError(30, "Read-only file system")

    number = waiting.pk
    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", refuse)
        with pytest.raises(ClaimError):
            deleting.delete_waiting(waiting)
    assert RecordingFileTreatment.objects.get().pk == number
