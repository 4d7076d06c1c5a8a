"""The sound's clock, channels and loudness, also of damaged files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from pod.bbb.errors import Cancelled
from pod.bbb.playback.media import probe_media
from pod.bbb.playback.notes import Notes
from pod.bbb.render.media.audio import spool_audio
from pod.bbb.render.media.audio_format import choose_format
from pod.bbb.render.media.spool import SpoolWriter, read_spool
from tests.integration.convert.stopping import stopping_at

TONES = (440.0, 550.0, 660.0, 770.0)


def write_sound(
    path: Path,
    left: np.ndarray,
    right: np.ndarray,
    *,
    hole: tuple[int, int] | None = None,
    streamed: bool = False,
) -> None:
    """Write PCM sound in a container that keeps time stamps; `hole` (first, last sample) is left out.

    `streamed`: Opus, and as into a pipe, so that nothing tells its length.
    """
    with av.open(path, "w", format="matroska", options={"live": "1"} if streamed else {}) as container:
        stream: Any = container.add_stream("libopus" if streamed else "pcm_s16le", rate=48000)
        stream.layout = "stereo"
        for start in range(0, len(left), 960):
            if hole and hole[0] <= start < hole[1]:
                continue
            block = np.stack([left[start : start + 960], right[start : start + 960]], axis=1).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="s16", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def tone(seconds: float, hertz: float) -> np.ndarray:
    """Give a sine tone."""
    return (8000 * np.sin(2 * np.pi * hertz * np.arange(int(48000 * seconds)) / 48000)).astype(np.int16)


def test_equal_channels_become_one(tmp_path: Path) -> None:
    """BBB's two channels are one voice: half the work."""
    write_sound(tmp_path / "a.mkv", tone(2, 440), tone(2, 440))
    assert choose_format(tmp_path / "a.mkv", "aac").layout == "mono"


def test_different_channels_stay_two(tmp_path: Path) -> None:
    """Real stereo is kept."""
    write_sound(tmp_path / "a.mkv", tone(2, 440), tone(2, 660))
    assert choose_format(tmp_path / "a.mkv", "aac").layout == "stereo"


def test_channels_that_differ_later_stay_two_where_the_file_tells_no_length(tmp_path: Path) -> None:
    """A file written to a pipe has no duration: the one that its data has says where to listen."""
    left = tone(8, 440)
    write_sound(tmp_path / "a.mkv", left, np.append(left[:192_000], tone(4, 660)), streamed=True)
    media = probe_media(tmp_path / "a.mkv", Notes())
    with av.open(tmp_path / "a.mkv") as container:
        assert container.duration is None
    assert choose_format(media.path, "aac", seconds=media.duration).layout == "stereo"


def levels_of(path: Path, span: tuple[float, float]) -> dict[float, float]:
    """How loud the film's sound is (mean of absolute samples), by its second."""
    form, spooled = choose_format(path, "aac"), path.with_name("audio.spool")
    with SpoolWriter(spooled) as spool:
        spool_audio(path, form, span, spool, lambda _done: None)
    decoded = decoded_frames(spooled)
    return {pts / form.rate: float(np.abs(samples).mean()) for pts, samples in decoded}


def test_missing_sound_becomes_silence_in_its_place(tmp_path: Path) -> None:
    """What comes after a hole stays at its second."""
    path = tmp_path / "a.mkv"
    write_sound(path, tone(6, 440), tone(6, 440), hole=(48000, 4 * 48000))
    levels = levels_of(path, (0.0, 6.0))
    assert max(levels) == pytest.approx(6.0, abs=0.05)
    quiet = [level for at, level in levels.items() if 1.2 < at < 3.8]
    loud = [level for at, level in levels.items() if 4.2 < at < 5.8]
    assert max(quiet) < 0.01 < min(loud)


def test_sound_that_ends_early_is_followed_by_silence(tmp_path: Path) -> None:
    """To the film's end: WebKitGTK cannot seek to pictures that have no sound."""
    path = tmp_path / "a.mkv"
    write_sound(path, tone(2, 440), tone(2, 440))
    levels = levels_of(path, (1.0, 6.0))
    assert max(levels) == pytest.approx(5.0, abs=0.05)
    assert max(level for at, level in levels.items() if at > 1.2) < 0.01


def test_kept_sound_that_ends_early_is_followed_by_silence(tmp_path: Path) -> None:
    """Packets of silence, each where the one before ends, that decode to nothing heard."""
    path = tmp_path / "a.webm"
    write_clicks(path, 2, [1.5])
    with SpoolWriter(tmp_path / "audio.spool") as spool:
        spool_audio(path, choose_format(path, "copy"), (1.0, 6.0), spool, lambda _done: None)
    kept = list(read_spool(tmp_path / "audio.spool"))
    assert all(b.pts - a.pts == a.duration for a, b in pairwise(kept))
    assert kept[-1].pts + kept[-1].duration == pytest.approx(5 * 48000, abs=960)
    decoder: Any = av.CodecContext.create("libopus", "r")
    heard = [frame.to_ndarray() for each in kept for frame in decoder.decode(av.Packet(each.data))]
    assert max(np.abs(samples).max() for samples in heard[-190:]) == 0


def write_opus(path: Path, layout: str, seconds: int) -> None:
    """Write silent Opus."""
    with av.open(path, "w") as container:
        stream: Any = container.add_stream("libopus", rate=48000)
        stream.layout = layout
        channels = stream.codec_context.channels
        for number in range(50 * seconds):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 960 * channels), np.float32), "flt", layout)
            frame.sample_rate, frame.pts, frame.time_base = 48000, number * 960, Fraction(1, 48000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def write_clicks(path: Path, seconds: int, clicks: Sequence[float]) -> None:
    """Write Opus with 10 ms of a tone of 1 kHz at these seconds, the same on both channels."""
    sound = np.zeros(48000 * seconds, np.float32)
    for at in clicks:
        sound[round(at * 48000) :][:480] = 0.8 * np.sin(2 * np.pi * 1000 * np.arange(480) / 48000)
    with av.open(path, "w") as container:
        stream: Any = container.add_stream("libopus", rate=48000)
        stream.layout = "stereo"
        for start in range(0, len(sound), 960):
            pair = np.repeat(sound[start : start + 960], 2).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(pair, format="flt", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = 48000, start, Fraction(1, 48000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def decoded_frames(spool: Path) -> Iterator[tuple[int, np.ndarray]]:
    """Decode spooled AAC of one channel at 32 kHz: of each packet its time and its samples."""
    decoder: Any = av.CodecContext.create("aac", "r")
    decoder.extradata = b"\x12\x88"  # AAC LC, 32 kHz, one channel
    for encoded in read_spool(spool):
        for frame in decoder.decode(av.Packet(encoded.data)):
            yield encoded.pts, frame.to_ndarray()[0]


@pytest.mark.parametrize("start", [0.0, 2.3])
def test_opus_becomes_one_channel_of_aac_at_its_second_and_loudness(tmp_path: Path, start: float) -> None:
    """Decoding a pair as one channel and taking fewer samples a second moves and changes nothing."""
    path = tmp_path / "a.webm"
    write_clicks(path, 8, [1.0, 4.0, 6.5])
    form = choose_format(path, "aac")
    with SpoolWriter(tmp_path / "audio.spool") as spool:
        spool_audio(path, form, (start, 8.0), spool, lambda _done: None)
    heard = np.zeros(round(form.rate * (9.0 - start)), np.float32)
    for pts, samples in decoded_frames(tmp_path / "audio.spool"):
        within = samples[max(0, -pts) :]
        heard[max(0, pts) :][: len(within)] = within
    loud = np.flatnonzero(np.abs(heard) > 0.1) / form.rate + start
    begins = [at for before, at in pairwise([-1.0, *loud]) if at - before > 0.1]
    assert begins == pytest.approx([at for at in (1.0, 4.0, 6.5) if at >= start], abs=0.003)
    assert np.abs(heard).max() == pytest.approx(0.8, abs=0.1)


def test_kept_sound_never_goes_back_in_time(tmp_path: Path) -> None:
    """No file takes such packets: the seconds that come again are left out."""
    path = tmp_path / "a.ogg"
    write_opus(path, "mono", 3)
    path.write_bytes(path.read_bytes() * 2)  # its times begin again
    with SpoolWriter(tmp_path / "audio.spool") as spool:
        spool_audio(path, choose_format(path, "copy"), (0.0, 3.0), spool, lambda _done: None)
    kept = [encoded.pts for encoded in read_spool(tmp_path / "audio.spool")]
    assert kept == sorted(set(kept))
    assert len(kept) == pytest.approx(150, abs=2)


@pytest.mark.parametrize("start", [0.0, 5.5])
def test_ogg_files_one_after_the_other_are_all_heard(tmp_path: Path, start: float) -> None:
    """The second one's sounds come after the end of the first, where they belong."""
    for name, clicks in (("a.ogg", [1.0, 3.5]), ("b.ogg", [2.0, 3.0])):
        write_clicks(tmp_path / name, 4, clicks)
    path = tmp_path / "whole.ogg"
    path.write_bytes((tmp_path / "a.ogg").read_bytes() + (tmp_path / "b.ogg").read_bytes())
    form = choose_format(path, "aac")
    with SpoolWriter(tmp_path / "audio.spool") as spool:
        assert spool_audio(path, form, (start, 8.0), spool, lambda _done: None) == ()
    heard = np.zeros(round(form.rate * (9.0 - start)), np.float32)
    for pts, samples in decoded_frames(tmp_path / "audio.spool"):
        within = samples[max(0, -pts) :]
        heard[max(0, pts) :][: len(within)] = within
    loud = np.flatnonzero(np.abs(heard) > 0.1) / form.rate + start
    begins = [at for before, at in pairwise([-1.0, *loud]) if at - before > 0.1]
    assert begins == pytest.approx([at for at in (1.0, 3.5, 6.0, 7.0) if at >= start], abs=0.02)


def write_tone(path: Path, codec: str, rate: int, layout: str, hertz: float) -> None:
    """Write four seconds of a tone of amplitude 0.3, the same on all channels."""
    with av.open(path, "w") as container:
        stream: Any = container.add_stream(codec, rate=rate, options={"strict": "-2"})
        stream.layout = layout
        channels = stream.codec_context.channels
        fitted = av.AudioResampler(stream.codec_context.format, layout, rate, frame_size=960)
        sound = 0.3 * np.sin(2 * np.pi * hertz * np.arange(4 * rate) / rate)
        frame = av.AudioFrame.from_ndarray(np.tile(sound.astype(np.float32), (channels, 1)), "fltp", layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        for piece in [*fitted.resample(frame), *fitted.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))


def loudest(path: Path, seconds: int, hertz: Sequence[float], start: float = 0.0) -> list[float]:
    """Give for each tone its amplitude in the four seconds that it is to be heard in, if after `start`."""
    form = choose_format(path, "aac", seconds=seconds)
    with SpoolWriter(path.with_suffix(".spool")) as spool:
        assert spool_audio(path, form, (start, seconds), spool, lambda _done: None) == ()
    heard = np.zeros(form.rate * (seconds + 1), np.float32)
    assert (form.rate, form.layout) == (32000, "mono")
    for pts, samples in decoded_frames(path.with_suffix(".spool")):
        within = samples[max(0, -pts) :]
        heard[max(0, pts) :][: len(within)] = within
    found = []
    for number, each in enumerate(hertz):
        if 4 * number < start:
            continue
        part = heard[round((4 * number + 1 - start) * form.rate) :][: 2 * form.rate]
        found.append(float(np.abs(np.fft.rfft(part))[round(2 * each)]) / form.rate)
    return found


def write_chain(path: Path) -> None:
    """Write Ogg files of four kinds one after the other, a tone each."""
    kinds = [
        ("libopus", 48000, "mono"),
        ("libopus", 48000, "stereo"),
        ("vorbis", 44100, "stereo"),
        ("flac", 16000, "mono"),
    ]
    with path.open("wb") as whole:
        for kind, hertz in zip(kinds, TONES, strict=True):
            write_tone(path.with_name("one.ogg"), *kind, hertz)
            whole.write(path.with_name("one.ogg").read_bytes())


def test_ogg_files_of_other_kinds_one_after_the_other_are_all_heard(tmp_path: Path) -> None:
    """Whatever codec, rate and channels each has: at its time, as loud as it is."""
    write_chain(tmp_path / "whole.ogg")
    assert loudest(tmp_path / "whole.ogg", 16, TONES) == pytest.approx([0.3] * 4, abs=0.03)
    assert choose_format(tmp_path / "whole.ogg", "copy").codec == "aac"


@pytest.mark.parametrize(("start", "whole"), [(5.0, 2), (9.0, 1)])
def test_a_cut_that_begins_behind_the_first_ogg_file_has_the_sound_of_all(
    tmp_path: Path, start: float, whole: int
) -> None:
    """Those that come later are brought into the kind of the first that is heard."""
    write_chain(tmp_path / "whole.ogg")
    assert loudest(tmp_path / "whole.ogg", 16, TONES, start) == pytest.approx([0.3] * whole, abs=0.03)


@pytest.mark.parametrize("name", ["a.ogg", "a.mkv"])
def test_two_equal_channels_become_one_as_loud(tmp_path: Path, name: str) -> None:
    """Old recordings have Vorbis: FFmpeg's own mix is 3 dB louder, and loud voices would be cut off."""
    write_tone(tmp_path / name, "vorbis", 44100, "stereo", 440.0)
    assert loudest(tmp_path / name, 4, [440.0]) == pytest.approx([0.3], abs=0.02)


@pytest.mark.parametrize("kept", ["aac", "copy"])
def test_sound_that_is_left_out_is_said(tmp_path: Path, kept: str) -> None:
    """Times that go back, but not to a beginning, have their sound already."""
    path = tmp_path / "a.ogg"
    write_opus(path, "mono", 2)
    path.write_bytes(path.read_bytes() * 2)
    with SpoolWriter(tmp_path / "audio.spool") as spool:
        notes = spool_audio(path, choose_format(path, kept), (0.0, 4.0), spool, lambda _done: None)
    assert "s of the recorded sound are left out" in notes[0]


def test_only_mono_and_stereo_opus_is_kept(tmp_path: Path) -> None:
    """Players do not play Opus of many channels in MP4: it is mixed down."""
    write_opus(tmp_path / "a.mkv", "5.1", 1)
    assert choose_format(tmp_path / "a.mkv", "copy").codec == "aac"


def test_comparing_the_channels_can_be_ended(tmp_path: Path) -> None:
    """Whoever waits is asked while the sound is looked at."""
    write_sound(tmp_path / "a.mkv", tone(2, 440), tone(2, 440))
    with pytest.raises(Cancelled):
        choose_format(tmp_path / "a.mkv", "aac", stopping_at(3))
