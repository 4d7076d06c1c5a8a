"""Whose a video is: who changes it, and in whose list it stands."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, Permission, User

from pod.video.access import may_change, videos_of
from pod.video.models import Video


def test_who_shares_a_video_changes_and_lists_it(video: Video, colleague: User) -> None:
    """An additional owner, as the owner."""
    video.additional_owners.add(colleague)
    assert may_change(colleague, video)
    assert list(videos_of(colleague)) == [video]


def test_a_video_that_others_share_is_nobody_elses(video: Video, colleague: User, student: User) -> None:
    """Neither to change nor in the list of who is no owner of it."""
    video.additional_owners.add(colleague)
    assert not may_change(student, video)
    assert not may_change(AnonymousUser(), video)
    assert list(videos_of(student)) == []


def test_djangos_permission_lets_change_every_video(video: Video, colleague: User) -> None:
    """Without being an owner, and without a list of everybody's."""
    colleague.user_permissions.add(Permission.objects.get(codename="change_video"))
    assert may_change(colleague, video)
    assert list(videos_of(colleague)) == []


def test_an_account_that_was_closed_changes_nothing(video: Video, teacher: User) -> None:
    """Not even what it owns."""
    teacher.is_active = False
    assert not may_change(teacher, video)
