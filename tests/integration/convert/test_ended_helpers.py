"""Helpers that are ended while a picture is drawn for them."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

from pod.bbb.playback.read import read_playback
from pod.bbb.render.composing.layout import Layout, plan
from pod.bbb.render.images.picture_process import SECONDS
from pod.bbb.render.media.encoder import H264
from pod.bbb.render.timing.segments import cut
from pod.bbb.render.work.helpers import Helper
from pod.bbb.render.work.pipeline import Work
from tests.samples import make_recording

TICKS = os.sysconf("SC_CLK_TCK")
LOOK_S, GIVEN_UP_S = 0.05, 120.0
ENDLESS = '<circle cx="50" cy="25" r="50" fill-opacity=".1"/>' * 90_000


def drawing() -> dict[int, tuple[int, float]]:
    """The processes that draw pictures: their parents, and seconds that the processor gave them (Linux)."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if b"pod.bbb.render.images.picture_worker" in (folder / "cmdline").read_bytes():
                stat = (folder / "stat").read_text().rpartition(")")[2].split()
                found[int(folder.name)] = int(stat[1]), (int(stat[11]) + int(stat[12])) / TICKS
        except OSError:  # it has ended since
            continue
    return found


def awaited(parent: int, worked: float) -> int:
    """The process that draws for `parent`, once it has worked so long: then it has loaded, and draws."""
    until = time.monotonic() + GIVEN_UP_S
    while time.monotonic() < until:
        for pid, (its_parent, seconds) in drawing().items():
            if its_parent == parent and seconds >= worked:
                return pid
        time.sleep(LOOK_S)
    raise AssertionError("Nobody draws.")


def test_who_draws_for_a_helper_ends_with_it(tmp_path: Path) -> None:
    """Also in the middle of a picture that takes long: far from using up the time that one may take."""
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
        pid = awaited(process.pid, worked=2.0)
    worked = 0.0
    while (found := drawing().get(pid)) and worked < SECONDS / 2:
        worked = found[1]
        time.sleep(LOOK_S)
    assert worked < SECONDS / 2
