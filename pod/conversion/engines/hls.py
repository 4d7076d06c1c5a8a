"""A video of the media folder, copied into the form that HLS players ask for."""

from __future__ import annotations

from pod.bbb.errors import Cancelled as CancelledError
from pod.conversion.engines.base import Cancelled, Made, Progress, Work
from pod.conversion.errors import ConversionError, made_of
from pod.video.encoding import StoppedError
from pod.video.errors import VideoError
from pod.video.hls import make_stream


class HLSEngine:
    """Asked for by the request's `engine`; `source_url` names a file of the media folder."""

    name = "hls"
    suffix = ".mp4"

    def convert(self, work: Work, *, progress: Progress, cancelled: Cancelled) -> Made:
        """Make NAME.mp4 and report its `playlist`."""
        source = work.media_file()
        progress("converting", 0, work.duration_hint_s or 0)
        out = work.folder / f"{work.name}{self.suffix}"
        try:
            text = make_stream(source, out, cancelled)
        except VideoError as error:
            raise ConversionError(str(error), made_of(error)) from error
        except StoppedError as error:
            raise CancelledError("The conversion was cancelled.") from error
        return Made(out, {"engine": self.name, "playlist": text})
