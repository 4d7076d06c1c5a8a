"""The fonts of the text in an SVG file: packaged ones, and those installed here that it names or needs.

A file names its fonts by the system that it comes from. A browser takes what is
installed, else a relative of the same widths, else its default, which has serifs.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from pod.bbb.playback.notes import Note
from pod.bbb.render.text.installed import families

Faces = tuple[str, ...]  # from the one of the right widths, which may be installed, to the packaged one
SANS: Final[Faces] = ("Arimo",)
SERIF: Final[Faces] = ("Liberation Serif", "Crimson Pro")
MONO: Final[Faces] = ("Liberation Mono", "Source Code Pro")
_LAST_LATIN: Final = "\u024f"
_NAMES: Final = tuple(
    (re.compile(rf"\b(?:{names})\b", re.IGNORECASE), faces)
    for names, faces in (
        ("arial|helvetica|liberation sans|calibri|verdana|tahoma", SANS),
        ("times new roman|times|liberation serif|georgia|garamond|cambria", SERIF),
        ("courier new|courier|liberation mono|consolas|menlo|monaco", MONO),
    )
)


def first(faces: Faces) -> str:
    """The first of some faces that there is."""
    return next((face for face in faces if face.lower() in families()), faces[-1])


def with_faces(style: str) -> str:
    """A style whose font names are those of faces that there are, where they are known names."""
    for names, faces in _NAMES:
        style = names.sub(functools.partial(_instead, faces=faces), style)
    return style


def _instead(name: re.Match[str], faces: Faces) -> str:
    return name[0] if name[0].lower() in families() else first(faces)


def fonts_for(text: str, letters: frozenset[str], packaged: Sequence[str], note: Note) -> dict[str, Any]:
    """What resvg is to be told of fonts to draw an SVG file; nothing for one without letters, as most are."""
    if not letters:
        return {}
    return {
        "font_files": files_for(text, letters, packaged, note),
        "font_family": first(SERIF),  # a browser's default has serifs
        "sans_serif_family": first(SANS),
        "serif_family": first(SERIF),
        "monospace_family": first(MONO),
    }


def files_for(text: str, letters: Iterable[str], packaged: Sequence[str], note: Note) -> list[str]:
    """The files of all fonts that may be needed for an SVG file's `text`, which shows `letters`.

    `packaged` are those of the three packaged faces; `note` is told of letters that no font has.
    """
    named = f"{text} {first(SERIF)} {first(MONO)}".lower()
    installed = [file for family, files in families().items() if family in named for file in files]
    others = sorted(letter for letter in set(letters) if letter > _LAST_LATIN)
    return [*packaged, *installed, *dict.fromkeys(_files_with(others, note))]


def _files_with(letters: Sequence[str], note: Note) -> Iterator[str]:
    if not letters:
        return
    from pod.bbb.render.text.fonts import fallback  # noqa: PLC0415 - few files have such letters: a third more to load

    missing = []
    for letter in letters:
        font = fallback(letter)
        if font is not None:
            yield str(font.path)
        elif unicodedata.category(letter)[0] not in "CMZ":  # not blanks, joiners, marks: they show nothing
            missing.append(f"U+{ord(letter):04X}")
    if missing:
        note(f"no font has the characters {' '.join(missing[:10])}: boxes stand for them")
