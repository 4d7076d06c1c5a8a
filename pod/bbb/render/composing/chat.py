"""The public chat in a column of its own: each message from its second on, the newest one lowest.

Text that is written from right to left stands at the right; the player aligns it like any other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from math import ceil

from pod.bbb.playback.model import ChatMessage
from pod.bbb.render.canvas import Pixels
from pod.bbb.render.text.writing import Sheet, lines

PAPER = (255, 255, 255)
EDGE = (222, 226, 230, 255)
NAMES = (73, 80, 87, 255)
MODERATORS = (15, 112, 215, 255)
INK = (33, 37, 41, 255)
MOST_LINES = 14  # of one message: nobody reads more beside a slide
MOST_CHARACTERS = 2000


class Chat:
    """Paints the chat's column of one size; a message that is still seen is not drawn again."""

    def __init__(self, messages: Sequence[ChatMessage], width: int, height: int) -> None:
        self._messages = sorted(messages, key=lambda message: message.start)
        self._starts = [message.start for message in self._messages]
        # until when any of the messages so far is there
        self._latest = list(accumulate((message.end for message in self._messages), max))
        self._width, self._height = width, height
        self._size = max(11.0, min(width / 20, height / 12))  # wide and low below a slide
        self._margin = round(self._size * 0.7)
        self._drawn: dict[int, Pixels] = {}  # the messages that are seen
        self._shown: tuple[int, ...] | None = None

    def forget(self) -> None:
        """Give the whole column next time."""
        self._shown = None

    def paint(self, seconds: float) -> Pixels | None:
        """Give the column as it looks at `seconds`; None when it looks as it did."""
        visible = self._visible(seconds)
        if visible == self._shown:
            return None
        self._shown = visible
        self._drawn = {number: self._drawn[number] for number in visible}
        sheet = Sheet(self._width, self._height, PAPER)
        sheet.rectangle((0, 0, 1, self._height), EDGE)
        column = sheet.done()
        top = min(self._height, sum(len(self._drawn[number]) for number in visible) + self._margin)
        top -= self._above  # half of the gap between two messages belongs to each
        for number in reversed(visible):
            message = self._drawn[number]
            top -= len(message)
            if -len(message) < top < 0:  # no line is cut in two at the column's edge
                message = self._draw(number, -top)
            first, last = max(0, top), max(0, min(self._height, top + len(message)))
            column[first:last, 1:] = message[first - top : last - top, 1:]
        return column

    @property
    def _above(self) -> int:
        return self._margin // 2

    def _visible(self, seconds: float) -> tuple[int, ...]:
        """Give the numbers of the messages that fit, oldest first."""
        found: list[int] = []
        room = self._height
        for number in range(bisect_right(self._starts, seconds) - 1, -1, -1):
            if room <= 0 or self._latest[number] <= seconds:
                break
            if self._messages[number].end > seconds:
                found.append(number)
                room -= len(self._message(number))
        return tuple(reversed(found))

    def _message(self, number: int) -> Pixels:
        """Give a message, drawn."""
        if number not in self._drawn:
            self._drawn[number] = self._draw(number)
        return self._drawn[number]

    def _draw(self, number: int, hidden: int = 0) -> Pixels:
        """Draw a message with its half of the gaps, without lines that reach into its `hidden` first rows."""
        message = self._messages[number]
        width = self._width - 2 * self._margin
        colour = MODERATORS if message.moderator else NAMES
        small = self._size * 0.85
        blocks = [lines(message.name[:80] or "?", width, small, colour, 1)]
        if message.answered:
            quoted = " ".join(message.answered.split())
            blocks.append(lines(f"“{quoted}”", width, small, NAMES, 2))
        blocks.append(lines(message.text[:MOST_CHARACTERS], width, self._size, INK, MOST_LINES))
        if message.reactions:
            counted = "   ".join(f"{emoji} {count}" for emoji, count in message.reactions)
            blocks.append(lines(counted, width, small, NAMES, 2))
        sheet = Sheet(self._width, ceil(sum(block.height for block in blocks)) + self._margin, PAPER)
        top = float(self._above)
        for block in blocks:
            whole, down = block.below(hidden - top)
            sheet.write(whole, self._margin, top + down)
            top += block.height
        return sheet.done()
