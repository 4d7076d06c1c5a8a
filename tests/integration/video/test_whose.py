"""Whose a video is: who changes it, and in whose list it stands."""

from __future__ import annotations

from typing import cast

import lxml.html
import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db import connection
from django.test import Client

from pod.video.access import may_change, share_key, videos_of
from pod.video.models import Video, VideoDetail
from pod.video.services import NewVideo, create_video, trash
from pod.video.storage import media_path
from tests.integration.conftest import write_film


def test_who_shares_a_video_changes_and_lists_it(video: Video, colleague: User) -> None:
    """An additional owner, as the owner; beside those of their own."""
    video.additional_owners.add(colleague)
    film = write_film(media_path(colleague.pk, "own", ".mp4"))
    own = create_video(NewVideo(colleague.pk, "Own", film))
    assert may_change(colleague, video)
    assert set(videos_of(colleague)) == {video, own}


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


@pytest.mark.parametrize(
    ("names", "owners"),
    [
        ("gone", ["gone"]),  # as it stood in the form
        ("rene", ["rene"]),
        ("Rene@example.org", None),
        ("closed", None),
    ],
)
def test_other_owners_are_found_by_their_names(
    names: str, owners: list[str] | None, video: Video, signed: Client
) -> None:
    """Who left stays an owner until somebody takes them out; an exact name is nobody else's."""
    other = "else" if connection.vendor == "mysql" else "Rene"  # there, rene and Rene are one name
    for name in ("gone", "closed", "rene", other):
        User.objects.create_user(name, "rene@example.org", is_active=name in ("rene", other))
    video.additional_owners.add(User.objects.get(username="gone"))
    answer = signed.post(f"/video/edit/{video.slug}/", {"title": "Algebra", "co_owners": names})
    assert answer.status_code == (200 if owners is None else 302)
    if owners is not None:
        assert list(video.additional_owners.values_list("username", flat=True)) == owners


def shown(client: Client, video: Video) -> dict[str, str]:
    """Open the form of a video; return what a browser sends of it when nothing is touched."""
    page = client.get(f"/video/edit/{video.slug}/").content.decode()
    tree = cast("lxml.html.HtmlElement", lxml.html.fromstring(page))
    form = next(form for form in tree.forms if "sheet" in form.classes)
    fields = [field for field in form.inputs if field.get("type") != "checkbox" or field.checked]
    return {str(field.name): str(field.value or "") for field in fields if field.name}


def test_an_old_form_opens_nothing_that_was_closed_since(
    video: Video, signed: Client, colleague: User
) -> None:
    """Another title from another window: the video stays private, and who was taken out stays out."""
    Video.objects.filter(pk=video.pk).update(is_draft=False, password="")
    video.additional_owners.add(colleague)
    old = shown(signed, video)
    Video.objects.filter(pk=video.pk).update(is_draft=True, is_restricted=True, password="ouvre-toi")
    video.additional_owners.clear()
    assert signed.post(f"/video/edit/{video.slug}/", {**old, "title": "Algebra II"}).status_code == 302
    video.refresh_from_db()
    assert (video.title, video.is_draft, video.is_restricted) == ("Algebra II", True, True)
    assert video.password == "ouvre-toi"
    assert not video.additional_owners.exists()


def test_what_an_owner_changes_in_an_old_form_is_changed(
    video: Video, signed: Client, colleague: User, student: User
) -> None:
    """What was touched is meant, whatever was saved meanwhile."""
    Video.objects.filter(pk=video.pk).update(is_draft=True, title="Algebra", description="One\ntwo")
    old = shown(signed, video)
    video.additional_owners.add(colleague)
    Video.objects.filter(pk=video.pk).update(title="Something else")
    del old["is_draft"]
    signed.post(f"/video/edit/{video.slug}/", {**old, "title": "Mine", "co_owners": student.username})
    video.refresh_from_db()
    assert (video.title, video.is_draft, video.description) == ("Mine", False, "One\ntwo")
    assert list(video.additional_owners.all()) == [student]


def test_who_saves_what_another_owner_deleted_is_told(video: Video, signed: Client) -> None:
    """It is not in the list that follows: the sentence says where it is."""
    trash(video)
    answer = signed.post(f"/video/edit/{video.slug}/", {"title": "Algebra"}, follow=True)
    assert "restaurez-la avec le filtre « supprimée »" in answer.content.decode().replace("\xa0", " ")


def test_a_private_video_that_pod_made_is_seen_by_its_link_alone(video: Video, client: Client) -> None:
    """Nothing was ever noted of it beside Pod's own columns."""
    VideoDetail.objects.filter(video=video).delete()
    Video.objects.filter(pk=video.pk).update(is_draft=True)
    key = share_key(Video.objects.get(pk=video.pk))
    assert client.get(f"/video/{video.slug}/{key}/").status_code == 200
    assert client.get(f"/video/{video.slug}/{'0' * len(key)}/").status_code == 302
