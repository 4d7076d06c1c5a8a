"""Which form the sound gets: AAC or Opus, its rate, one channel or two; and how its file is opened.

BigBlueButton mixes every voice into one track and writes it on two channels
that are equal: where samples of the file confirm that, one channel is encoded,
which halves the work. AAC's fast coder is used for the same reason: the sound
would otherwise take longer than the slides (docs/adr/0005-encoding.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from pod.bbb.playback import ogg
from pod.bbb.render.media.streams import open_stream

# At 48 kbit/s the encoder keeps 15 kHz: 32000 samples a second hold all of that, and are a third fewer.
AAC_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000)
AAC_OPTIONS = {"aac_coder": "fast", "aac_tns": "0"}
BITS_PER_CHANNEL = 48_000
PROBES = 10  # places at which the channels are compared
PROBE_S = 0.5
# Of the energy so much may be in the difference: Opus leaves a thousandth, a voice to one side half.
SAME_SOUND = 0.01

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class AudioFormat:
    """What the sound will be: also what the joining file must be told."""

    codec: str  # "aac" or "opus"
    rate: int  # samples a second
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
    with open_audio(path) as container:
        stream = container.streams.audio[0]
        codec = stream.codec_context
        playable = codec.name == "opus" and codec.channels in (1, 2)  # by every player
        if wanted != "aac" and playable and not links_of(path):
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


def open_audio(path: Path) -> Any:  # noqa: ANN401 - PyAV's container
    """Open a file to read its sound alone, of a chained one the first link. Raises PlaybackError."""
    first, *_later = links_of(path) or (None,)
    container, stream = open_stream(path, "audio", first)
    stream.thread_count = 1
    return container


def links_of(path: Path) -> tuple[ogg.Link, ...]:
    """The links of a chained Ogg file that are opened one by one (see pod.bbb.playback.ogg); else none."""
    with path.open("rb") as file:
        return ogg.links(path) if file.read(4) == b"OggS" else ()


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
