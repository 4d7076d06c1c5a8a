"""A file that is a video already: fetched, or taken from the media folder; made playable if it is not."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

import requests

from pod.bbb.errors import BBBError, GoneError
from pod.bbb.errors import Cancelled as CancelledError
from pod.bbb.video_format import FilmDownloader, NoFilmError, discard
from pod.conversion.causes import Cause, cause_of
from pod.conversion.engines.base import Cancelled, Made, Progress, Work
from pod.conversion.engines.limits import require_allowed
from pod.conversion.engines.links import fresh_address, presentation_of
from pod.conversion.engines.native import NativeEngine
from pod.conversion.engines.peertube import film_address
from pod.conversion.errors import ConversionError, DamagedError, TooLargeError, made_of
from pod.conversion.hosts import is_allowed
from pod.video.encoding import StoppedError, make_playable
from pod.video.errors import VideoError

log = logging.getLogger(__name__)


class VideoFileEngine:
    """Asked for by the request's `engine`, never by CONVERSION_ENGINE.

    Options: `local` (source_url names a file of the media folder), `peertube` (source_url is the page of a
    video there), `height` (pixels of a smaller rendition).
    """

    name = "video-file"
    suffix = ".mp4"

    def convert(self, work: Work, *, progress: Progress, cancelled: Cancelled) -> Made:
        """Bring the file and make NAME.mp4 of it; streams that browsers play are copied, not encoded.

        Of a recording whose ready film is lost, or does not play, the presentation is converted instead.
        """
        try:
            return self._made(work, progress, cancelled)
        except (BBBError, ConversionError) as error:
            # another attempt would not do better
            lost = isinstance(error, NoFilmError) or cause_of(error) is Cause.SOURCE
            presentation = presentation_of(work.source_url, work.record_id) if lost else ""
            if not presentation:
                raise
            log.warning("%s Its presentation is converted instead.", error)
            try:
                instead = replace(work, source_url=presentation)
                return NativeEngine().convert(instead, progress=progress, cancelled=cancelled)
            except GoneError:
                raise error from None

    def _made(self, work: Work, progress: Progress, cancelled: Cancelled) -> Made:
        source = work.media_file() if work.options.get("local") else self._fetched(work, progress, cancelled)
        out = work.folder / f"{work.name}{self.suffix}"
        try:
            make_playable(
                source,
                out,
                height=int(work.options.get("height", 0)),
                progress=lambda done, total: progress("converting", done, total),
                stop=cancelled,
            )
        except VideoError as error:
            raise DamagedError(str(error), made_of(error)) from error
        except StoppedError as error:
            raise CancelledError("The conversion was cancelled.") from error
        if not work.options.get("local"):
            source.unlink(missing_ok=True)
        return Made(out, {"engine": self.name})

    def _fetched(self, work: Work, progress: Progress, cancelled: Cancelled) -> Path:
        """Download into the job's folder, going on from what an earlier attempt brought."""
        part = work.folder / f"{work.name}.source.part"

        def arrived(here: int, whole: int) -> None:
            require_allowed(here)  # not every server announces a size
            progress("fetching", here, whole)

        downloader = FilmDownloader(
            lambda url: is_allowed(url, work.allowed_hosts), progress=arrived, cancelled=cancelled
        )
        try:
            address = fresh_address(work.source_url, work.record_id)
            if work.options.get("peertube"):
                address = film_address(address, work.allowed_hosts)
            film = downloader.find(address)
            require_allowed(film.size or 0)
            downloader.download(film, part)
        except TooLargeError:
            discard(part)
            raise
        except requests.RequestException as error:
            raise ConversionError(
                "The server of this video does not answer: try again later.", type(error).__name__
            ) from error
        finally:
            downloader.close()
        whole = part.with_name(f"{work.name}.source{film.suffix}")
        part.replace(whole)
        return whole
