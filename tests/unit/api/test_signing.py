"""Addresses and checksums."""

from __future__ import annotations

import pytest

from pod.bbb.api import Client
from pod.bbb.api.signing import Endpoint, checksum, query_string, signed
from pod.bbb.errors import ApiError

SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b"
QUERY = "name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444"


def test_the_checksum_of_the_documentation() -> None:
    """The example of BigBlueButton's documentation comes out."""
    assert checksum("create", QUERY, SECRET, "sha1") == "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17"


@pytest.mark.parametrize(
    ("algorithm", "length"), [("sha1", 40), ("sha256", 64), ("sha384", 96), ("sha512", 128)]
)
def test_the_length_tells_the_server_the_algorithm(algorithm: str, length: int) -> None:
    """Servers know the hash by its length."""
    assert len(checksum("getRecordings", "", SECRET, algorithm)) == length


def test_the_checksum_stands_last() -> None:
    """The query is signed as it is sent; without parameters the checksum is the whole query."""
    assert signed("getRecordings", "limit=1", SECRET, "sha1").startswith("limit=1&checksum=")
    assert signed("getRecordings", "", SECRET, "sha1").startswith("checksum=")


def test_values_are_escaped_so_that_no_library_escapes_them_again() -> None:
    """Everything but unreserved characters is percent-encoded in capitals."""
    assert query_string({"meetingID": "a b+c~d/é[0],x"}) == "meetingID=a%20b%2Bc~d%2F%C3%A9%5B0%5D%2Cx"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("https://bbb.example/bigbluebutton/", "https://bbb.example/bigbluebutton/api"),
        ("https://bbb.example/bigbluebutton", "https://bbb.example/bigbluebutton/api"),
        ("https://bbb.example/bigbluebutton/api", "https://bbb.example/bigbluebutton/api"),
        (" https://bbb.example/bigbluebutton/api/ ", "https://bbb.example/bigbluebutton/api"),
        ("https://bbb.example/bigbluebutton/api/getRecordings?x=1", "https://bbb.example/bigbluebutton/api"),
        ("https://bbb.example", "https://bbb.example/bigbluebutton/api"),
        ("http://127.0.0.1:8090//bigbluebutton//", "http://127.0.0.1:8090/bigbluebutton/api"),
        ("https://mock.example/server1/", "https://mock.example/server1/api"),
        ("http://[::1]:80/bigbluebutton/", "http://[::1]:80/bigbluebutton/api"),
    ],
)
def test_every_form_of_the_address_is_accepted(written: str, expected: str) -> None:
    """With or without /api, with or without slash: the API is found."""
    assert Endpoint.of(written).url == expected


@pytest.mark.parametrize(
    "written",
    ["", "bbb.example", "ftp://bbb.example/", "https://", "http://[", "http://a b/", "http://h:port/"],
)
def test_what_is_no_address_is_refused_with_advice(written: str) -> None:
    """The error shows where to find the right address."""
    with pytest.raises(ApiError, match="bbb-conf --secret"):
        Endpoint.of(written)


def test_a_password_in_the_address_is_kept_apart() -> None:
    """The address that messages show holds no password; neither does the repr."""
    found = Endpoint.of("https://admin:hunter2@bbb.example/bigbluebutton/")
    assert (found.user, found.password) == ("admin", "hunter2")
    assert "hunter2" not in found.url + repr(found)


@pytest.mark.parametrize("algorithm", ["md5", "sha3_256", "none"])
def test_a_checksum_that_no_server_knows_is_refused_before_anything_is_asked(algorithm: str) -> None:
    """The error names those there are."""
    with pytest.raises(ApiError, match=f"{algorithm}.*sha1, sha256, sha384, sha512"):
        Client("https://bbb.example/", SECRET, algorithm)
