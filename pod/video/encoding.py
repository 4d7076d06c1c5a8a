"""Making a file that browsers play: what they can play already is copied, only the rest is encoded anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.resampler import AudioResampler
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from django.utils.translation import gettext as _

from pod.bbb.places import whole
from pod.bbb.playback.media import INPUT_OPTIONS, MOST_PIXELS
from pod.video.errors import VideoError, is_of_disk
from pod.video.probe import PLAYABLE, PLAYABLE_PIXELS, probe

# What MP4 carries and every current browser plays is copied; anything else is encoded.
VIDEO_COPIED, AUDIO_COPIED = PLAYABLE["mp4"]
CRF = "23"
Progress = Callable[[float, float], None]  # seconds done, seconds in all
Stop = Callable[[], bool]


class StoppedError(Exception):
    """The caller asked to stop; nothing was left behind."""


@dataclass
class _Copied:
    """A stream whose packets are taken as they are.

    Matroska stores no decoding times; FFmpeg reckons them, but not for the first packets of a
    picture with B-frames. Those are held until a time is known, and put just before it.
    """

    source: av.VideoStream | av.AudioStream
    out: av.VideoStream | av.AudioStream
    held: list[Packet[Any]] = field(default_factory=list)

    def take(self, packet: Packet[Any], media: OutputContainer) -> None:
        """Pass one packet on; the last one of a demuxer is empty."""
        if not packet.size:
            return
        if packet.dts is None:
            self.held.append(packet)
            return
        self._release(media, packet.dts)
        self._mux(packet, media)

    def end(self, media: OutputContainer) -> None:
        """Write what is held back."""
        known = [packet.pts for packet in self.held if packet.pts is not None]
        self._release(media, min(known, default=0))

    def _release(self, media: OutputContainer, before: int) -> None:
        for place, packet in enumerate(self.held):
            packet.dts = before - len(self.held) + place
            self._mux(packet, media)
        self.held.clear()

    def _mux(self, packet: Packet[Any], media: OutputContainer) -> None:
        packet.stream = self.out
        media.mux(packet)


@dataclass
class _Picture:
    """A picture stream that is decoded, scaled and encoded."""

    source: av.VideoStream
    out: av.VideoStream
    last: int = -(2**62)

    def take(self, packet: Packet[Any], media: OutputContainer) -> None:
        """Encode the frames of one packet."""
        for frame in self.source.decode(packet):
            if frame.pts is None or frame.pts <= self.last:
                continue  # damaged recordings repeat times; an encoder refuses them
            self.last = frame.pts
            scaled = frame.reformat(width=self.out.width, height=self.out.height, format="yuv420p")
            media.mux(self.out.encode(scaled))

    def end(self, media: OutputContainer) -> None:
        """Write what the encoder holds back."""
        media.mux(self.out.encode(None))


@dataclass
class _Sound:
    """A sound stream that is decoded and encoded."""

    source: av.AudioStream
    out: av.AudioStream
    resampler: AudioResampler

    def take(self, packet: Packet[Any], media: OutputContainer) -> None:
        """Encode the frames of one packet."""
        for frame in self.source.decode(packet):
            for piece in self.resampler.resample(frame):
                media.mux(self.out.encode(piece))

    def end(self, media: OutputContainer) -> None:
        """Write what the encoder holds back."""
        media.mux(self.out.encode(None))


_Track = _Copied | _Picture | _Sound


def make_playable(
    source: Path,
    target: Path,
    *,
    height: int = 0,
    progress: Progress = lambda _done, _all: None,
    stop: Stop = lambda: False,
) -> None:
    """Write `target`, an MP4 that begins to play at once, with the first picture and first sound of `source`.

    With `height` (pixels, even) the picture is made that high and encoded anew. Raises VideoError
    when `source` cannot be decoded, OSError when a disk is full or away, StoppedError when `stop()` became
    true; no `target` is left then.
    """
    try:
        with whole(target) as part:
            _convert(source, part, height, progress, stop)
            probe(part)
    except (av.FFmpegError, ValueError) as error:
        if is_of_disk(error):
            raise
        raise VideoError(
            _("“%(name)s” cannot be made playable: it is damaged or of an unknown kind.")
            % {"name": source.name}
        ) from error


def _convert(source: Path, part: Path, height: int, progress: Progress, stop: Stop) -> None:
    options = {"movflags": "+faststart"}
    total = probe(source).duration_s
    with (
        av.open(str(source), options=INPUT_OPTIONS) as media,
        av.open(str(part), "w", format="mp4", options=options) as out,
    ):
        tracks = {track.source.index: track for track in _tracks(media, out, height)}
        done = 0.0
        for packet in media.demux([track.source for track in tracks.values()]):
            if stop():
                raise StoppedError
            if packet.pts is not None and packet.time_base is not None:
                now = float(packet.pts * packet.time_base)
                if now - done >= 1:
                    done = now
                    progress(done, total)
            tracks[packet.stream.index].take(packet, out)
        for track in tracks.values():
            track.end(out)
    progress(total, total)


def _tracks(media: InputContainer, out: OutputContainer, height: int) -> list[_Track]:
    tracks: list[_Track] = []
    if media.streams.video:
        tracks.append(_video_track(media.streams.video[0], out, height))
    if media.streams.audio:
        tracks.append(_audio_track(media.streams.audio[0], out))
    return tracks


def _video_track(source: av.VideoStream, out: OutputContainer, height: int) -> _Track:
    codec = source.codec_context
    if not height and codec.name in VIDEO_COPIED and codec.pix_fmt in PLAYABLE_PIXELS:
        return _Copied(source, out.add_stream_from_template(source))
    if not (codec.width and codec.height):
        raise ValueError("a picture without size")
    codec.options = {"max_pixels": str(MOST_PIXELS)}
    high = min(height, codec.height) if height else codec.height
    high -= high % 2
    wide = round(codec.width * high / codec.height / 2) * 2
    rate = source.average_rate or source.guessed_rate or Fraction(25)
    made = out.add_stream("libx264", rate=rate, options={"crf": CRF, "preset": "veryfast"})
    made.width, made.height, made.pix_fmt = wide, high, "yuv420p"
    made.time_base = made.codec_context.time_base = source.time_base or Fraction(1, 1000)
    return _Picture(source, made)


def _audio_track(source: av.AudioStream, out: OutputContainer) -> _Track:
    if source.codec_context.name in AUDIO_COPIED:
        return _Copied(source, out.add_stream_from_template(source))
    layout = "mono" if source.codec_context.channels == 1 else "stereo"
    made = out.add_stream("aac", rate=48000, layout=layout)
    resampler = AudioResampler(format="fltp", layout=layout, rate=48000, frame_size=1024)
    return _Sound(source, made, resampler)
