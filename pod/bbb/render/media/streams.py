"""Opening the stream of a file that is wanted, and no other."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal

import av
import av.error
from av.stream import Discard

from pod.bbb.errors import PlaybackError
from pod.bbb.playback import ogg
from pod.bbb.playback.media import INPUT_OPTIONS, fault

_NAMES: Final = {
    "audio": ("the sound", "There is no sound"),
    "video": ("the pictures", "There are no pictures"),
}


def open_stream(path: Path, kind: Literal["audio", "video"], link: ogg.Link | None = None) -> tuple[Any, Any]:
    """Open a file, or a link of a chained one, to read its first stream of a kind alone.

    Gives PyAV's container and stream. Raises PlaybackError.
    """
    name, none = _NAMES[kind]
    try:
        container: Any = link.open() if link else av.open(path, options=INPUT_OPTIONS)
    except av.error.FFmpegError as error:
        raise PlaybackError(
            f"Cannot open {name} in {path.name}: {fault(error)}. Fetch the file again."
        ) from error
    stream = next((found for found in container.streams if found.type == kind), None)
    if stream is None:
        container.close()
        raise PlaybackError(f"{none} in {path.name}. Fetch the file again.")
    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all
    return container, stream
