"""WebVTT captions as plain text at their second (W3C WebVTT: the WebVTT file body)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

LARGEST = 20_000_000  # bytes; captions of a day are far fewer
TIMING = re.compile(
    r"(?:(\d{1,4}):)?(\d{2}):(\d{2})[.,](\d{3})\s+-->\s+(?:(\d{1,4}):)?(\d{2}):(\d{2})[.,](\d{3})"
)
TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Cue:
    """One caption: seconds and plain text without tags."""

    start: float
    end: float
    text: str


def is_vtt(path: Path) -> bool:
    """Whether the file begins as a WebVTT file must."""
    with path.open("rb") as file:
        head = file.read(10)
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT") and path.stat().st_size <= LARGEST


def cues(text: str) -> Iterator[Cue]:
    """Yield the cues of a WebVTT text; blocks without timing (notes, styles) are passed over."""
    for block in re.split(
        r"\n[ \t]*\n", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    ):
        lines = block.strip("\n").split("\n")
        for number, line in enumerate(lines[:2]):
            timing = TIMING.match(line.strip())
            if timing:
                said = html.unescape(TAG.sub("", " ".join(lines[number + 1 :]))).strip()
                if said:
                    yield Cue(_seconds(timing, 1), _seconds(timing, 5), said)
                break


def _seconds(timing: re.Match[str], first: int) -> float:
    hours, minutes, seconds, thousandths = (int(timing[first + i] or 0) for i in range(4))
    return ((hours * 3600 + minutes * 60 + seconds) * 1000 + thousandths) / 1000
