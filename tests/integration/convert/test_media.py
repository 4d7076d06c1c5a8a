"""Recorded pictures by time, also of damaged files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from pod.bbb import video_format
from pod.bbb.errors import BBBError, Cancelled, PlaybackError
from pod.bbb.playback.model import Media
from pod.bbb.render.composing.liveness import live_intervals
from pod.bbb.render.media.audio_format import choose_format
from pod.bbb.render.media.encoder import writable_planes
from pod.bbb.render.media.joiner import check
from pod.bbb.render.media.video_source import VideoSource
from tests.integration.convert.stopping import stopping_at

RATE, SECONDS = 10, 60


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute whose grey tells the second."""
    path = tmp_path_factory.mktemp("film") / "film.webm"
    with av.open(path, "w") as container:
        stream: Any = container.add_stream(
            "libvpx", rate=RATE, options={"deadline": "realtime", "cpu-used": "8"}
        )
        stream.width, stream.height, stream.gop_size = 64, 48, 100
        frame = av.VideoFrame(64, 48, "yuv420p")
        planes = writable_planes(frame)
        for number in range(RATE * SECONDS):
            for plane, value in zip(planes, (20 + 3 * (number // RATE), 128, 128), strict=True):
                plane[...] = value
            frame.pts = number
            frame.time_base = Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture
def source(film: Path) -> Iterator[VideoSource]:
    """The film, opened by whoever asks for its pictures."""
    opened = VideoSource(film)
    yield opened
    opened.close()


def second_of(frame: av.VideoFrame | None) -> float:
    """Tell the second from the grey."""
    assert frame is not None
    return (float(writable_planes(frame)[0].mean()) - 20) / 3


@pytest.mark.parametrize("seconds", [[0.5, 3.5, 3.5, 17.2], [40.5, 2.5, 55.5], [30.0, 59.9], [21.5, 1.0]])
def test_the_picture_is_that_of_the_second(source: VideoSource, seconds: list[float]) -> None:
    """Going on, jumping ahead and going back give the picture shown at that second."""
    for second in seconds:
        assert abs(second_of(source.at(second)) - int(second)) < 0.7


def test_the_same_picture_is_the_same_object(source: VideoSource) -> None:
    """Who asks again within a picture's time sees that nothing changed."""
    assert source.at(5.01) is source.at(5.08)


def test_a_picture_is_shown_from_its_own_moment_on(source: VideoSource) -> None:
    """Each picture of a screen share is asked for at the very moment at which it begins."""
    pictures = [source.at(tenth / RATE) for tenth in range(10 * RATE)]
    assert len(set(map(id, pictures))) == len(pictures)


def test_after_the_end_the_last_picture_stays(source: VideoSource) -> None:
    """A video that is shorter than the recording holds its last picture."""
    assert abs(second_of(source.at(500.0)) - 59) < 0.7


def test_a_truncated_video_holds_what_it_has(film: Path, tmp_path: Path) -> None:
    """What was cut off is not there, the rest is."""
    cut = tmp_path / "cut.webm"
    cut.write_bytes(film.read_bytes()[: film.stat().st_size // 2])
    source = VideoSource(cut)
    assert abs(second_of(source.at(3.5)) - 3) < 0.7
    assert 5 < second_of(source.at(59.0)) < 50
    source.close()


def test_before_the_first_picture_nothing_is_looked_for_again(film: Path, tmp_path: Path) -> None:
    """A film that begins late would be opened anew at each of twenty looks a second."""
    late = tmp_path / "late.webm"
    with av.open(film) as source, av.open(late, "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.pts is not None and packet.dts is not None:
                packet.pts, packet.dts, packet.stream = packet.pts + 30_000, packet.dts + 30_000, stream
                target.mux(packet)
    opened = VideoSource(late)
    for begin in (0, 25):  # found by reading from the beginning, and by a jump
        first = opened.at(begin)
        assert opened.at(begin + 1) is first
    assert abs(second_of(opened.at(50)) - 20) < 0.7
    assert second_of(opened.at(10)) < 0.7
    opened.close()


def test_pictures_that_become_too_large_are_broken_ones(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A header may say less than what comes: the decoder refuses."""
    monkeypatch.setattr("pod.bbb.render.media.video_source.USUAL", 64 * 48 - 1)
    source = VideoSource(film)
    assert source.at(1.0) is None
    assert source.broken
    source.close()


def test_no_video_is_a_clear_error(tmp_path: Path) -> None:
    """A file that is none is named."""
    (tmp_path / "webcams.webm").write_bytes(b"nothing")
    with pytest.raises(PlaybackError, match=r"webcams\.webm"):
        VideoSource(tmp_path / "webcams.webm").at(0)


@pytest.mark.parametrize("seconds", [SECONDS, 2000])
def test_measuring_the_webcams_can_be_ended(film: Path, seconds: float) -> None:
    """Read from end to end or in samples: whoever waits is asked."""
    webcams = Media(film, seconds, 64, 48, RATE, has_audio=False)
    with pytest.raises(Cancelled):
        live_intervals(webcams, seconds, stopping_at(3))


@pytest.mark.parametrize(
    "use",
    [
        lambda path: choose_format(path, "aac"),
        lambda path: VideoSource(path).at(0.0),
        lambda path: live_intervals(Media(path, 9.0, 320, 240), 9.0),
        lambda path: check(path, 9.0, sound=False),
        video_format.require_film,
    ],
    ids=["sound", "pictures", "webcams", "video", "film"],
)
def test_a_damaged_file_is_told_of_without_its_place_on_this_machine(
    tmp_path: Path, use: Callable[[Path], object]
) -> None:
    """Libraries write the whole path into their messages; those who read ours have no use for it."""
    path = tmp_path / "damaged.webm"
    path.write_bytes(b"no video")
    with pytest.raises(BBBError, match="Invalid data") as raised:
        use(path)
    assert str(tmp_path) not in str(raised.value)
