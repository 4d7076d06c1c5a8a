"""bbb-dl on the same recording in the same run, where it and a Chromium for its Playwright are installed."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.measure import run
from tests.benchmarks.recordings import Recording

TARGETS = {"bench-webcam": 30, "bench-white": 100}  # kind of recording -> how many times as fast we shall be
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def compare(source: Recording, target: int, folder: Path, convert: Callable[..., list[str]]) -> str:
    """Measure bbb-dl against ours, or say what it would need."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if shutil.which("bbb-dl") is None or browser is None:
        return "\nbbb-dl: left out, it and Chromium are not both installed (pip install bbb-dl)"
    root = source.folder.parent.parent
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(root)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        time.sleep(1)
        link = f"http://127.0.0.1:{port}/playback/presentation/2.3/{source.folder.name}"
        ours = run(convert(source, folder / "ours.mp4"))
        places = ["--output-dir", str(folder), "--working-dir", str(folder / "bbb-dl")]
        theirs = run(["bbb-dl", "--filename", "theirs.mp4", *places, link])
    except RuntimeError as error:
        return f"\nbbb-dl: failed ({error})"
    finally:
        server.terminate()
        server.wait()
    return (
        f"\nbbb-dl on {source.kind}, {source.seconds:.0f} s: {theirs.wall:.0f} s, {theirs.peak_mb:.0f} MB"
        f"; ours {ours.wall:.1f} s: {theirs.wall / ours.wall:.0f} times as fast (target {target})"
    )
