"""What a recording says about where it was made."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.api import by_name
from pod.bbb_migration.owners.moodle_origin import (
    MeetingName,
    callback_instance,
    opener_mails,
    read_meeting_id,
    route,
    same_meeting,
)

READY = "bbb-recording-ready-url"
SERVER = "bbb-origin-server-name"
TAIL = "/mod/bigbluebuttonbn/bbb_broker.php?action=recording_ready&bigbluebuttonbn=7"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("abc-2-10[1]", MeetingName("abc", 2, 10, 1)),
        ("abc-2-10[0]", MeetingName("abc", 2, 10, 0)),
        ("abc-2-10", MeetingName("abc", 2, 10, 0)),
        ("a-b-c-2-10", MeetingName("a-b-c", 2, 10, 0)),
        (" abc-2-10 ", MeetingName("abc", 2, 10, 0)),
        ("2-10", None),
        ("abc", None),
        ("abc-2-10[x]", None),
        ("abc-2-٣", None),
        ("abc-2-" + "9" * 19, None),
        ("", None),
    ],
)
def test_a_meeting_id_is_taken_apart(text: str, parts: MeetingName | None) -> None:
    """`<seed>-<course>-<instance>` with a group in brackets; other front-ends' ids have no parts."""
    assert read_meeting_id(text) == parts


@given(st.text(), st.integers(0, 10**18 - 1), st.integers(0, 10**18 - 1), st.none() | st.integers(0, 99))
def test_what_moodle_writes_is_read_back(seed: str, course: int, instance: int, group: int | None) -> None:
    """Whatever the seed holds."""
    seed = f"s{seed}"
    name = f"{seed}-{course}-{instance}" + ("" if group is None else f"[{group}]")
    assert read_meeting_id(name) == MeetingName(seed, course, instance, group or 0)


def test_no_group_is_written_in_two_ways() -> None:
    """`[0]` and nothing are the same meeting; another group is not."""
    assert same_meeting("a-1-2[0]", "a-1-2")
    assert same_meeting("a-1-2", "a-1-2[0]")
    assert not same_meeting("a-1-2[1]", "a-1-2")


@pytest.mark.parametrize(
    ("metadata", "keys"),
    [
        ({SERVER: "Moodle.example"}, ("moodle.example",)),
        ({SERVER: "unknown.example"}, ("default",)),
        ({}, ("default",)),
        (
            {READY: f"https://univ.example/science{TAIL}", SERVER: "univ.example"},
            ("https://univ.example/science/",),
        ),
        ({READY: f"https://univ.example:8443/arts{TAIL}"}, ("univ.example/arts",)),
        ({READY: f"https://univ.example/other{TAIL}"}, ("default",)),
        ({SERVER: "univ.example"}, ("univ.example/arts", "https://univ.example/science/", "default")),
        ({READY: f"https://moodle.example/deep/path{TAIL}"}, ("moodle.example",)),
        ({"analytics-callback-url": f"http://127.0.0.1:18081{TAIL}"}, ("127.0.0.1:18081",)),
        ({"bbb-origin": "greenlight"}, ()),
        ({"bbb-origin": "Greenlight", SERVER: "moodle.example"}, ()),
        ({SERVER: "[not a host"}, ("default",)),
    ],
)
def test_the_moodle_to_ask_follows_from_the_metadata(metadata: dict[str, str], keys: tuple[str, ...]) -> None:
    """Callback address with its path, then the server name, then `default`; Greenlight asks none."""
    known = (
        "default",
        "moodle.example",
        "https://univ.example/science/",
        "univ.example/arts",
        "127.0.0.1:18081",
    )
    assert route(metadata, iter(known)).keys == keys


def test_the_first_plugins_called_the_server_otherwise() -> None:
    """Metadata of plugins before 2.0 leads to their own Moodle; where both names are said, today's counts."""
    said = {"originServerName": "Moodle.example", "origin": "Moodle"}
    assert route(by_name(said), ["default", "moodle.example"]).keys == ("moodle.example",)
    assert by_name({**said, SERVER: "new.example"})[SERVER] == "new.example"


def test_without_default_an_unknown_server_is_told() -> None:
    """The reason names the server."""
    way = route({SERVER: "other.example"}, ["moodle.example"])
    assert way.keys == ()
    assert "other.example" in str(way.reason)


def test_the_instance_may_be_in_the_callback() -> None:
    """Only in an address of the plugin."""
    assert callback_instance({READY: f"https://moodle.example{TAIL}"}) == 7
    assert callback_instance({READY: f"https://moodle.example{TAIL.replace('&', '&amp;')}"}) == 7
    assert callback_instance({READY: "https://other.example/?bigbluebuttonbn=7"}) is None
    assert callback_instance({}) is None


@pytest.mark.parametrize(
    ("value", "mails"),
    [
        ('{"email":["\\"Claire Lef\\u00e8vre\\" <U1@univ.example>"],"context":{}}', ("u1@univ.example",)),
        ('{"email":["a@x.example", "B <b@x.example>"]}', ("a@x.example", "b@x.example")),
        ('{"email":"a@x.example"}', ("a@x.example",)),
        # Moodle puts the name between quotes without escaping it
        (
            r'{"email":["\"Ada \"A.\"\" <a@x.example>", "\"\" B\" <b@x.example>"]}',
            ("a@x.example", "b@x.example"),
        ),
        (r'{"email":["\"back\\\" <a@x.example>"]}', ("a@x.example",)),
        (r"{&quot;email&quot;:[&quot;\&quot;A\&quot; &lt;a@x.example&gt;&quot;]}", ("a@x.example",)),
        ('{"email":[7, null]}', ()),
        ('{"email":{}}', ()),
        ("[]", ()),
        ("not json", ()),
        ("", ()),
    ],
)
def test_the_opener_is_read_from_the_metadata(value: str, mails: tuple[str, ...]) -> None:
    """JSON with addresses as in mail headers, lower-cased; anything else is nobody."""
    assert opener_mails({"bn-recording-status": value}) == mails


@given(st.text() | st.dictionaries(st.just("email"), st.lists(st.text())).map(json.dumps))
def test_no_metadata_makes_the_reader_fail(value: str) -> None:
    """Whatever BBB returns."""
    assert all("@" in mail for mail in opener_mails({"bn-recording-status": value}))
    route({READY: value, SERVER: value}, ["default", value])


def test_a_recording_that_names_no_server_is_asked_of_no_moodle_but_the_default_one() -> None:
    """The reason says what is missing."""
    assert route({}, ["moodle.example.org", "default"]).keys == ("default",)
    nobody = route({}, ["moodle.example.org"])
    assert nobody.keys == ()
    assert "no server" in str(nobody.reason)
