"""What a new video still needs once it is there: to be made playable, smaller renditions, HLS."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from pod.bbb.errors import Cancelled
from pod.conversion.deliveries import register
from pod.conversion.dispatching import dispatch_or_log
from pod.conversion.engines.hls import HLSEngine
from pod.conversion.engines.video_file import VideoFileEngine
from pod.conversion.errors import ConversionError
from pod.conversion.models import Conversion
from pod.conversion.services import ConversionRequest, request
from pod.conversion.signals import ended, withdrawn
from pod.main.states import State
from pod.video import hls
from pod.video.errors import VideoError
from pod.video.models import Rendition, Video, VideoDetail
from pod.video.probe import probe
from pod.video.storage import media_name

PLAYABLE, RENDITION, HLS = "conversion.playable", "conversion.rendition", "conversion.hls"
# Somebody waits for a video that no browser plays; nobody waits for a smaller one.
SOON, LATER = 5, -10


def finish_video(video: Video) -> None:
    """Queue what the video needs; asked again, nothing is queued twice.

    A file that no browser plays is made playable first; its renditions follow. Only renditions of the
    heights in VIDEO_RENDITIONS that are below the video's own are made, and HLS only with VIDEO_HLS. A
    broker that does not answer does no harm: the video is there, and the jobs are stored.
    """
    if video.encoding_in_progress:
        _ask(video, f"playable-{video.pk}", PLAYABLE, "playable", SOON, {})
        return
    _ask_hls(video, Path(video.video.path))
    high = probe(Path(video.video.path)).height
    for height in sorted({int(wanted) for wanted in settings.VIDEO_RENDITIONS}, reverse=True):
        if height < high:
            key = f"rendition-{video.pk}-{height}"
            _ask(video, key, RENDITION, f"{height}p", LATER, {"height": height})


def _ask(video: Video, key: str, delivery: str, mark: str, priority: int, options: dict[str, Any]) -> None:
    source = Path(video.video.path)
    job, _created = request(
        ConversionRequest(
            key=key,
            delivery=delivery,
            source_url=media_name(source),
            target=source.with_name(f"{source.stem}.{mark}.mp4"),
            title=video.title,
            duration_hint_s=float(video.duration) or None,
            priority=priority,
            engine=VideoFileEngine.name,
            options={**options, "local": True},
            context={"video": video.pk, **options},
        )
    )
    dispatch_or_log(job)


def _ask_hls(video: Video, source: Path) -> None:
    """Queue the HLS form of one of the video's files, if it is wanted and possible."""
    found = probe(source) if settings.VIDEO_HLS else None
    if found is None or not hls.fits(found):
        return
    job, _created = request(
        ConversionRequest(
            key=f"hls-{video.pk}-{found.height}",
            delivery=HLS,
            source_url=media_name(source),
            target=hls.media_target(Path(video.video.path), found),
            title=video.title,
            duration_hint_s=float(video.duration) or None,
            priority=LATER,
            engine=HLSEngine.name,
            context={"video": video.pk},
        )
    )
    dispatch_or_log(job)


def place_beside(conversion: Conversion) -> Path:
    """Return where a file goes that stands beside its video's, wherever that is by now."""
    return _file_of(conversion).with_name(Path(conversion.target).name)


def place_hls(conversion: Conversion) -> Path:
    """Return where a stream of the video goes."""
    return hls.media_folder(_file_of(conversion)) / Path(conversion.target).name


def _file_of(conversion: Conversion) -> Path:
    """Return the file of the job's video. Raises Cancelled when that was deleted: nobody needs the job."""
    video = _video_of(conversion)
    if video is None:
        raise Cancelled("The video was deleted meanwhile.")
    return Path(video.video.path)


def _video_of(conversion: Conversion) -> Video | None:
    """Return the video that the job is for; None when it was deleted."""
    return Video.objects.filter(pk=conversion.context.get("video")).first()


def deliver_playable(conversion: Conversion, path: Path, _report: dict[str, Any]) -> None:
    """Put the playable file in the place of the one that was not."""
    video = _video_of(conversion)
    if video is None:
        path.unlink(missing_ok=True)
        return
    former = Path(video.video.path)
    if former != path:
        try:
            length = probe(path).duration_s
        except VideoError as error:
            raise ConversionError(str(error)) from error
        video.video.name = media_name(path)
        video.duration = round(length)
        video.encoding_in_progress = False
        with transaction.atomic():
            video.save(update_fields=["video", "duration", "encoding_in_progress"])
            VideoDetail.objects.filter(video=video).update(encoding_error="")
        former.unlink(missing_ok=True)
    finish_video(video)


def deliver_rendition(conversion: Conversion, path: Path, _report: dict[str, Any]) -> None:
    """Offer the smaller file on the watch page."""
    video = _video_of(conversion)
    if video is None:
        path.unlink(missing_ok=True)
        return
    Rendition.objects.update_or_create(
        video=video, height=int(conversion.context["height"]), defaults={"file": media_name(path)}
    )
    _ask_hls(video, path)


def deliver_hls(conversion: Conversion, path: Path, report: dict[str, Any]) -> None:
    """Offer the stream by writing its playlist, which makes it complete."""
    if _video_of(conversion) is None:
        shutil.rmtree(path.parent.parent, ignore_errors=True)  # the extras of a video that is gone
        return
    hls.write_playlist(path, str(report["playlist"]))


def note_failure(conversion: Conversion, **_kwargs: Any) -> None:  # noqa: ANN401 - Django calls receivers so
    """Say on the video why it could not be made playable, instead of “encoding” for ever."""
    if conversion.delivery == PLAYABLE and conversion.state in {State.FAILED, State.DISCARDED}:
        pk = conversion.context.get("video")
        Video.objects.filter(pk=pk).update(encoding_in_progress=False)
        VideoDetail.objects.filter(video=pk).update(encoding_error=conversion.error or str(State.DISCARDED))


def note_withdrawn(keys: Sequence[int], **_kwargs: Any) -> None:  # noqa: ANN401 - as above
    """Say it also of those that were cancelled before they began."""
    for conversion in Conversion.objects.filter(pk__in=keys, delivery=PLAYABLE, state=State.DISCARDED):
        note_failure(conversion)


def connect() -> None:
    """Receive the files of these jobs, and their failures."""
    register(PLAYABLE, deliver_playable, place_beside)
    register(RENDITION, deliver_rendition, place_beside)
    register(HLS, deliver_hls, place_hls)
    ended.connect(note_failure, dispatch_uid="pod.conversion.afterwards")
    withdrawn.connect(note_withdrawn, dispatch_uid="pod.conversion.afterwards.withdrawn")
