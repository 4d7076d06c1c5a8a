"""What tldraw 2 draws as boxes: notes, frames, polls, and pictures that were not published."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pod.bbb.playback.drawing import Colour, Fill, Matrix, Op, Picture, Stroke, Text
from pod.bbb.render.text import measure, wrap
from pod.bbb.render.tldraw import colours, paths
from pod.bbb.render.tldraw.geometry import apply
from pod.bbb.render.tldraw.labels import label_op, tidy
from pod.bbb.render.tldraw.targets import NOTE_SIZE, note_height
from pod.bbb.render.tldraw.values import mapping, num, sequence, size, text, word

Props = Mapping[str, Any]
_SHADOW: Final = ((0.0, 1.0, 1.0, 22), (0.0, 1.0, 0.0, 40))  # dx, dy, spread, alpha: a soft edge, roughly
_SCRIM: Final = 0.28  # notes are paler than their colour by so much of the background


def note_ops(_: str, props: Props) -> tuple[Op, ...]:
    """A sticky note."""
    colour = word(props.get("color"), "black")
    solid = colours.tones("yellow" if colour == "black" else colour).solid
    height = note_height(props)
    shade = [
        Fill(paths.rectangle(dx - s, dy - s, NOTE_SIZE + 2 * s, height + 2 * s, 6), (0, 0, 0, alpha))
        for dx, dy, s, alpha in _SHADOW
    ]
    paper = colours.mixed(solid, colours.V2_BACKGROUND, _SCRIM)
    edge = Stroke(paths.rectangle(0.5, 0.5, NOTE_SIZE - 1, height - 1, 5.5), solid, 1.0)
    label = label_op(props, NOTE_SIZE, height, "black")
    body: tuple[Op, ...] = (*shade, Fill(paths.rectangle(0, 0, NOTE_SIZE, height, 6), paper), edge)
    return (*body, label) if label else body


def frame_ops(_: str, props: Props) -> tuple[Op, ...]:
    """A frame: paper with a thin edge, its name above the top left corner."""
    width, height = size(props.get("w"), 320.0), size(props.get("h"), 180.0)
    box = paths.rectangle(0, 0, width, height)
    name = tidy(props.get("name")) or "Frame"
    name = re.sub(r"\s+", " ", name)[:200]
    tag = paths.rectangle(-8, -36, min(measure(name, "arial", 12) + 18, width + 16), 32, 4)
    label = Text(name, 1, -27, None, 12, colours.V2_TEXT, line_height=_NORMAL)
    return (
        Fill(box, colours.V2_PAPER),
        Stroke(box, colours.V2_TEXT, 1.0),
        Fill(tag, colours.V2_BACKGROUND),
        label,
    )


def frame_corners(props: Props, matrix: Matrix) -> list[complex]:
    """The corners of a frame on the whiteboard, clockwise."""
    width, height = size(props.get("w"), 320.0), size(props.get("h"), 180.0)
    return [apply(matrix, p) for p in (0j, complex(width, 0), complex(width, height), complex(0, height))]


# -- polls: BigBlueButton's own shape, a bar chart with the votes


_POLL_AXIS: Final = colours.from_hex("#666666")
_POLL_BAR: Final = colours.from_hex("#0C57A7")
_POLL_EDGE: Final = colours.from_hex("#8B9AA8")
_MAX_ANSWERS: Final = 60
_QUESTION_SIZE: Final = 20.0
_QUESTION_INDENT: Final = 44.0
_TICK_SIZE: Final = 12.0
_NORMAL: Final = 1.15  # the line height of the page's font, Arial


def poll_ops(_: str, props: Props) -> tuple[Op, ...]:
    """A poll's result: question, one bar an answer, and an axis of votes."""
    width, height = size(props.get("w"), 300.0), size(props.get("h"), 300.0)
    paper = colours.tones(word(props.get("color"), "black")).semi
    box = paths.rectangle(0.5, 0.5, width - 1, height - 1, 4)
    ops: list[Op] = [
        Fill(paths.rectangle(-1.5, -1.5, width + 3, height + 3, 5), (0, 0, 0, 20)),
        Fill(box, paper),
        Stroke(box, _POLL_EDGE, 1.0),
    ]
    question = tidy(props.get("questionText"))
    room = max(20.0, width - _QUESTION_INDENT)
    lines = len(wrap(question, "arial", _QUESTION_SIZE, room)) if question else 0
    chart = max(20.0, height - 75) if question else height
    above = lines * _QUESTION_SIZE * _NORMAL + 16
    top = (height - chart - above) / 2  # question and chart stand in the middle of the box
    if question:
        ops.append(
            Text(
                question,
                _QUESTION_INDENT,
                top + 8,
                room,
                _QUESTION_SIZE,
                colours.V2_TEXT,
                line_height=_NORMAL,
            )
        )
    return (*ops, *_chart(_votes(props), width, top + above, chart))


def _votes(props: Props) -> list[tuple[str, float]]:
    """The answers with their votes; those that differ only in case are counted together."""
    found: dict[str, tuple[str, float]] = {}
    for item in sequence(props.get("answers"))[:_MAX_ANSWERS]:
        answer = mapping(item)
        name, votes = text(answer.get("key")), max(0.0, num(answer.get("numVotes")))
        key = name.lower()
        before = found.get(key, (name, 0.0))
        found[key] = (name if votes > before[1] else before[0], before[1] + votes)
    return list(found.values())


def _chart(votes: Sequence[tuple[str, float]], width: float, top: float, height: float) -> list[Op]:
    """The bars; the chart takes nine tenths of the width, margins of 5 and an axis of 80 and 30."""
    left, right = 5.0 + 80, width * 0.9 - 5
    upper, lower = top + 5, top + height - 35
    if right <= left or lower <= upper or not votes:
        return []
    most, ticks = _ticks(max(count for _, count in votes))
    band = (lower - upper) / len(votes)
    ops: list[Op] = []
    for i, (name, count) in enumerate(votes):
        y = upper + band * i
        bar = paths.rectangle(left, y + band * 0.1, (right - left) * count / most, band * 0.8)
        if count > 0:
            ops.append(Fill(bar, _POLL_BAR))
        ops.append(_line(complex(left - 6, y + band / 2), complex(left, y + band / 2), _POLL_AXIS))
        ops.append(
            Text(
                name,
                left - 80,
                y,
                72,
                _TICK_SIZE,
                _POLL_AXIS,
                align="end",
                line_height=1,
                height=band,
                vertical="middle",
            )
        )
    ops += [
        _line(complex(left, upper), complex(left, lower), _POLL_AXIS),
        _line(complex(left, lower), complex(right, lower), _POLL_AXIS),
    ]
    for tick in ticks:
        x = left + (right - left) * tick / most
        ops.append(_line(complex(x, lower), complex(x, lower + 6), _POLL_AXIS))
        ops.append(
            Text(f"{tick:g}", x - 20, lower + 6, 40, _TICK_SIZE, _POLL_AXIS, align="middle", line_height=1)
        )
    return ops


def _ticks(most: float) -> tuple[float, list[float]]:
    """The axis: its end and five even ticks."""
    if most <= 0:
        return 4.0, [0.0, 1.0, 2.0, 3.0, 4.0]
    step = most / 4
    if most > 4:
        magnitude = 10 ** max(0, len(str(int(step))) - 1)
        step = -(-step // magnitude) * magnitude
    return step * 4, [step * i for i in range(5)]


def _line(a: complex, b: complex, colour: Colour) -> Stroke:
    return Stroke((paths.move(a), paths.line(b)), colour, 1.0, cap="butt")


# -- pictures


def picture_ops(props: Props, href: str | None) -> tuple[Op, ...]:
    """An image: the file if the recording has it, else a pale box where it was."""
    width, height = size(props.get("w"), 100.0), size(props.get("h"), 100.0)
    if href is not None:
        return (Picture(href, 0.0, 0.0, width, height, stretch=True),)
    box = paths.rectangle(0, 0, width, height)
    return (
        Fill(box, (0xEC, 0xEE, 0xF0, 160)),
        Stroke(box, colours.tones("grey").solid, 1.0, dash=(6.0, 6.0)),
    )
