"""The meeting's sound: decoded once, its clock held, encoded as AAC or kept as Opus.

BigBlueButton mixes every voice into one track and writes it on two channels
that are equal: where samples of the file confirm that, one channel is encoded,
which halves the work. AAC's fast coder is used for the same reason: the sound
would otherwise take longer than the slides (docs/adr/0005-encoding.md).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
from av.stream import Discard
from numpy.typing import NDArray

from pod.bbb.errors import PlaybackError
from pod.bbb.playback import ogg
from pod.bbb.playback.media import INPUT_OPTIONS, OneClock
from pod.bbb.render.media.channels import Channels
from pod.bbb.render.media.encoder import plane_bytes
from pod.bbb.render.media.spool import Encoded, SpoolWriter

# At 48 kbit/s the encoder keeps 15 kHz: 32000 samples a second hold all of that, and are a third fewer.
AAC_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000)
AAC_OPTIONS = {"aac_coder": "fast", "aac_tns": "0"}
BITS_PER_CHANNEL = 48_000
PROBES = 10  # places at which the channels are compared
PROBE_S = 0.5
SAME_SOUND = (
    0.01  # of the energy may be in the difference: Opus leaves a thousandth, a voice to one side half
)
HOLE_S = 0.04  # time stamps may wander this far before silence is put in or sound is left out
SEEK_EARLY_S = 1.0
LEFT_OUT_S = 1.0  # sound whose time was already filled: less than this is a clock that wandered

_CHANNELS, _FAMILY = 9, 18  # where OpusHead says the channels, and their mapping (0: one or a pair)

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """What the sound will be: also what the joining file must be told."""

    codec: str  # "aac" or "opus"
    rate: int
    layout: str  # "mono" or "stereo"
    copied_from: Path | None = None  # the file whose packets are kept

    @property
    def time_base(self) -> Fraction:
        """The unit of its packets' times."""
        return Fraction(1, self.rate)

    @property
    def encoder(self) -> str:
        """The encoder's name."""
        return "libopus" if self.codec == "opus" else "aac"

    @property
    def bit_rate(self) -> int:
        """Bits a second to aim at."""
        return BITS_PER_CHANNEL * (1 if self.layout == "mono" else 2)


def choose_format(
    path: Path, wanted: str, breathe: Callable[[], None] = lambda: None, seconds: float = 0.0
) -> AudioFormat:
    """Decide how the sound of `path` is kept.

    `wanted` is "aac", "copy" (Opus stays as it is, other sound becomes AAC) or
    "opus" (kept or made). `breathe` is called now and then; what it raises ends
    the looking. `seconds` is how long the sound lasts: a file that was written
    to a pipe does not say. Raises PlaybackError when the file cannot be opened.
    """
    with _open(path) as container:
        stream = container.streams.audio[0]
        codec = stream.codec_context
        playable = codec.name == "opus" and codec.channels in (1, 2)  # by every player
        if wanted != "aac" and playable and not _links(path):
            return AudioFormat("opus", 48000, "stereo" if codec.channels > 1 else "mono", path)
        layout = "mono" if codec.channels == 1 or _channels_equal(container, seconds, breathe) else "stereo"
        if wanted == "opus":
            return AudioFormat("opus", 48000, layout)
        return AudioFormat(
            "aac", codec.sample_rate if codec.sample_rate in AAC_RATES else AAC_RATES[-1], layout
        )


def configure(context: Any, form: AudioFormat) -> None:  # noqa: ANN401 - PyAV's stream and context share these attributes, not a type
    """Set what must be equal in the encoder and in the file that takes its packets."""
    context.sample_rate = form.rate
    context.layout = form.layout
    context.format = "flt" if form.codec == "opus" else "fltp"
    context.bit_rate = form.bit_rate
    context.time_base = form.time_base
    context.options = {} if form.codec == "opus" else dict(AAC_OPTIONS)


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
    with _open(path) as container:
        if form.layout == "mono" and form.copied_from is None:
            _decode_as_one(container.streams.audio[0].codec_context)
        source = _Sound(container, span, _links(path)[1:])
        if form.copied_from is not None:
            _copy(source, spool, progress)
        else:
            _encode(source, form, spool, progress)
        return source.notes()


def _open(path: Path) -> Any:  # noqa: ANN401 - PyAV's container
    first, *_later = _links(path) or (None,)
    try:
        container: Any = first.open() if first else av.open(path, options=INPUT_OPTIONS)
    except av.error.FFmpegError as error:
        raise PlaybackError(
            f"Cannot open the sound in {path.name}: {error}. Fetch the file again."
        ) from error
    if not container.streams.audio:
        container.close()
        raise PlaybackError(f"There is no sound in {path.name}.")
    stream = container.streams.audio[0]
    stream.thread_count = 1
    for other in container.streams:
        if other.index != stream.index:
            other.discard = Discard.all
    return container


def _links(path: Path) -> tuple[ogg.Link, ...]:
    """The links of a chained Ogg file that are opened one by one (see pod.bbb.playback.ogg); else none."""
    with path.open("rb") as file:
        return ogg.links(path) if file.read(4) == b"OggS" else ()


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
        for packet in self.packets():
            try:
                yield from codec.decode(packet)
            except av.error.FFmpegError:
                self.broken += 1
        try:
            yield from codec.decode(None)
        except av.error.FFmpegError:
            self.broken += 1


def _copy(source: _Sound, spool: SpoolWriter, progress: Callable[[float], None]) -> None:
    unit, before = source.unit, -math.inf
    for packet in source.packets():
        seconds = packet.pts * unit - source.start
        if seconds + (packet.duration or 0) * unit <= 0:  # Opus begins a little early, to warm up
            continue
        pts = round(seconds * 48000)
        if pts <= before:  # time stamps that go back: this time has its sound already
            source.left_out += (packet.duration or 0) * unit
            continue
        before = pts
        spool.write(Encoded(pts, pts, round((packet.duration or 0) * unit * 48000), True, bytes(packet)))
        progress(seconds)


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
        pts = packet.pts or 0
        spool.write(Encoded(pts, pts, packet.duration or 1024, True, bytes(packet)))


def _continuous(source: _Sound) -> Iterator[Any]:
    """Give the frames on one unbroken clock from the span's start, silence where sound is missing.

    Ends with None, which flushes an encoder.
    """
    clock = 0  # samples given so far
    rate, unit = 0, Fraction(1)
    kind: tuple[str, str, int] | None = None
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


def _channels_equal(
    container: Any,  # noqa: ANN401 - PyAV's class
    seconds: float,
    breathe: Callable[[], None],
) -> bool:
    """Tell whether left and right are the same sound, up to what a lossy codec made of it."""
    stream = container.streams.audio[0]
    if stream.codec_context.channels != 2:
        return False
    seconds = max(seconds, float(container.duration or 0) / av.time_base)
    apart, whole = 0.0, 0.0
    try:
        for probe in range(PROBES):
            at = seconds * (probe + 0.5) / PROBES
            container.seek(int(at / stream.time_base), stream=stream)
            for left, right in _channels(container, at + PROBE_S):
                breathe()
                apart += float(np.square(left - right).sum())
                whole += float(np.square(left).sum() + np.square(right).sum())
    except av.error.FFmpegError:
        return False
    return apart <= SAME_SOUND * whole


def _channels(container: Any, until: float) -> Iterator[tuple[Samples, Samples]]:  # noqa: ANN401 - PyAV's container
    for frame in container.decode(audio=0):
        samples = frame.to_ndarray().astype(np.float32)
        if samples.shape[0] == 1:  # packed: left and right alternate
            samples = samples.reshape(-1, 2).T
        yield samples[0], samples[1]
        if frame.time is None or frame.time > until:
            return
