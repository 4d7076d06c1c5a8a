"""Addresses as reports and the ledger show them."""

from __future__ import annotations

import pytest

from pod.bbb_migration.sinks.describe import public_address


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://b.example/x?token=S", "https://b.example/x"),
        ("https://b.example/x?a=1&Token=S&b=2#t=3", "https://b.example/x?a=1&b=2#t=3"),
        ("https://b.example/x?access_token=S", "https://b.example/x"),
        ("https://b.example/x.mp4?X-Amz-Signature=S&v=1", "https://b.example/x.mp4?v=1"),
        ("https://user:S@b.example/x", "https://b.example/x"),
        ("https://b.example/playback.html?meetingId=abc", "https://b.example/playback.html?meetingId=abc"),
        ("", ""),
    ],
)
def test_what_opens_a_protected_recording_is_not_told(address: str, shown: str) -> None:
    """Tokens, signatures and passwords are left out; everything else stays as the server gave it."""
    assert public_address(address) == shown
