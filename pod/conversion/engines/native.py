"""Our own converter, `pod.bbb`: from the published files, without a browser."""

from __future__ import annotations

from django.conf import settings

from pod.bbb.choices import ConvertOptions, can_be_encoded
from pod.conversion.engines.base import Cancelled, Made, Progress, Work
from pod.conversion.engines.links import fresh_address
from pod.conversion.errors import ConversionError


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


def options_of(work: Work) -> ConvertOptions:
    """Return the settings' options, with those of the job over them."""
    return ConvertOptions(
        size=parse_size(str(work.options.get("size", settings.CONVERSION_SIZE))),
        layout=work.options.get("layout", settings.CONVERSION_LAYOUT),
        chat=bool(work.options.get("chat", False)),
        allowed_hosts=work.allowed_hosts,
        title=work.title,
        sidecar=True,
    )


def parse_size(text: str) -> tuple[int, int]:
    """Return "1280x720" as (1280, 720). Raises ConversionError for what no video can have."""
    width, _, height = text.partition("x")
    size = (int(width), int(height)) if width.isdecimal() and height.isdecimal() else (0, 0)
    if not can_be_encoded(size):
        raise ConversionError(
            f"CONVERSION_SIZE={text!r} is no size of a video: write it as 1280x720, both numbers even."
        )
    return size
