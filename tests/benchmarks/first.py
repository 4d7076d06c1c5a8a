"""`python -m tests.benchmarks.first FOLDER OUT`: seconds from Python's start to the first encoded picture."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # loading it is a part of what is measured
    from pod.bbb.render.media.hints import Rectangle

TICKS = os.sysconf("SC_CLK_TCK")


class FirstPictureError(Exception):
    """Ends the conversion: what was to be measured has happened."""


def running() -> float:
    """Give for how long this process runs already."""
    started = int(Path("/proc/self/stat").read_text().rpartition(")")[2].split()[19]) / TICKS
    return time.clock_gettime(time.CLOCK_BOOTTIME) - started


def main(folder: str, out: Path) -> None:
    """Convert until the first picture is encoded."""
    from pod.bbb.convert import convert  # noqa: PLC0415 - loading it is a part of what is measured
    from pod.bbb.errors import BBBError  # noqa: PLC0415 - as above
    from pod.bbb.render.media.encoder import VideoSpooler  # noqa: PLC0415 - as above

    encode = VideoSpooler.encode
    found: list[float] = []

    def first(
        self: VideoSpooler, pts_ms: int, *, key: bool, changed: Iterable[Rectangle] | None = None
    ) -> None:
        encode(self, pts_ms, key=key, changed=changed)
        found.append(running())
        raise FirstPictureError

    VideoSpooler.encode = first  # type: ignore[method-assign]
    try:
        convert(folder, out)
    except BBBError:
        sys.stdout.write(f"{found[0]}\n")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
