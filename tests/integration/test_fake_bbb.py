"""The fake server behaves as the real ones do, where clients depend on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from pod.bbb.api import Client, Recording
from tests.fake_bbb import Behaviour, FakeBBB, Fault, read_json, synthetic
from tests.fake_bbb.answers import checksum_is_right, without_checksum
from tests.samples import Sample, make_recording


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A recording without media: small and quick."""
    return make_recording(tmp_path_factory.mktemp("bbb"), "missing-media", 4, meta={"bbb-origin": "Moodle"})


@pytest.fixture
def bbb(made: Sample) -> Iterator[FakeBBB]:
    """A server with that recording."""
    with FakeBBB(made.root) as server:
        yield server


def get(url: str, **headers: str) -> requests.Response:
    """Ask without following redirects."""
    return requests.get(url, headers=headers, timeout=5, allow_redirects=False)


def test_the_checksum_is_cut_out_of_the_query_textually() -> None:
    """Wherever it stands, the rest stays byte for byte."""
    for query in ("checksum=ab&a=%20b", "a=%20b&checksum=ab"):
        assert without_checksum(query) == "a=%20b"
    assert without_checksum("checksum=ab") == ""
    assert without_checksum("a=1&checksum=ab&b=2") == "a=1&b=2"


def test_the_documentations_checksum_is_right_and_another_is_not() -> None:
    """The vector of the API's documentation, in capitals too; a server without sha1 refuses it."""
    query = "name=Test+Meeting&meetingID=abc123&attendeePW=111222&moderatorPW=333444"
    secret, mark = "639259d4-9dd8-4b25-bf01-95f9567eaf4b", "1fcbb0c4fc1f039f73aa6d697d2db9ba7f803f17"
    assert checksum_is_right("create", f"{query}&checksum={mark.upper()}", secret, {"sha1"})
    assert not checksum_is_right("create", f"{query}&checksum={mark}", secret, {"sha256"})
    assert not checksum_is_right("create", f"{query}&checksum={'0' * 40}", secret, {"sha1"})
    assert not checksum_is_right("create", query, secret, {"sha1"})


def test_a_folders_recordings_are_listed_with_addresses_of_this_server(bbb: FakeBBB, made: Sample) -> None:
    """metadata.xml names another host: links are rebuilt, as Scalelite does."""
    (found,) = [item for item in Client(bbb.api_url, bbb.secret).recordings() if isinstance(item, Recording)]
    assert (found.record_id, found.origin, found.name) == (made.record_id, "Moodle", made.name)
    assert found.url("presentation") == f"{bbb.url}/playback/presentation/2.3/{made.record_id}"
    assert all(get(shown.url).status_code == 200 for shown in found.formats[0].previews)


def test_ranges_are_answered(bbb: FakeBBB, made: Sample) -> None:
    """The first bytes, the rest from a place, the last bytes, and a range beyond the end."""
    url = f"{bbb.url}/presentation/{made.record_id}/shapes.svg"
    whole = (made.folder / "shapes.svg").read_bytes()
    for asked, expected in (("0-9", whole[:10]), ("10-", whole[10:]), ("-5", whole[-5:])):
        part = get(url, Range=f"bytes={asked}")
        assert (part.status_code, part.content) == (206, expected)
    assert get(url, Range=f"bytes={len(whole)}-").status_code == 416
    assert get(url, Range="bytes=0-9", **{"If-Range": '"other"'}).status_code == 200


def test_a_file_can_be_cut_or_announced_wrongly(bbb: FakeBBB, made: Sample) -> None:
    """Faults befall the asked number of requests, then all is well."""
    url = f"{bbb.url}/presentation/{made.record_id}/shapes.svg"
    bbb.behaviour.faults = [Fault("shapes.svg", cut_after=100), Fault("shapes.svg", announce=10)]
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        get(url)
    assert len(get(url).content) == 10
    assert get(url).content == (made.folder / "shapes.svg").read_bytes()


def test_files_outside_of_the_recording_are_not_served(bbb: FakeBBB, made: Sample) -> None:
    """No way up and out of the folder."""
    for path in ("../../../etc/passwd", "%2e%2e/%2e%2e/x", "..%2f..%2fmetadata.xml"):
        assert get(f"{bbb.url}/presentation/{made.record_id}/{path}").status_code == 404


def test_the_2_0_players_address_leads_to_the_2_3_players(bbb: FakeBBB, made: Sample) -> None:
    """Servers since 2.3 redirect."""
    answer = get(f"{bbb.url}/playback/presentation/2.0/playback.html?meetingId={made.record_id}")
    assert (answer.status_code, answer.headers["Location"]) == (
        301,
        f"{bbb.url}/playback/presentation/2.3/{made.record_id}",
    )


def test_bbblb_has_the_files_below_its_playback_address(made: Sample) -> None:
    """/playback/presentation/ID/file instead of /presentation/ID/file."""
    with FakeBBB(made.root, behaviour=Behaviour(layout="bbblb")) as bbb:
        assert get(f"{bbb.url}/playback/presentation/{made.record_id}/shapes.svg").status_code == 200
        assert get(f"{bbb.url}/presentation/{made.record_id}/shapes.svg").status_code == 404


def test_a_listed_recording_without_files_can_show_those_of_another(made: Sample, tmp_path: Path) -> None:
    """A catalogue of a real Moodle becomes convertible: the files, with its own id in metadata.xml."""
    listed = [
        {
            "recordID": "b" * 40 + "-1600000000000",
            "meetingID": "seed-2-1",
            "name": "Room",
            "startTime": 1600000000000,
        }
    ]
    path = tmp_path / "list.json"
    path.write_text(json.dumps(listed))
    (entry,) = read_json(path)
    with FakeBBB(made.root, entries=[entry], stand_in=True) as bbb:
        answer = get(f"{bbb.url}/presentation/{entry.record_id}/metadata.xml")
    assert answer.status_code == 200
    assert entry.record_id in answer.text
    assert made.record_id not in answer.text


def test_invented_catalogues_are_the_same_for_the_same_seed() -> None:
    """Benchmarks compare like with like."""
    assert list(synthetic(50, seed=4)) == list(synthetic(50, seed=4))
    assert len({entry.record_id for entry in synthetic(500)}) == 500
