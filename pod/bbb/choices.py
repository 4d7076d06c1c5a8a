"""How a recording can be converted, for those who must not load painter and encoder."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LAYOUTS: Final = ("side", "overlay", "content", "webcams")
SMALLEST, LARGEST = 64, 4096  # pixels, each side


def can_be_encoded(size: tuple[int, int]) -> bool:
    """Whether a video can have this width and height."""
    return all(side % 2 == 0 and SMALLEST <= side <= LARGEST for side in size)


@dataclass(frozen=True)
class ConvertOptions:
    """How a recording is to be converted.

    `layout` is "side", "overlay", "content" or "webcams". `start` and `end` cut
    (seconds of the recording). `jobs` is the number of processes; 0 means as
    many as there are processors, at most two: each takes some 100 MB.
    `allowed_hosts` (lower case) are the only hosts that a link may lead to, and a
    folder is refused then; None allows any host, and folders. `title` replaces the
    recording's own.
    """

    size: tuple[int, int] = (1280, 720)
    layout: str = "side"
    chat: bool = False
    audio: str = "aac"
    sidecar: bool = False
    jobs: int = 0
    start: float = 0.0
    end: float | None = None
    allowed_hosts: frozenset[str] | None = None
    title: str = ""
