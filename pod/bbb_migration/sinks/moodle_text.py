"""The notice inside an activity's description: put in, replaced, taken out again. Pure.

`bigbluebuttonbn.intro` is what a teacher wrote, in one of Moodle's formats
(`introformat`: 0 Moodle, 1 HTML, 2 plain text, 4 Markdown). The notice stands
before it in a block of its own that an attribute marks, so that it is found
again whatever its wording is; in plain text two marker lines do the same.
Taking it out gives back, letter for letter, what was there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

from django.utils.translation import gettext as _

PLAIN = 2
MARKDOWN = 4
MARK = 'data-bbb-migration="1"'
WAS_NULL = 'data-bbb-intro="null"'
OPENING = re.compile(r"<div\b[^>]*\bdata-bbb-migration\s*=\s*[\"']?1[\"']?[^>]*>", re.IGNORECASE)
ANY_DIV = re.compile(r"<(/?)div\b[^>]*>", re.IGNORECASE)
PLAIN_BEGIN, PLAIN_END = "[bbb-migration]", "[/bbb-migration]"
LINK = re.compile(
    r"<a\b[^>]*\bhref\s*=\s*([\"'])(?P<href>.*?)\1[^>]*>(?P<text>.*?)</a\s*>", re.IGNORECASE | re.DOTALL
)
BREAK = re.compile(r"\s*<(?:br|/p|/div|/li|/h[1-6])\b[^>]*>\s*", re.IGNORECASE)
TAG = re.compile(r"<[^>]*>")
GAP = "\n\n"
BLANK_LINE = re.compile(r"\r?\n\r?\n")
EITHER = re.compile(f"{OPENING.pattern}|{re.escape(PLAIN_BEGIN)}", re.IGNORECASE)


class NoticeError(ValueError):
    """The notice's text, or a description that holds one, cannot be worked on."""


@dataclass(frozen=True, slots=True)
class _Block:
    """A notice in a description: where it stands, in which form, and whether the description was NULL."""

    first: int
    last: int
    plain: bool
    null: bool


def with_notice(intro: str | None, introformat: int, text: str) -> str:
    """Return the description with the notice, in place of an older one or before everything else.

    Raises NoticeError when `text` would break the block it stands in, or when
    the block that is there cannot be told from the rest.
    """
    blocks = _blocks(intro or "")
    kept = next((block for block in blocks if block.plain == (introformat == PLAIN)), None)
    null = intro is None or any(block.null for block in blocks)
    new = _written(introformat, text, null=null)
    if kept is not None:
        return _without(intro or "", blocks, introformat, kept, new)
    return f"{new}{_gap(introformat)}{without_notice(intro, introformat) or ''}"


def without_notice(intro: str | None, introformat: int) -> str | None:
    """Return the description without any notice: what stood there before, NULL included."""
    if intro is None:
        return None
    blocks = _blocks(intro)
    rest = _without(intro, blocks, introformat)
    return None if not rest and any(block.null for block in blocks) else rest


def has_notice(intro: str | None) -> bool:
    """Whether the description holds a notice of ours."""
    return intro is not None and EITHER.search(intro) is not None


def checked(text: str) -> str:
    """Return the notice's text trimmed; raises NoticeError when its `<div>`s do not match or it is empty."""
    text = text.strip()
    depth = 0
    for match in ANY_DIV.finditer(text):
        depth += -1 if match[1] else 1
        if depth < 0:
            break
    if depth:
        raise NoticeError(_("SCRIPT_INFORM has a <div> or </div> without its counterpart: correct the text."))
    if not text:
        raise NoticeError(_("SCRIPT_INFORM is empty: there is no notice to write."))
    if OPENING.search(text) or PLAIN_BEGIN in text or PLAIN_END in text:
        raise NoticeError(_("SCRIPT_INFORM holds the notice's own marker: leave the marker out of the text."))
    return text


def plain(text: str) -> str:
    """Return the notice as plain text, links as `text (address)`."""
    text = LINK.sub(lambda found: f"{found['text']} ({found['href']})", checked(text))
    words = unescape(TAG.sub("", BREAK.sub("\n", text)))
    lines = (" ".join(line.split()) for line in words.splitlines())
    return "\n".join(line for line in lines if line)


def _written(introformat: int, text: str, *, null: bool) -> str:
    if introformat == PLAIN:
        return f"{PLAIN_BEGIN}\n{plain(text)}\n{PLAIN_END}"
    text = checked(text)
    if introformat == MARKDOWN:
        # a blank line would end the block for Markdown
        text = re.sub(r"\n\s*\n", "\n", text)
    return f"<div {MARK}{f' {WAS_NULL}' if null else ''}>{text}</div>"


def _gap(introformat: int) -> str:
    """Return what parts the notice from the text behind it: Markdown and plain text need a blank line."""
    return GAP if introformat in {PLAIN, MARKDOWN} else ""


def _without(
    intro: str, blocks: Iterable[_Block], introformat: int, kept: _Block | None = None, new: str = ""
) -> str:
    """Return the description without `blocks`, `kept` replaced by `new`."""
    parts, place = [], 0
    for block in blocks:
        parts.append(intro[place : block.first])
        place = block.last
        if block == kept:
            parts.append(new)
        elif _gap(introformat) and (gap := BLANK_LINE.match(intro, place)):
            place = gap.end()
    return "".join([*parts, intro[place:]])


def _blocks(intro: str) -> list[_Block]:
    """Return every notice in the description, in order."""
    blocks = []
    place = 0
    while opening := EITHER.search(intro, place):
        plain_one = opening[0].startswith("[")
        last = _end_of_plain(intro, opening.end()) if plain_one else _end_of_div(intro, opening.start())
        blocks.append(_Block(opening.start(), last, plain_one, WAS_NULL in opening[0]))
        place = last
    return blocks


def _end_of_plain(intro: str, place: int) -> int:
    found = intro.find(PLAIN_END, place)
    if found < 0:
        told = _("the description holds %(begin)s without %(end)s: correct it by hand")
        raise NoticeError(told % {"begin": PLAIN_BEGIN, "end": PLAIN_END})
    return found + len(PLAIN_END)


def _end_of_div(intro: str, place: int) -> int:
    depth = 0
    for match in ANY_DIV.finditer(intro, place):
        depth += -1 if match[1] else 1
        if depth == 0:
            return match.end()
    raise NoticeError(_("the notice in the description has lost its end: correct the description by hand"))
