"""Reading answers: every field, every oddity, and nothing that a document can do to us."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pod.bbb.api import Problem, Recording, recordings_from_file
from pod.bbb.api.parse import AnswerFile
from pod.bbb.errors import ApiError

ID = "a" * 40 + "-1504087272607"
Read = Callable[[str], list[Recording | Problem]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read an answer given as text."""

    def _read(text: str) -> list[Recording | Problem]:
        path = tmp_path / "answer.xml"
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
        return list(recordings_from_file(path))

    return _read


def answer(recordings: str, tail: str = "") -> str:
    """A successful answer around `recordings`."""
    return f"<response><returncode>SUCCESS</returncode><recordings>{recordings}</recordings>{tail}</response>"


def one(read: Read, inside: str) -> Recording:
    """The recording with these elements."""
    found = read(answer(f"<recording><recordID>{ID}</recordID>{inside}</recording>"))
    assert len(found) == 1
    assert isinstance(found[0], Recording)
    return found[0]


FULL = """
<meetingID>room-1</meetingID><internalMeetingID>internal-1</internalMeetingID><name> Let&amp;#39;s talk
</name><isBreakout>true</isBreakout><published>true</published><state>published</state>
<startTime>1504087272607</startTime><endTime>1504087392607</endTime><participants>4</participants><rawSize>200</rawSize>
<metadata><bbb-origin>Moodle</bbb-origin><bbb-origin-server-name>moodle.example</bbb-origin-server-name>
<bbb-context>L&amp;#39;été</bbb-context><empty/></metadata>
<breakout><parentId>parent-1</parentId><sequence>2</sequence><freeJoin>false</freeJoin></breakout><size>100</size>
<playback><format><type>presentation</type><url>
   https://bbb.example/playback/presentation/2.3/x
</url><processingTime>99</processingTime><length>2</length><size>60</size><preview><images>
<image width="176" height="136" alt="Welcome &amp;amp; co">https://bbb.example/thumb-1.png</image></images></preview></format>
<format><type>video</type><url>https://bbb.example/playback/video/x/</url><length>2</length><size>40</size></format>
<format><type>notes</type><url> </url></format></playback><data/>
"""


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "file:///etc/passwd", "/playback/x", "https://", "https://[b/x", "http://b:x/"],
)
def test_an_address_that_no_browser_opens_is_none(read: Read, address: str) -> None:
    """What is not http or https, or names no host, is left out: nothing is ever fetched or linked there."""
    playback = f"<playback><format><type>video</type><url>{address}</url></format></playback>"
    assert one(read, playback).formats == ()


def test_an_id_that_no_column_holds_is_a_problem(read: Read) -> None:
    """Nothing that long is BigBlueButton's; told by itself, it costs no other recording."""
    (found,) = read(answer(f"<recording><recordID>{'b' * 201}</recordID></recording>"))
    assert isinstance(found, Problem)


def test_every_field_of_a_full_recording_is_read(read: Read) -> None:
    """What BBB 2.4 and later write arrives in the dataclass, stripped and typed."""
    found = one(read, FULL)
    assert found.name == "Let's talk"
    assert found.meeting_id == "room-1"
    assert (found.state, found.published, found.is_breakout) == ("published", True, True)
    assert (found.participants, found.size, found.duration) == (4, 100, 120.0)
    assert (found.origin, found.server, found.context) == ("Moodle", "moodle.example", "L'été")
    assert found.metadata["empty"] == ""
    assert found.url("presentation") == "https://bbb.example/playback/presentation/2.3/x"
    assert found.url("video") == "https://bbb.example/playback/video/x/"
    assert [(shown.type, shown.size) for shown in found.formats] == [("presentation", 60), ("video", 40)]
    assert [(p.url, p.text, p.width, p.height) for p in found.formats[0].previews] == [
        ("https://bbb.example/thumb-1.png", "Welcome & co", 176, 136)
    ]
    assert found.notes == ()


def test_an_address_with_a_token_is_not_in_the_repr(read: Read) -> None:
    """A recording may be logged; the token that opens it must not be."""
    found = one(
        read, "<playback><format><type>video</type><url>https://s/r?token=s3cret</url></format></playback>"
    )
    assert "token=s3cret" in found.url("video")
    assert "s3cret" not in repr(found)


def test_what_old_answers_lack_is_filled_in(read: Read) -> None:
    """Without meetingID, name, state and times: metadata, then the record id; `notes` says what was done."""
    found = one(
        read, "<metadata><meetingId>m-1</meetingId><meetingName>Caf&amp;eacute;</meetingName></metadata>"
    )
    assert (found.meeting_id, found.name) == ("m-1", "Café")
    assert found.start is not None
    assert found.start.isoformat() == "2017-08-30T10:01:12.607000+00:00"
    assert found.end is None
    assert any("record id" in note for note in found.notes)


def test_without_state_published_decides_then_whether_there_is_a_playback(read: Read) -> None:
    """`state` is absent before BBB 1.0."""
    shown = "<playback><format><type>slides</type><url>http://x/</url></format></playback>"
    assert one(read, "<published>false</published>" + shown).state == "unpublished"
    assert one(read, "<published>true</published>").published
    assert one(read, shown).state == "published"
    assert one(read, "<playback/>").state == "unpublished"
    assert one(read, "<state>available</state>").published


def test_a_main_room_is_no_breakout_whatever_its_breakout_element_says(read: Read) -> None:
    """BBB 2.7 writes `<breakout><parentId>unknown</parentId>` for ordinary meetings."""
    found = one(read, "<isBreakout>false</isBreakout><breakout><parentId>unknown</parentId></breakout>")
    assert not found.is_breakout
    assert one(read, "<breakout><parentId>p-1</parentId></breakout>").is_breakout


def test_whole_minutes_are_the_last_resort_for_the_duration(read: Read) -> None:
    """`length` counts only where the times are unusable, and that is said."""
    shown = "<playback><format><type>video</type><url>http://b/x</url><length>7</length></format></playback>"
    rough = one(read, "<startTime>1504087272607</startTime><endTime>0</endTime>" + shown)
    assert rough.duration == 420.0
    exact = one(read, "<startTime>1504087272607</startTime><endTime>1504087273607</endTime>" + shown)
    assert exact.duration == 1.0
    assert one(read, "").duration is None


def test_an_element_named_recording_in_the_metadata_is_no_recording(read: Read) -> None:
    """BBB 0.8 has meta_recording=true: it must neither end the recording nor become one."""
    found = one(read, "<metadata><recording>true</recording><a>b</a></metadata><name>After</name>")
    assert found.metadata == {"recording": "true", "a": "b"}
    assert found.name == "After"


@pytest.mark.parametrize("broken", [
    "<recording/>",
    "<recording><name>No id</name></recording>",
    "<recording><recordID>../../etc/passwd</recordID></recording>",
    "<recording><error><recordID>b-2</recordID></error></recording>",
])  # fmt: skip
def test_a_recording_that_cannot_be_used_is_reported_and_costs_no_other(read: Read, broken: str) -> None:
    """Before and after it the others are read."""
    good = "<recording><recordID>{}</recordID></recording>"
    found = read(answer(good.format("a-1") + broken + good.format("c-3")))
    assert [item.record_id for item in found if isinstance(item, Recording)] == ["a-1", "c-3"]
    problems = [item for item in found if isinstance(item, Problem)]
    assert len(problems) == 1
    assert problems[0].why
    assert problems[0].which == "b-2" or "number 2" in problems[0].which


@pytest.mark.parametrize(("name", "expected"), [
    ("a &nbsp; b", "a \xa0 b"),
    ("R & D", "R & D"),
    ("bell \x07 tab", "bell   tab"),
    ("null &#0; ref", "null   ref"),
    ("latin \udce9", "latin \ufffd"),
    ("?a=1&b=2;", "?a=1&b=2;"),
])  # fmt: skip
def test_characters_that_break_xml_cost_nothing(read: Read, name: str, expected: str) -> None:
    """HTML entities, bare ampersands, control characters, wrong bytes: the recording is read all the same."""
    bad = f"<recording><recordID>a-1</recordID><name>{name}</name></recording>"
    found = read(answer(bad + "<recording><recordID>b-2</recordID></recording>"))
    assert [item.record_id for item in found if isinstance(item, Recording)] == ["a-1", "b-2"]
    assert next(item.name for item in found if isinstance(item, Recording)) == expected
    assert any(isinstance(item, Problem) and "well-formed" in item.why for item in found)


@pytest.mark.parametrize("length", [600, 400_000])
def test_a_broken_catalogue_of_any_size_invents_no_broken_recording(read: Read, length: int) -> None:
    """It is read in blocks: a recording that lies in two of them is one recording, and no failure."""
    good = "<recording><recordID>{}</recordID><metadata><a>" + "x" * length + "</a></metadata></recording>"
    found = read(
        answer("".join(map(good.format, "abcde")) + "<recording><recordID>f</recordID>&</recording>")
    )
    assert [item.record_id for item in found if isinstance(item, Recording)] == list("abcdef")
    assert [item.what for item in found if isinstance(item, Problem)] == ["reading the catalogue"]


@pytest.mark.parametrize("broken", [
    "<recording><recordID>b-2</recordID><name>open</recording>",
    "<recording><recordID>b-2</recordID><name>cut",
    "<recording><recordID>b-2</recordID></name></recording>",
])  # fmt: skip
def test_a_recording_with_broken_tags_is_named_and_skipped(read: Read, broken: str) -> None:
    """Tags that do not match spoil their own recording only."""
    good = "<recording><recordID>{}</recordID><metadata><recording>true</recording></metadata></recording>"
    found = read(answer(good.format("a-1") + broken + good.format("c-3")))
    assert [item.record_id for item in found if isinstance(item, Recording)] == ["a-1", "c-3"]
    assert "b-2" in [item.which for item in found if isinstance(item, Problem)]


@pytest.mark.parametrize("empty", [
    "<response><returncode>SUCCESS</returncode><recordings/></response>",
    "<response><returncode>SUCCESS</returncode></response>",
    answer(" ", "<messageKey>noRecordings</messageKey>"),
])  # fmt: skip
def test_an_empty_catalogue_is_no_error(read: Read, empty: str) -> None:
    """All ways to say that there are no recordings."""
    assert read(empty) == []


@pytest.mark.parametrize(("said", "version"), [
    ("<version>2.0</version><apiVersion>2.0</apiVersion><bbbVersion>2.6.1</bbbVersion>", "2.6.1"),
    ("<bbbVersion>2.6.1</bbbVersion><apiVersion>2.0</apiVersion>", "2.6.1"),
    ("<version>0.9</version><bbbVersion/>", "0.9"),
])  # fmt: skip
def test_the_version_is_that_of_bigbluebutton_else_of_its_api(
    tmp_path: Path, said: str, version: str
) -> None:
    """In whatever order they stand; servers may hide the first."""
    path = tmp_path / "version.xml"
    path.write_text(f"<response><returncode>SUCCESS</returncode>{said}</response>")
    assert AnswerFile(path, "the answer").check().envelope.version == version


@pytest.mark.parametrize(("refusal", "words"), [
    ("<messageKey>checksumError</messageKey><message>no checksum</message>", "checksumError: no checksum"),
    (
            "<errors><error><key>k1</key><message>first</message></error><error><key>k2</key></error></errors>",
            "k1: first",
        ),
    ('<errors><error key="k3" message="as attributes"/></errors>', "k3: as attributes"),
    ("<errors/>", "FAILED: no reason given"),
    ("<messageKey>k4</messageKey><message>a & b</message>", "k4: a & b"),
    ("", "no reason given"),
])  # fmt: skip
def test_a_refusal_in_any_shape_is_an_error_with_its_reason(read: Read, refusal: str, words: str) -> None:
    """FAILED with messageKey, with a list of errors, with attributes, or bare."""
    with pytest.raises(ApiError, match=words):
        read(f"<response><returncode>FAILED</returncode>{refusal}</response>")


def test_what_a_server_says_is_told_in_short_and_without_secrets(read: Read) -> None:
    """Some repeat the address that they were asked for."""
    said = f"<message>checksum=s3cret is wrong {'x' * 1000}</message>"
    with pytest.raises(ApiError) as refused:
        read(f"<response><returncode>FAILED</returncode>{said}</response>")
    assert "s3cret" not in str(refused.value)
    assert str(refused.value).count("x") < 300


@pytest.mark.parametrize("page", [
    "<!DOCTYPE html><html><head><title>Log in</title></head><body><br></body></html>",
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>Log in</title></head><body/></html>',
    "<html>\r\n<head><title>Log in</title></head><body><hr><center>nginx</center></body></html>",
    "<!doctype html><html lang=fr><head><title>Log in</title></head><body><br></body></html>",
    "<html lang=fr><head><title>Log in</title></head><body><response></body></html>",
])  # fmt: skip
def test_a_web_page_is_named_by_its_title(read: Read, page: str) -> None:
    """A login page or a proxy's error page says what it is, well-formed or not."""
    with pytest.raises(ApiError, match=r"web page \(“Log in”\)"):
        read(page)


@pytest.mark.parametrize(
    "nothing", ["", "   ", "{}", "not xml", "<feed/>", "<response/>", "<response>", "\x00\x01"]
)
def test_what_is_no_answer_is_a_clear_error(read: Read, nothing: str) -> None:
    """Neither a crash nor an empty catalogue."""
    with pytest.raises(ApiError, match=r"answer of BigBlueButton|cut short"):
        read(nothing)


def test_what_never_began_as_an_answer_was_not_cut_short(read: Read) -> None:
    """Asking again would bring the same: its address is wrong."""
    with pytest.raises(ApiError, match="is not an answer of BigBlueButton"):
        read('{"error": "not found"}')


def test_an_answer_that_was_cut_short_is_not_taken_for_the_catalogue(read: Read) -> None:
    """Half a list would look like recordings that are gone."""
    whole = answer("".join(f"<recording><recordID>r-{n}</recordID></recording>" for n in range(50)))
    with pytest.raises(ApiError, match="cut short"):
        read(whole[: len(whole) // 2])
    assert len(read(whole.replace("r-7<", "r-7&<") + "\n" * 2000)) > 49


def test_entities_are_never_resolved(read: Read, tmp_path: Path) -> None:
    """A document type cannot read files of this machine into a name."""
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP-SECRET")
    found = read(
        f'<!DOCTYPE response [<!ENTITY x SYSTEM "{secret.as_uri()}"><!ENTITY y "inside">]>'
        + answer("<recording><recordID>a-1</recordID><name>n &x; &y; m</name></recording>")
    )
    assert "TOP-SECRET" not in repr(found)
    assert [item.record_id for item in found if isinstance(item, Recording)] == ["a-1"]


def test_entities_that_grow_without_end_do_no_harm(read: Read) -> None:
    """The billion laughs: an error or a name without them, at once."""
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<!DOCTYPE response [<!ENTITY l0 "ha">{levels}]>' + answer(
        "<recording><recordID>a-1</recordID><name a='&l9;'>&l9;</name></recording>"
    )
    try:
        found = read(text)
    except ApiError:
        return
    assert len(repr(found)) < 10_000


def test_memory_does_not_grow_with_the_document(tmp_path: Path) -> None:
    """Reading 40 MB of recordings takes much less than 40 MB more than reading one."""
    path = tmp_path / "large.xml"
    filler = "x" * 9_000
    with path.open("w") as file:
        file.write("<response><returncode>SUCCESS</returncode><recordings>")
        for n in range(4_500):
            file.write(
                f"<recording><recordID>r-{n}</recordID><metadata><a>{filler}</a></metadata></recording>"
            )
        file.write("</recordings></response>")
    program = (
        "import sys; from pathlib import Path; from pod.bbb.api import recordings_from_file\n"
        "from tests.memory import peak_mb\n"
        "small = peak_mb()\n"
        "count = sum(1 for _ in recordings_from_file(Path(sys.argv[1])))\n"
        "sys.stdout.write(f'{count} {peak_mb() - small}')"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    ).stdout
    count, grown_mb = told.split()
    assert int(count) == 4_500
    assert float(grown_mb) < 15
