"""The external plugin that Esup-Pod documents: `node export.js URL FILE`, in real time.

Seen of it: it exits 0 on failure; its file may appear some time after it ended, or never; the
file may be black, or a second long. So nothing it says is believed: the file is.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess  # the plugin is a program of its own
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from pod.bbb.errors import Cancelled as CancelledError
from pod.conversion.checks_media import check_playable, is_black, media_duration
from pod.conversion.engines.base import Cancelled, Made, Progress, Work
from pod.conversion.engines.links import fresh_address
from pod.conversion.errors import ConversionError, EngineMissingError

START_S = 600.0  # the browser's start, the copying at the end
PLAYS_AT = 1.5  # it records in real time; a loaded machine lags behind
UNKNOWN_LENGTH_S = 4 * 3600.0
LATE_S = 60.0  # how long after its end the file may still appear and grow
POLL_S = 0.5
TAIL_CHARACTERS = 2000
# Shorter than this is the one known to be cut; a recording with pauses is shorter than its
# meeting, so the meeting's length says only what is too long, not what is too short.
SHORTEST_S = 3.0


@dataclass(frozen=True)
class _Plugin:
    """Where the plugin is and writes, from the settings."""

    folder: Path
    output: Path
    log: Path


class BBBRecorderEngine:
    """Plays the recording in a browser, in real time."""

    name = "bbb-recorder"
    suffix = ".webm"

    def convert(self, work: Work, *, progress: Progress, cancelled: Cancelled) -> Made:
        """Run the plugin and check what it left in IMPORT_VIDEO_BBB_RECORDER_PATH."""
        plugin = _plugin(f"{work.name}{self.suffix}")
        plugin.output.unlink(missing_ok=True)  # of an earlier attempt
        limit = START_S + PLAYS_AT * (work.duration_hint_s or UNKNOWN_LENGTH_S)
        try:
            _play(plugin, work, limit, progress, cancelled)
            _await_file(plugin.output, cancelled)
            _check(plugin, work)
        except (ConversionError, CancelledError):
            plugin.output.unlink(missing_ok=True)
            raise
        return Made(plugin.output, {"engine": self.name, "duration": media_duration(plugin.output)})


def _plugin(file_name: str) -> _Plugin:
    folder = Path(settings.IMPORT_VIDEO_BBB_RECORDER_PLUGIN)
    results = Path(settings.IMPORT_VIDEO_BBB_RECORDER_PATH)
    if not (folder / "export.js").is_file():
        raise EngineMissingError(
            f"There is no export.js in {folder}: install bbb-recorder there and set "
            "IMPORT_VIDEO_BBB_RECORDER_PLUGIN, or set CONVERSION_ENGINE=native."
        )
    if shutil.which("node") is None:
        raise EngineMissingError("bbb-recorder needs Node.js: install it, or set CONVERSION_ENGINE=native.")
    logs = results / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    return _Plugin(folder, results / file_name, logs / f"{Path(file_name).stem}.log")


def _play(plugin: _Plugin, work: Work, limit: float, progress: Progress, cancelled: Cancelled) -> None:
    address = fresh_address(work.source_url, work.record_id)
    started = time.monotonic()
    with plugin.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - fixed program, arguments are not seen by a shell
            ["node", "export.js", address, plugin.output.name],  # noqa: S607 - Node.js is on PATH
            cwd=plugin.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that its browser ends with it
        )
        try:
            while process.poll() is None:
                elapsed = time.monotonic() - started
                _go_on(elapsed, limit, plugin, cancelled)
                total = work.duration_hint_s or 0.0
                progress("converting", min(elapsed, total), total)
                time.sleep(POLL_S)
        finally:
            _end(process)
    if process.returncode != 0:
        raise ConversionError(
            f"bbb-recorder ended with code {process.returncode}: its log is {plugin.log}.", _tail(plugin.log)
        )


def _go_on(elapsed: float, limit: float, plugin: _Plugin, cancelled: Cancelled) -> None:
    if cancelled():
        raise CancelledError("The conversion was cancelled.")
    if elapsed > limit:
        raise ConversionError(
            f"bbb-recorder had not ended after {int(limit)} s and was stopped: its log is {plugin.log}.",
            _tail(plugin.log),
        )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the plugin and its browser."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _await_file(path: Path, cancelled: Cancelled) -> None:
    """Wait until the file is there and has stopped growing."""
    deadline = time.monotonic() + LATE_S
    size = -1
    while time.monotonic() < deadline:
        if cancelled():
            raise CancelledError("The conversion was cancelled.")
        now = path.stat().st_size if path.is_file() else -1
        if now > 0 and now == size:
            return
        size = now
        time.sleep(POLL_S)


def _check(plugin: _Plugin, work: Work) -> None:
    if not plugin.output.is_file():
        raise ConversionError(
            f"bbb-recorder ended without leaving {plugin.output.name}: its log is {plugin.log}.",
            _tail(plugin.log),
        )
    check_playable(plugin.output)
    duration = media_duration(plugin.output)
    if duration < SHORTEST_S < (work.duration_hint_s or SHORTEST_S + 1):
        raise ConversionError(
            f"bbb-recorder left a film of {duration:.1f} s only: retry, or use the native engine.",
            _tail(plugin.log),
        )
    if is_black(plugin.output):
        raise ConversionError(
            "bbb-recorder left a black film: retry, or use the native engine.", _tail(plugin.log)
        )


def _tail(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")[-TAIL_CHARACTERS:] if log.is_file() else ""
