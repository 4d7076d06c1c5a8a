"""What the converter knew beside the picture: chapters, slides, captions, chat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pod.video.models import Video


def attach(video: Video, report: Mapping[str, Any]) -> None:
    """Give the video what the converter's report tells."""
