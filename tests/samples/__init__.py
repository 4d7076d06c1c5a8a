"""Small published recordings, made on the spot with PyAV, Pillow and numpy.

`make_recording(root, kind, seconds)` writes the folders that a BBB server would
have below /var/bigbluebutton/published: `root`/presentation/<id>/ and, for a
ready video, `root`/video/<id>/. See `KINDS` for what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from tests.samples import bench, kinds, tldraw
from tests.samples.build import Sample
from tests.samples.files import Identity
from tests.samples.pictures import slide_colour

__all__ = ["KINDS", "Sample", "make_recording", "slide_colour"]

KINDS: Mapping[str, Callable[[Path, Identity], Sample]] = {
    "lecture": kinds.lecture,
    "audio-only": kinds.audio_only,
    "video": kinds.ready_video,
    "broken-shapes": kinds.broken_shapes,
    "missing-media": kinds.missing_media,
    "beeps": kinds.beeps,
    "tldraw": tldraw.tldraw_v2,
    "tldraw-v1": tldraw.tldraw_v1,
    "bench-webcam": bench.webcam,
    "bench-white": bench.white,
    "bench-share": bench.screen_share,
    "bench-screen": bench.screen_alone,
}
START_MS = 1_700_000_000_000


def make_recording(
    root: Path,
    kind: str,
    seconds: float = 20.0,
    *,
    name: str = "",
    meeting_id: str = "",
    start_ms: int = START_MS,
    meta: Mapping[str, str] | None = None,
    base_url: str = "http://127.0.0.1",
    state: str = "published",
    parent_id: str = "",
) -> Sample:
    """Write one recording of `kind` below `root`; its id follows from `meeting_id` and `start_ms`.

    `state` other than "published" is only said in metadata.xml. `parent_id` makes
    it a breakout room of that meeting. Raises KeyError for an unknown kind.
    """
    who = Identity(
        name=name or f"Sample {kind}",
        meeting_id=meeting_id or f"sample-{kind}",
        start_ms=start_ms,
        seconds=round(seconds, 1),
        base_url=base_url.rstrip("/"),
        meta=dict(meta or {}),
        state=state,
        parent_id=parent_id,
    )
    return KINDS[kind](root, who)
