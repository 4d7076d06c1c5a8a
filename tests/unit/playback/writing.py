"""Small files of published recordings, written for one test each."""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

import av
import numpy as np

RECORD = "0123456789abcdef0123456789abcdef01234567-1700000000000"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" id="svgfile">'


def image(number: int, start: str, end: str, href: str = "", size: tuple[str, str] = ("1600", "900")) -> str:
    """An `<image>` of shapes.svg."""
    href = href or f"presentation/deck/slide-{number}.png"
    return (
        f'<image id="image{number}" class="slide" in="{start}" out="{end}" xlink:href="{href}" '
        f'width="{size[0]}" height="{size[1]}" x="0" y="0" style="visibility:hidden"/>'
    )


def canvas(number: int, *shapes: str) -> str:
    """The canvas of an image, with its shapes."""
    return f'<g class="canvas" id="canvas{number}" image="image{number}" display="none">{"".join(shapes)}</g>'


def shape(
    name: str, start: str, undo: str = "-1", body: str = '<path d="M0 0L9 9"/>', style: str = "stroke:#ff0000"
) -> str:
    """One version of a shape."""
    return (
        f'<g id="any-draw" class="shape" timestamp="{start}" undo="{undo}" shape="{name}" '
        f'style="{style};visibility:hidden">{body}</g>'
    )


def write_shapes(folder: Path, *children: str) -> None:
    """Write shapes.svg."""
    (folder / "shapes.svg").write_text(f"{SVG}{''.join(children)}</svg>", encoding="utf-8")


def write_events(folder: Path, name: str, *events: str, attributes: str = "") -> None:
    """Write an event file."""
    text = f'<?xml version="1.0"?><recording id="x"{attributes}>{"".join(events)}</recording>'
    (folder / name).write_text(text, encoding="utf-8")


def panzoom(start: str, box: str) -> str:
    """An event of panzooms.xml."""
    return f'<event timestamp="{start}"><viewBox>{box}</viewBox></event>'


def cursor(start: str, at: str, more: str = "") -> str:
    """An event of cursor.xml."""
    return f'<event timestamp="{start}"{more}><cursor>{at}</cursor></event>'


def write_metadata(folder: Path, *, duration_ms: int | None = 20_000, name: str = "Lecture") -> None:
    """Write metadata.xml."""
    duration = "" if duration_ms is None else f"<duration>{duration_ms}</duration>"
    (folder / "metadata.xml").write_text(
        f"<recording><id>{RECORD}</id><state>published</state><start_time>1700000000000</start_time>"
        f'<meeting id="{RECORD}" name="by meeting"/><meta><meetingName>{name}</meetingName></meta>'
        f"<playback><format>presentation</format>{duration}</playback></recording>",
        encoding="utf-8",
    )


def write_film(path: Path, seconds: float, *, live: bool = False) -> None:
    """Write a tiny VP8 film of 5 frames a second; `live`: without a duration in its header."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_film(seconds, live=live))


@lru_cache
def _film(seconds: float, *, live: bool) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format="webm", options={"live": "1"} if live else {}) as container:
        stream = container.add_stream("libvpx", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(round(seconds * 5)):
            picture = np.full((48, 64, 3), number % 200, dtype=np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
    return file.getvalue()


def write_sound(path: Path, seconds: float) -> None:
    """Write a silent Opus sound."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libopus", rate=48000, layout="mono")
        samples = np.zeros((1, 960), dtype=np.float32)
        for number in range(round(seconds * 50)):
            frame = av.AudioFrame.from_ndarray(samples, format="flt", layout="mono")
            frame.sample_rate, frame.pts = 48000, number * 960
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
