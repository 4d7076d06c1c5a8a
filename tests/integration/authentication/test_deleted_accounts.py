"""Deleting an account, and what others hang on: no recording is lost, none becomes everybody's."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.contrib.sites.models import Site
from django.db import connection
from django.db.models import Model, ProtectedError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pod.authentication.owning import handed_over
from pod.import_video.models import ExternalRecording
from pod.meeting.models import Meeting
from pod.recorder.claiming import claim
from pod.recorder.giving_back import release
from pod.recorder.models import Claim, Recorder, RecordingFileTreatment
from pod.recorder.services import ClaimSpec, make_claimable
from pod.video.models import Type, Video
from pod.video.services import NewVideo, create_video
from pod.video.storage import media_path
from tests.integration.conftest import MEETING, Film, write_film


@pytest.fixture
def boss(db: None) -> Client:
    """The administrator's browser."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.create_superuser("root", "root@example.org", "x"))
    return client


def delete_accounts(boss: Client, *accounts: User, confirmed: bool) -> str:
    """Delete accounts with the list's action, or come to the question only; return the page."""
    sent = {"action": "delete_selected", "_selected_action": [one.pk for one in accounts]}
    answer = boss.post("/admin/auth/user/", {**sent, **({"post": "yes"} if confirmed else {})}, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_video_goes_to_a_co_owner(video: Video, teacher: User, colleague: User) -> None:
    """With its file; who owned it together with somebody else has worked on it, too."""
    video.additional_owners.add(colleague)
    teacher.delete()
    assert Video.objects.get().owner == colleague
    assert Path(video.video.path).is_file()


def test_a_co_owner_whose_account_is_active_comes_first(
    video: Video, teacher: User, colleague: User, student: User
) -> None:
    """Of a colleague who left before, nobody would get it."""
    video.additional_owners.add(colleague, student)
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    teacher.delete()
    assert Video.objects.get().owner == student


def test_owners_who_are_deleted_together_get_nothing_of_each_other(
    video: Video, teacher: User, colleague: User, student: User
) -> None:
    """The video goes to who stays; it would be deleted with the next account otherwise."""
    video.additional_owners.add(colleague, student)
    User.objects.filter(pk__in=[teacher.pk, colleague.pk]).delete()
    assert Video.objects.get().owner == student


def test_a_video_of_one_owner_goes_with_the_account(video: Video, teacher: User) -> None:
    """As in Pod."""
    teacher.delete()
    assert not Video.objects.exists()


def test_the_administration_says_which_videos_stay_and_whose_they_will_be(
    video: Video, teacher: User, colleague: User, film: Film, boss: Client
) -> None:
    """The question lists what is deleted; what is given to others is no part of that, and is named."""
    path = film(media_path(teacher.pk, "fractions", ".mp4"))
    create_video(NewVideo(teacher.pk, "Fractions", path, MEETING))
    video.additional_owners.add(colleague)
    page = delete_accounts(boss, teacher, confirmed=False)
    told = "1 thing that has other owners is not deleted, but given to one of them: “Algebra” (bob)."
    assert told in page
    assert f"/admin/video/video/{video.pk}/" not in page
    assert "Fractions" in page
    assert told in delete_accounts(boss, teacher, confirmed=True)
    assert Video.objects.get().owner == colleague


def test_asking_costs_the_same_for_a_hundred_things_as_for_twenty(teacher: User, colleague: User) -> None:
    """Of all that stays ten are named, and no other is read for its name."""
    costs = []
    for number in (20, 80):
        for meeting in (Meeting.objects.create(name="Algebra", owner=teacher) for _ in range(number)):
            meeting.additional_owners.add(colleague)
        with CaptureQueriesContext(connection) as asked:
            assert len(handed_over([teacher])) == Meeting.objects.count()
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_what_has_no_owner_left_is_not_said_to_be_given_to_anybody(
    video: Video, external: ExternalRecording, teacher: User, colleague: User, boss: Client
) -> None:
    """It stays, too, but somebody has to be found for it: only what has an heir is named."""
    video.additional_owners.add(colleague)
    page = delete_accounts(boss, teacher, confirmed=False)
    assert "1 thing that has other owners is not deleted, but given to one of them: “Algebra” (bob)." in page


def test_the_heir_is_no_co_owner_of_the_own_video(
    video: Video, teacher: User, colleague: User, student: User
) -> None:
    """The form of the video names the others."""
    video.additional_owners.add(colleague, student)
    teacher.delete()
    client = Client()
    client.force_login(colleague)
    page = client.get(f"/video/edit/{video.slug}/").content.decode()
    assert 'value="cyd"' in page


def test_a_meeting_goes_to_a_co_owner(teacher: User, colleague: User) -> None:
    """Its recordings are still to be theirs when the migration comes to them."""
    meeting = Meeting.objects.create(name="Algebra", owner=teacher)
    meeting.additional_owners.add(colleague)
    teacher.delete()
    assert Meeting.objects.get().owner == colleague


def test_who_claimed_what_stays_known(
    house: Path, recorder: Recorder, teacher: User, colleague: User, boss: Client
) -> None:
    """Under the name of the account; what somebody else has of it can still be given back."""
    film = write_film(house / "bbb" / "a.mp4")
    claimed = claim(make_claimable(ClaimSpec(film, recorder.pk, MEETING, "Title")).pk, teacher)
    claimed.additional_owners.add(colleague)
    teacher.delete()
    assert f"{teacher.username} (deleted)" in boss.get("/admin/recorder/claim/").content.decode()
    assert "/a.mp4" in boss.get(f"/admin/recorder/claim/?q={teacher.username}").content.decode()
    release(Claim.objects.get().pk, User.objects.get(username="root"))
    assert film.is_file()


def test_an_external_recording_outlives_its_owner(external: ExternalRecording, teacher: User) -> None:
    """The ledger says that it arrived, and no run would bring it again: somebody else can be given it."""
    teacher.delete()
    assert ExternalRecording.objects.get().owner is None


def test_the_manager_of_a_recorder_cannot_be_deleted(
    waiting: RecordingFileTreatment, recorder: Recorder, teacher: User, boss: Client
) -> None:
    """What waits there would go with the recorder; without manager it would be everybody's."""
    Recorder.objects.update(user=teacher)
    page = delete_accounts(boss, teacher, confirmed=True)
    assert "protected related objects" in page
    assert f"/admin/recorder/recorder/{recorder.pk}/" in page
    assert RecordingFileTreatment.objects.exists()


@pytest.mark.parametrize("what", ["recorder", "type of recorder", "type of video", "site"])
def test_what_recordings_hang_on_cannot_be_deleted(
    what: str, waiting: RecordingFileTreatment, video: Video, external: ExternalRecording
) -> None:
    """One line of a list that nobody looks at would take all recordings with it."""
    assert waiting.recorder is not None
    waiting.recorder.type = Type.objects.create(title="Lecture", slug="lecture")
    waiting.recorder.save()
    things: dict[str, Model] = {
        "recorder": waiting.recorder,
        "type of recorder": waiting.recorder.type,
        "type of video": video.type,
        "site": Site.objects.get(),
    }
    with pytest.raises(ProtectedError):
        things[what].delete()
    assert Video.objects.exists()
    assert ExternalRecording.objects.exists()
