"""What a media file holds, asked of the file itself, never of its name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import av
from django.utils.translation import gettext as _

from pod.bbb.playback.media import INPUT_OPTIONS, is_known
from pod.video.errors import VideoError, is_of_disk

# What every current browser plays (MDN, "Web media containers" and "Web video codecs").
PLAYABLE = {
    "mp4": (frozenset({"h264", "av1", "vp9"}), frozenset({"aac", "mp3", "opus", "flac"})),
    "webm": (frozenset({"vp8", "vp9", "av1"}), frozenset({"vorbis", "opus"})),
}
PLAYABLE_PIXELS = frozenset({"yuv420p", "yuvj420p"})  # 10 bits and 4:4:4 do not play everywhere


@dataclass(frozen=True)
class Probe:
    """What `probe` found. Codec names are FFmpeg's; "" when there is no such stream."""

    duration_s: float
    container: str  # "mp4", "webm", "matroska" or FFmpeg's own name
    video_codec: str
    audio_codec: str
    width: int = 0
    height: int = 0
    pixels: str = ""  # FFmpeg's name of the pixel format

    @property
    def is_playable(self) -> bool:
        """Whether a browser plays the file as it is."""
        video, audio = PLAYABLE.get(self.container, (frozenset(), frozenset()))
        picture = self.video_codec in video and self.pixels in PLAYABLE_PIXELS
        return (not self.video_codec or picture) and (not self.audio_codec or self.audio_codec in audio)


def probe(path: Path) -> Probe:
    """Open `path` and say what is in it; VideoError when it is no video or sound, OSError of its disk."""
    try:
        with av.open(str(path), options=INPUT_OPTIONS) as media:
            video = media.streams.video[0] if media.streams.video else None
            audio = media.streams.audio[0] if media.streams.audio else None
            if video is None and audio is None:
                raise VideoError(_("“%(name)s” holds neither picture nor sound.") % {"name": path.name})
            if not all(is_known(stream) for stream in (video, audio) if stream):
                raise _damaged(path)
            return Probe(
                duration_s=_length(media),
                container=_container(media.format.name, path),
                video_codec=video.codec_context.name if video else "",
                audio_codec=audio.codec_context.name if audio else "",
                width=video.codec_context.width if video else 0,
                height=video.codec_context.height if video else 0,
                pixels=(video.codec_context.pix_fmt or "") if video else "",
            )
    except (av.FFmpegError, OSError, ValueError) as error:
        if is_of_disk(error):
            raise
        raise _damaged(path) from error


def _damaged(path: Path) -> VideoError:
    return VideoError(
        _("“%(name)s” is not a playable video: it is damaged or incomplete.") % {"name": path.name}
    )


def _length(media: av.container.InputContainer) -> float:
    """Return seconds; WebM written live has no length in its header: its last packet tells."""
    if media.duration:
        return float(media.duration) / av.time_base
    ends = [
        float((packet.pts + (packet.duration or 0)) * packet.time_base)
        for packet in media.demux()
        if packet.pts is not None and packet.time_base is not None
    ]
    return max(ends, default=0.0)


def _container(name: str, path: Path) -> str:
    """Return one word for FFmpeg's list of names ("mov,mp4,m4a,3gp,3g2,mj2")."""
    names = name.split(",")
    if "mp4" in names:
        return "mp4"
    if "webm" in names:  # FFmpeg says "matroska,webm" for both; the file's first bytes tell them apart
        with path.open("rb") as file:
            return "webm" if b"webm" in file.read(64) else "matroska"
    return names[0]
