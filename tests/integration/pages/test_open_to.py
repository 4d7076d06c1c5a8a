"""Which pages there are, and for whom: settings, the menu, and a list that refreshes itself."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import Permission, User
from django.test import Client, RequestFactory

from pod.main.access import may_administer
from pod.main.context import site

IMPORTING, CLAIMING, ADMINISTERING = 'href="/import_video/"', 'href="/record/claim_record/"', 'href="/admin/"'


def menu(client: Client) -> str:
    """Return a page that everybody has, with the menu."""
    return client.get("/accessibility/").content.decode()


@pytest.mark.parametrize(
    ("setting", "address", "entry"),
    [
        ("USE_IMPORT_VIDEO", "/import_video/", IMPORTING),
        ("ALLOW_MANUAL_RECORDING_CLAIMING", "/record/claim_record/", CLAIMING),
    ],
)
def test_a_page_that_is_switched_off_is_not_there(
    setting: str, address: str, entry: str, signed: Client, settings: LazySettings
) -> None:
    """Neither in the menu nor at its address, and its absence is not called a refusal."""
    assert entry in menu(signed)
    setattr(settings, setting, False)
    assert entry not in menu(signed)
    assert signed.get(address).status_code == 404


@pytest.mark.parametrize("restricted", [True, False])
def test_importing_is_open_to_whom_the_setting_says(
    *, restricted: bool, student: User, settings: LazySettings
) -> None:
    """To staff, or to everybody who has logged in; claiming stays with staff."""
    settings.RESTRICT_EDIT_IMPORT_VIDEO_ACCESS_TO_STAFF_ONLY = restricted
    client = Client()
    client.force_login(student)
    assert (IMPORTING in menu(client)) is not restricted
    assert client.get("/import_video/").status_code == (403 if restricted else 200)
    assert CLAIMING not in menu(client)
    assert client.get("/record/claim_record/").status_code == 403
    assert IMPORTING not in menu(Client())


def test_a_refusal_names_the_page_and_whom_to_ask(student: User) -> None:
    """Importing and claiming are told apart."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(student)
    assert "Importing videos is open to staff only" in client.get("/import_video/").content.decode()
    assert "Claiming recordings is open to staff only" in client.get("/record/claim_record/").content.decode()


@pytest.mark.parametrize(
    ("staff", "boss", "permission", "entry"),
    [
        (True, False, False, False),  # a teacher
        (True, False, True, True),
        (True, True, False, True),
        (False, True, True, False),  # whom Django lets not in
        (False, False, True, False),
    ],
)
def test_the_administration_is_in_the_menu_of_those_who_have_something_there(
    *, staff: bool, boss: bool, permission: bool, entry: bool, student: User
) -> None:
    """Of staff, and a superuser or with some permission."""
    student.is_staff, student.is_superuser = staff, boss
    student.save()
    if permission:
        student.user_permissions.add(Permission.objects.get(codename="view_video"))
    client = Client()
    client.force_login(student)
    assert (ADMINISTERING in menu(client)) is entry


def test_the_menu_of_a_request_without_a_user_is_empty() -> None:
    """An error's page may be made before anybody knows who asks."""
    assert not any(value for name, value in site(RequestFactory().get("/")).items() if name != "site_title")


def test_a_closed_account_has_nothing_in_the_administration() -> None:
    """Another backend than Django's may let it log in."""
    assert not may_administer(User(is_active=False, is_staff=True, is_superuser=True))


def test_who_must_log_in_first_returns_to_the_list_as_it_was() -> None:
    """With its filters; a link in a mail may have some."""
    answer = Client().get("/import_video/?state=failed")
    assert answer["Location"] == "/accounts/login/?next=/import_video/%3Fstate%3Dfailed"


def test_a_list_that_refreshes_itself_after_the_session_ended_makes_its_page_ask() -> None:
    """The log-in form stands on a page of its own, not inside the list."""
    answer = Client().get("/import_video/moving/?id=1", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert answer["HX-Refresh"] == "true"
    assert answer.content == b""
