"""Files of the recorders' folders: which may be touched, and how one comes whole to another place."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pod.bbb.places import whole
from pod.recorder.errors import ClaimError, FileGoneError

CHUNK = 8 << 20  # bytes
NOT_MOVED = gettext_lazy("The server could not move the file: tell the administrators.")


def checked_path(file: str) -> Path:
    """Return the file's path if it is a file below DEFAULT_RECORDER_PATH, links resolved."""
    path = Path(file)
    root = Path(settings.DEFAULT_RECORDER_PATH).resolve()
    if not path.is_file():
        raise FileGoneError(
            _("The file “%(name)s” is not there any more: tell an administrator.") % {"name": path.name}
        )
    if not path.resolve().is_relative_to(root):
        raise FileGoneError(
            _("The file “%(name)s” is not in the recorders’ folder and cannot be used.") % {"name": path.name}
        )
    return path


def link_or_copy(source: Path, target: Path, alive: Callable[[], None] = lambda: None) -> None:
    """Make `target` the same whole file as `source`: a second link, or a copy on another file system.

    `alive` is called again and again while a file is copied, which may take very long.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    size = source.stat().st_size
    with whole(target) as part:
        part.unlink(missing_ok=True)
        try:
            os.link(source.resolve(), part)
        except OSError:
            _copy(source, part, size, alive)
        if not part.stat().st_size == size == source.stat().st_size:
            raise ClaimError(_("The file is still growing: try again in a few minutes."))


def _copy(source: Path, part: Path, size: int, alive: Callable[[], None]) -> None:
    """Copy a file of `size` bytes; one that grows is not followed for ever.

    What stands at `part` already is another's who does the same at once, and may be a link to `source`.
    """
    with source.open("rb") as here, part.open("xb") as there:
        while there.tell() <= size and (chunk := here.read(CHUNK)):
            there.write(chunk)
            alive()
