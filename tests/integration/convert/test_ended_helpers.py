"""Helpers that are ended while a picture is drawn for them."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

from pod.bbb.playback.read import read_playback
from pod.bbb.render.composing.layout import Layout, plan
from pod.bbb.render.media.encoder import H264
from pod.bbb.render.timing.segments import cut
from pod.bbb.render.work.helpers import Helper
from pod.bbb.render.work.pipeline import Work
from tests.samples import make_recording

ENDLESS = '<circle cx="50" cy="25" r="50" fill-opacity=".1"/>' * 90_000


def drawing() -> dict[int, int]:
    """The processes that draw pictures, and their parents, as Linux tells them."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"pod.bbb.render.images.picture_worker" in (folder / "cmdline").read_bytes():
                found[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:  # it has ended since
            continue
    return found


def test_who_draws_for_a_helper_ends_with_it(tmp_path: Path) -> None:
    """Also in the middle of a picture that takes long."""
    sample = make_recording(tmp_path, "audio-only", 12.0)
    shapes = (sample.folder / "shapes.svg").read_text()
    (sample.folder / "shapes.svg").write_text(shapes.replace("slide-1.png", "slide1.svg"))
    slide = next(sample.folder.rglob("slide-1.png")).with_name("slide1.svg")
    slide.write_text(f'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50">{ENDLESS}</svg>')
    playback = read_playback(sample.folder)
    stages = plan(playback, (320, 180), Layout("content"), [], chat=False)
    work = Work(playback, (320, 180), stages, cut(0, 12_000, [0]), tmp_path, H264, {})
    with Helper(tmp_path / "helper.log") as helper:
        process: subprocess.Popen[bytes] = helper._process
        helper.send(work)
        helper.send(work.segments[0])
        mine: list[int] = []
        until = time.monotonic() + 30
        while not mine and time.monotonic() < until:
            mine = [pid for pid, parent in drawing().items() if parent == process.pid]
            time.sleep(0.05)
        assert mine
        time.sleep(1.0)  # it has loaded, and draws
    until = time.monotonic() + 2
    while set(mine) & set(drawing()) and time.monotonic() < until:
        time.sleep(0.05)
    assert not set(mine) & set(drawing())
