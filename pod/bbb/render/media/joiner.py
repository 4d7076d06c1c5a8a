"""Puts the encoded packets of video and sound into the one file that is handed over."""

from __future__ import annotations

import contextlib
import heapq
import io
import struct
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error

from pod.bbb.errors import Cancelled, RenderError
from pod.bbb.playback.media import fault
from pod.bbb.render.media import audio_format, encoder
from pod.bbb.render.media.audio_format import AudioFormat
from pod.bbb.render.media.encoder import VP9, VideoCodec
from pod.bbb.render.media.spool import Encoded, read_spool

_TEXT = struct.Struct(">H")
_LONGEST_TEXT = 8000  # bytes of one caption
# What the encoder of timed text takes its box's style from; the texts come ready made.
_ASS_HEADER = b"""[Script Info]
ScriptType: v4.00+
PlayResX: 384
PlayResY: 288

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, \
Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, \
MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,0

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""
WRITTEN_AT_ONCE = 1024 * 1024  # bytes
LOOK_S = 0.05  # between two looks at whether the work is to end
SHORTEST_CHAPTER_MS = 1000  # what comes before the first slide is a chapter of its own from here on
TOLERANCE_S = 0.1  # how far the file's duration may be from what was asked for


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter of the video, in milliseconds from its beginning."""

    start: int
    end: int
    title: str


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption, in milliseconds from the video's beginning."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class CaptionText:
    """A caption track: its language (as in the recording) and its cues by start, apart from one another."""

    locale: str
    name: str
    language: str  # ISO 639-2
    cues: tuple[Cue, ...]


@dataclass(frozen=True)
class Parts:
    """What a file is joined from."""

    size: tuple[int, int]
    codec: VideoCodec
    video: Sequence[Path]
    audio: tuple[Path, AudioFormat] | None
    metadata: Mapping[str, str] = field(default_factory=dict)
    chapters: Sequence[Chapter] = ()
    captions: Sequence[CaptionText] = ()


def join(parts: Parts, out: Path, breathe: Callable[[], None]) -> None:
    """Write `out`: an MP4 whose index comes first so that it plays while it loads, or a WebM.

    `breathe` is called now and then; what it raises ends the work, and so does a signal.
    """
    ended = threading.Event()
    # In a thread: the library's last pass moves the whole file in one call, in which no signal is heard.
    with ThreadPoolExecutor(1, "joining") as threads:
        work = threads.submit(_write, parts, out, ended)
        try:
            while not wait([work], LOOK_S).done:
                breathe()
            work.result()
        except BaseException:
            ended.set()
            wait([work])
            out.unlink(missing_ok=True)
            raise


class _File(io.FileIO):
    """A file that refuses to be written once the work is to end.

    It is not buffered: FFmpeg also reads it, by its name, while it writes.
    """

    def __init__(self, path: Path, ended: threading.Event) -> None:
        super().__init__(str(path), "w")
        self._ended = ended

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - what holds bytes has no type in Python 3.11
        """Write all of `data`. Raises Cancelled."""
        if self._ended.is_set():
            raise Cancelled("Joining was stopped.")
        left = memoryview(data)
        while left:
            left = left[super().write(left) :]
        return len(data)


def _write(parts: Parts, out: Path, ended: threading.Event) -> None:
    webm = parts.codec is VP9
    options = {"flush_packets": "0"}  # else each packet is a write of its own
    if not webm:
        options["movflags"] = "+faststart"
    with _File(out, ended) as file:
        container = av.open(
            file, "w", format="webm" if webm else "mp4", options=options, buffer_size=WRITTEN_AT_ONCE
        )
        try:
            _fill(container, parts)
        except BaseException:
            ended.set()  # else closing would move the whole file to put its index first
            with contextlib.suppress(av.error.FFmpegError, Cancelled):
                container.close()
            raise
        container.close()


def _fill(container: Any, parts: Parts) -> None:  # noqa: ANN401 - PyAV's container
    container.metadata.update(parts.metadata)
    chapters = parts.chapters if parts.codec is VP9 else from_the_beginning(parts)
    if chapters:
        container.set_chapters([_chapter(number, c) for number, c in enumerate(chapters)])
    sources = [_video(container, parts)]
    if parts.audio is not None:
        sources.append(_audio(container, *parts.audio))
    if parts.codec is not VP9:
        sources += [_captions(container, track) for track in parts.captions]
    container.start_encoding()
    for _at, _order, packet in heapq.merge(*sources, key=lambda item: item[:2]):
        container.mux_one(packet)


Timed = Iterator[tuple[float, int, Any]]


def _video(container: Any, parts: Parts) -> Timed:  # noqa: ANN401 - PyAV's container
    stream = container.add_stream(parts.codec.encoder)
    encoder.configure(stream.codec_context, parts.codec, parts.size)
    stream.time_base = encoder.VIDEO_TIME_BASE
    packets = (packet for path in parts.video for packet in read_spool(path))
    return _timed(packets, stream, encoder.VIDEO_TIME_BASE)


def _audio(container: Any, path: Path, form: AudioFormat) -> Timed:  # noqa: ANN401 - PyAV's container
    if form.copied_from is not None:
        with audio_format.open_audio(form.copied_from) as source:
            stream = container.add_stream_from_template(source.streams.audio[0])
    else:
        stream = container.add_stream(form.encoder, form.rate)
        audio_format.configure(stream.codec_context, form)
    return _timed(read_spool(path), stream, form.time_base)


def _timed(packets: Iterable[Encoded], stream: Any, unit: Fraction) -> Timed:  # noqa: ANN401 - PyAV's stream
    index, seconds = stream.index, float(unit)
    for encoded in packets:
        packet = av.Packet(encoded.data)
        packet.pts = packet.dts = encoded.pts
        packet.duration = encoded.duration
        packet.time_base = unit
        packet.is_keyframe = encoded.key
        packet.stream = stream
        yield encoded.pts * seconds, index, packet


def _captions(container: Any, track: CaptionText) -> Timed:  # noqa: ANN401 - PyAV's container
    stream = container.add_stream("mov_text")
    stream.codec_context.subtitle_header = _ASS_HEADER
    stream.codec_context.time_base = stream.time_base = Fraction(1, 1000)
    stream.metadata["language"] = track.language
    stream.metadata["handler_name"] = track.name
    return _timed(_texts(track), stream, Fraction(1, 1000))


def _texts(track: CaptionText) -> Iterator[Encoded]:
    """Give the samples of MP4's timed text: two bytes of length, then UTF-8.

    FFmpeg's writer puts the empty ones before and between them by itself.
    """
    for cue in track.cues:
        text = cue.text.encode()[:_LONGEST_TEXT].decode(errors="ignore").encode()
        yield Encoded(cue.start, cue.end - cue.start, key=True, data=_TEXT.pack(len(text)) + text)


def from_the_beginning(parts: Parts) -> Sequence[Chapter]:
    """Give the chapters as a track of an MP4 can hold them: the first one begins at 0.

    FFmpeg's writer puts the first one there whatever its time, and ends the track too early by so much.
    What comes before the first slide (webcams, a screen share) is called by the title of the recording.
    """
    if not parts.chapters:
        return ()
    first, *others = parts.chapters
    if first.start < SHORTEST_CHAPTER_MS:
        return [replace(first, start=0), *others]
    return [Chapter(0, first.start, parts.metadata.get("title", "")), *parts.chapters]


def _chapter(number: int, chapter: Chapter) -> Any:  # noqa: ANN401 - a dictionary that PyAV types for itself
    return {
        "id": number + 1,
        "start": chapter.start,
        "end": chapter.end,
        "time_base": Fraction(1, 1000),
        "metadata": {"title": chapter.title},
    }


def check(path: Path, duration: float, *, sound: bool) -> None:
    """Open the finished file and see that it is what was asked for. Raises RenderError when it is not."""
    try:
        with av.open(path) as container:
            got = float(container.duration or 0) / av.time_base
            kinds = [stream.type for stream in container.streams]
    except av.error.FFmpegError as error:
        raise RenderError(f"The video that was written cannot be read back: {fault(error)}.") from error
    if "video" not in kinds or (sound and "audio" not in kinds):
        raise RenderError(f"The video that was written has only these streams: {', '.join(kinds) or 'none'}.")
    if abs(got - duration) > TOLERANCE_S:
        raise RenderError(f"The video that was written lasts {got:.2f} s instead of {duration:.2f} s.")
