"""The fonts that are installed on this machine; a bare server has none."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

FOLDERS: Final = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/Library/Fonts",
)
_MOST: Final = 1500


def files() -> Iterator[Path]:
    """Upright regular fonts first, then the others, so that a fallback looks ordinary."""
    found = [
        path
        for folder in FOLDERS
        for path in sorted(Path(folder).expanduser().rglob("*"))
        if path.suffix.lower() in {".ttf", ".otf", ".ttc", ".otc"}
    ]
    found.sort(
        key=lambda path: any(w in path.stem.lower() for w in ("bold", "italic", "oblique", "black", "light"))
    )
    yield from found[:_MOST]


@functools.cache
def families() -> Mapping[str, tuple[str, ...]]:
    """The name of each family, in lower case, with the files of its faces."""
    import freetype  # noqa: PLC0415 - few slides have text: loading it costs a quarter of a picture process's start

    found: dict[str, tuple[str, ...]] = {}
    for path in files():
        with contextlib.suppress(freetype.FT_Exception):  # no font, whatever it is called
            name = (freetype.Face(str(path)).family_name or b"").decode("utf-8", "replace").lower()
            found[name] = (*found.get(name, ()), str(path))
    found.pop("", None)
    return found
