"""What reports and side tables say of a recording."""

from __future__ import annotations

import pytest

from pod.bbb.api import Recording
from pod.bbb_migration.sinks.describe import public_address, title_of


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


@pytest.mark.parametrize(
    ("name", "metadata", "title"),
    [
        ("Algebra", {"bbb-recording-name": "Other"}, "Algebra"),
        ("unknown", {"bbb-recording-name": "Algebra"}, "Algebra"),
        ("unknown", {"contextActivity": "Optics"}, "Optics"),
        ("unknown", {}, "unknown"),
        ("", {}, "m"),
    ],
)
def test_a_meeting_without_name_is_called_what_its_front_end_called_it(
    name: str, metadata: dict[str, str], title: str
) -> None:
    """BigBlueButton says "unknown" for a name that it lost; the front-end's own may still be there."""
    recording = Recording(
        record_id="r-1",
        meeting_id="m",
        name=name,
        state="published",
        published=True,
        start=None,
        end=None,
        metadata=metadata,
    )
    assert title_of(recording) == title
