"""The small event files, and chat as plain text."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.playback import events
from pod.bbb.playback.events import (
    plain,
    read_chat,
    read_external_videos,
    read_layout,
    read_polls,
    read_shares,
)
from pod.bbb.playback.model import ExternalVideo, LayoutEvent, ScreenShare
from pod.bbb.playback.notes import Notes
from tests.unit.playback.writing import write_events


def share(start: str, stop: str, size: str = 'video_width="720" video_height="541"') -> str:
    """An event of deskshare.xml."""
    return f'<event start_timestamp="{start}" stop_timestamp="{stop}" {size}/>'


def test_a_screen_share_is_read(tmp_path: Path) -> None:
    """Start, stop and the picture's ratio."""
    write_events(tmp_path, "deskshare.xml", share("51.5", "69.1"))
    assert read_shares(tmp_path, 118.2, Notes()) == (ScreenShare(51.5, 69.1, 720, 541),)


def test_a_screen_share_ends_with_the_recording(tmp_path: Path) -> None:
    """Ends past the media are clamped; one that would begin there is none."""
    write_events(tmp_path, "deskshare.xml", share("50", "400"), share("101", "200"), share("5", "5"))
    assert [(one.start, one.end) for one in read_shares(tmp_path, 100, Notes())] == [(50, 100)]


def test_a_screen_share_without_stop_lasts_to_the_end(tmp_path: Path) -> None:
    """A lost stop event must not lose the share."""
    write_events(tmp_path, "deskshare.xml", '<event start_timestamp="5"/>')
    assert [(one.start, one.end) for one in read_shares(tmp_path, 100, Notes())] == [(5, 100)]


def test_screen_shares_come_by_start(tmp_path: Path) -> None:
    """Whatever their order in the file."""
    write_events(tmp_path, "deskshare.xml", share("50", "60"), share("5", "9"))
    assert [one.start for one in read_shares(tmp_path, 100, Notes())] == [5, 50]


def test_a_screen_share_without_a_readable_start_is_left_out_and_told(tmp_path: Path) -> None:
    """Nobody knows when to show it; the next one is shown."""
    write_events(tmp_path, "deskshare.xml", share("soon", "60"), share("70", "80"))
    notes = Notes()
    assert [one.start for one in read_shares(tmp_path, 100, notes)] == [70]
    assert "no readable start" in notes.sentences()[0]


@pytest.mark.parametrize(
    "size", [("0", "NaN"), ("16", "-9"), ("16", "0"), ("-16", "9"), ("x", "9"), ("16", "x")]
)
def test_a_share_of_no_size_has_the_usual_ratio(tmp_path: Path, size: tuple[str, str]) -> None:
    """Zero sizes cannot be divided by."""
    written = f'video_width="{size[0]}" video_height="{size[1]}"'
    write_events(tmp_path, "deskshare.xml", share("1", "2", written))
    (found,) = read_shares(tmp_path, 100, Notes())
    assert found.width / found.height == pytest.approx(16 / 9)


def test_each_layout_property_may_be_absent(tmp_path: Path) -> None:
    """show_presentation came with 3.0.27; what an event does not say stays."""
    write_events(
        tmp_path,
        "layout.xml",
        '<event timestamp="17.0" show_screenshare="true"/>',
        '<event timestamp="3" show_screenshare="false" show_presentation="false"/>',
    )
    assert read_layout(tmp_path, 100, Notes()) == (LayoutEvent(3, False, False), LayoutEvent(17, True, None))


def chat(folder: Path, *lines: str) -> None:
    """Write slides_new.xml."""
    (folder / "slides_new.xml").write_text(f"<popcorn>{''.join(lines)}</popcorn>", encoding="utf-8")


def test_a_chat_message_has_its_times_name_and_role(tmp_path: Path) -> None:
    """`out` is there when the chat was cleared; senderRole since 2.4."""
    chat(
        tmp_path,
        '<chattimeline in="18" direction="down" name="Ann" message="Bonjour" target="chat"/>',
        '<chattimeline in="5.1" out="9" name="Prof" message="Hi" senderRole="MODERATOR"/>',
    )
    first, second = read_chat(tmp_path, 100, Notes())
    assert (first.start, first.end, first.name, first.text, first.moderator) == (5.1, 9, "Prof", "Hi", True)
    assert (second.start, second.end, second.moderator) == (18, math.inf, False)


def test_a_name_stands_on_one_line(tmp_path: Path) -> None:
    """Whatever it is broken by."""
    chat(tmp_path, '<chattimeline in="1" name="Ann&lt;br/&gt;Lee" message="Hi"/>')
    assert read_chat(tmp_path, 100, Notes())[0].name == "Ann Lee"


def test_messages_after_the_end_are_let_go(tmp_path: Path) -> None:
    """The meeting went on when its recording had ended."""
    lines = [f'<chattimeline in="{at}" name="n" message="Hi"/>' for at in (100, 100.1)]
    chat(tmp_path, *lines)
    assert [message.start for message in read_chat(tmp_path, 100, Notes())] == [100]


@pytest.mark.parametrize(
    ("fragment", "text"),
    [
        ("On n'entend rien", "On n'entend rien"),
        (
            '<a href="https://e.org/?a=1&amp;b=2" rel="nofollow"><u>https://e.org/?a=1&amp;b=2</u></a>',
            "https://e.org/?a=1&b=2",
        ),
        ("https://example.org/?a=1&amp;amp;b=2", "https://example.org/?a=1&b=2"),
        ("a<br/>b", "a\nb"),
        ("\n      padded\n      line  ", "padded\nline"),
        ("1 < 2 & 3 > 2", "1 < 2 & 3 > 2"),
        ("Let&#39;s go", "Let's go"),
        ("Let&amp;#39;s go", "Let's go"),
        ("1 &amp;lt; 2", "1 < 2"),
        ("2 &amp;gt; 1", "2 > 1"),
        ("&amp;quot;a", '"a'),
        ("AT&amp;T &copy; &amp;copy;", "AT&T © &copy;"),
        ("<b>gras</b>", "gras"),
        ("", ""),
    ],
)
def test_chat_is_plain_text(fragment: str, text: str) -> None:
    """Markup is taken away, entities are resolved once more than XML needs, blanks are joined."""
    assert plain(fragment) == text


@given(st.text(max_size=200))
def test_any_chat_message_becomes_text(fragment: str) -> None:
    """No fragment makes the reader fail; no line has blanks at its ends."""
    for line in plain(fragment).split("\n"):
        assert line == line.strip()


@pytest.mark.parametrize("piece", ["<a ", "<![CDATA[<!--<a ", '<a b="', "<b><i><a>", "<!--"])
def test_tags_that_never_end_cost_nothing(tmp_path: Path, piece: str) -> None:
    """Python's own parser of HTML needs hours for these; what can be told as text is kept."""
    escaped = (piece * 30_000).replace("<", "&lt;").replace('"', "&quot;")
    lines = [f'<chattimeline in="{at}" name="n" message="{escaped}"/>' for at in range(3)]
    (tmp_path / "slides_new.xml").write_text(f"<popcorn>{''.join(lines)}</popcorn>")
    notes = Notes()
    assert len(read_chat(tmp_path, 100, notes)) == 3
    assert "was cut" in notes.sentences()[0]


def test_more_chat_than_anybody_writes_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every process of a conversion keeps it all."""
    monkeypatch.setattr(events, "MOST_CHAT", 12)
    lines = [f'<chattimeline in="{at}" name="n" message="hello"/>' for at in range(3)]
    (tmp_path / "slides_new.xml").write_text(f"<popcorn>{''.join(lines)}</popcorn>")
    notes = Notes()
    assert len(read_chat(tmp_path, 100, notes)) == 2
    assert "the rest is left out" in notes.sentences()[0]


def test_more_reactions_than_anybody_gives_are_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They take more memory than the messages that they are given to."""
    monkeypatch.setattr(events, "MOST_CHAT", 10 * events.LONGEST_EMOJI)
    given = '<reaction emoji="👍" count="1"/>' * 4
    line = f'<chattimeline in="1" name="n" message="m">{given}</chattimeline>'
    (tmp_path / "slides_new.xml").write_text(f"<popcorn>{line * 3}</popcorn>")
    notes = Notes()
    assert len(read_chat(tmp_path, 9, notes)) == 2
    assert "the rest is left out" in notes.sentences()[0]


def test_replies_edits_and_reactions_are_read(tmp_path: Path) -> None:
    """BBB >= 3.0: a reply names the message by its id, reactions are elements inside the message."""
    (tmp_path / "slides_new.xml").write_text(
        '<popcorn><chattimeline in="1" name="Ana" id="m1" message="Any &lt;b&gt;questions&lt;/b&gt;?"/>'
        '<chattimeline in="2" name="Bob" id="m2" message="Yes" replyToMessageId="m1"'
        ' lastEditedTimestamp="1700000000000"><reactions><reaction emoji="👍" count="3"/>'
        '<reaction emoji="" count="2"/><reaction emoji="🎉" count="0"/><reaction emoji="😂" count="x"/>'
        "</reactions></chattimeline>"
        '<chattimeline in="3" name="Eve" message="Lost" replyToMessageId="m9"'
        ' lastEditedTimestamp=""/></popcorn>'
    )
    found = read_chat(tmp_path, 9, Notes())
    assert [one.answered for one in found] == ["", "Any questions?", ""]
    assert [one.edited for one in found] == [False, True, False]
    assert [one.reactions for one in found] == [(), (("👍", 3),), ()]


def test_external_videos_are_links_only(tmp_path: Path) -> None:
    """Addresses that are no http or https are not given on."""
    items = [
        {"timestamp": 31, "external_video_url": " https://v.example/1 "},
        {"timestamp": 5, "external_video_url": "javascript:alert(1)"},
        {"timestamp": "x", "external_video_url": "https://v.example/2"},
        {"timestamp": 6, "external_video_url": 7},
        7,
    ]
    (tmp_path / "external_videos.json").write_text(json.dumps(items))
    assert read_external_videos(tmp_path, 100, Notes()) == (ExternalVideo(31, "https://v.example/1"),)


def test_polls_come_by_time(tmp_path: Path) -> None:
    """Those after the end of the recording are let go."""
    (tmp_path / "polls.json").write_text(json.dumps([{"timestamp": at} for at in (42, 101, 7)]))
    assert [poll.start for poll in read_polls(tmp_path, 100, Notes())] == [7, 42]


def test_a_poll_keeps_answers_and_votes(tmp_path: Path) -> None:
    """As published; broken votes are none."""
    poll = {
        "timestamp": 42,
        "type": "TF",
        "question": None,
        "answers": [{"id": 0, "key": "True", "numVotes": 1}, {"key": "False", "numVotes": "x"}, 3],
        "respondents": 1,
    }
    (tmp_path / "polls.json").write_text(json.dumps([poll]))
    (found,) = read_polls(tmp_path, 100, Notes())
    assert (found.question, found.kind, found.answers) == ("", "TF", (("True", 1), ("False", 0)))
    assert found.respondents == 1


def test_typed_answers_that_differ_by_case_are_one(tmp_path: Path) -> None:
    """As the official player counts them: in the order of the first, written as most did."""
    answers = [("paris", 1), ("Rome", 2), ("Paris", 3), ("PARIS", 1), ("", 1)]
    told = [{"id": at, "key": key, "numVotes": votes} for at, (key, votes) in enumerate(answers)]
    (tmp_path / "polls.json").write_text(json.dumps([{"timestamp": 1, "type": "R-", "answers": told}]))
    (found,) = read_polls(tmp_path, 9, Notes())
    assert found.answers == (("Paris", 5), ("Rome", 2), ("", 1))


@pytest.mark.parametrize("content", ["", "{", "{}", "null", "[[[", "7", '[{"timestamp":'])
def test_broken_json_is_left_out(tmp_path: Path, content: str) -> None:
    """A file that is no list of objects gives nothing, and no error."""
    (tmp_path / "polls.json").write_text(content)
    assert read_polls(tmp_path, 100, Notes()) == ()


def test_half_characters_are_replaced(tmp_path: Path) -> None:
    """A lone surrogate in JSON can be neither written nor shaped; pairs stay."""
    (tmp_path / "polls.json").write_text(r'[{"timestamp":1,"question":"\ud83d\ude00 \ud83d!"}]')
    assert read_polls(tmp_path, 100, Notes())[0].question == "\U0001f600 \ufffd!"
