"""The small event files: screen shares, layout, chat, external videos, polls."""

from __future__ import annotations

import math
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import islice
from pathlib import Path
from typing import Any, Final

import nh3
from lxml import etree

from pod.bbb.escaped import unescape_again
from pod.bbb.playback.jsonfile import read_json
from pod.bbb.playback.model import ChatMessage, ExternalVideo, LayoutEvent, Poll, ScreenShare
from pod.bbb.playback.notes import Notes
from pod.bbb.playback.numbers import number, seconds
from pod.bbb.playback.xmlfile import elements

DESKSHARE, LAYOUT, CHAT, POLLS, VIDEOS = (
    "deskshare.xml",
    "layout.xml",
    "slides_new.xml",
    "polls.json",
    "external_videos.json",
)

MOST_SHARES, MOST_EVENTS = 2_000, 100_000  # beyond these a file is damaged
# Characters of one message (BigBlueButton's client sends 5,000 at most), and of the whole chat.
LONGEST_MESSAGE, MOST_CHAT = 10_000, 10_000_000
LONGEST_NAME = 1000
LONGEST_QUOTE = 200  # characters of a message that another one replies to
MOST_REACTIONS, LONGEST_EMOJI = 50, 40  # of one message; characters (families of emoji are joined of many)
_BLOCKS: Final = frozenset({"br", "p", "div", "li"})  # what begins a line


def read_shares(folder: Path, until: float, notes: Notes) -> tuple[ScreenShare, ...]:
    """The screen shares of deskshare.xml by start; ends are clamped to second `until`."""
    found: list[ScreenShare] = []
    for event in elements(folder / DESKSHARE, ("event",), notes, most=MOST_SHARES):
        start, end = seconds(event.get("start_timestamp")), seconds(event.get("stop_timestamp"))
        if start is None:
            notes.add("A screen share of deskshare.xml has no readable start: it is left out.")
            continue
        end = until if end is None else min(end, until)
        width, height = number(event.get("video_width")), number(event.get("video_height"))
        if not width or not height or width <= 0 or height <= 0:
            width, height = 16.0, 9.0
        if start < end:
            found.append(ScreenShare(start, end, width, height))
    return tuple(sorted(found, key=lambda share: share.start))


def read_layout(folder: Path, until: float, notes: Notes) -> tuple[LayoutEvent, ...]:
    """The events of layout.xml (BBB >= 3.0.2) by start."""
    found = [
        LayoutEvent(start, _flag(event.get("show_screenshare")), _flag(event.get("show_presentation")))
        for event in elements(folder / LAYOUT, ("event",), notes, most=MOST_EVENTS)
        if (start := seconds(event.get("timestamp"))) is not None and start <= until
    ]
    return tuple(sorted(found, key=lambda event: event.start))


def _flag(text: str | None) -> bool | None:
    return {"true": True, "false": False}.get((text or "").strip().lower())


def read_chat(folder: Path, until: float, notes: Notes) -> tuple[ChatMessage, ...]:
    """The public chat by time, as plain text; messages after second `until` are left out."""
    found: list[ChatMessage] = []
    texts: dict[str, str] = {}  # of the messages so far, by their id
    size = 0
    for line in elements(folder / CHAT, ("chattimeline",), notes, most=MOST_EVENTS):
        start, end = seconds(line.get("in")), seconds(line.get("out"))
        if start is None:
            notes.add("A chat message has no readable time: it is left out.")
            continue
        if start > until:
            continue
        name, message = line.get("name", "")[:LONGEST_NAME], line.get("message", "")
        if len(message) > LONGEST_MESSAGE:
            notes.add(f"A chat message of more than {LONGEST_MESSAGE} characters was cut.")
            message = message[:LONGEST_MESSAGE]
        reactions = _reactions(line)
        size += len(name) + len(message) + LONGEST_EMOJI * len(reactions)
        if size > MOST_CHAT:
            notes.add("slides_new.xml holds more chat than can be shown: the rest is left out.")
            break
        found.append(
            ChatMessage(
                start=start,
                end=math.inf if end is None else end,
                name=plain(name).replace("\n", " "),
                text=plain(message),
                moderator=line.get("senderRole", "").strip().upper() == "MODERATOR",
                edited=bool(line.get("lastEditedTimestamp", "").strip()),
                answered=texts.get(line.get("replyToMessageId", ""), ""),
                reactions=reactions,
            )
        )
        if 0 < len(line.get("id", "")) <= LONGEST_NAME:
            texts[line.get("id", "")] = found[-1].text[:LONGEST_QUOTE]
    return tuple(sorted(found, key=lambda message: message.start))


def _reactions(line: etree._Element) -> tuple[tuple[str, int], ...]:
    """The emoji that others put under a message, each with its count."""
    found = [
        (one.get("emoji", "").strip()[:LONGEST_EMOJI], int(number(one.get("count")) or 0))
        for one in islice(line.iter("{*}reaction"), MOST_REACTIONS)
    ]
    return tuple((emoji, count) for emoji, count in found if emoji and count > 0)


class _Plain(HTMLParser):
    """Collects the text of an HTML fragment."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []

    def handle_data(self, data: str) -> None:
        """Text."""
        self.pieces.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's signature
        """A line break or a new block."""
        if tag in _BLOCKS:
            self.pieces.append("\n")


def plain(fragment: str) -> str:
    """The text of an HTML fragment of the chat.

    BigBlueButton stores messages as HTML in an attribute, with entities escaped
    once more than XML needs; old ones carry the indentation of their file.
    """
    if "<" not in fragment and "&" not in fragment:
        text = fragment
    else:
        parser = _Plain()
        # Python's parser takes minutes for a few thousand tags that never end: nh3 leaves it only whole ones.
        parser.feed(nh3.clean(fragment, tags=set(_BLOCKS)) if "<" in fragment else fragment)
        parser.close()
        text = unescape_again("".join(parser.pieces))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return "\n".join(line for line in lines if line)


def read_external_videos(folder: Path, until: float, notes: Notes) -> tuple[ExternalVideo, ...]:
    """The external videos that were played, by time; only http and https addresses."""
    found: list[ExternalVideo] = []
    for item in _objects(folder / VIDEOS, notes):
        start, url = seconds(item.get("timestamp")), item.get("external_video_url")
        if start is None or start > until or not isinstance(url, str):
            continue
        if url.strip().lower().startswith(("http://", "https://")):
            found.append(ExternalVideo(start, url.strip()))
    return tuple(sorted(found, key=lambda video: video.start))


def read_polls(folder: Path, until: float, notes: Notes) -> tuple[Poll, ...]:
    """The published polls, by time."""
    found: list[Poll] = []
    for item in _objects(folder / POLLS, notes):
        start = seconds(item.get("timestamp"))
        if start is None or start > until:
            continue
        found.append(
            Poll(
                start=start,
                question=str(item.get("question") or ""),
                kind=str(item.get("type") or ""),
                answers=_answers(item.get("answers")),
                respondents=int(number(item.get("respondents")) or 0),
            )
        )
    return tuple(sorted(found, key=lambda poll: poll.start))


def _answers(raw: object) -> tuple[tuple[str, int], ...]:
    """The answers of a poll with their votes; those that differ by case alone are one, as most wrote it."""
    found: dict[str, tuple[str, int]] = {}
    for answer in raw if isinstance(raw, list) else []:
        if isinstance(answer, dict):
            text, votes = str(answer.get("key", "")), int(number(answer.get("numVotes")) or 0)
            before = found.get(text.lower(), ("", 0))
            found[text.lower()] = (
                text if votes > before[1] or not before[0] else before[0],
                votes + before[1],
            )
    return tuple(found.values())


def _objects(path: Path, notes: Notes) -> Iterator[dict[str, Any]]:
    """The objects of a JSON file that holds a list of them."""
    content = read_json(path, notes)
    if content is None:
        return
    if not isinstance(content, list):
        notes.add(f"{path.name} is not a list: it is not used.")
        return
    for item in content:
        if isinstance(item, dict):
            yield item
