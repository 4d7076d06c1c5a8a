"""The system check of the site's address."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from pod.main.checks import the_site_answers_at_its_address


@pytest.mark.parametrize(
    ("url", "hosts", "told"),
    [
        ("https://pod.univ.example", ["pod.univ.example"], []),
        ("https://pod.univ.example", [".univ.example"], []),
        ("https://pod.univ.example", ["localhost"], ["pod.W001"]),
        ("pod.univ.example", ["localhost"], ["pod.W001"]),
        ("http://[::1]:8000", ["[::1]"], []),
        ("http://[::1]:8000", ["::1"], ["pod.W001"]),
    ],
)
def test_an_address_at_which_nobody_is_answered_is_told(
    settings: LazySettings, url: str, hosts: list[str], told: list[str]
) -> None:
    """SITE_URL without https://, or beside an ALLOWED_HOSTS without its host, lets every page answer 400."""
    settings.SITE_URL, settings.ALLOWED_HOSTS = url, hosts
    assert [message.id for message in the_site_answers_at_its_address(None)] == told
