"""HTTP live streaming (RFC 8216) of a finished MP4, for browsers that play it natively.

Nothing is encoded again: the streams are copied into one fragmented MP4 whose playlist names byte
ranges. A rendition is two files in the folder `hls` of the video's extras, `WIDTHxHEIGHT.mp4` and
`WIDTHxHEIGHT.m3u8`; the playlist is written last, so what has one is whole. The playlists are sent
by views, which put addresses behind the permission check in them.
"""

from __future__ import annotations

import errno
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import av
from django.utils.translation import gettext as _

from pod.bbb.places import whole
from pod.bbb.playback.media import INPUT_OPTIONS
from pod.video.encoding import StoppedError
from pod.video.errors import VideoError, is_of_disk
from pod.video.models import Video
from pod.video.probe import Probe
from pod.video.sidecar import extras_folder

MEDIA_TYPE = "application/vnd.apple.mpegurl"
SEGMENT_S = 6  # what Apple's authoring specification asks for
VIDEO_CODECS, AUDIO_CODECS = frozenset({"h264"}), frozenset({"", "aac", "mp3"})
NAME = re.compile(r"(\d+)x(\d+)\.m3u8$")
RANGE = re.compile(r'BYTERANGE[:=]"?(\d+)@(\d+)')
SEGMENT = re.compile(r"#EXTINF:([\d.]+),\s*\n#EXT-X-BYTERANGE:(\d+)@")
LENGTH, LONGEST = re.compile(r"(?<=#EXTINF:)[\d.]+"), re.compile(r"(?<=#EXT-X-TARGETDURATION:)\d+")
MAP = re.compile(r'(#EXT-X-MAP:URI=")[^"]*')


@dataclass(frozen=True)
class Stream:
    """One rendition: its size in pixels and its playlist; the media file has the same stem."""

    width: int
    height: int
    playlist: Path

    @property
    def media(self) -> Path:
        """The file that the playlist's byte ranges lie in."""
        return self.playlist.with_suffix(".mp4")


def fits(found: Probe) -> bool:
    """Whether players of HLS play the streams as they are."""
    return found.video_codec in VIDEO_CODECS and found.audio_codec in AUDIO_CODECS


def media_folder(video: Path) -> Path:
    """Return the folder of the renditions of the video at `video`."""
    return extras_folder(video) / "hls"


def media_target(video: Path, found: Probe) -> Path:
    """Return where the rendition of this size stands."""
    return media_folder(video) / f"{found.width}x{found.height}.mp4"


def make_stream(source: Path, target: Path, stop: Callable[[], bool] = lambda: False) -> str:
    """Write the fragmented MP4 `target` and return its playlist.

    Raises VideoError when `source` cannot be copied, OSError when `target` cannot be written, StoppedError
    when `stop()` became true; nothing is left then.
    """
    listed, part = target.with_name(f"{target.stem}.part.m3u8"), target.with_name(f"{target.stem}.part.mp4")
    try:
        seconds = _copy(source, listed, part, stop)
        text = _with_its_end(listed.read_text(encoding="ascii"), seconds)
        _require_whole(text, part)
        part.replace(target)
    except (av.FFmpegError, FileNotFoundError, ValueError) as error:  # of nothing, FFmpeg makes no playlist
        if is_of_disk(error):
            raise
        raise VideoError(_("“%(name)s” cannot be streamed.") % {"name": source.name}) from error
    finally:
        listed.unlink(missing_ok=True)
        part.unlink(missing_ok=True)
    return text


def _copy(source: Path, listed: Path, part: Path, stop: Callable[[], bool]) -> float:
    """Copy the streams; return for how many seconds the pictures, or a sound alone, last."""
    options = {
        "hls_time": str(SEGMENT_S),
        "hls_playlist_type": "vod",
        "hls_segment_type": "fmp4",
        "hls_segment_filename": str(part),
        "hls_flags": "single_file+independent_segments",
    }
    with (
        av.open(str(source), options=INPUT_OPTIONS) as media,
        av.open(str(listed), "w", format="hls", options=options) as out,
    ):
        taken = [*media.streams.video[:1], *media.streams.audio[:1]]
        outs = {stream.index: out.add_stream_from_template(stream) for stream in taken}
        begun, first, last = False, math.inf, 0.0
        for packet in media.demux(taken):
            if stop():
                raise StoppedError
            if packet.dts is not None:  # the last packet of a stream is empty
                if packet.stream_index == taken[0].index and packet.pts is not None:
                    first, last = min(first, packet.pts), max(last, packet.pts + (packet.duration or 0))
                packet.stream = outs[packet.stream.index]
                out.mux(packet)
                begun = True
    if begun and not listed.is_file():
        raise _unwritten(listed)
    return (last - first) * float(taken[0].time_base or 0) if last > first else 0.0


def _with_its_end(text: str, seconds: float) -> str:
    """Say of the last segment of a playlist that it ends with the film, after `seconds`.

    FFmpeg takes its first picture for as long as that of the film: where pictures last differently long,
    as slides do, the playlist was seconds longer or shorter than what it lists.
    """
    lengths = [float(length) for length in LENGTH.findall(text)]
    lengths[-1:] = [max(0.0, seconds - sum(lengths[:-1]))]
    each = iter(lengths)
    text = LENGTH.sub(lambda _found: f"{next(each):.6f}", text)
    return LONGEST.sub(str(max(map(math.ceil, lengths))), text)


def _require_whole(text: str, media: Path) -> None:
    """Raise OSError unless all is there that the playlist names."""
    end = max((int(at) + int(size) for size, at in RANGE.findall(text)), default=0)
    if "#EXT-X-ENDLIST" not in text or media.stat().st_size < end:
        raise _unwritten(media)


def _unwritten(path: Path) -> OSError:
    """Return what FFmpeg keeps to itself here when a disk is full or away."""
    return OSError(errno.EIO, "not all of it could be written, is the disk full?", path.name)


def write_playlist(media: Path, text: str) -> None:
    """Put the playlist beside its media file, whole; from then on the rendition is offered."""
    listed = media.with_suffix(".m3u8")
    with whole(listed) as part:
        part.write_text(text, encoding="ascii")


def streams(video: Video) -> list[Stream]:
    """Return the renditions that are whole, the largest first; no query, one look into a folder."""
    folder = media_folder(Path(video.video.path))
    found = [(NAME.match(path.name), path) for path in folder.glob("*.m3u8")]
    known = [Stream(int(name[1]), int(name[2]), path) for name, path in found if name]
    return sorted((each for each in known if each.media.is_file()), key=lambda each: -each.height)


def master(offered: list[Stream], key: str) -> str:
    """Return the master playlist; addresses are relative to its own, `key` is a share link's."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    for each in offered:
        rate = _bits_per_second(each.playlist.read_text(encoding="ascii"))
        lines.append(f"#EXT-X-STREAM-INF:BANDWIDTH={rate},RESOLUTION={each.width}x{each.height}")
        lines.append(f"{each.height}/{_query(key)}")
    return "\n".join(lines) + "\n"


def playlist(stream: Stream, key: str) -> str:
    """Return the playlist of one rendition with the media file's address in it."""
    address = f"media/{_query(key)}"
    text = MAP.sub(lambda found: found[1] + address, stream.playlist.read_text(encoding="ascii"))
    lines = (line if not line or line.startswith("#") else address for line in text.splitlines())
    return "\n".join(lines) + "\n"


def _query(key: str) -> str:
    return f"?key={quote(key, safe='')}" if key else ""


def _bits_per_second(text: str) -> int:
    """Return the peak rate over the segments (RFC 8216, 4.3.4.2)."""
    rates = [int(size) * 8 / float(length) for length, size in SEGMENT.findall(text) if float(length) > 0]
    return max(1, round(max(rates, default=1)))
