"""Media files: what they hold, how long they really last."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from pod.bbb.playback.media import AUDIO, WEBCAMS, OneClock, first_media, probe_media
from pod.bbb.playback.model import Media
from pod.bbb.playback.notes import Notes
from tests.unit.playback.writing import write_film, write_sound


def test_a_film_is_probed(tmp_path: Path) -> None:
    """Size, rate and length."""
    write_film(tmp_path / "a.webm", 4)
    found = probe_media(tmp_path / "a.webm", Notes())
    assert (found.width, found.height, found.rate, found.has_audio) == (64, 48, 5.0, False)
    assert found.duration == pytest.approx(4, abs=0.05)


def test_a_film_without_a_length_in_its_header_is_measured(tmp_path: Path) -> None:
    """Webm written to a pipe has none: the packets tell it."""
    write_film(tmp_path / "a.webm", 4, live=True)
    with av.open(str(tmp_path / "a.webm")) as container:
        assert container.duration is None
    assert probe_media(tmp_path / "a.webm", Notes()).duration == pytest.approx(4, abs=0.3)


def test_pictures_too_large_to_decode_are_not_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture of 16384x8192 takes a gigabyte to decode: the sound is kept, and it is said."""
    monkeypatch.setattr("pod.bbb.playback.media.MOST_PIXELS", 64 * 48 - 1)
    write_film(tmp_path / "a.webm", 4)
    notes = Notes()
    found = probe_media(tmp_path / "a.webm", notes)
    assert (found.width, found.height) == (0, 0)
    assert found.duration == pytest.approx(4, abs=0.05)
    assert notes.sentences() == ("The pictures in a.webm are too large (64x48): they are not shown.",)


def test_pictures_of_a_codec_that_does_not_exist_are_not_shown(tmp_path: Path) -> None:
    """One damaged byte of the header names another codec: the sound is kept, and it is said."""
    write_film(tmp_path / "pictures.webm", 4)
    write_sound(tmp_path / "sound.webm", 4)
    path = tmp_path / "a.webm"
    with (
        av.open(str(tmp_path / "pictures.webm")) as pictures,
        av.open(str(tmp_path / "sound.webm")) as sound,
        av.open(str(path), "w") as both,
    ):
        streams = {one: both.add_stream_from_template(one.streams[0]) for one in (pictures, sound)}
        for one, stream in streams.items():
            for packet in one.demux():
                if packet.size:
                    packet.stream = stream
                    both.mux(packet)
    path.write_bytes(path.read_bytes().replace(b"V_VP", b"V_XP"))
    notes = Notes()
    found = probe_media(path, notes)
    assert (found.width, found.height, found.has_audio) == (0, 0, True)
    assert notes.sentences() == ("The pictures in a.webm are of an unknown kind: they are not shown.",)


def test_a_film_that_breaks_off_is_as_long_as_its_data(tmp_path: Path) -> None:
    """The header still says the whole length; it is not believed, and that is said."""
    path = tmp_path / "a.webm"
    write_film(path, 40)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    notes = Notes()
    assert 5 < probe_media(path, notes).duration < 35
    assert "a.webm breaks off" in notes.sentences()[0]


def cut(path: Path, share: float) -> None:
    """Leave a file's beginning."""
    data = path.read_bytes()
    path.write_bytes(data[: round(len(data) * share)])


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("seconds", [10.0, 40.0])
def test_of_two_files_the_whole_one_is_taken_when_the_first_breaks_off(
    tmp_path: Path, seconds: float, *, live: bool
) -> None:
    """Also when the first does not say how long it is to be; but never a shorter one."""
    write_film(tmp_path / "video/webcams.webm", 40, live=live)
    cut(tmp_path / "video/webcams.webm", 0.5)
    write_film(tmp_path / "other.webm", seconds)
    (tmp_path / "other.webm").rename(tmp_path / "video/webcams.mp4")
    notes = Notes()
    found = first_media(tmp_path, WEBCAMS, notes)
    assert found is not None
    assert found.path.name == ("webcams.mp4" if seconds == 40 else "webcams.webm")
    used = "webcams.mp4 lasts longer than webcams.webm: it is used instead."
    assert (used in notes.sentences()) == (seconds == 40)


def test_a_whole_file_costs_no_look_at_those_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Usual recordings have one file, and it is opened once."""
    write_film(tmp_path / "video/webcams.webm", 4)
    write_film(tmp_path / "video/webcams.mp4", 8)
    opened: list[str] = []

    def probe(path: Path, notes: Notes) -> Media:
        opened.append(path.name)
        return probe_media(path, notes)

    monkeypatch.setattr("pod.bbb.playback.media.probe_media", probe)
    first_media(tmp_path, WEBCAMS, Notes())
    assert opened == ["webcams.webm"]


@pytest.mark.parametrize("damaged", [False, True])
def test_a_sound_that_goes_on_at_another_rate_lasts_as_long_as_all(tmp_path: Path, *, damaged: bool) -> None:
    """Two Ogg files one after the other: each is read by itself, which is said; so is what is damaged."""
    for name, rate in (("a", 44100), ("b", 22050)):
        with av.open(str(tmp_path / f"{name}.ogg"), "w") as container:
            stream = container.add_stream("vorbis", rate=rate, layout="stereo", options={"strict": "-2"})
            for number in range(3 * rate // 64):
                frame = av.AudioFrame.from_ndarray(np.zeros((2, 64), np.float32), "fltp", "stereo")
                frame.sample_rate, frame.pts = rate, number * 64
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
    whole = tmp_path / "audio/audio.ogg"
    whole.parent.mkdir()
    second = (tmp_path / "b.ogg").read_bytes()
    whole.write_bytes((tmp_path / "a.ogg").read_bytes() + (second[:200] if damaged else second))
    notes = Notes()
    found = first_media(tmp_path, AUDIO, notes)
    assert found is not None
    assert found.duration == pytest.approx(3.0 if damaged else 6.0, abs=0.1)
    assert "several kinds of sound" in notes.sentences()[0]
    assert (notes.sentences()[1:] != ()) == damaged


@pytest.mark.parametrize("codec", ["libopus", "flac"])
def test_ogg_files_one_after_the_other_last_as_long_as_all(tmp_path: Path, codec: str) -> None:
    """Their times begin again with each (a chained stream), which is said."""
    names = ("a.ogg", "b.ogg", "c.ogg")
    for name in names:
        with av.open(str(tmp_path / name), "w") as container:
            stream: Any = container.add_stream(codec, rate=48000, layout="mono")
            for number in range(4 * 50):
                frame = av.AudioFrame.from_ndarray(np.zeros((1, 960), np.int16), "s16", "mono")
                frame.sample_rate, frame.pts = 48000, number * 960
                container.mux(stream.encode(frame))
            container.mux(stream.encode())
    (tmp_path / "whole.ogg").write_bytes(b"".join((tmp_path / name).read_bytes() for name in names))
    notes = Notes()
    assert probe_media(tmp_path / "whole.ogg", notes).duration == pytest.approx(12, abs=0.1)
    assert "start again at 0" in notes.sentences()[0]


@pytest.mark.parametrize("name", ["a.ogg", "a.mkv"])
def test_times_that_wander_do_not_begin_again(tmp_path: Path, name: str) -> None:
    """Only a fall from far to the very beginning does, and only in Ogg."""
    write_sound(tmp_path / name, 4)
    with av.open(str(tmp_path / name)) as container:
        clock = OneClock(container)
    falls = [0.0, 5.0, 3.0, 9.0, 2.5] if clock.may_chain else [0.0, 60.0, 0.0]
    for second in falls:
        packet = av.Packet(b"x")
        packet.time_base, packet.pts = Fraction(1, 1000), round(second * 1000)
        clock.put(packet)
        assert packet.pts == second * 1000
    assert clock.begun_again == 0


def test_a_sound_has_no_picture(tmp_path: Path) -> None:
    """Sizes are 0."""
    write_sound(tmp_path / "a.webm", 2)
    found = probe_media(tmp_path / "a.webm", Notes())
    assert (found.width, found.has_audio) == (0, True)
    assert found.duration == pytest.approx(2, abs=0.1)


def test_a_play_list_is_no_film(tmp_path: Path) -> None:
    """FFmpeg would follow it to other files, whatever the file's own name says."""
    write_film(tmp_path / "other.webm", 2)
    path = tmp_path / "webcams.webm"
    path.write_text("ffconcat version 1.0\nfile other.webm\n")
    with av.open(str(path)) as followed:
        assert followed.streams.video
    with pytest.raises(av.FFmpegError):
        probe_media(path, Notes())


@pytest.mark.parametrize(
    "content", [b"", b"<html>", b"\x1a\x45\xdf\xa3" + b"\x00" * 50, bytes(range(256)) * 20]
)
def test_what_cannot_be_played_is_noted_and_the_next_is_taken(tmp_path: Path, content: bytes) -> None:
    """A broken webm does not hide the mp4 or webm beside it."""
    (tmp_path / "video").mkdir()
    (tmp_path / WEBCAMS[0]).write_bytes(content)
    write_film(tmp_path / "other.webm", 1)
    (tmp_path / "other.webm").rename(tmp_path / WEBCAMS[1])
    notes = Notes()
    found = first_media(tmp_path, WEBCAMS, notes)
    assert found is not None
    assert found.path.name == "webcams.mp4"
    assert "video/webcams.webm" in notes.sentences()[0]
