"""One recording asked for by its id, as it is now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from pod.bbb.api import Client
from pod.bbb.errors import ApiError
from tests.fake_bbb import Behaviour, FakeBBB, synthetic
from tests.samples import make_recording

CATALOGUE = tuple(synthetic(20))


@pytest.fixture
def bbb() -> Iterator[FakeBBB]:
    """A server with 20 recordings."""
    with FakeBBB(entries=CATALOGUE) as server:
        yield server


def client(bbb: FakeBBB) -> Client:
    """A client of this server."""
    return Client(bbb.api_url, bbb.secret)


def test_a_protected_recording_gets_a_fresh_address_each_time(tmp_path: Path) -> None:
    """Scalelite: the token opens it once; asking again gives another one that works."""
    made = make_recording(tmp_path, "missing-media", 4)
    with FakeBBB(tmp_path, behaviour=Behaviour(layout="scalelite", pagination="ignored")) as bbb:
        asked = client(bbb)
        first, second = (asked.recording(made.record_id) for _ in range(2))
        assert first is not None
        assert second is not None
        assert first.url("presentation") != second.url("presentation")
        browser = requests.Session()
        assert browser.get(first.url("presentation"), timeout=5).status_code == 200
        assert requests.get(first.url("presentation"), timeout=5).status_code == 403
        file = f"{bbb.url}/presentation/{made.record_id}/shapes.svg"
        assert browser.get(file, timeout=5).status_code == 200
        assert requests.get(file, timeout=5).status_code == 403


def test_a_recording_that_is_gone_is_none(bbb: FakeBBB) -> None:
    """Asking for one recording gives it or None; a prefix of its id is not it."""
    wanted = next(entry.record_id for entry in CATALOGUE if entry.state == "published")
    assert client(bbb).recording("f" * 40 + "-1") is None
    assert client(bbb).recording(wanted[:10]) is None
    found = client(bbb).recording(wanted)
    assert found is not None
    assert found.record_id == wanted


def test_a_recording_that_cannot_be_read_is_not_taken_for_gone(bbb: FakeBBB) -> None:
    """Its files may be there: the error says what is wrong with the answer."""
    bbb.behaviour.extra_xml = ("<recording><error><recordID>bad-1</recordID></error></recording>",)
    with pytest.raises(ApiError, match="bad-1"):
        client(bbb).recording("bad-1")
    assert client(bbb).recording("bad-2") is None
