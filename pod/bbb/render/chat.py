"""The public chat in a column of its own: each message from its second on, the newest one lowest.

What is written from right to left stands at the right, unlike in the player, which puts it as if it were not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from pod.bbb.playback.model import ChatMessage
from pod.bbb.render.canvas import Pixels
from pod.bbb.render.writing import Lines, Sheet, lines

PAPER = (255, 255, 255)
EDGE = (222, 226, 230, 255)
NAMES = (73, 80, 87, 255)
MODERATORS = (15, 112, 215, 255)
INK = (33, 37, 41, 255)
MOST_LINES = 14  # of one message: nobody reads more beside a slide
MOST_CHARACTERS = 2000


class Chat:
    """Paints the chat's column of one size."""

    def __init__(self, messages: Sequence[ChatMessage], width: int, height: int) -> None:
        self._messages = sorted(messages, key=lambda message: message.start)
        self._starts = [message.start for message in self._messages]
        self._width, self._height = width, height
        self._size = min(18.0, max(11.0, width / 20))
        self._margin = round(self._size * 0.7)
        self._broken: dict[int, tuple[Lines, Lines]] = {}
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
        sheet = Sheet(self._width, self._height, PAPER)
        sheet.rectangle((0, 0, 1, self._height), EDGE)
        y = float(min(self._height, sum(map(self._tall, visible)) + self._margin))
        for number in reversed(visible):
            y -= self._tall(number)
            top = y
            for block in self._lines(number):
                whole, down = block.below(-top)  # no line is cut in two at the column's edge
                sheet.write(whole, self._margin, top + down)
                top += block.height
        return sheet.done()

    def _visible(self, seconds: float) -> tuple[int, ...]:
        """Give the numbers of the messages that fit, oldest first."""
        found: list[int] = []
        room = float(self._height)
        for number in range(bisect_right(self._starts, seconds) - 1, -1, -1):
            if self._messages[number].end <= seconds:
                continue
            found.append(number)
            room -= self._tall(number)
            if room <= 0:
                break
        return tuple(reversed(found))

    def _tall(self, number: int) -> float:
        name, text = self._lines(number)
        return name.height + text.height + self._margin

    def _lines(self, number: int) -> tuple[Lines, Lines]:
        if number not in self._broken:
            message = self._messages[number]
            width = self._width - 2 * self._margin
            self._broken[number] = (
                lines(
                    message.name[:80] or "?",
                    width,
                    self._size * 0.85,
                    MODERATORS if message.moderator else NAMES,
                    1,
                ),
                lines(message.text[:MOST_CHARACTERS], width, self._size, INK, MOST_LINES),
            )
        return self._broken[number]
