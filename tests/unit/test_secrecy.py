"""Nothing that opens a recording or the API is said or logged."""

from __future__ import annotations

import logging
import time

import pytest

from pod.bbb.secrecy import guard_logs, is_secret, scrub


def test_checksums_and_tokens_are_taken_out_of_messages() -> None:
    """Whatever a message quotes, neither checksum nor token is left."""
    assert scrub("GET /api?a=1&checksum=abcdef&b=2") == "GET /api?a=1&checksum=***&b=2"
    assert scrub('href="/recording/x/video?token=s3cret"') == 'href="/recording/x/video?token=***"'
    assert scrub("/f?X-Amz-Signature=a1&sig=b2&page=3") == "/f?X-Amz-Signature=***&sig=***&page=3"
    assert scrub("host=db password='two words' user=pod") == "host=db password=*** user=pod"
    assert scrub("url=/x?my-token-2=abc") == "url=/x?my-token-2=***"
    assert scrub("monkey=1, sleep = 2") == "monkey=1, sleep = 2"


def test_a_long_word_is_looked_at_once() -> None:
    """A hostile server's answer does not keep the command busy."""
    began = time.process_time()
    assert scrub("token" * 10_000) == "token" * 10_000
    assert time.process_time() - began < 1.0


LIBRARIES = ["urllib3.connectionpool", "urllib3.connection", "urllib3.poolmanager", "urllib3.response"]
LIBRARIES += ["urllib3.util.retry", "requests"]


@pytest.mark.parametrize("name", LIBRARIES)
@pytest.mark.parametrize(
    ("said", "told"),
    [
        (('"GET %s" %s', "/api/getRecordings?checksum=abc123", 200), '"GET /api/getRecordings" 200'),
        # whatever a parameter is called: nobody needs it in a log
        (("Redirecting %s -> %s", "/a?key2=abc123", "/b?ticket=abc123"), "Redirecting /a -> /b"),
        (("retrying %s", ValueError("/a?page=1&token=abc123")), "retrying /a?page=1&token=***"),
        (("token=abc123 was refused",), "token=*** was refused"),
        (("%(way)s token=abc123", {"way": "by"}), "by token=***"),
        (("100% of the file",), "100% of the file"),
    ],
)
def test_the_http_librarys_log_is_scrubbed(
    name: str, said: tuple[object, ...], told: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Even at DEBUG addresses appear without their queries, and nothing that opens something."""
    guard_logs()
    with caplog.at_level(logging.DEBUG):
        logging.getLogger(name).debug(*said)
    assert caplog.messages == [told]


def test_parameters_that_open_something_are_known_by_name() -> None:
    """Reports keep the rest of an address."""
    names = ("token", "X-Amz-Signature", "JWT", "page", "monkey")
    assert [name for name in names if is_secret(name)] == ["token", "X-Amz-Signature", "JWT"]
