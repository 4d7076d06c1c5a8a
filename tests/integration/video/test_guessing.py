"""The password of a video cannot be guessed: what is wrong is counted by video and address."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.conf import LazySettings
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from pod.authentication.models import LoginFailure
from pod.authentication.throttle import WINDOW
from pod.video import access
from pod.video.models import Video

HERE, THERE = "203.0.113.7", "203.0.113.8"
PASSWORD = "open sesame"


@pytest.fixture
def locked(video: Video) -> Video:
    """A video for whoever knows its password."""
    Video.objects.filter(pk=video.pk).update(is_draft=False, password=PASSWORD)
    return video


@pytest.fixture
def secret(locked: Video, monkeypatch: pytest.MonkeyPatch) -> Video:
    """The same, with limits that a test reaches soon."""
    monkeypatch.setattr(access, "MOST_PER_ADDRESS", 3)
    monkeypatch.setattr(access, "MOST_PER_VIDEO", 5)
    return locked


def guess(video: Video, password: str, address: str = HERE, **headers: str) -> HttpResponse:
    """Return the answer to a browser that has never been here."""
    client = Client(REMOTE_ADDR=address, headers={"Accept-Language": "en", **headers})
    return client.post(video.get_absolute_url(), {"password": password})  # type: ignore[return-value]


def is_open(video: Video, address: str = HERE, **headers: str) -> bool:
    """Whether the right password is taken."""
    return guess(video, PASSWORD, address, **headers).status_code == 302


def test_guessing_is_stopped_even_for_the_right_password(secret: Video) -> None:
    """After so many failures from one address nothing it types is looked at; the page says how long."""
    for number in range(access.MOST_PER_ADDRESS):
        assert guess(secret, f"guess {number}").status_code == 200
    answer = guess(secret, PASSWORD)
    assert answer.status_code == 429
    assert "Wait a quarter of an hour" in answer.content.decode()


def test_after_a_quarter_of_an_hour_the_password_is_taken_again(
    secret: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock alone ends the block."""
    now = timezone.now()
    for number in range(access.MOST_PER_ADDRESS):
        guess(secret, f"guess {number}")
    later: list[datetime] = [now + WINDOW - timedelta(minutes=1)]
    monkeypatch.setattr(timezone, "now", lambda: later[0])
    assert not is_open(secret)
    later[0] = now + WINDOW + timedelta(minutes=1)
    assert is_open(secret)


def test_another_address_is_not_blocked(secret: Video) -> None:
    """Who guesses locks nobody out elsewhere."""
    for number in range(access.MOST_PER_ADDRESS):
        guess(secret, f"guess {number}")
    assert is_open(secret, THERE)


def test_another_video_is_not_blocked(secret: Video) -> None:
    """Each video has counts of its own."""
    other = Video.objects.get(pk=secret.pk)
    other.pk, other.slug, other.video.name = None, "9999-other", "videos/other.mp4"
    other.save()
    for number in range(access.MOST_PER_ADDRESS):
        guess(secret, f"guess {number}")
    assert is_open(other)


def test_many_addresses_together_are_stopped(secret: Video) -> None:
    """Somebody with an address for each guess is stopped by the count of all."""
    for number in range(access.MOST_PER_VIDEO):
        assert guess(secret, "wrong", f"198.51.100.{number}").status_code == 200
    assert not is_open(secret, THERE)


def test_twenty_wrong_guesses_stop_an_address_and_two_hundred_everybody(locked: Video) -> None:
    """These are the limits of every site; the other tests set their own."""
    for address in range(10):
        for _guess in range(20):
            assert guess(locked, "wrong", f"198.51.100.{address}").status_code == 200
        assert guess(locked, "wrong", f"198.51.100.{address}").status_code == 429
    assert not is_open(locked, THERE)


def test_the_addresses_of_one_ipv6_network_are_one(secret: Video) -> None:
    """A subscriber chooses among 2^64 of them."""
    for number in range(access.MOST_PER_ADDRESS):
        guess(secret, "wrong", f"2001:db8:0:1::{number}")
    assert not is_open(secret, "2001:db8:0:1:ffff::1")
    assert is_open(secret, "2001:db8:0:2::1")


def test_the_right_password_forgets_the_slips_of_its_address(secret: Video) -> None:
    """A slip of the finger is no guess."""
    guess(secret, "wrong")
    assert is_open(secret)
    for number in range(access.MOST_PER_ADDRESS - 1):
        guess(secret, f"guess {number}")
    assert is_open(secret)


def test_behind_our_web_server_its_word_tells_the_address(secret: Video) -> None:
    """Whom nginx names is counted, not nginx; what the visitor himself wrote before it is not believed."""
    for number in range(access.MOST_PER_ADDRESS):
        guess(secret, "wrong", "127.0.0.1", **{"X-Forwarded-For": f"192.0.2.{number}, {HERE}"})
    assert not is_open(secret, "127.0.0.1", **{"X-Forwarded-For": f"192.0.2.99, {HERE}"})
    assert is_open(secret, "127.0.0.1", **{"X-Forwarded-For": THERE})


def test_what_a_visitor_says_of_his_address_is_not_believed(secret: Video, settings: LazySettings) -> None:
    """Without a web server of ours in between the header is nothing."""
    settings.TRUSTED_PROXIES = ["127.0.0.1"]
    for number in range(access.MOST_PER_ADDRESS):
        guess(secret, "wrong", **{"X-Forwarded-For": f"192.0.2.{number}"})
    assert not is_open(secret, **{"X-Forwarded-For": "192.0.2.99"})


def test_neither_address_nor_guess_is_kept(secret: Video) -> None:
    """Only keyed digests."""
    guess(secret, "wrong")
    digests = list(LoginFailure.objects.values_list("digest", flat=True))
    assert len(set(digests)) == 2
    assert all(len(digest) == 64 and HERE not in digest for digest in digests)
