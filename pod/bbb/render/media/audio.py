"""The meeting's sound: decoded once, held to one clock, encoded as AAC or kept as Opus."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error

from pod.bbb.playback import ogg
from pod.bbb.playback.media import OneClock
from pod.bbb.render.media.audio_format import AudioFormat, configure, links_of, open_audio
from pod.bbb.render.media.channels import Channels
from pod.bbb.render.media.encoder import plane_bytes
from pod.bbb.render.media.spool import Encoded, SpoolWriter

HOLE_S = 0.04  # time stamps may wander this far before silence is put in or sound is left out
SEEK_EARLY_S = 1.0
LEFT_OUT_S = 1.0  # sound whose time was already filled: less than this is a clock that wandered

# 20 ms of silence as one packet: the byte that tells its kind (RFC 6716, 3.1: CELT, all bands), and what
# an encoder makes of nothing.
OPUS_SAMPLES, QUIET_OPUS = 960, b"\xf8\xff\xfe"

_CHANNELS, _FAMILY = 9, 18  # where OpusHead says the channels, and their mapping (0: one or a pair)


def spool_audio(
    path: Path,
    form: AudioFormat,
    span: tuple[float, float],
    spool: SpoolWriter,
    progress: Callable[[float], None],
) -> tuple[str, ...]:
    """Write the sound of `span` (seconds of the recording) to `spool`, times from the span's start.

    `progress` is called with the seconds done. Returns sentences on what
    is not heard.
    """
    with open_audio(path) as container:
        if form.layout == "mono" and form.copied_from is None:
            _decode_as_one(container.streams.audio[0].codec_context)
        source = _Sound(container, span, links_of(path)[1:])
        if form.copied_from is not None:
            _copy(source, spool, progress)
        else:
            _encode(source, form, spool, progress)
        return source.notes()


def _decode_as_one(codec: Any) -> None:  # noqa: ANN401 - PyAV's codec context
    """Have two channels of Opus decoded as their mean, which spares the work for the second.

    An Opus decoder gives as many channels as it is asked for, whatever the packets
    hold (RFC 7845, 5.1: the header's channel count is what the decoder is to give).
    """
    header = bytearray(codec.extradata or b"")
    if codec.name == "opus" and len(header) > _FAMILY and header[_CHANNELS] == 2 and header[_FAMILY] == 0:
        header[_CHANNELS] = 1
        codec.extradata = bytes(header)


class _Sound:
    """The packets and frames of one audio stream within a span, and of the links that come after it."""

    def __init__(
        self,
        container: Any,  # noqa: ANN401 - PyAV's container
        span: tuple[float, float],
        later: Sequence[ogg.Link] = (),
    ) -> None:
        self.stream = container.streams.audio[0]
        self.unit = float(self.stream.time_base)  # PyAV makes a Fraction at each look, which costs
        self.start, self.end = span
        self.broken = 0
        self.left_out = 0.0  # seconds whose time had its sound already
        self.reached = 0.0  # seconds, by the packets so far
        self._container = container
        self._later = later
        self._kind: tuple[str, str, int] | None = None  # of the first frame, and so of all that are given
        self._clock = OneClock(container)
        self._early = self.start - SEEK_EARLY_S
        if self._early > 0 and not self._clock.may_chain:
            container.seek(int(self._early / self.stream.time_base), stream=self.stream)

    def notes(self) -> tuple[str, ...]:
        """What is not heard, in plain sentences."""
        found = []
        if self.broken:
            found.append(f"{self.broken} pieces of the recorded sound could not be decoded.")
        if self.left_out > LEFT_OUT_S:
            found.append(
                f"{self.left_out:.1f} s of the recorded sound are left out: "
                "their time stamps go back to seconds that have sound already."
            )
        return tuple(found)

    def packets(self) -> Iterator[Any]:
        """Give the packets up to the end of the span; what is truncated ends early."""
        try:
            for packet in self._container.demux(self.stream):
                if not packet.size or packet.pts is None:
                    continue
                self._clock.put(packet)
                self.reached = (packet.pts + (packet.duration or 0)) * self.unit
                if packet.pts * self.unit >= self.end:
                    return
                if packet.pts * self.unit >= self._early or not self._clock.may_chain:
                    yield packet
        except av.error.FFmpegError:
            self.broken += 1

    def frames(self) -> Iterator[Any]:
        """Give the decoded frames; what cannot be decoded is left out and counted."""
        for frame in self._own():
            self._kind = self._kind or _kind(frame)
            yield frame
        for link in self._later:
            if self.reached < self.end:
                yield from self._next(link)

    def _next(self, link: ogg.Link) -> Iterator[Any]:
        """Give the frames of a later link, timed to follow what came before and made like the first frame."""
        begins, kind = self.reached, self._kind
        try:
            with link.open() as container:
                sound = _Sound(container, (self.start - begins, self.end - begins))
                like: Any = av.AudioResampler(*kind) if kind else None
                channels = Channels(1 if kind and kind[1] == "mono" else 2)
                own: tuple[str, str, int] | None = None
                for frame in itertools.chain(sound.frames(), [None] if like else []):
                    own = own or (_kind(frame) if frame is not None else None)
                    self._kind = self._kind or own
                    if frame is not None and _kind(frame) != own:
                        self.broken += 1
                        continue
                    for one in like.resample(channels.put(frame)) if like else [frame]:
                        if one.pts is not None:
                            one.pts = round((begins + float(one.pts * one.time_base)) / self.unit)
                            yield one
                self.reached, self.broken = begins + sound.reached, self.broken + sound.broken
        except (av.error.FFmpegError, IndexError):
            self.broken += 1

    def _own(self) -> Iterator[Any]:
        codec = self.stream.codec_context
        for packet in itertools.chain(self.packets(), [None]):
            try:
                yield from codec.decode(packet)
            except av.error.FFmpegError:
                self.broken += 1


def _copy(source: _Sound, spool: SpoolWriter, progress: Callable[[float], None]) -> None:
    unit, before = source.unit, -math.inf
    filled = 0  # samples up to which there is sound
    for packet in source.packets():
        seconds = packet.pts * unit - source.start
        if seconds + (packet.duration or 0) * unit <= 0:  # Opus begins a little early, to warm up
            continue
        pts = round(seconds * 48000)
        if pts <= before:  # time stamps that go back: this time has its sound already
            source.left_out += (packet.duration or 0) * unit
            continue
        before = pts
        samples = round((packet.duration or 0) * unit * 48000)
        filled = pts + samples
        spool.write(Encoded(pts, samples, True, bytes(packet)))
        progress(seconds)
    whole = round((source.end - source.start) * 48000)
    if filled and whole - filled > HOLE_S * 48000:
        for pts in range(filled, whole, OPUS_SAMPLES):
            spool.write(Encoded(pts, OPUS_SAMPLES, True, QUIET_OPUS))


def _encode(source: _Sound, form: AudioFormat, spool: SpoolWriter, progress: Callable[[float], None]) -> None:
    encoder: Any = av.CodecContext.create(form.encoder, "w")
    configure(encoder, form)
    encoder.flags |= av.codec.context.Flags.global_header
    encoder.open()
    frames = _gathered(_continuous(source))
    # the encoder brings them into its own size, rate and layout
    for frame in map(Channels(1).put, frames) if form.layout == "mono" else frames:
        _spool(encoder.encode(frame), spool)
        if frame is not None:
            progress((frame.pts + frame.samples) / frame.sample_rate)


def _gathered(frames: Iterator[Any]) -> Iterator[Any]:
    """Give the frames put together to half a second: calling an encoder costs as much as 20 ms of sound."""
    together: Any = av.AudioFifo()
    for frame in frames:
        if frame is not None:
            together.write(frame)
        if together.samples and (frame is None or together.samples >= frame.sample_rate / 2):
            yield together.read(0, partial=True)
    yield None


def _spool(packets: list[Any], spool: SpoolWriter) -> None:
    for packet in packets:
        spool.write(Encoded(packet.pts or 0, packet.duration or 1024, True, bytes(packet)))


def _continuous(source: _Sound) -> Iterator[Any]:
    """Give the frames on one unbroken clock from the span's start to its end, silence where sound is missing.

    Without that at the end, WebKitGTK jumps to the film's last picture when it seeks behind the last sound.
    Ends with None, which flushes an encoder.
    """
    clock = 0  # samples given so far
    rate, unit = 0, Fraction(1)
    kind: tuple[str, str, int] | None = None
    like: Any = None
    length = source.end - source.start
    for frame in source.frames():
        first = rate == 0
        if first:
            rate, unit = frame.sample_rate, Fraction(1, frame.sample_rate)
            kind = _kind(frame)
        if frame.pts is None or _kind(frame) != kind:
            source.broken += 1
            continue
        at = frame.pts * source.unit - source.start
        hole = at - clock / rate
        if at < 0 or (hole < -HOLE_S and not first):
            rate = 0 if first else rate
            source.left_out += 0.0 if at < 0 else frame.samples / frame.sample_rate
            continue
        if hole > (0 if first else HOLE_S):
            for quiet in _silence(frame, min(round(hole * rate), round(length * rate) - clock)):
                yield _stamped(quiet, clock, unit)
                clock += quiet.samples
        yield _stamped(frame, clock, unit)
        clock += frame.samples
        like = frame
    if like is not None:
        for quiet in _silence(like, round(length * rate) - clock):
            yield _stamped(quiet, clock, unit)
            clock += quiet.samples
    yield None


def _kind(frame: Any) -> tuple[str, str, int]:  # noqa: ANN401 - PyAV's frames
    return frame.format.name, frame.layout.name, frame.sample_rate


def _stamped(frame: Any, clock: int, unit: Fraction) -> Any:  # noqa: ANN401 - PyAV's frames
    frame.pts = clock
    frame.time_base = unit
    return frame


def _silence(like: Any, samples: int) -> Iterator[Any]:  # noqa: ANN401 - PyAV's frames
    """Give silent frames of the same kind as `like`, at most a second each."""
    while samples > 0:
        piece = min(samples, like.sample_rate)
        quiet = av.AudioFrame(like.format.name, like.layout.name, piece)
        quiet.sample_rate = like.sample_rate
        for plane in quiet.planes:
            plane_bytes(plane)[:] = 128 if like.format.name.startswith("u8") else 0
        yield quiet
        samples -= piece
