"""Whether a finished file is a video that plays."""

from __future__ import annotations

from pathlib import Path

import av

from pod.bbb.playback.media import INPUT_OPTIONS
from pod.conversion.errors import ConversionError, made_of
from pod.video.errors import VideoError
from pod.video.probe import probe

# Frames darker than this mean (0..255) are black; bbb-recorder is known to leave black films.
BLACK = 20.0
LOOKS = 5


def media_duration(path: Path) -> float:
    """Return the file's length in seconds; ConversionError when it is no media file."""
    try:
        return probe(path).duration_s
    except VideoError as error:
        raise ConversionError(
            f"What was made ({path.name}) is not a playable file: see the log, then retry.", made_of(error)
        ) from error


def check_playable(path: Path) -> None:
    """Raise ConversionError unless the file exists and has a length and a first picture or sound."""
    if not path.is_file() or path.stat().st_size == 0:
        raise ConversionError(f"The converter left no file {path.name}: see the log, then retry.")
    duration = media_duration(path)
    try:
        with av.open(str(path), options=INPUT_OPTIONS) as container:
            streams = [*container.streams.video[:1], *container.streams.audio[:1]]
            first = next(container.decode(streams[0]), None) if streams else None
    except (av.FFmpegError, OSError) as error:
        raise ConversionError(f"{path.name} cannot be decoded: retry the conversion.", str(error)) from error
    if first is None or duration <= 0:
        raise ConversionError(f"{path.name} holds neither picture nor sound: retry the conversion.")


def is_black(path: Path) -> bool:
    """Whether pictures taken over the whole length are all black."""
    duration = media_duration(path)
    with av.open(str(path), options=INPUT_OPTIONS) as container:
        if not container.streams.video:
            return False
        stream = container.streams.video[0]
        for look in range(LOOKS):
            container.seek(int(duration * look / LOOKS * av.time_base))
            frame = next(container.decode(stream), None)
            if frame is not None and frame.to_ndarray(format="gray").mean() >= BLACK:
                return False
    return True
