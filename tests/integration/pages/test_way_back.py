"""Whatever is done from a list ends at the list as it was; no form ends at an address that shows nothing."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pod.import_video.models import ExternalRecording
from pod.recorder.models import RecordingFileTreatment
from pod.video.models import Video


def fields(page: str, action: str) -> dict[str, str]:
    """Return what a browser sends of the hidden fields of the page's form with this action."""
    form = re.search(rf'<form[^>]+action="{re.escape(action)}".*?</form>', page, re.DOTALL)
    assert form is not None, action
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form[0])
    return {name: value.replace("&amp;", "&") for name, value in found}


@pytest.mark.parametrize(
    ("listed", "action", "more"),
    [
        ("/import_video/", "/import_video/bulk/", {"verb": "discard", "id": "{external}"}),
        ("/record/claim_record/", "/record/several/", {"verb": "claim", "id": "{waiting}"}),
        ("/video/my/", "/video/delete/{video}/", {}),
    ],
)
def test_what_is_asked_first_ends_at_the_list_as_it_was(
    listed: str,
    action: str,
    more: dict[str, str],
    external: ExternalRecording,
    waiting: RecordingFileTreatment,
    video: Video,
    signed: Client,
) -> None:
    """Filters, order and page stay; so they do when the question is answered with Cancel."""
    known = {"external": external.pk, "waiting": waiting.pk, "video": video.slug}
    start = f"{listed}?sort=oldest"
    address = action.format(**known)
    sent = fields(signed.get(start).content.decode(), address)
    sent |= {name: value.format(**known) for name, value in more.items()}
    question = signed.post(address, sent).content.decode()
    assert f'<a href="{start}">' in question
    assert signed.post(address, fields(question, address) | {"confirmed": "1"})["Location"] == start


@pytest.mark.parametrize("kind", ["external", "video"])
def test_editing_ends_at_the_list_as_it_was(
    kind: str, external: ExternalRecording, video: Video, signed: Client
) -> None:
    """The list's link says where it was, the form keeps it, also when it comes back with an error."""
    listed, name = ("/import_video/", "name") if kind == "external" else ("/video/my/", "title")
    row = f"/import_video/edit/{external.pk}/" if kind == "external" else f"/video/edit/{video.slug}/"
    page = signed.get(f"{listed}?sort=title").content.decode()
    link = re.search(rf'href="({row}\?next=[^"]+)"', page)
    assert link is not None
    form = signed.get(link[1]).context["form"]
    values = {key: field.value() or "" for key, field in ((bound.name, bound) for bound in form)}
    refused = signed.post(row, values | {name: "", "next": f"{listed}?sort=title"}).content.decode()
    assert f'name="next" value="{listed}?sort=title"' in refused
    if kind == "video":  # the address of the other is of a server that may not be asked
        saved = signed.post(row, values | {"next": f"{listed}?sort=title"})
        assert saved["Location"] == f"{listed}?sort=title"


def test_the_way_back_never_leads_to_another_site(video: Video, signed: Client) -> None:
    """A link to the question could name one."""
    asked = signed.post(f"/video/delete/{video.slug}/", {"next": "https://evil.example/"}).content.decode()
    assert "evil.example" not in asked
    done = signed.post(f"/video/delete/{video.slug}/", {"next": "//evil.example/", "confirmed": "1"})
    assert done["Location"] == "/video/my/"


def test_a_question_can_be_read_in_the_other_language(video: Video, signed: Client) -> None:
    """It has no address of its own: the button for the language leads back to the list."""
    address = f"/video/delete/{video.slug}/"
    page = signed.post(address, {"next": "/video/my/?q=a"}).content.decode()
    sent = fields(page, "/i18n/setlang/") | {"language": "en"}
    answer = signed.post("/i18n/setlang/", sent, follow=True)
    assert answer.status_code == 200
    assert answer.request["PATH_INFO"] == "/video/my/"


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(
    external: ExternalRecording, teacher: User
) -> None:
    """After logging in, the list is there again, with a word on what was not done."""
    client = Client(headers={"Accept-Language": "en"})
    start = "/import_video/?sort=oldest"
    answer = client.post(f"/import_video/{external.pk}/", {"next": start}, follow=True)
    assert "Your session had expired" in answer.content.decode()
    sent = {"username": teacher.username, "password": "correct horse", "next": answer.context["next"]}
    back = client.post("/accounts/login/", sent)
    assert back["Location"] == start
    assert client.get(start).status_code == 200
    assert not ExternalRecording.objects.filter(detail__conversion__isnull=False).exists()


@pytest.mark.parametrize("name", ["teacher", "student"])
def test_logging_in_leads_to_a_page_that_is_open(name: str, request: pytest.FixtureRequest) -> None:
    """Who may not import is not greeted with a refusal."""
    client = Client()
    client.force_login(request.getfixturevalue(name))
    answer = client.get("/accounts/login/", follow=True)
    assert answer.status_code == 200
