"""A converter that makes real small films, and a stand-in for the browser plugin."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from django.conf import LazySettings

from pod.conversion import deliveries, services
from pod.conversion.models import Conversion
from pod.conversion.services import ConversionRequest, request

Ask = Callable[..., Conversion]


def make_film(path: Path, seconds: float = 5.0, grey: int = 180, codec: str = "libvpx") -> Path:
    """Write a small film of one grey."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=5)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        picture = np.full((48, 64, 3), grey, dtype=np.uint8)
        for number in range(int(seconds * 5)):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a silent worker for dead without waiting for one more sign of life."""
    monkeypatch.setattr(services, "GRACE_S", 0.0)


@pytest.fixture
def delivered(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The files that arrived at the delivery "test"."""
    arrived: list[Path] = []
    monkeypatch.setitem(deliveries._handlers, "test", lambda _job, path, _report: arrived.append(path))
    return arrived


@pytest.fixture
def ask(settings: LazySettings, tmp_path: Path) -> Ask:
    """Ask for a conversion into a folder of the test."""
    settings.CONVERSION_DIR = tmp_path / "work"
    settings.CELERY_TO_ENCODE = False

    def _ask(suffix: str = ".mp4", **values: object) -> Conversion:
        wanted = {
            "key": "test:1",
            "delivery": "test",
            "source_url": "https://bbb.example.org/playback/presentation/2.3/abc",
            "target": tmp_path / "claim" / f"film{suffix}",
            "title": "Algebra",
            "duration_hint_s": 10.0,
        }
        return request(ConversionRequest(**{**wanted, **values}))[0]  # type: ignore[arg-type]

    return _ask


@pytest.fixture
def plugin(settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Install a stand-in for bbb-recorder whose export.js does what the test's Python says.

    `node` itself is stood in for, so that the test needs no Node.js: it runs the script it is
    given as Python. The variables url, name and out (the folder it writes to) are set.
    """
    folder, out, programs = tmp_path / "plugin", tmp_path / "recorded", tmp_path / "bin"
    for made in (folder, out, programs):
        made.mkdir()
    settings.IMPORT_VIDEO_BBB_RECORDER_PLUGIN = f"{folder}/"
    settings.IMPORT_VIDEO_BBB_RECORDER_PATH = f"{out}/"
    settings.CONVERSION_ENGINE = "bbb-recorder"
    node = programs / "node"
    node.write_text('#!/bin/sh\nexec python3 "$@"\n', encoding="utf-8")
    node.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")

    def _install(body: str) -> Path:
        start = f"import sys, time, shutil\nurl, name = sys.argv[1:3]\nout = {str(out)!r} + '/'\n"
        (folder / "export.js").write_text(start + textwrap.dedent(body), encoding="utf-8")
        return out

    return _install
