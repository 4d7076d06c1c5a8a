"""What a server, or who set its address, writes that no address and no time is: told as what it is."""

from __future__ import annotations

import pytest

from pod.bbb.api import Client
from pod.bbb.errors import ApiError
from tests.fake_bbb import FakeBBB, Fault


def no_sleep(_seconds: float) -> None:
    """Try again at once."""


def told(fault: Fault) -> str:
    """What listing the recordings of a server with this fault says."""
    with FakeBBB() as bbb, Client(bbb.api_url, bbb.secret, sleep=no_sleep) as client:
        bbb.behaviour.faults.append(fault)
        with pytest.raises(ApiError) as caught:
            list(client.recordings())
    return str(caught.value)


@pytest.mark.parametrize(
    "location",
    ["http://[::1", "https://*.example/api/getRecordings", "https://bbb.example:99999/api/getRecordings"],
)
def test_a_redirect_to_what_is_no_address_is_told(location: str) -> None:
    """As an error of the server that was asked, not as one of this program."""
    assert "Check the server's address" in told(Fault("getRecordings", status=302, location=location))


def test_a_refusal_that_asks_for_an_absurd_wait_is_told() -> None:
    """The server is busy, whatever it says of when to come back."""
    late = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 +99999999999999"}
    assert "the server is busy" in told(Fault("getRecordings", times=-1, status=503, headers=late))


@pytest.mark.parametrize("host", ["*.univ.example", ".univ.example", f"{'a' * 64}.univ.example"])
def test_an_address_that_no_server_can_have_is_told(host: str) -> None:
    """A typing mistake in the settings: what to check, as for a server that does not answer."""
    with pytest.raises(ApiError, match="Check the server's address"):
        Client(f"https://{host}/bigbluebutton/", "s3cret", sleep=no_sleep).check()
