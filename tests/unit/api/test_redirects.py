"""Where a signed question and a password may go when the server names another address."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from pod.bbb.api import transport
from pod.bbb.api.signing import Endpoint
from pod.bbb.api.transport import Transport
from pod.bbb.errors import ApiError

HERE = "https://bbb.univ.example/bigbluebutton/api"
PARAMS: Mapping[str, str] = {"limit": "1"}


class Redirecting(BaseAdapter):
    """Sends the first question to `location` and answers all others; notes (host, Authorization)."""

    def __init__(self, location: str) -> None:
        super().__init__()
        self.location = location
        self.asked: list[tuple[str, str | None]] = []

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:
        address = request.url or ""
        self.asked.append((address.split("/")[2], request.headers.get("Authorization")))
        answer = HTTPResponse(io.BytesIO(b"<response/>"), preload_content=False)
        response = requests.Response()
        response.request = request
        response.url, response.status_code, response.raw = address, 200, answer
        if len(self.asked) == 1 and self.location:
            response.status_code = 302
            response.headers["Location"] = self.location
        return response

    def close(self) -> None:
        pass


def ask(location: str, folder: Path) -> tuple[Transport, Redirecting]:
    """Ask a server of https that wants a password and redirects to `location`."""
    endpoint = Endpoint(HERE, "ada", "hidden")
    asking = Transport(endpoint, "s3cret", retries=0, read_timeout=1.0, sleep=lambda _seconds: None)
    answers = Redirecting(location)
    for scheme in ("http://", "https://"):
        asking.session.mount(scheme, answers)
    asking.get("getRecordings", PARAMS, "sha256", folder / "answer.xml")
    return asking, answers


def test_no_redirect_leads_from_https_to_http(tmp_path: Path) -> None:
    """The signed question is not sent where anybody reads it."""
    with pytest.raises(ApiError, match="from https to http"):
        ask("http://bbb.univ.example/bigbluebutton/api/getRecordings", tmp_path)
    assert not (tmp_path / "answer.xml").exists()


def test_a_password_goes_to_no_other_host(tmp_path: Path) -> None:
    """It was given for the first; a redirect's own is not taken either."""
    asking, answers = ask("https://eve:hers@other.example/api/getRecordings", tmp_path)
    (_, first), (host, second) = answers.asked
    assert (first is not None, host, second) == (True, "other.example", None)
    assert asking.endpoint == Endpoint("https://other.example/api")


def test_a_password_follows_to_another_address_of_its_host(tmp_path: Path) -> None:
    """The API moved to another path."""
    asking, answers = ask("/b/api/getRecordings/", tmp_path)
    (_, first), (_, second) = answers.asked
    assert first == second is not None
    assert asking.endpoint == Endpoint("https://bbb.univ.example/b/api", "ada", "hidden")


@pytest.mark.parametrize("location", ["ftp://bbb.univ.example/api", "http:///api", "/login"])
def test_a_redirect_to_what_is_no_api_is_not_followed(tmp_path: Path, location: str) -> None:
    """The question would be read by whoever is there."""
    with pytest.raises(ApiError, match="which is not the API"):
        ask(location, tmp_path)


def test_an_answer_without_end_fills_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is larger than any list is refused while it comes."""
    monkeypatch.setattr(transport, "LARGEST_BODY", 5)
    with pytest.raises(ApiError, match="larger than"):
        ask("", tmp_path)
    assert (tmp_path / "answer.xml").stat().st_size <= 5
