"""What must have arrived at the end of the demo; run inside Django: `python -m tests.demo.results`."""

from __future__ import annotations

import sys
from pathlib import Path

import django


def missing() -> list[str]:
    """Return in sentences what did not arrive; nothing when all did."""
    from pod.conversion.checks_media import check_playable  # noqa: PLC0415 - Django is set up by now
    from pod.conversion.errors import ConversionError  # noqa: PLC0415
    from pod.import_video.models import ExternalRecording  # noqa: PLC0415
    from pod.recorder.models import RecordingFileTreatment  # noqa: PLC0415
    from pod.video.models import Video  # noqa: PLC0415

    wrong: list[str] = []
    files = [Path(row.file) for row in RecordingFileTreatment.objects.all()]
    videos = [Path(video.video.path) for video in Video.objects.all()]
    if len(files) != 3:  # lecture, audio-only, ready video; the broken one must not be here
        wrong.append(f"{len(files)} files wait to be claimed, not 3")
    if not videos:
        wrong.append("no external recording became a video")
    for path in [*files, *videos]:
        try:
            check_playable(path)
        except ConversionError as error:
            wrong.append(str(error))
    owners = set(ExternalRecording.objects.values_list("owner__username", flat=True))
    wrong.extend(
        f"{name} has no external recording"
        for name in ("ada.martin", "bruno.keller", "chloe.ndiaye")
        if name not in owners
    )
    return wrong


if __name__ == "__main__":
    django.setup()
    found = missing()
    sys.stdout.write("".join(f"{sentence}\n" for sentence in found))
    sys.exit(1 if found else 0)
