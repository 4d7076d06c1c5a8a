"""One recording's video, segment by segment: scene -> picture -> packets."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pod.bbb.playback.model import Playback
from pod.bbb.render.composing.cards import cards_of
from pod.bbb.render.composing.composer import Composer
from pod.bbb.render.composing.layout import Stage
from pod.bbb.render.composing.picture import Picture
from pod.bbb.render.media.encoder import VideoCodec, VideoSpooler
from pod.bbb.render.media.spool import SpoolWriter
from pod.bbb.render.timing.scene import Scene
from pod.bbb.render.timing.segments import SceneAt, Segment, scenes_of
from pod.bbb.render.timing.ticks import STEP_MS, WEBCAM_MS, Moments, Moving, ticks
from pod.bbb.render.timing.timeline import Timeline


@dataclass(frozen=True)
class Work:
    """All that a process needs to encode any segment of a recording."""

    playback: Playback
    size: tuple[int, int]
    stages: tuple[Stage, ...]
    segments: tuple[Segment, ...]
    folder: Path  # where the spools go
    codec: VideoCodec
    thumbnails: Mapping[str, Path]  # to be drawn, by href

    def spool(self, segment: Segment) -> Path:
        """Give where a segment's packets are kept."""
        return self.folder / f"video-{segment.number:05}.spool"


class SegmentEncoder:
    """Encodes segments of one recording, one after the other, keeping what may be used again."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._timeline = Timeline(work.playback)
        self._composer = Composer(work.playback)
        self._stage_starts = [stage.start for stage in work.stages]
        self._cards = cards_of(work.playback)
        self._chat = _chat_moments(work)
        self._drawn: set[str] = set()  # slides whose thumbnail need not be drawn any more

    def close(self) -> None:
        """Close the media files."""
        self._composer.close()

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be shown or decoded so far, in plain sentences."""
        broken = self._composer.broken_packets
        lost = [f"{broken} pieces of the recorded pictures could not be decoded."] if broken else []
        return (*self._composer.notes, *lost)

    def encode(self, segment: Segment, watch: Callable[[int], None]) -> int:
        """Encode a segment into its spool; give the number of pictures.

        `watch` is called with the milliseconds of the segment that are done
        after each picture; what it raises ends the work.
        """
        scenes = scenes_of(self._timeline, segment)
        moments = self._moments(segment, scenes)
        origin = self._work.segments[0].start
        position, done = -1, 0
        with SpoolWriter(self._work.spool(segment)) as spool:
            video = VideoSpooler(self._work.codec, self._work.size, spool)
            picture = Picture(video.planes)
            self._composer.start(picture)
            self._composer.breathe = lambda: watch(done)
            for tick in ticks(moments, segment.start, segment.end):
                while position + 1 < len(scenes) and scenes[position + 1].ms <= tick.ms:
                    position += 1
                scene = scenes[position].scene if position >= 0 else None
                seconds, done = tick.ms / 1000, tick.ms - segment.start
                stage = self._stage(seconds)
                changed = self._composer.show(seconds, scene, stage, refresh=tick.key)
                self._thumbnail(scene, stage)
                if changed or tick.key:
                    video.encode(tick.ms - origin, key=tick.key, changed=picture.take_written())
                watch(done)
            video.close(segment.end - origin)
            return spool.count

    def _thumbnail(self, scene: Scene | None, stage: Stage) -> None:
        """Draw the slide small when it is shown first; another process may have done it already."""
        slide = scene.slide if scene is not None and scene.view is not None else None
        if slide is None or stage.content is None or slide.href in self._drawn:
            return
        self._drawn.add(slide.href)
        path = self._work.thumbnails.get(slide.href)
        if path is not None and not path.exists():
            self._composer.thumbnail(slide, stage.content, path)

    def _stage(self, seconds: float) -> Stage:
        # A stage may begin between two milliseconds: it is shown from the nearest one on.
        index = bisect_right(self._stage_starts, seconds + 0.0005) - 1
        return self._work.stages[max(0, index)]

    def _moments(self, segment: Segment, scenes: Sequence[SceneAt]) -> Moments:
        playback = self._work.playback
        edges = [*self._stage_starts, *(t for card in self._cards for t in (card.start, card.end))]
        keys = [*(scene.ms for scene in scenes if scene.key), *(round(t * 1000) for t in edges)]
        moving = [
            Moving(round(stage.start * 1000), round(stage.end * 1000), WEBCAM_MS)
            for stage in self._work.stages
            if stage.webcams is not None
        ]
        moving += [
            Moving(round(share.start * 1000), round(share.end * 1000), STEP_MS) for share in playback.shares
        ]
        near = self._chat[bisect_left(self._chat, segment.start) : bisect_left(self._chat, segment.end)]
        return Moments(keys, [*(scene.ms for scene in scenes if not scene.key), *near], moving)


def _chat_moments(work: Work) -> list[int]:
    """The milliseconds at which the chat changes, in order; none where it is not shown."""
    if not any(stage.chat for stage in work.stages):
        return []
    times = (t for message in work.playback.chat for t in (message.start, message.end))
    return sorted(round(t * 1000) for t in times if t < work.playback.duration)
