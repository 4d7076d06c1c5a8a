"""Recorded pictures of unusual sizes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from pod.bbb.choices import ConvertOptions
from pod.bbb.convert import convert
from pod.bbb.playback.model import Media, ScreenShare
from pod.bbb.playback.read import read_playback
from pod.bbb.render.composing.composer import Composer
from pod.bbb.render.composing.layout import Stage
from pod.bbb.render.composing.picture import Area, Picture, yuv
from pod.bbb.render.media.video_source import VideoSource
from pod.bbb.render.timing.scene import BACKGROUND, Scene
from pod.bbb.render.timing.timeline import Timeline
from pod.bbb.render.work import parallel
from pod.bbb.render.work.helpers import Helper
from pod.bbb.render.work.pipeline import Work
from tests.integration.convert.conftest import Video
from tests.samples import make_recording
from tests.unit.playback.writing import write_metadata


def write_changing(path: Path) -> None:
    """Write a black film that is a second wide, a second high: VP9 may change its size on the way."""
    with av.open(path, "w") as container:
        stream: Any = container.add_stream("libvpx-vp9", rate=10)
        stream.width, stream.height, stream.time_base = 160, 40, Fraction(1, 10)
        container.start_encoding()
        for second, size in enumerate(((160, 40), (40, 160))):
            encoder: Any = av.CodecContext.create("libvpx-vp9", "w")
            encoder.width, encoder.height, encoder.pix_fmt = *size, "yuv420p"
            encoder.time_base, encoder.framerate = Fraction(1, 10), Fraction(10)
            for number in range(10):
                frame = av.VideoFrame.from_ndarray(np.zeros((size[1], size[0], 3), np.uint8), format="rgb24")
                frame.pts, frame.time_base = second * 10 + number, Fraction(1, 10)
                for packet in encoder.encode(frame.reformat(format="yuv420p")):
                    packet.stream = stream
                    container.mux_one(packet)
            for packet in encoder.encode(None):
                packet.stream = stream
                container.mux_one(packet)


@pytest.mark.parametrize("shared", [False, True])
def test_nothing_of_a_larger_picture_stays_beside_a_narrower_one(tmp_path: Path, *, shared: bool) -> None:
    """Of webcams and screens that change their size the new picture alone is seen."""
    write_metadata(tmp_path)
    write_changing(tmp_path / "film.webm")
    film = Media(tmp_path / "film.webm", 2.0, 160, 40, 10.0, has_audio=False)
    playback = replace(read_playback(tmp_path), webcams=film, deskshare=film)
    whole = Area(0, 0, 160, 160)
    stage = Stage(0.0, 2.0, *((whole, None) if shared else (None, whole)))
    scene = Scene(0.0, share=ScreenShare(0.0, 2.0, 160, 40)) if shared else None
    planes = tuple(np.zeros((160 // part, 160 // part), np.uint8) for part in (1, 2, 2))
    composer = Composer(playback)
    composer.start(Picture((planes[0], planes[1], planes[2])))
    composer.show(0.5, scene, stage, refresh=True)
    assert planes[0][80, 10] < 20
    composer.show(1.5, scene, stage, refresh=False)
    composer.close()
    assert planes[0][10, 80] < 20
    assert planes[0][80, 10] == yuv(BACKGROUND)[0]


def test_what_a_wider_webcam_reached_over_is_seen_again(tmp_path: Path) -> None:
    """In the corner of a slide: the picture is that of a part of the video that begins later."""
    write_changing(tmp_path / "film.webm")
    film = Media(tmp_path / "film.webm", 2.0, 160, 40)
    sample = make_recording(tmp_path, "audio-only", 12.0)
    playback = replace(read_playback(sample.folder), webcams=film)
    stage = Stage(0.0, 2.0, Area(0, 0, 320, 180), Area(150, 20, 160, 160))
    scene = Timeline(playback).at(1.0)

    def made(*times: float) -> tuple[bytes, ...]:
        planes = tuple(np.zeros((180 // part, 320 // part), np.uint8) for part in (1, 2, 2))
        composer = Composer(playback)
        composer.start(Picture((planes[0], planes[1], planes[2])))
        for number, seconds in enumerate(times):
            composer.show(seconds, scene, stage, refresh=not number)
        composer.close()
        return tuple(plane.tobytes() for plane in planes)

    assert made(0.5, 1.5) == made(1.5)


def test_pictures_are_decoded_up_to_their_own_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also those whose lines decoders hold longer than they are: all of 4500x3000 counted as broken."""
    monkeypatch.setattr("pod.bbb.render.media.video_source.USUAL", 0)
    write_changing(tmp_path / "film.webm")
    source = VideoSource(tmp_path / "film.webm", Media(tmp_path / "film.webm", 2.0, 160, 40).pixels)
    assert source.at(0.5) is not None
    assert not source.broken
    source.close()


def test_huge_pictures_are_decoded_by_few_processes(
    lecture: Video, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two times webcams and a screen of 7680x4320 took a gigabyte."""
    films = read_playback(lecture.sample.folder)
    assert films.webcams is not None
    assert films.deskshare is not None
    most = 3 * (films.webcams.pixels + films.deskshare.pixels)
    monkeypatch.setattr("pod.bbb.render.production.MOST_PIXELS", most)
    asked: list[int] = []

    class Counted(parallel.Pool):
        """Tells how many help."""

        def __init__(self, work: Work, helpers: Sequence[Helper], *more: Any) -> None:
            asked.append(len(helpers))
            super().__init__(work, helpers, *more)

    monkeypatch.setattr(parallel, "Pool", Counted)
    convert(str(lecture.sample.folder), tmp_path / "v.mp4", ConvertOptions(size=(320, 180), jobs=4, end=2.0))
    assert asked == [2]
