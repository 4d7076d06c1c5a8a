"""The media files of a recording: what they hold and how long they really last."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet

from pod.bbb.playback import ogg
from pod.bbb.playback.model import Media
from pod.bbb.playback.notes import Notes
from pod.bbb.playback.paths import inside

WEBCAMS = ("video/webcams.webm", "video/webcams.mp4")
AUDIO = ("audio/audio.webm", "audio/audio.ogg", "audio/audio.mp3", "audio/audio.m4a")
DESKSHARE = ("deskshare/deskshare.webm", "deskshare/deskshare.mp4")
MOST_PIXELS = 36_000_000  # pixels: a little more than 7680x4320, of which decoding takes some 250 MB
LONGEST = 7 * 24 * 3600.0  # seconds; what says to last longer is damaged
# A file of any name may hold a play list that leads elsewhere (HLS, concat): only real containers are opened.
INPUT_OPTIONS = {
    "format_whitelist": "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,ogg,mp3,wav,avi,flv,asf,mpegts,mpeg,flac",
    "protocol_whitelist": "file",
}
SHORTEST = 1.0  # seconds; shorter media do not tell how long the meeting was
LONGER = 1.0  # seconds: a file must last so much longer to be used instead of the preferred one
AGAIN = 2.0  # seconds: a time stamp that falls back by more, to less than this, begins the next Ogg file
_TAIL = 10.0  # seconds before the end from where a file is looked at
_BREATH = 1000  # packets
log = logging.getLogger(__name__)


class OneClock:
    """Brings the times of chained Ogg files onto one clock.

    Each of them begins at second 0, and players play them one after the other (RFC 3533, section 4).
    Times that merely wander stay as they are, and so do those of other containers.
    """

    def __init__(self, container: InputContainer) -> None:
        self.may_chain = container.format.name == "ogg"
        self.begun_again = 0
        self._last: dict[int, int] = {}  # by stream, as the file says it
        self._end: dict[int, int] = {}  # by stream, on the one clock
        self._added: dict[int, int] = {}

    def put(self, packet: Packet[Any]) -> None:
        """Change the times of a packet in place; packets must come in the file's order."""
        if not self.may_chain or packet.pts is None or packet.time_base is None:
            return
        pts, stream = packet.pts, packet.stream_index
        again = AGAIN / packet.time_base
        if pts < again < self._last.get(stream, pts) - pts:
            self.begun_again += 1
            self._added[stream] = self._end[stream] - pts
        self._last[stream] = pts
        packet.pts = packet.dts = pts + self._added.get(stream, 0)
        self._end[stream] = max(self._end.get(stream, 0), packet.pts + (packet.duration or 0))


def fault(error: av.FFmpegError | OSError) -> str:
    """What went wrong with a file, without its place on this machine, which libraries tell, too."""
    return error.strerror or type(error).__name__


def first_media(folder: Path, candidates: tuple[str, ...], notes: Notes) -> Media | None:
    """The first candidate that plays and is whole, else the longest that plays; others are noted."""
    found: Media | None = None
    for href in candidates:
        path = inside(folder, href, notes)
        if path is None:
            continue
        try:
            media = probe_media(path, notes)
        except (av.FFmpegError, OSError, ValueError) as error:
            log.debug("%s cannot be opened: %s", path, error)
            notes.add(f"{href} cannot be played ({type(error).__name__}).")
            continue
        if media.duration <= 0:
            notes.add(f"{href} is empty.")
            continue
        found = longer(found, media, notes)
        if media.whole:
            break
    return found


def longer(first: Media | None, other: Media | None, notes: Notes) -> Media | None:
    """The first of two media, or the other one if that lasts longer (with a note)."""
    if first is None or other is None:
        return first or other
    if other.duration <= first.duration + LONGER:
        return first
    notes.add(f"{other.path.name} lasts longer than {first.path.name}: it is used instead.")
    return other


def probe_media(path: Path, notes: Notes) -> Media:
    """What a media file holds; where it breaks off is noted.

    The duration is that of the data: where the header has none (webm written to
    a pipe), or says more than there is (a file cut off), the packets tell it.

    Raises av.FFmpegError, OSError or ValueError when it is no media file.
    """
    with _open(path) as container:
        # the first of each kind: it is the one that is shown and heard
        video = next(filter(is_known, container.streams.video[:1]), None)
        audio = any(map(is_known, container.streams.audio[:1]))
        if container.streams.video and video is None:
            notes.add(f"The pictures in {path.name} are of an unknown kind: they are not shown.")
        if video is None and not audio:
            message = f"{path.name} has neither picture nor sound"
            raise ValueError(message)
        width, height = (video.codec_context.width, video.codec_context.height) if video else (0, 0)
        if width * height > MOST_PIXELS:
            notes.add(f"The pictures in {path.name} are too large ({width}x{height}): they are not shown.")
            width = height = 0
        rate = video.average_rate or video.guessed_rate if video else None
        duration, announced = _duration(container, path, notes)
        return Media(
            path=path,
            duration=duration,
            width=width,
            height=height,
            rate=float(rate) if rate else 0.0,
            has_audio=audio,
            announced=announced,
        )


def is_known(stream: av.VideoStream | av.AudioStream) -> bool:
    """Whether FFmpeg knows the stream's codec; a damaged header may name one that does not exist."""
    return stream.codec_context is not None


def _open(path: Path) -> InputContainer:
    return av.open(str(path), timeout=(20.0, 20.0), options=INPUT_OPTIONS)


def _duration(container: InputContainer, path: Path, notes: Notes) -> tuple[float, float]:
    """Seconds that the file really lasts, and seconds that its header says (0: none, or nonsense).

    The header is believed when the packets near the end bear it out; else all packets are read.
    """
    several = ogg.links(path) if container.format.name == "ogg" else ()
    if several:
        return _lengths(several, notes)
    said = (container.duration or 0) / av.time_base
    tail = 0.0
    if 0 < said <= LONGEST and not OneClock(container).may_chain:
        try:
            container.seek(int(max(0.0, said - _TAIL) * av.time_base))
            tail, error = _last(container, notes)
        except av.FFmpegError:
            error = None
        if said - 1.0 <= tail <= said + 1.0 and error is None:
            return max(said, min(tail, said + 0.5)), said
    with _open(path) as afresh:  # after a seek some containers end where they would report damage
        end, error = _last(afresh, notes)
    end = max(end, tail)
    if error is not None:  # one Ogg after another with another rate, say: nothing reads on there
        notes.add(
            f"{path.name} cannot be read after second {end:.1f}: the rest is damaged or of another kind."
        )
    elif end + 1.0 < said <= LONGEST:  # cut while it was written or copied: nothing in it is damaged
        notes.add(f"{path.name} breaks off: it holds {end:.1f} s of the {said:.1f} s that it announces.")
    return end, said if 0 < said <= LONGEST else 0.0


def _lengths(links: Sequence[ogg.Link], notes: Notes) -> tuple[float, float]:
    """As `_duration`, of a chained file: the sum of its links, taken as announced if all can be read."""
    name, seconds, whole = links[0].path.name, 0.0, len(links) < ogg.MOST
    for link in links:
        try:
            with link.open() as container:
                length, error = _last(container, notes)
        except av.FFmpegError as damage:
            length, error = 0.0, damage
        seconds += length
        whole = whole and error is None
    notes.add(f"{name} contains several kinds of sound: they are heard one after the other.")
    if not whole:
        notes.add(f"{name} cannot be read completely: part of it is damaged.")
    return seconds, seconds if whole else 0.0


def _last(container: InputContainer, notes: Notes) -> tuple[float, av.FFmpegError | None]:
    """The second at which the last readable packet ends, and the error that ended the reading, if any."""
    end, clock = 0.0, OneClock(container)
    try:
        for count, packet in enumerate(container.demux()):
            if count % _BREATH == 0:
                notes.breathe()
            if packet.pts is None or packet.time_base is None:
                continue
            clock.put(packet)
            here = float((packet.pts + (packet.duration or 0)) * packet.time_base)
            if here <= LONGEST:
                end = max(end, here)
    except av.FFmpegError as error:  # the file breaks off here
        return end, error
    finally:
        if clock.begun_again:
            notes.add("The sound's time stamps start again at 0: its parts are heard one after the other.")
    return end, None
