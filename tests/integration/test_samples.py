"""The recordings that tests, demo and benchmarks are made of are what they say."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from lxml import etree

from tests.fake_bbb import read_folder
from tests.samples import KINDS, Sample, make_recording


@pytest.fixture(scope="module")
def lecture(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A short lecture."""
    return make_recording(tmp_path_factory.mktemp("lecture"), "lecture", 12, name="Été <1> & co")


def pictures(path: Path) -> list[tuple[float, np.ndarray]]:
    """(seconds, grey picture) of every frame."""
    with av.open(str(path)) as container:
        return [(frame.time, frame.to_ndarray(format="gray")) for frame in container.decode(video=0)]


def tones(path: Path) -> list[float]:
    """The seconds at which sound sets in after silence."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("flt", "mono", 48_000)
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    start = frames[0].time
    loud = np.flatnonzero(np.abs(np.concatenate([frame.to_ndarray()[0] for frame in frames])) > 0.1)
    onsets = [loud[0], *(b for a, b in pairwise(loud) if b - a > 4800)]
    return [onset / 48_000 + start for onset in onsets]


@pytest.mark.parametrize("kind", sorted(kind for kind in KINDS if not kind.startswith("bench")))
def test_every_kind_is_a_recording_that_a_server_can_list(tmp_path: Path, kind: str) -> None:
    """metadata.xml is right, and the id is made as BBB makes it."""
    made = make_recording(tmp_path, kind, 4, meeting_id="room 1")
    entries, places = read_folder(tmp_path)
    assert [entry.record_id for entry in entries] == [made.record_id]
    assert entries[0].end_ms - entries[0].start_ms == 4000
    assert places["presentation", made.record_id] == made.folder
    assert (("video", made.record_id) in places) == (made.video_folder is not None)


def test_the_media_are_as_long_as_the_recording(lecture: Sample) -> None:
    """Webcams with sound, and the screen share over the whole time line."""
    for name in ("video/webcams.webm", "deskshare/deskshare.webm"):
        with av.open(str(lecture.folder / name)) as container:
            assert container.duration is not None
            assert container.duration / 1e6 == pytest.approx(12, abs=0.05)
    with av.open(str(lecture.folder / "video" / "webcams.webm")) as container:
        assert len(container.streams.audio) == 1


def test_the_camera_moves_all_the_time(lecture: Sample) -> None:
    """No two frames of the webcam are alike: an encoder has to work."""
    frames = pictures(lecture.folder / "video" / "webcams.webm")
    assert len(frames) == 180
    changes = [np.abs(a[1].astype(int) - b[1]).mean() for a, b in pairwise(frames)]
    assert min(changes) > 0.1


def test_the_screen_share_is_white_outside_of_its_time(lecture: Sample) -> None:
    """As BBB renders it."""
    ((start, end),) = lecture.shares
    for time, picture in pictures(lecture.folder / "deskshare" / "deskshare.webm"):
        assert (picture.mean() < 128) == (start <= time < end)


def test_the_lectures_files_can_be_read(lecture: Sample) -> None:
    """XML is well-formed, JSON is JSON, every picture that shapes.svg names is there."""
    for path in lecture.folder.glob("*.xml"):
        etree.parse(str(path))
    for path in lecture.folder.glob("*.json"):
        json.loads(path.read_text())
    shapes = etree.parse(str(lecture.folder / "shapes.svg"))
    links = [element.get("{http://www.w3.org/1999/xlink}href") for element in shapes.iter("{*}image")]
    assert len(links) == 6
    assert all(link and (lecture.folder / link).is_file() for link in links)


def test_sound_slides_and_camera_change_together(tmp_path: Path) -> None:
    """The recording for measuring how far sound and picture are apart is itself exact."""
    made = make_recording(tmp_path, "beeps", 7)
    assert made.slide_changes == (2.0, 4.0, 6.0)
    media = made.folder / "video" / "webcams.webm"
    assert tones(media) == pytest.approx(made.slide_changes, abs=0.01)
    frames = pictures(media)
    turned = [b[0] for a, b in pairwise(frames) if abs(a[1].mean() - b[1].mean()) > 100]
    assert turned == pytest.approx(made.slide_changes, abs=0.01)


def test_the_ready_video_is_a_playable_file_named_by_its_page(tmp_path: Path) -> None:
    """H.264 and AAC at 1280x720, and index.html points to it."""
    made = make_recording(tmp_path, "video", 4)
    assert made.video_folder is not None
    assert 'src="video-0.m4v"' in (made.video_folder / "index.html").read_text()
    with av.open(str(made.video_folder / "video-0.m4v")) as container:
        video = container.streams.video[0]
        assert (video.width, video.height, video.codec_context.name) == (1280, 720, "h264")
        assert container.streams.audio[0].codec_context.name == "aac"
        assert sum(1 for _ in container.decode(video)) == 96


def test_the_broken_kinds_are_broken(tmp_path: Path) -> None:
    """One cannot be parsed, the other cannot be played."""
    cut = make_recording(tmp_path, "broken-shapes", 4)
    with pytest.raises(etree.XMLSyntaxError):
        etree.parse(str(cut.folder / "shapes.svg"))
    mute = make_recording(tmp_path, "missing-media", 4)
    assert not (mute.folder / "audio").exists()
    assert not (mute.folder / "video").exists()
