"""BigBlueButton's own shape of tldraw 2: a poll's result as a bar chart with the votes.

The player has recharts draw it; margins, ticks and the breaking of the answers
are that library's.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Literal

from pod.bbb.playback.drawing import Fill, Op, Stroke, Text
from pod.bbb.render.text.blocks import measure, wrap
from pod.bbb.render.tldraw import colours, paths
from pod.bbb.render.tldraw.labels import tidy
from pod.bbb.render.tldraw.values import mapping, num, sequence, size, text, word

Props = Mapping[str, Any]
Box = tuple[complex, complex]  # its upper left and lower right corner
_AXIS: Final = colours.from_hex("#666666")
_BAR: Final = colours.from_hex("#0C57A7")
_EDGE: Final = colours.from_hex("#8B9AA8")
_MAX_ANSWERS: Final = 60
_QUESTION_SIZE: Final = 20.0
_QUESTION_INDENT: Final = 44.0
_TICK_SIZE: Final = 12.0
_MEASURED_SIZE: Final = 16.0  # answers are broken as if they were written so large: the page's own size
_ANSWER_WIDTH: Final = 80.0
_CAPITALS: Final = 0.71  # em; how high recharts takes a line's letters to be
_ASCENT: Final = 11.0  # from a tick label's top to its baseline: the font's, rounded as browsers do
_NORMAL: Final = 1.15  # the line height of the page's font, Arial
_TICKS: Final = 5
_RIGHT: Final = "✅"
_LINE: Final = 14.0  # units; how high a tick's label is: the font's, rounded as browsers do
_APART: Final = 5.0  # units at least between the labels of two ticks


def poll_ops(_: str, props: Props) -> tuple[Op, ...]:
    """A poll's result: question, one bar an answer, and an axis of votes."""
    width, height = size(props.get("w"), 300.0), size(props.get("h"), 300.0)
    paper = colours.tones(word(props.get("color"), "black")).semi
    box = paths.rectangle(0.5, 0.5, width - 1, height - 1, 4)
    ops: list[Op] = [
        Fill(paths.rectangle(-1.5, -1.5, width + 3, height + 3, 5), (0, 0, 0, 20)),
        Fill(box, paper),
        Stroke(box, _EDGE, 1.0),
    ]
    question = tidy(props.get("questionText"))
    room = max(20.0, width - _QUESTION_INDENT)
    lines = len(wrap(question, "arial", _QUESTION_SIZE, room)) if question else 0
    chart = max(20.0, height - 75) if question else height
    above = lines * _QUESTION_SIZE * _NORMAL + (16 if question else 8)  # the margins of nothing are one
    # in the middle of the box, or from its edge on when too high
    top = max(1.0, (height - chart - above) / 2)
    if question:
        ops.append(Text(question, _QUESTION_INDENT, top + 8, room, _QUESTION_SIZE, colours.V2_TEXT))
    return (*ops, *_chart(_votes(props), top + above, chart, complex(width, height)))


def _votes(props: Props) -> list[tuple[str, float]]:
    """The answers with their votes, a quiz's right one marked; those that differ only in case are one."""
    found: dict[str, tuple[str, float]] = {}
    for item in sequence(props.get("answers"))[:_MAX_ANSWERS]:
        answer = mapping(item)
        name, votes = text(answer.get("key")), max(0.0, num(answer.get("numVotes")))
        if answer.get("isCorrectAnswer") is True:  # tldraw 2.0.0-alpha.31, where the meeting showed it
            name = f"{_RIGHT} {name}"
        key = name.lower()
        before = found.get(key, (name, 0.0))
        found[key] = (name if votes > before[1] else before[0], before[1] + votes)
    return list(found.values())


def _chart(votes: Sequence[tuple[str, float]], top: float, height: float, poll: complex) -> list[Op]:
    """The bars; the chart takes nine tenths of the poll's width, margins of 5 and an axis of 80 and 30.

    `poll` is its width and height: what sticks out of its edge is cut off, texts below it are left out.
    """
    left, right = 5.0 + 80, poll.real * 0.9 - 5
    upper, lower = top + 5, top + height - 35
    if right <= left or lower <= upper or not votes:
        return []
    step = tick_step(max(count for _, count in votes))
    band = (lower - upper) / len(votes)
    bars: list[Box] = []
    lines = [(complex(left, upper), complex(left, lower)), (complex(left, lower), complex(right, lower))]
    texts: list[Text] = []
    places = [upper - top + band * (i + 0.5) for i in range(len(votes))]
    told = _apart(places, [_LINE] * len(votes), height)
    for i, (name, count) in enumerate(votes):
        y = upper + band * i
        long = (right - left) * count / (step * (_TICKS - 1))
        high = band * 0.8 if band * 0.8 <= 1 else math.floor(band * 0.8)
        if count > 0:
            corner = complex(left, y + band * 0.1)
            bars.append((corner, corner + complex(long, high)))
        if i in told:
            lines.append((complex(left - 6, y + band / 2), complex(left, y + band / 2)))
            texts += _answer(name, left - 8, y + band / 2)
    ends = [left + (right - left) * i / (_TICKS - 1) for i in range(_TICKS)]
    wide = [measure(f"{step * i:g}", "arial", _TICK_SIZE) for i in range(_TICKS)]
    for i in _apart(ends, wide, poll.real * 0.9):
        x = ends[i]
        lines.append((complex(x, lower), complex(x, lower + 6)))
        texts.append(_tick_label(f"{step * i:g}", x, lower + 8 + _CAPITALS * _TICK_SIZE, "middle"))
    return [*_cut_off(bars, lines, poll), *(text for text in texts if _begins_above(text, poll.imag - 1))]


def _cut_off(bars: Sequence[Box], lines: Sequence[Box], poll: complex) -> list[Op]:
    """The bars and lines inside the poll's edge."""
    return [
        *(
            Fill(paths.polygon([a, complex(b.real, a.imag), b, complex(a.real, b.imag)]), _BAR)
            for a, b in _within(bars, poll)
        ),
        *(Stroke((paths.move(a), paths.line(b)), _AXIS, 1.0, cap="butt") for a, b in _within(lines, poll)),
    ]


def _within(boxes: Sequence[Box], poll: complex) -> Iterator[Box]:
    """What of each box is inside the poll's edge; a line is a box without width or height."""
    for a, b in boxes:
        upper = complex(max(a.real, 1.0), max(a.imag, 1.0))
        lower = complex(min(b.real, poll.real - 1), min(b.imag, poll.imag - 1))
        if upper.real <= lower.real and upper.imag <= lower.imag:
            yield upper, lower


def _begins_above(text: Text, y: float) -> bool:
    return text.matrix is None or text.matrix[5] < y


def _apart(places: Sequence[float], sizes: Sequence[float], room: float) -> set[int]:
    """The ticks that are shown: from the last, moved into the `room` if need be, each that has its place."""
    shown: set[int] = set()
    end = room
    for i in reversed(range(len(places))):
        half = sizes[i] / 2
        place = min(places[i], room - half) if i == len(places) - 1 else places[i]
        if place - half >= 0 and place + half <= end + 1e-9:
            shown.add(i)
            end = place - half - _APART
    return shown


def _answer(name: str, right: float, middle: float) -> list[Text]:
    """An answer's lines, each the size of its letters below the last, about its bar's middle."""
    lines = _broken(name)
    first = middle + ((1 - len(lines)) / 2 + _CAPITALS / 2) * _TICK_SIZE
    return [
        _tick_label(_end_of(line, right - 1), right, first + i * _TICK_SIZE, "end")
        for i, line in enumerate(lines)
    ]


def _end_of(line: str, room: float) -> str:
    """The letters of a line that lie inside the poll's edge: it sticks out at its beginning."""
    if measure(line, "arial", _TICK_SIZE) <= room:
        return line
    # halved instead of taken off one by one: measuring costs
    begin = bisect_left(
        range(len(line)), True, key=lambda at: measure(line[at:], "arial", _TICK_SIZE) <= room
    )
    return line[begin:]


def _broken(name: str) -> list[str]:
    """An answer's lines: recharts breaks between words only, whatever their length."""
    lines: list[str] = []
    for part in name.split():
        longer = f"{lines[-1]} {part}" if lines else part
        if lines and measure(longer, "arial", _MEASURED_SIZE) < _ANSWER_WIDTH:
            lines[-1] = longer
        else:
            lines.append(part)
    return lines


def _tick_label(words: str, x: float, baseline: float, align: Literal["middle", "end"]) -> Text:
    """A text of one line that ends at x, or has its middle there."""
    width = measure(words, "arial", _TICK_SIZE)
    left = x - width * (0.5 if align == "middle" else 1.0)
    return Text(
        words, 0.0, 0.0, None, _TICK_SIZE, _AXIS, matrix=(1.0, 0.0, 0.0, 1.0, left, baseline - _ASCENT)
    )


def tick_step(most: float) -> float:
    """The distance of the ticks on the axis of votes, as recharts chooses it for five of them."""
    if most <= 0:
        return 1.0
    rough = most / (_TICKS - 1)
    digits = math.floor(math.log10(rough)) + 1
    value = 10.0**digits
    scale = 0.1 if digits == 1 else 0.05
    return math.ceil(round(rough / value / scale, 9)) * scale * value
