"""Single pictures of a recording's content area, as the official player shows it at a second."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pod.bbb.places import part_of, turn
from pod.bbb.playback.model import Media, Playback
from pod.bbb.render.media.video_source import VideoSource
from pod.bbb.render.painting.painter import Painter
from pod.bbb.render.timing.scene import BACKGROUND
from pod.bbb.render.timing.timeline import Timeline


def content_at(
    playback: Playback, at: float, size: tuple[int, int]
) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    """Give the content area at a second as RGB (height, width, 3), and what could not be shown."""
    at = min(max(0.0, at), playback.duration)
    scene = Timeline(playback).at(at)
    notes: tuple[str, ...] = ()
    if scene.share is not None and playback.deskshare is not None:
        shared = _share_at(playback.deskshare, at, size)
        if shared is not None:
            return shared, ()
        notes = (f"The screen share has no picture at {at:g} s.",)
    painter = Painter(playback, *size)
    pixels = painter.paint(scene).pixels
    return np.ascontiguousarray(pixels[:, :, 2::-1]), (*painter.notes, *notes)


def _share_at(media: Media, at: float, size: tuple[int, int]) -> NDArray[np.uint8] | None:
    shared = recorded_at(media, at)
    if shared is None:
        return None
    scale = min(size[0] / shared.width, size[1] / shared.height)
    width, height = max(1, round(shared.width * scale)), max(1, round(shared.height * scale))
    whole = Image.new("RGB", size, BACKGROUND)
    whole.paste(
        shared.resize((width, height), Image.Resampling.LANCZOS),
        ((size[0] - width) // 2, (size[1] - height) // 2),
    )
    return np.asarray(whole)


def recorded_at(media: Media, at: float) -> Image.Image | None:
    """Give the picture that a recorded video shows at a second, as it is; None if it has none."""
    source = VideoSource(media.path, media.pixels)
    try:
        frame = source.at(at)
        return Image.fromarray(frame.to_ndarray(format="rgb24")) if frame is not None else None
    finally:
        source.close()


def draw_still(playback: Playback, at: float, size: tuple[int, int], out: Path) -> tuple[str, ...]:
    """Write the content area at a second as PNG; give what could not be shown."""
    pixels, notes = content_at(playback, at, size)
    part = part_of(out)
    with turn(part, lambda: None):
        Image.fromarray(pixels).save(part, format="PNG")
        part.replace(out)
    if at > playback.duration:
        notes = (*notes, f"The recording lasts {playback.duration:.1f} s: this is its end.")
    return (*playback.notes, *notes)
