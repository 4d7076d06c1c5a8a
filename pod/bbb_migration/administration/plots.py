"""Plots as SVG: no script, no style attribute; colours and patterns are classes of dashboard.css.

Every plot has a title, and its table beside it says the same in numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH = 720
ROW, BAR = 34, 20
VALUE = 80
COLUMNS_HEIGHT, AXIS = 150, 24
HATCHED = ("failed", "discarded", "moving")  # told from the others without colours, too


@dataclass(frozen=True)
class Part:
    """A piece of a bar: `kind` is the word of its colour and pattern."""

    kind: str
    value: float
    label: str


@dataclass(frozen=True)
class Bar:
    """A line of a plot."""

    label: str
    parts: Sequence[Part]
    total: str

    @property
    def value(self) -> float:
        """The length of the bar."""
        return sum(part.value for part in self.parts)


def bars(name: str, title: str, rows: Sequence[Bar], *, left: int = 0) -> SafeString:
    """Return horizontal bars; `left` is the room for labels, which without it stand over the bars.

    `name` must be unique in the page.
    """
    above = not left
    row = ROW + 18 if above else ROW
    most = max((one.value for one in rows), default=0) or 1
    scale = (WIDTH - left - VALUE) / most
    drawn = [_bar(name, one, left, at * row, scale, above=above) for at, one in enumerate(rows)]
    return _plot(name, title, len(rows) * row, drawn)


def _bar(name: str, one: Bar, left: float, top: float, scale: float, *, above: bool) -> SafeString:
    start = left
    pieces = []
    bar_top = top + (22 if above else (ROW - BAR) / 2)
    for part in one.parts:
        width = part.value * scale
        if width > 0:
            pieces.append(_piece(name, part, start, bar_top, max(width, 1.5)))
        start += width
    label_x, anchor, label_y = (0, "start", top + 15) if above else (left - 8, "end", bar_top + 15)
    return format_html(
        '<g><text class="label" x="{}" y="{}" text-anchor="{}">{}</text>{}'
        '<text class="value" x="{}" y="{}">{}</text></g>',
        label_x, _short(label_y), anchor, one.label, format_html_join("", "{}", ((one,) for one in pieces)),
        _short(start + 6), _short(bar_top + 15), one.total,
    )  # fmt: skip


def _piece(name: str, part: Part, left: float, top: float, width: float) -> SafeString:
    place = (_short(left), _short(top), _short(width), BAR)
    title = f"{part.label}: {number_format(round(part.value, 1), use_l10n=True)}"
    drawn = format_html(
        '<rect class="s-{}" x="{}" y="{}" width="{}" height="{}"><title>{}</title></rect>',
        part.kind, *place, title,
    )  # fmt: skip
    if part.kind not in HATCHED:
        return drawn
    hatch = format_html(
        '<rect class="over" fill="url(#{}-{})" x="{}" y="{}" width="{}" height="{}"/>',
        name,
        part.kind,
        *place,
    )
    return format_html("{}{}", drawn, hatch)


def columns(name: str, title: str, values: Sequence[tuple[str, float, str]]) -> SafeString:
    """Return vertical bars of (label, value, value in words); every other label is left out when narrow."""
    most = max((value for _label, value, _text in values), default=0) or 1
    step = WIDTH / max(1, len(values))
    drawn = []
    for at, (label, value, text) in enumerate(values):
        height = value / most * (COLUMNS_HEIGHT - 22)
        middle = (at + 0.5) * step
        drawn.append(
            format_html(
                '<g><rect class="s-done" x="{}" y="{}" width="{}" height="{}"><title>{}: {}</title></rect>'
                '<text class="value" x="{}" y="{}" text-anchor="middle">{}</text>'
                '<text class="label" x="{}" y="{}" text-anchor="middle">{}</text></g>',
                _short(at * step + step * 0.15),
                _short(COLUMNS_HEIGHT - height),
                _short(step * 0.7),
                _short(height),
                label,
                text,
                _short(middle),
                _short(COLUMNS_HEIGHT - height - 5),
                text if value else "",
                _short(middle),
                COLUMNS_HEIGHT + 16,
                label,
            )
        )
    base = format_html('<path class="axis" d="M0 {0}H{1}"/>', COLUMNS_HEIGHT, WIDTH)
    return _plot(name, title, COLUMNS_HEIGHT + AXIS, [*drawn, base])


def _plot(name: str, title: str, height: float, drawn: Sequence[SafeString]) -> SafeString:
    patterns = format_html_join(
        "",
        '<pattern id="{}-{}" width="6" height="6" patternUnits="userSpaceOnUse">'
        '<path class="hatch" d="{}"/></pattern>',
        (
            (name, "failed", "M0 0L6 6M6 0L0 6"),
            (name, "discarded", "M0 3H6"),
            (name, "moving", "M0 6L6 0"),
        ),
    )
    return format_html(
        '<svg class="plot" viewBox="0 0 {} {}" role="img" aria-labelledby="{}-title">'
        '<title id="{}-title">{}</title><defs>{}</defs>{}</svg>',
        WIDTH, _short(max(height, ROW)), name, name, title, patterns,
        format_html_join("", "{}", ((one,) for one in drawn)),
    )  # fmt: skip


def swatch(kind: str) -> SafeString:
    """Return the square of a legend."""
    hatch = format_html('<rect class="over" fill="url(#years-{})" width="14" height="14"/>', kind)
    return format_html(
        '<svg class="swatch" viewBox="0 0 14 14" aria-hidden="true">'
        '<rect class="s-{}" width="14" height="14"/>{}</svg>',
        kind, hatch if kind in HATCHED else "",
    )  # fmt: skip


def _short(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".")
