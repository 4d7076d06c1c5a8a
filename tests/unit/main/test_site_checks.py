"""The system checks of the site's address and of where DATABASE_URL stands."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from pod.main.checks import the_database_is_the_one_named, the_site_answers_at_its_address


@pytest.mark.parametrize(
    ("url", "hosts", "told"),
    [
        ("https://pod.univ.example", ["pod.univ.example"], []),
        ("https://pod.univ.example", [".univ.example"], []),
        ("https://pod.univ.example", ["localhost"], ["pod.W001"]),
        ("pod.univ.example", ["localhost"], ["pod.W001"]),
    ],
)
def test_an_address_at_which_nobody_is_answered_is_told(
    settings: LazySettings, url: str, hosts: list[str], told: list[str]
) -> None:
    """SITE_URL without https://, or in settings_local.py, lets every page answer 400."""
    settings.SITE_URL, settings.ALLOWED_HOSTS = url, hosts
    assert [message.id for message in the_site_answers_at_its_address(None)] == told


def test_a_database_url_that_is_not_read_is_told(settings: LazySettings) -> None:
    """In settings_local.py it comes too late, and SQLite would be used instead."""
    assert the_database_is_the_one_named(None) == []
    settings.DATABASE_URL = "postgres://pod@db/pod"
    assert [message.id for message in the_database_is_the_one_named(None)] == ["pod.E002"]
