"""Reading the XML files of a recording: streaming, and without anything that XML can do to its reader.

No DTD is loaded, no entity of a document is used, nothing is fetched. A
document that breaks off yields what came before the break.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from lxml import etree

from pod.bbb.playback.notes import Notes
from pod.bbb.playback.paths import reading, usable
from pod.bbb.playback.xmltext import Mending
from pod.bbb.untrusted_xml import HARDENED, local, release

XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
LARGEST_ELEMENT = 4 * 1024 * 1024  # bytes; a shape of shapes.svg has some hundred thousand at most
MOST_ATTRIBUTES = 2000  # of one tag
PIECE = 128 * 1024  # bytes read at once
_WINDOW = 2048  # bytes
_ATTRIBUTE = re.compile(rb"=\s*[\"']")


def elements(
    path: Path,
    names: Collection[str],
    notes: Notes,
    wanted: Callable[[etree._Element], bool] = lambda _element: True,
    most: int = 3_000_000,
) -> Iterator[etree._Element]:
    """Each element of `path` with a local name in `names` that is `wanted`, once all of it was read.

    An element must be used before the next one is asked for: it is emptied then, as is all
    that is not wanted, so that a long file needs little memory. The attributes of its
    ancestors can be read. An absent file yields nothing. Reading ends, with a note, where
    the file is damaged, after `most` elements, and at an absurdly long element.
    """
    if not usable(path, notes):
        return
    count = 0
    try:
        with reading(path, notes):
            for element in _parsed(path, names, wanted, notes):
                if declares_entities(element):
                    notes.add(f"{path.name} declares entities: it is not used.")
                    return
                if not wanted(element):
                    continue
                count += 1
                if count > most:
                    notes.add(f"{path.name} holds more than {most} entries: the rest is left out.")
                    return
                yield element
                release(element)
    except (etree.XMLSyntaxError, _TooLongError) as error:
        notes.add(f"{path.name} is damaged ({first_line(error)}): what comes before is used.")


class _TooLongError(Exception):
    """Something that no real file holds, and that would take too much memory or time to read."""


def _parsed(
    path: Path, names: Collection[str], wanted: Callable[[etree._Element], bool], notes: Notes
) -> Iterator[etree._Element]:
    """Every element with one of the local names, as soon as it is whole.

    The parser keeps a tree of all that it has read, thirty times as large as the
    text: what lies outside the `wanted` elements is taken out of it as it comes.
    """
    parser: Any = etree.XMLPullParser(
        events=("end",),
        tag=[f"{{*}}{name}" for name in names],
        attribute_defaults=False,
        huge_tree=False,
        **HARDENED,
    )
    root: etree._Element | None = None
    held, begun = 0, None  # bytes read since the element began that is not whole yet
    mending = Mending()
    with path.open("rb") as file:
        for piece in _sound_pieces(mending.pieces(iter(partial(file.read, PIECE), b""))):
            if mending.done:
                notes.once(f"{path.name} contains characters that XML does not allow: they were repaired.")
            damage = _feed(parser, piece)
            notes.breathe()
            for _event, element in parser.read_events():
                root = element.getroottree().getroot() if root is None else root
                yield element
            if damage is not None:
                raise damage
            before, begun = begun, None if root is None else _prune(root, names, wanted)
            held = held + len(piece) if root is None or (begun is not None and begun is before) else 0
            if held > LARGEST_ELEMENT:
                raise _TooLongError(f"{LARGEST_ELEMENT} bytes are one element, or unknown ones")
            if root is not None and root.getnext() is not None:  # remarks after the document's end
                return
    parser.close()


def _feed(parser: Any, piece: bytes) -> etree.XMLSyntaxError | None:  # noqa: ANN401 - lxml types no pull parser
    """Let the parser read a piece; damage is returned, as what came before it must be used first."""
    try:
        parser.feed(piece)
    except etree.XMLSyntaxError as error:
        return error
    return None


def _sound_pieces(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The file piece by piece, up to a tag with more attributes than any has.

    To find an attribute twice the parser compares each with all others: a
    million of them take it hours.
    """
    run = 0  # attributes since the last "<"
    for piece in pieces:
        for start in range(0, len(piece), _WINDOW):
            window = piece[start : start + _WINDOW]
            before, begun, _rest = window.partition(b"<")
            run += len(_ATTRIBUTE.findall(before))
            if run > MOST_ATTRIBUTES:
                raise _TooLongError(f"a tag has more than {MOST_ATTRIBUTES} attributes")
            if begun:
                run = len(_ATTRIBUTE.findall(window.rpartition(b"<")[2]))
        yield piece


def _prune(
    root: etree._Element, names: Collection[str], wanted: Callable[[etree._Element], bool]
) -> etree._Element | None:
    """Drop from the tree all that is complete and not wanted; give the wanted element being read, or None."""
    element = root
    while True:
        if local(element) in names and (len(element) or element.text) and wanted(element):
            return element
        if not len(element):
            return None
        del element[:-1]
        element = element[-1]


def declares_entities(element: etree._Element) -> bool:
    """Whether the document's own DTD declares entities: none of BigBlueButton's does."""
    dtd: Any = element.getroottree().docinfo.internalDTD
    return dtd is not None and bool(dtd.entities())


def first_line(error: Exception) -> str:
    """The first line of a parser's message, short."""
    return str(error).partition("\n")[0][:120]


def attributes(element: etree._Element) -> dict[str, str]:
    """The element's attributes by local name, except that `xlink:href` keeps out of `href`'s way."""
    found: dict[str, str] = {}
    for name, value in element.attrib.items():
        key = str(name)
        short = "href" if key == XLINK_HREF else key.rpartition("}")[2].removeprefix("xlink:")
        found.setdefault(short, str(value))
    return found
