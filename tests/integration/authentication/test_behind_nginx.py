"""Behind a web server that speaks https with the browser and http with us, SITE_URL is all that is said."""

from __future__ import annotations

import re
import runpy

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client

import pod.settings

DERIVED = ("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE")
HOST = "pod.univ.example"


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch, settings: LazySettings) -> Client:
    """A browser of the site at https://pod.univ.example/, whose forms are checked."""
    monkeypatch.setenv("SITE_URL", f"https://{HOST}/")
    made = runpy.run_path(str(pod.settings.__file__))
    for name in DERIVED:
        setattr(settings, name, made[name])
    return Client(enforce_csrf_checks=True, headers={"Host": HOST})


def sent(client: Client, origin: str) -> int:
    """Log in with the form that the page shows; return the status."""
    page = client.get("/accounts/login/")
    assert page.status_code == 200
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())
    assert token is not None
    data = {"username": "ada", "password": "correct horse", "csrfmiddlewaretoken": token[1]}
    return client.post("/accounts/login/", data, headers={"Origin": origin}).status_code


def test_its_own_forms_are_taken(served: Client, teacher: User) -> None:
    """Nobody would get in otherwise: the browser says https, nginx asks us by http."""
    assert sent(served, f"https://{HOST}") == 302
    assert served.get("/video/my/").status_code == 200


@pytest.mark.parametrize("origin", ["https://evil.example", f"https://{HOST}.evil.example", "null"])
def test_forms_of_other_sites_are_not(origin: str, served: Client, teacher: User) -> None:
    """They are refused as before."""
    assert sent(served, origin) == 403


def test_cookies_go_over_https_alone(served: Client, teacher: User) -> None:
    """Nobody on the way reads the session."""
    sent(served, f"https://{HOST}")
    assert {name for name, cookie in served.cookies.items() if cookie["secure"]} == {"csrftoken", "sessionid"}
