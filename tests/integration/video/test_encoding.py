"""Making files playable: copied when a browser plays them, encoded only when not."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from pod.video.encoding import StoppedError, make_playable
from pod.video.errors import VideoError
from pod.video.probe import probe


def film(
    path: Path, video: str, audio: str = "", pixels: str = "yuv420p", size: tuple[int, int] = (64, 48)
) -> Path:
    """Write two seconds of film in these codecs."""
    with av.open(str(path), "w") as out:
        picture = out.add_stream(video, rate=5)
        assert isinstance(picture, av.VideoStream)
        picture.width, picture.height, picture.pix_fmt = *size, pixels
        sound = out.add_stream(audio, rate=48000, layout="stereo") if audio else None
        for number in range(10):
            frame = av.VideoFrame.from_ndarray(np.full((size[1], size[0], 3), 90, np.uint8), format="rgb24")
            frame.pts = number
            out.mux(picture.encode(frame))
        out.mux(picture.encode(None))
        if isinstance(sound, av.AudioStream):
            size_s = sound.codec_context.frame_size or 960
            for number in range(2 * 48000 // size_s):
                samples = np.zeros((2, size_s), np.float32)
                piece = av.AudioFrame.from_ndarray(samples, format="fltp", layout="stereo")
                piece.sample_rate, piece.pts = 48000, number * size_s
                out.mux(sound.encode(piece))
            out.mux(sound.encode(None))
    return path


def packets(path: Path) -> bytes:
    """Return the picture's packets, to see whether they were copied."""
    with av.open(str(path)) as media:
        return b"".join(bytes(packet) for packet in media.demux(media.streams.video[0]))


def test_what_plays_is_copied_bit_by_bit(tmp_path: Path) -> None:
    """H.264 and AAC in another container are not encoded again."""
    source = film(tmp_path / "a.mkv", "libx264", "aac")
    make_playable(source, tmp_path / "out.mp4")
    found = probe(tmp_path / "out.mp4")
    assert (found.container, found.video_codec, found.audio_codec) == ("mp4", "h264", "aac")
    assert found.is_playable
    assert len(packets(tmp_path / "out.mp4")) == pytest.approx(len(packets(source)), rel=0.05)


@pytest.mark.parametrize(
    ("video", "suffix"), [("mpeg4", ".avi"), ("mpeg2video", ".mkv"), ("libvpx", ".webm")]
)
def test_what_does_not_play_is_encoded(video: str, suffix: str, tmp_path: Path) -> None:
    """Other codecs become H.264, of the same length and size."""
    source = film(tmp_path / f"a{suffix}", video)
    make_playable(source, tmp_path / "out.mp4")
    found = probe(tmp_path / "out.mp4")
    assert (found.video_codec, found.width, found.height) == ("h264", 64, 48)
    assert found.duration_s == pytest.approx(2.0, abs=0.25)


def test_ten_bit_pictures_are_encoded(tmp_path: Path) -> None:
    """H.264 that only some browsers decode is no exception."""
    make_playable(film(tmp_path / "a.mkv", "libx264", pixels="yuv444p"), tmp_path / "out.mp4")
    with av.open(str(tmp_path / "out.mp4")) as media:
        assert media.streams.video[0].codec_context.pix_fmt == "yuv420p"


def test_only_the_stream_that_does_not_play_is_encoded(tmp_path: Path) -> None:
    """A playable picture is copied beside a sound that is not."""
    source = film(tmp_path / "a.mkv", "libx264", "ac3")
    make_playable(source, tmp_path / "out.mp4")
    assert probe(tmp_path / "out.mp4").audio_codec == "aac"
    assert len(packets(tmp_path / "out.mp4")) == pytest.approx(len(packets(source)), rel=0.05)


def test_a_rendition_is_of_the_height_asked_for(tmp_path: Path) -> None:
    """The width follows, even."""
    make_playable(film(tmp_path / "a.mp4", "libx264", size=(322, 180)), tmp_path / "out.mp4", height=90)
    found = probe(tmp_path / "out.mp4")
    assert (found.width, found.height) == (160, 90)


def test_a_damaged_file_leaves_nothing(tmp_path: Path) -> None:
    """VideoError, and neither file nor part."""
    source = tmp_path / "a.mp4"
    source.write_bytes(b"\0" * 5000)
    with pytest.raises(VideoError):
        make_playable(source, tmp_path / "out.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_stopping_leaves_nothing(tmp_path: Path) -> None:
    """Neither file nor part after a cancellation."""
    source = film(tmp_path / "a.mp4", "libx264")
    with pytest.raises(StoppedError):
        make_playable(source, tmp_path / "out.mp4", stop=lambda: True)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


@pytest.mark.parametrize(("was", "damaged"), [(b"V_MPEG4", b"V_XPEG4"), (b"A_AAC", b"A_XAC")])
def test_a_codec_that_does_not_exist_is_damage_and_no_bug(was: bytes, damaged: bytes, tmp_path: Path) -> None:
    """One byte of a header is enough: the owner of the file reads that it is damaged."""
    source = film(tmp_path / "a.mkv", "mpeg4", "aac")
    source.write_bytes(source.read_bytes().replace(was, damaged))
    with pytest.raises(VideoError):
        make_playable(source, tmp_path / "out.mp4")


def test_a_picture_without_size_is_damage_and_no_bug(tmp_path: Path) -> None:
    """A header that says no size, and a codec that the pictures are not of."""
    source = film(tmp_path / "a.webm", "libvpx")
    size = b"\xb0\x81\x40\xba\x81\x30"
    whole = source.read_bytes()
    assert size in whole
    source.write_bytes(whole.replace(size, b"\xb0\x81\x00\xba\x81\x00").replace(b"V_VP8", b"V_VP9"))
    with pytest.raises(VideoError):
        make_playable(source, tmp_path / "out.mp4")


@pytest.mark.parametrize("first", [(64, 48), (16, 12)], ids=["from-the-start", "in-the-middle"])
def test_pictures_that_are_too_large_are_not_encoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, first: tuple[int, int]
) -> None:
    """A file of some kilobytes with pictures of 12000x9000 pixels took all memory of a server."""
    begin = film(tmp_path / "begin.mov", "png", pixels="rgb24", size=first)
    end = film(tmp_path / "end.mov", "png", pixels="rgb24", size=(64, 48))
    with av.open(str(begin)) as one, av.open(str(end)) as other, av.open(str(tmp_path / "a.mov"), "w") as out:
        stream = out.add_stream_from_template(one.streams.video[0])
        pictures = [packet for media in (one, other) for packet in media.demux(video=0) if packet.size]
        for number, packet in enumerate(pictures):
            packet.stream, packet.pts, packet.dts = stream, number * 1000, number * 1000
            out.mux(packet)
    make_playable(tmp_path / "a.mov", tmp_path / "whole.mp4")
    monkeypatch.setattr("pod.video.encoding.MOST_PIXELS", 64 * 48 - 1)
    with pytest.raises(VideoError):
        make_playable(tmp_path / "a.mov", tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()


def test_a_full_disk_is_no_damage(tmp_path: Path) -> None:
    """The administrator reads what is wrong with the disk, not that the film is at fault."""
    source = film(tmp_path / "a.avi", "mpeg4")
    (tmp_path / "out.mp4.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        make_playable(source, tmp_path / "out.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["a.avi"]
