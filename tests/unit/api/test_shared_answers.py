"""Every answer of real servers and public clients in ../shared/data/getrecordings, each by name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from pod.bbb.api import Problem, Recording, recordings_from_file
from pod.bbb.errors import ApiError

pytestmark = pytest.mark.shared_data


@dataclass(frozen=True)
class Expected:
    """What a file holds: how many recordings, and the first one's name, start, seconds and formats."""

    count: int
    name: str = ""
    start: str = ""
    duration: float = 0.0
    formats: tuple[str, ...] = ()


NCL = Expected(1, "test ncl", "2023-01-09T16:44:54.493000+00:00", 32.715, ("presentation", "video"))
SAT = "SAT- Writing-Humanities (All participants)"
ANSWERS = {
    "bbblb-live/getRecordings_all.xml": Expected(
        8, "Demo Meeting", "2021-08-31T17:13:26.889000+00:00", 4815.011, ("presentation",)
    ),
    "bbblb-live/getRecordings_empty.xml": Expected(0),
    "bigbluebutton-api-php/get_recordings.xml": Expected(
        6, SAT, "2016-05-09T15:31:37.120000+00:00", 4975.884, ("podcast", "presentation")
    ),
    "bigbluebutton-api-php/get_recordings_no_recordings.xml": Expected(0),
    "errors/noRecordings_bbb_allowFetchAllRecordings_false.xml": Expected(0),
    "errors/noRecordings_bbb_scala.xml": Expected(0),
    "errors/noRecordings_scalelite.xml": Expected(0),
    "errors/pagination_bbb26_final.xml": Expected(
        1, "test3 room", "2023-04-14T15:11:40.714000+00:00", 257.104, ("presentation",)
    ),
    "littleredbutton-api-php/get_recordings.xml": Expected(
        7, SAT, "2016-05-09T15:31:37.120000+00:00", 4975.884, ("presentation",)
    ),
    "marsha/test_command_refresh_bbb_recordings_0.xml": Expected(0),
    "marsha/test_command_refresh_bbb_recordings_1.xml": NCL,
    "marsha/test_command_refresh_bbb_recordings_10.xml": NCL,
    "marsha/test_get_recordings_0.xml": Expected(2, NCL.name, NCL.start, NCL.duration, NCL.formats),
    "marsha/test_get_recordings_2.xml": NCL,
    "mconf-api-ruby/hash_to_xml_complex.xml": Expected(
        2, "Evening Class1", "2011-11-18T12:10:23+00:00", 122.0, ("slides",)
    ),
    "real-bbb26-totalElements/get_recordings.xml": Expected(
        4,
        "Информационные технологии в задачах филологии и компьютерной лингвистики",
        "2023-02-21T10:17:46.046000+00:00",
        4105.707,
        ("presentation",),
    ),
    "sample-get-recordings-response.xml": Expected(
        8, "тест", "2017-08-30T10:01:12.607000+00:00", 178.474, ("presentation",)
    ),
}
REFUSALS = {
    "bigbluebutton-api-php/delete_recordings_not_found.xml": "notFound: Could not find recording",
    "bigbluebutton-api-php/publish_recordings_not_found.xml": "notFound: Could not find recording",
    "errors/checksumError.xml": "checksumError: You did not pass the checksum security check",
    "errors/errors_list_form.xml": "checksumError: You did not pass the checksum security check",
    "errors/scalelite_filtered_missingParameters.xml": "missingParameters: param meetingID or recordID",
}


def folder(shared: Path) -> Path:
    """Where the answers are."""
    return shared / "data" / "getrecordings"


def recordings(shared: Path, name: str) -> list[Recording]:
    """The recordings of a file that has no problem."""
    found = list(recordings_from_file(folder(shared) / name))
    assert not [item for item in found if isinstance(item, Problem)]
    return [item for item in found if isinstance(item, Recording)]


def test_no_answer_is_left_out(shared: Path) -> None:
    """Every XML file of the folder is named in a table here."""
    present = {path.relative_to(folder(shared)).as_posix() for path in folder(shared).rglob("*.xml")}
    assert present == ANSWERS.keys() | REFUSALS.keys()


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_an_answer_of_a_real_server_is_read_without_a_problem(shared: Path, name: str) -> None:
    """The number of recordings, and what the first one says, are what the file holds."""
    expected, found = ANSWERS[name], recordings(shared, name)
    assert len(found) == expected.count
    if found:
        first = found[0]
        assert first.start is not None
        assert (first.name, first.start.isoformat()) == (expected.name, expected.start)
        assert first.duration == pytest.approx(expected.duration)
        assert tuple(shown.type for shown in first.formats) == expected.formats


@pytest.mark.parametrize("name", sorted(name for name, expected in ANSWERS.items() if expected.count))
def test_every_recording_of_a_real_server_is_complete(shared: Path, name: str) -> None:
    """Ids, names, aware times and addresses without white space, in every recording of every file."""
    for found in recordings(shared, name):
        assert found.record_id
        assert found.meeting_id
        assert found.name == found.name.strip() != ""
        assert "&#" not in found.name
        assert found.start is not None
        assert found.start.utcoffset() is not None
        assert found.duration is not None
        assert all(shown.url == shown.url.strip() and shown.url.startswith("http") for shown in found.formats)
        assert all(value == value.strip() for value in found.metadata.values())


@pytest.mark.parametrize("name", sorted(REFUSALS))
def test_a_refusal_is_a_clear_error(shared: Path, name: str) -> None:
    """Both shapes of FAILED tell key and message."""
    with pytest.raises(ApiError, match=REFUSALS[name]):
        list(recordings_from_file(folder(shared) / name))


def test_names_that_were_escaped_twice_are_readable(shared: Path) -> None:
    """bbb-web 2.0 wrote Let&amp;#39;s; BBB 0.8 put an entity into CDATA."""
    assert "Let's Talk English: Episode 5" in [
        found.name for found in recordings(shared, "sample-get-recordings-response.xml")
    ]
    assert recordings(shared, "mconf-api-ruby/hash_to_xml_complex.xml")[1].name == "Test de fonctionnalité"


def test_the_unpublished_recording_of_an_old_server_is_known_as_such(shared: Path) -> None:
    """Without `state`, `published` decides."""
    found = recordings(shared, "mconf-api-ruby/hash_to_xml_complex.xml")
    assert [item.state for item in found] == ["published", "unpublished"]


def test_an_ordinary_room_with_a_breakout_element_is_no_breakout_room(shared: Path) -> None:
    """The third recording of the BBB 2.6 server has parentId "unknown"."""
    assert not any(
        found.is_breakout for found in recordings(shared, "real-bbb26-totalElements/get_recordings.xml")
    )


def test_thumbnails_and_slide_texts_are_read(shared: Path) -> None:
    """Previews of BBB 2.0: three slides with their size."""
    previews = recordings(shared, "sample-get-recordings-response.xml")[0].formats[0].previews
    assert (previews[0].text, previews[0].width, previews[0].height) == ("Welcome to", 176, 136)
    assert len(previews) == 3
