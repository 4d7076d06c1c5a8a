"""A teacher imports a recording, as the page does it; run inside Django: `python -m tests.demo.journey`."""

from __future__ import annotations

import django


def journey() -> None:
    """Ask, as Ada, for the import of her lecture."""
    from pod.import_video.importing import request_import  # noqa: PLC0415 - Django is set up by now
    from pod.import_video.models import ExternalRecording  # noqa: PLC0415

    recording = ExternalRecording.objects.filter(owner__username="ada.martin").earliest("start_at")
    if recording.owner is not None:
        request_import(recording, recording.owner)


if __name__ == "__main__":
    django.setup()
    journey()
