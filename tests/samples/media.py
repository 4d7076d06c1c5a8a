"""Writing media files with PyAV alone: a short clip is encoded once and its packets repeated.

Repeating packets makes a recording of an hour in seconds, and a decoder has as
much to do as with a picture that was encoded from end to end. It needs an
encoder that looks at nothing ahead (one packet per frame, no B frames), which
the options here ask for.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeAlias

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.uint8]  # (height, width, 3), RGB
Samples: TypeAlias = NDArray[np.float32]  # mono, -1 to 1

AnyPacket: TypeAlias = "av.Packet[Any]"

SOUND_RATE = 48_000
# One thread: where the cores are busy, libvpx's threads wait for each other in loops that cost more than
# the pictures do (a second of camera: 1.1 s of processor time for 0.15 s).
VP8 = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "auto-alt-ref": "0", "threads": "1"}
VP9 = {
    "deadline": "realtime",
    "cpu-used": "7",
    "lag-in-frames": "0",
    "auto-alt-ref": "0",
    "crf": "33",
    "threads": "1",
}
H264 = {"preset": "ultrafast", "tune": "zerolatency", "bf": "0"}


@dataclass(frozen=True)
class Part:
    """`pictures` is encoded once from a key frame on, and repeated until `frames` were shown."""

    pictures: Callable[[], Iterable[Picture]]
    frames: int


@dataclass(frozen=True)
class Film:
    """The picture of one media file: parts one after the other at `rate` frames per second."""

    width: int
    height: int
    rate: int
    parts: tuple[Part, ...]
    codec: str = "libvpx"
    options: dict[str, str] = field(default_factory=lambda: dict(VP8))
    bit_rate: int = 750_000
    key_frame_every: int = 240


@dataclass(frozen=True)
class Sound:
    """The sound of one media file: `clip` repeated (or cut) to `seconds`."""

    clip: Samples
    seconds: float
    codec: str = "libopus"
    bit_rate: int = 48_000


@dataclass(frozen=True, order=True)
class _Timed:
    """One packet and when it is shown; packets of all tracks are written in this order."""

    seconds: Fraction
    track: int
    data: bytes = field(compare=False)
    key: bool = field(compare=False)
    lasts: Fraction = field(compare=False)


def _frames(film: Film) -> Iterator[tuple[int, av.VideoFrame]]:
    """Every picture that has to be encoded, with the number of its part; each part opens with a key frame."""
    count = 0
    for number, part in enumerate(film.parts):
        if part.frames <= 0:
            continue
        first = True
        for shown, picture in enumerate(part.pictures()):
            if shown >= part.frames:
                break
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format="yuv420p")
            frame.pts = count
            frame.time_base = Fraction(1, film.rate)
            if first:
                frame.pict_type = av.video.frame.PictureType.I
            first = False
            count += 1
            yield number, frame


def _video_packets(film: Film, stream: VideoStream, track: int) -> Iterator[_Timed]:
    """Encode each part once, then give its packets in turn for as long as it is shown."""
    owner: list[int] = []
    packets: list[AnyPacket] = []
    for number, frame in _frames(film):
        owner.append(number)
        packets.extend(stream.encode(frame))
    packets.extend(stream.encode(None))
    if len(packets) != len(owner):
        raise RuntimeError(f"{film.codec} made {len(packets)} packets of {len(owner)} frames: it looks ahead")
    clips: dict[int, list[tuple[bytes, bool]]] = {}
    for number, packet in zip(owner, packets, strict=True):
        clips.setdefault(number, []).append((bytes(packet), packet.is_keyframe))
    shown = 0
    for number, part in enumerate(film.parts):
        for k in range(part.frames):
            data, key = clips[number][k % len(clips[number])]
            yield _Timed(Fraction(shown, film.rate), track, data, key, Fraction(1, film.rate))
            shown += 1


def _sound_packets(sound: Sound, stream: AudioStream, track: int) -> Iterator[_Timed]:
    """Encode the clip once and repeat its packets until the sound is as long as it should be."""
    context = stream.codec_context
    whole = min(len(sound.clip), round(sound.seconds * SOUND_RATE))
    stereo = np.repeat(sound.clip[:whole, None], 2, axis=1).astype(np.float32)
    resampler = av.AudioResampler(
        format=context.format, layout="stereo", rate=SOUND_RATE, frame_size=context.frame_size
    )
    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(stereo.reshape(1, -1)), format="flt", layout="stereo"
    )
    frame.sample_rate = SOUND_RATE
    frame.pts = 0
    frame.time_base = Fraction(1, SOUND_RATE)
    packets: list[AnyPacket] = []
    for piece in [*resampler.resample(frame), *resampler.resample(None)]:
        packets.extend(stream.encode(piece))
    packets.extend(stream.encode(None))
    lasts = Fraction(context.frame_size or 960, SOUND_RATE)
    first = packets[0]
    # The encoder's first packet starts before 0 by what decoders have to drop (Opus: 312 samples).
    start = Fraction(first.pts or 0) * Fraction(first.time_base or 0)
    data = [bytes(packet) for packet in packets]
    if sound.seconds * SOUND_RATE > whole:
        data = data[: whole // int(lasts * SOUND_RATE)]
    count = 0
    while start + count * lasts < Fraction(round(sound.seconds * 1000), 1000):
        yield _Timed(start + count * lasts, track, data[count % len(data)], True, lasts)
        count += 1
        if count >= len(data) and sound.seconds * SOUND_RATE <= whole:
            return


def write_media(path: Path, film: Film | None = None, sound: Sound | None = None) -> None:
    """Write a .webm, .ogg, .mp4 or .m4v file (its container follows its ending) whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    kind = {".m4v": "mp4", ".mp4": "mp4", ".ogg": "ogg"}.get(path.suffix, "webm")
    with av.open(str(part), "w", format=kind) as container:
        tracks: list[Iterator[_Timed]] = []
        streams: list[Any] = []
        if film:
            video: Any = container.add_stream(film.codec, rate=film.rate, options=dict(film.options))
            video.width, video.height, video.pix_fmt = film.width, film.height, "yuv420p"
            video.bit_rate = film.bit_rate
            video.gop_size = film.key_frame_every
            streams.append(video)
        if sound:
            audio: Any = container.add_stream(sound.codec, rate=SOUND_RATE)
            audio.bit_rate = sound.bit_rate
            audio.layout = "stereo"
            streams.append(audio)
        container.start_encoding()
        if film:
            tracks.append(_video_packets(film, streams[0], 0))
        if sound:
            tracks.append(_sound_packets(sound, streams[-1], len(streams) - 1))
        for timed in heapq.merge(*tracks):
            container.mux(_packet(timed, streams[timed.track]))
    part.replace(path)


def _packet(timed: _Timed, stream: Any) -> AnyPacket:
    """A packet of `stream` holding the timed data."""
    packet = av.Packet(timed.data)
    base = Fraction(stream.time_base)
    packet.stream = stream
    packet.time_base = base
    packet.pts = packet.dts = round(timed.seconds / base)
    packet.duration = round(timed.lasts / base)
    packet.is_keyframe = timed.key
    return packet
