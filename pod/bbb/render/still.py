"""One still of the content area, as the official player shows it at a second: `python -m pod.bbb still`."""

from __future__ import annotations

import os
from pathlib import Path

import av
import numpy as np
from PIL import Image

from pod.bbb.errors import RenderError
from pod.bbb.playback.model import Playback
from pod.bbb.playback.read import read_playback
from pod.bbb.render.painter import Painter
from pod.bbb.render.scene import BACKGROUND
from pod.bbb.render.timeline import Timeline


def still(folder: Path, seconds: float, size: tuple[int, int], out: Path) -> tuple[str, ...]:
    """Write the content area of a recording at `seconds` as a PNG of `size`, fitted and centred.

    Returns notes on what could not be shown. Raises PlaybackError when the
    recording is unusable, RenderError when the picture cannot be made.
    """
    playback = read_playback(folder)
    image, notes = picture(playback, seconds, size)
    part = out.with_name(out.name + ".part")
    try:
        image.save(part, format="PNG", compress_level=3)
        os.replace(part, out)  # noqa: PTH105 - the atomic replacement, by its name
    except OSError as error:
        part.unlink(missing_ok=True)
        message = (
            f"Writing the still to {out} failed: {error.strerror}. Choose a folder that can be written to."
        )
        raise RenderError(message) from error
    return playback.notes + notes


def picture(playback: Playback, seconds: float, size: tuple[int, int]) -> tuple[Image.Image, tuple[str, ...]]:
    """The content area at a second, and notes on what could not be shown."""
    painter = Painter(playback, *size)
    scene = Timeline(playback).at(seconds)
    pixels = painter.paint(scene).pixels
    image = Image.fromarray(np.ascontiguousarray(pixels[..., 2::-1]), "RGB")
    notes = painter.notes
    if scene.share is not None and playback.deskshare is not None:
        frame = share_frame(playback.deskshare.path, seconds)
        if frame is None:
            return image, (*notes, f"The screen share has no picture at {seconds:g} s.")
        image = _fitted(frame, size)
    return image, notes


def share_frame(path: Path, seconds: float) -> Image.Image | None:
    """The frame of the screen share's video that is shown at a second; None before its first one."""
    try:
        with av.open(str(path)) as container:
            stream = container.streams.video[0]
            base = stream.time_base
            if base:
                container.seek(max(0, int(seconds / base)), stream=stream, backward=True)
            shown: av.VideoFrame | None = None
            for frame in container.decode(stream):
                if frame.time is not None and frame.time > seconds + 1e-3 and shown is not None:
                    break
                shown = frame
            return None if shown is None else Image.fromarray(shown.to_ndarray(format="rgb24"), "RGB")
    except (av.FFmpegError, IndexError) as error:
        message = (
            f"Reading the screen share {path.name} at {seconds:g} s failed: {error}. Fetch the file again."
        )
        raise RenderError(message) from error


def _fitted(frame: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The frame fitted and centred on the player's background."""
    scale = min(size[0] / frame.width, size[1] / frame.height)
    inner = (max(1, round(frame.width * scale)), max(1, round(frame.height * scale)))
    image = Image.new("RGB", size, BACKGROUND)
    image.paste(
        frame.resize(inner, Image.Resampling.BICUBIC), ((size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2)
    )
    return image
