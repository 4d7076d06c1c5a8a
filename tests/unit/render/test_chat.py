"""The chat column and the cards."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pod.bbb.playback.model import ChatMessage, ExternalVideo, Playback, Slide, SlideKind, Whiteboard
from pod.bbb.render.composing.cards import Card, card_at, cards_of, paint_card
from pod.bbb.render.composing.chat import PAPER, Chat
from pod.bbb.render.text.writing import Lines, Sheet
from tests.sampling import examples

VIDEO = ExternalVideo(10.0, "https://video.example.org/watch?v=1")
PLAYBACK = Playback(Path(), "r", "t", 0, "", 100.0, Whiteboard.SVG, external_videos=(VIDEO,))


def ink(pixels: np.ndarray) -> int:
    """Count the pixels that are darker than the paper."""
    return int((pixels[:, 8:-8, :3].max(axis=2) < min(PAPER) - 40).sum())


def test_a_message_appears_at_its_second() -> None:
    """Before, the column is empty; at its second the message is there."""
    chat = Chat([ChatMessage(5.0, math.inf, "Ana", "Hello everybody")], 280, 400)
    before, after = chat.paint(4.9), chat.paint(5.0)
    assert before is not None
    assert ink(before) == 0
    assert after is not None
    assert ink(after) > 50


def test_letters_grow_with_the_column() -> None:
    """In a video of 3840x2160 they are read as well as in one of 1280x720."""
    reach = []
    for scale in (1, 3):
        column = Chat([ChatMessage(5.0, math.inf, "Ana", "Hello everybody")], 288 * scale, 720 * scale).paint(
            6.0
        )
        assert column is not None
        reach.append(int(np.flatnonzero((column[:, 8:-8, 0] < 200).any(axis=1)).max()) / scale)
    assert reach[1] == pytest.approx(reach[0], abs=2)


@pytest.mark.parametrize("more", [{"answered": "Any questions?"}, {"reactions": (("👍", 3), ("😂", 1))}])
def test_what_a_message_replies_to_and_reactions_have_lines_of_their_own(more: dict[str, Any]) -> None:
    """Above and below its text; the text itself is the same."""
    message = ChatMessage(5.0, math.inf, "Ana", "Hello everybody")
    alone, whole = (Chat([one], 280, 400).paint(6.0) for one in (message, replace(message, **more)))
    assert alone is not None
    assert whole is not None
    assert ink(whole) > ink(alone) + 50


def test_nothing_is_painted_while_nothing_changes() -> None:
    """The column is given only when it differs."""
    chat = Chat([ChatMessage(5.0, math.inf, "Ana", "Hello")], 280, 400)
    chat.paint(6.0)
    assert chat.paint(7.0) is None


def test_a_cleared_chat_is_empty() -> None:
    """Messages leave when the chat is cleared."""
    chat = Chat([ChatMessage(5.0, 8.0, "Ana", "Hello")], 280, 400)
    chat.paint(6.0)
    cleared = chat.paint(8.0)
    assert cleared is not None
    assert ink(cleared) == 0


def test_the_newest_message_is_seen_when_there_are_too_many() -> None:
    """Old messages go out above, the last one stays."""
    messages = [ChatMessage(float(n), math.inf, "Ana", "word " * 20) for n in range(50)]
    chat = Chat(messages, 280, 300)
    first = chat.paint(30.0)
    first = None if first is None else first.copy()
    second = chat.paint(31.0)
    assert second is not None
    assert first is not None
    assert ink(second[-60:]) > 50


def test_no_line_is_cut_in_two_at_the_top() -> None:
    """Of a message that does not fit above the newer ones, only whole lines are seen."""
    messages = [ChatMessage(float(n), math.inf, "Hg", "Hg " * 60) for n in range(5)]
    for height in range(300, 320):
        column = Chat(messages, 280, height).paint(10.0)
        assert column is not None
        assert ink(column[:1]) == 0


def test_a_message_in_hebrew_stands_at_the_right() -> None:
    """The first letter with a direction decides; words of other scripts keep their order within."""
    column = Chat([ChatMessage(1.0, math.inf, "Ana", "שלום to all")], 400, 400).paint(2.0)
    assert column is not None
    dark = column[:, 8:-8, :3].max(axis=2) < min(PAPER) - 40
    text = dark[np.flatnonzero(dark.any(axis=1))[-8:]].any(axis=0)
    assert text[-40:].any()
    assert not text[:200].any()


def test_a_message_is_drawn_once_while_it_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that are seen already move up when another one comes; each looks as it did."""
    written: list[Lines] = []
    write = Sheet.write

    def noted(self: Sheet, broken: Lines, x: float, y: float) -> None:
        written.append(broken)
        write(self, broken, x, y)

    monkeypatch.setattr(Sheet, "write", noted)
    messages = [ChatMessage(float(n), math.inf, "Ana", f"message {n} of many") for n in range(40)]
    chat = Chat(messages, 280, 400)
    before = after = np.empty((400, 280, 4), np.uint8)
    for second in range(40):
        painted = chat.paint(float(second))
        assert painted is not None
        before, after = after, painted
    assert len(written) <= 4 * len(messages)  # once, and the one at the edge
    rows = next(up for up in range(1, 200) if np.array_equal(before[200:-20], after[200 - up : -20 - up]))
    assert rows > 20


@settings(max_examples=examples(30), deadline=None)
@given(
    st.lists(st.builds(ChatMessage, st.floats(0, 50), st.just(math.inf), st.text(), st.text()), max_size=5)
)
def test_any_message_can_be_painted(messages: list[ChatMessage]) -> None:
    """Whatever people write, the column is painted."""
    assert Chat(messages, 200, 200).paint(60.0) is not None


def test_an_external_video_has_a_card_for_six_seconds() -> None:
    """The card comes at the video's second and goes again."""
    cards = cards_of(PLAYBACK)
    assert [card_at(cards, t) is not None for t in (9.9, 10.0, 15.9, 16.0)] == [False, True, True, False]


def test_a_card_ends_when_a_slide_comes() -> None:
    """A slide that is shown next is not covered."""
    slides = tuple(Slide(f"i{t}", t, 100.0, "s", 1, 1, SlideKind.SLIDE) for t in (0.0, 12.0))
    assert cards_of(replace(PLAYBACK, slides=slides)) == (Card(10.0, 12.0, VIDEO),)


def test_the_last_of_several_videos_has_the_card() -> None:
    """Each card ends where the next one begins; of two at the same second the later in the list is shown."""
    videos = tuple(
        replace(VIDEO, start=start, url=f"https://{at}") for at, start in enumerate((1.0, 3.0, 3.0))
    )
    cards = cards_of(replace(PLAYBACK, external_videos=videos))
    shown = [card_at(cards, t) for t in (0.5, 1.0, 2.9, 3.0, 8.9, 9.0)]
    assert [card and card.video.url[-1] for card in shown] == [None, "0", "0", "2", "2", None]


def test_a_card_shows_letters() -> None:
    """The address is drawn on the card."""
    pixels = paint_card(cards_of(PLAYBACK)[0], 640, 360)
    assert pixels.shape == (360, 640, 4)
    assert int((pixels[:, :, 1] > 200).sum()) > 500


def test_a_card_tells_no_time() -> None:
    """That of the recording would be wrong in a video that was cut from it."""
    one, other = (paint_card(Card(t, t + 6, replace(VIDEO, start=t)), 640, 360) for t in (10.0, 3700.0))
    assert np.array_equal(one, other)
