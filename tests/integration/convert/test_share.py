"""A screen share's pictures in the video: each of them, and when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from pod.bbb.choices import ConvertOptions
from pod.bbb.convert import convert
from pod.bbb.render.timing.ticks import STEP_MS, WEBCAM_MS
from tests.integration.convert.conftest import Video, rgb
from tests.samples import files, make_recording
from tests.samples.media import Film, Part, Picture, write_media

SECONDS = 4.0


def greys(count: int) -> Iterator[Picture]:
    """Pictures that all differ from their neighbours."""
    for number in range(count):
        yield np.full((90, 160, 3), 30 + 60 * (number % 4), np.uint8)


@pytest.mark.parametrize("rate", [5, 7, 12])
def test_each_picture_of_a_share_is_shown_when_it_is_due(tmp_path: Path, rate: int) -> None:
    """Whatever the rate at which a server publishes shares: none is left out, or late by a step or more."""
    folder, out = make_recording(tmp_path, "audio-only", SECONDS).folder, tmp_path / "video.mp4"
    (folder / "deskshare.xml").write_text(files.deskshare_xml([(0.0, SECONDS)]))
    count = round(SECONDS * rate)
    film = Film(160, 90, rate, (Part(lambda: greys(count), count),))
    write_media(folder / "deskshare" / "deskshare.webm", film)
    convert(str(folder), out, ConvertOptions(size=(160, 90), jobs=1, end=SECONDS))
    with av.open(out) as container:
        shown = [(frame.time or 0.0, rgb(frame).mean()) for frame in container.decode(video=0)]
    changes = [
        at
        for (at, grey), before in zip(shown, [0.0, *(g for _, g in shown)], strict=False)
        if abs(grey - before) > 20
    ]
    late = np.subtract(changes, np.arange(count) / rate)  # refuses another number of pictures
    assert (late > -0.001).all()
    assert (late < STEP_MS / 1000).all()


def test_a_webcam_beside_a_share_moves_ten_times_a_second(lecture: Video) -> None:
    """The share is looked at more often; the webcam's 15 pictures a second must not all be encoded then."""
    ((start, end),) = lecture.sample.shares
    times = [at for at, _, key, _ in lecture.packets() if start < at < end and not key]
    assert len(times) > (end - start) * 9
    assert all(round(at * 1000) % WEBCAM_MS == 0 for at in times)
