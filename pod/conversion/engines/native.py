"""Our own converter, `pod.bbb`: from the published files, without a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from pod.bbb.api import Client
from pod.bbb.playback.locate import locate
from pod.conversion.engines.base import Cancelled, Made, Progress, Work
from pod.conversion.errors import ConversionError

if TYPE_CHECKING:
    from pod.bbb.convert import ConvertOptions


class NativeEngine:
    """Reads the playback's files and paints the video."""

    name = "native"
    suffix = ".mp4"

    def convert(self, work: Work, *, progress: Progress, cancelled: Cancelled) -> Made:
        """Make `work.folder`/NAME.mp4 with its sidecar."""
        from pod.bbb.convert import convert  # noqa: PLC0415 - codecs and painters stay out of the web site

        out = work.folder / f"{work.name}{self.suffix}"
        report = convert(
            fresh_address(work.source_url, work.record_id),
            out,
            options_of(work),
            progress=progress,
            cancelled=cancelled,
            work_dir=work.folder / "playback",
        )
        return Made(out, report.as_dict())


def fresh_address(url: str, record_id: str) -> str:
    """Return the link as the server gives it now: one with a token (Scalelite) opens only once.

    Only for the recording that the catalogue named: with our secret the server opens all of them, and a
    teacher may type, or change, an address. Raises ApiError when the server of SCRIPT_BBB_SERVER_URL does
    not answer. A recording that it does not know, or a server that is not set, leaves the link as it is.
    """
    if "token=" not in url or not (settings.SCRIPT_BBB_SERVER_URL and settings.SCRIPT_BBB_SECRET_KEY):
        return url
    if not record_id or locate(url).record_id != record_id:
        return url
    with Client(
        settings.SCRIPT_BBB_SERVER_URL, settings.SCRIPT_BBB_SECRET_KEY, settings.SCRIPT_BBB_CHECKSUM or None
    ) as client:
        recording = client.recording(record_id)
    return (recording.presentation_url if recording else "") or url


def options_of(work: Work) -> ConvertOptions:
    """Return the settings' options, with those of the job over them."""
    from pod.bbb.convert import ConvertOptions  # noqa: PLC0415 - see above

    return ConvertOptions(
        size=parse_size(str(work.options.get("size", settings.CONVERSION_SIZE))),
        layout=work.options.get("layout", settings.CONVERSION_LAYOUT),
        chat=bool(work.options.get("chat", False)),
        allowed_hosts=work.allowed_hosts,
        title=work.title,
        sidecar=True,
    )


def parse_size(text: str) -> tuple[int, int]:
    """Return "1280x720" as (1280, 720)."""
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and int(width) > 0 and int(height) > 0):
        raise ConversionError(f"CONVERSION_SIZE={text!r} is no size: write it as 1280x720.")
    return int(width), int(height)
