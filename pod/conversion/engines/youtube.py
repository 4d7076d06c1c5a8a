"""A video of YouTube, fetched by yt-dlp where the institution has installed that."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

from pod.bbb.errors import Cancelled as CancelledError
from pod.bbb.transfer.client import host_of
from pod.conversion.engines.base import Cancelled, Made, Progress, Work
from pod.conversion.engines.limits import most_bytes, require_allowed
from pod.conversion.errors import ConversionError, EngineMissingError, NotGivenError, made_of
from pod.video.encoding import StoppedError, make_playable
from pod.video.errors import VideoError

HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be"})
LOOK_S = 0.2
TAIL = 400  # characters of yt-dlp's words kept for support


def is_installed() -> bool:
    """Whether yt-dlp can be run."""
    return find_spec("yt_dlp") is not None


def is_youtube(url: str) -> bool:
    """Whether the address is one of YouTube's own hosts."""
    return host_of(url.strip()) in HOSTS


class YouTubeEngine:
    """Asked for by the request's `engine`; `source_url` is the page of one video."""

    name = "youtube"
    suffix = ".mp4"

    def convert(self, work: Work, *, progress: Progress, cancelled: Cancelled) -> Made:
        """Fetch NAME.mp4; what browsers do not play in it is encoded anew."""
        if not is_youtube(work.source_url):
            raise ConversionError("This is not the address of a YouTube video.")
        if not is_installed():
            raise EngineMissingError("YouTube videos need yt-dlp on this server: ask an administrator.")
        source = work.folder / f"{work.name}.youtube.mp4"
        out = work.folder / f"{work.name}{self.suffix}"
        try:
            progress("fetching", 0, 0)
            _fetch(work, source, cancelled)
            make_playable(
                source, out, progress=lambda done, total: progress("converting", done, total), stop=cancelled
            )
        except VideoError as error:
            raise ConversionError(str(error), made_of(error)) from error
        except StoppedError as error:
            raise CancelledError("The conversion was cancelled.") from error
        finally:
            for left in work.folder.glob(f"{source.name}*"):
                left.unlink()
        return Made(out, {"engine": self.name})


def _fetch(work: Work, target: Path, cancelled: Cancelled) -> None:
    """Run yt-dlp until it ends, is cancelled or brings too much."""
    log = target.with_name(f"{target.name}.log")
    with log.open("wb") as words:
        process = subprocess.Popen(  # noqa: S603 - fixed program, arguments are not seen by a shell
            _command(work.source_url.strip(), target),
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that what it starts ends with it
        )
        try:
            while process.poll() is None:
                if cancelled():
                    raise StoppedError
                _check_size(target)
                time.sleep(LOOK_S)
        finally:
            _end(process)
    said = log.read_text(encoding="utf-8", errors="replace")[-TAIL:]
    _check_size(target)
    if process.returncode != 0:
        raise NotGivenError("YouTube did not give this video: it is private, or gone.", said)
    if not target.is_file():
        raise NotGivenError(
            "YouTube gave no file: it has none in MP4, or it is larger than MAX_UPLOAD_SIZE_ON_IMPORT.",
            said,
        )


def _command(url: str, target: Path) -> list[str]:
    """Return yt-dlp's command; `-P`: no module is taken from the current folder."""
    limit = most_bytes()
    size = ["--max-filesize", str(limit)] if limit else []
    return [
        *(sys.executable, "-P", "-m", "yt_dlp", "--ignore-config", "--no-cache-dir", "--no-playlist"),
        *("--quiet", "--no-progress", "--no-part", "-f", "best[ext=mp4]/mp4"),
        *size,
        *("-o", str(target).replace("%", "%%"), "--", url),
    ]


def _check_size(target: Path) -> None:
    if target.is_file():
        require_allowed(target.stat().st_size)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End yt-dlp and what it started, if it still runs."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
