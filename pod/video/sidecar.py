"""What the converter knew beside the picture: chapters, slides, captions, chat."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pod.video.models import Video


def extras_folder(media: Path) -> Path:
    """Return the folder beside a video's file that holds its captions, slides and thumbnail."""
    return media.with_name(f"{media.stem}.extras")


def attach(video: Video, report: Mapping[str, Any]) -> None:
    """Give the video what the converter's report tells."""
