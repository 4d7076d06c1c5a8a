"""Nothing that opens a recording or the API is said or logged."""

from __future__ import annotations

import logging

import pytest

from pod.bbb.secrecy import guard_logs, is_secret, scrub


def test_checksums_and_tokens_are_taken_out_of_messages() -> None:
    """Whatever a message quotes, neither checksum nor token is left."""
    assert scrub("GET /api?a=1&checksum=abcdef&b=2") == "GET /api?a=1&checksum=***&b=2"
    assert scrub('href="/recording/x/video?token=s3cret"') == 'href="/recording/x/video?token=***"'
    assert scrub("/f?X-Amz-Signature=a1&sig=b2&page=3") == "/f?X-Amz-Signature=***&sig=***&page=3"
    assert scrub("host=db password='two words' user=pod") == "host=db password=*** user=pod"
    assert scrub("monkey=1, sleep = 2") == "monkey=1, sleep = 2"


@pytest.mark.parametrize("name", ["urllib3.connectionpool", "urllib3.util.retry", "requests"])
def test_the_http_librarys_log_is_scrubbed(name: str, caplog: pytest.LogCaptureFixture) -> None:
    """Even at DEBUG the address of a request appears without its checksum."""
    guard_logs()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger(name).debug(
            '"GET %s HTTP/1.1" %s', "/bigbluebutton/api/getRecordings?checksum=abc123", 200
        )
    assert "getRecordings" in caplog.text
    assert "abc123" not in caplog.text


def test_parameters_that_open_something_are_known_by_name() -> None:
    """Reports keep the rest of an address."""
    names = ("token", "X-Amz-Signature", "JWT", "page", "monkey")
    assert [name for name in names if is_secret(name)] == ["token", "X-Amz-Signature", "JWT"]
