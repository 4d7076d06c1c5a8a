"""Making one video: what is shown when, who encodes which part, what is handed over."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pod.bbb.choices import ConvertOptions
from pod.bbb.errors import end_if
from pod.bbb.places import part_of, shared_by_films, turn
from pod.bbb.playback.media import MOST_PIXELS
from pod.bbb.playback.model import Playback, SlideKind
from pod.bbb.render.beside.captions import captions_of
from pod.bbb.render.beside.chapters import chapters_of
from pod.bbb.render.beside.sidecar import Story, caption_files, files_told, write_sidecar
from pod.bbb.render.beside.thumbnails import thumbnail_names
from pod.bbb.render.composing.layout import Layout, Stage, plan, unmet
from pod.bbb.render.composing.liveness import live_intervals
from pod.bbb.render.media import joiner
from pod.bbb.render.media.audio_format import choose_format
from pod.bbb.render.media.encoder import H264, H264_WITHOUT_WEBCAMS, VP9, VideoCodec
from pod.bbb.render.timing.segments import cut
from pod.bbb.render.work import parallel
from pod.bbb.render.work.helpers import Helper
from pod.bbb.render.work.pipeline import Work


@dataclass(frozen=True)
class Made:
    """The encoded packets of a video, not yet joined."""

    codec: VideoCodec
    video: tuple[Path, ...]
    audio: parallel.AudioWork | None
    pictures: int
    notes: tuple[str, ...]

    @property
    def sound(self) -> str:
        """The sound's codec, "" without sound."""
        return self.audio.form.codec if self.audio else ""


@dataclass(frozen=True)
class Production:
    """One video of a recording."""

    playback: Playback
    options: ConvertOptions
    span: tuple[float, float]  # the seconds of the recording that it shows
    out: Path
    folder: Path  # for the work files
    stop: Callable[[], bool]  # whether it is wanted no more

    @property
    def _webm(self) -> bool:
        return self.out.suffix.lower() == ".webm"

    def _codec(self, stages: Sequence[Stage]) -> VideoCodec:
        if self._webm:
            return VP9
        return H264 if any(stage.webcams for stage in stages) else H264_WITHOUT_WEBCAMS

    def _breathe(self) -> None:
        end_if(self.stop)

    def make(self, helpers: Sequence[Helper], tell: Callable[[float], None]) -> Made:
        """Encode pictures and sound in this process and the helpers; for a sidecar draw thumbnails, too.

        `tell` gets the seconds done. Raises Cancelled, PlaybackError, RenderError.
        """
        playback, options, (start, end) = self.playback, self.options, self.span
        layout = Layout(options.layout)
        live = live_intervals(playback.webcams, playback.duration, self._breathe)
        stages = plan(playback, options.size, layout, live, chat=options.chat)
        starts = [round(slide.start * 1000) for slide in playback.slides if slide.kind is SlideKind.SLIDE]
        segments = cut(round(start * 1000), round(end * 1000), starts)
        drawn = self._thumbnails() if options.sidecar else {}
        work = Work(playback, options.size, stages, segments, self.folder, self._codec(stages), drawn)
        heard = self._sound()
        progress = parallel.Progress(end - start, audio=heard is not None, tell=tell)
        pool = parallel.Pool(work, self._few(helpers), progress, self.stop)
        notes = pool.run(segments, heard)
        if said := unmet(playback, stages, layout):
            notes = (said, *notes)
        if options.audio == "copy" and heard is not None and heard.form.codec != "opus":
            notes = (
                *notes,
                "The recorded sound is not Opus of one or two channels, so it was encoded as AAC.",
            )
        if heard is not None and not heard.spool.stat().st_size:
            heard, notes = None, (*notes, "There is no sound in these seconds.")
        return Made(work.codec, tuple(map(work.spool, segments)), heard, pool.pictures, notes)

    def _few(self, helpers: Sequence[Helper]) -> Sequence[Helper]:
        """Those of the helpers beside whom memory suffices: all decode no more at once than one may.

        The others are ended.
        """
        recorded = [film.pixels for film in (self.playback.webcams, self.playback.deskshare) if film]
        count = MOST_PIXELS // max(1, sum(recorded)) - 1
        for helper in helpers[max(0, count) :]:
            helper.stop()
        return helpers[: max(0, count)]

    def _thumbnails(self) -> dict[str, Path]:
        folder = self.folder / "thumbnails"
        folder.mkdir(exist_ok=True)
        names = thumbnail_names(self.playback, *self.span)
        return {href: folder / name for href, name in names.items()}

    def _sound(self) -> parallel.AudioWork | None:
        source = self.playback.audio
        if source is None:
            return None
        kept = "opus" if self._webm else self.options.audio
        form = choose_format(source.path, kept, self._breathe, source.duration)
        return parallel.AudioWork(source.path, form, self.span, self.folder / "audio.spool")

    def finish(self, made: Made, tags: Mapping[str, str]) -> list[str]:
        """Join, check and move everything to its place; give the names of the files, the video first.

        A new sidecar takes the place of a former one with all that belongs to it.
        Raises Cancelled, RenderError.
        """
        breathe, out = self._breathe, self.out
        playback, options, (start, end) = self.playback, self.options, self.span
        chapters, captions = chapters_of(playback, start, end), captions_of(playback, start, end)
        ready = self.folder / "beside"
        ready.mkdir()
        names = caption_files(out.stem, captions, ready)
        if options.sidecar:
            story = Story(playback, start, end, chapters, captions, options.size, self._thumbnails())
            names += write_sidecar(out.stem, story, ready, breathe)
        sound = made.audio
        parts = joiner.Parts(
            size=options.size,
            codec=made.codec,
            video=made.video,
            audio=(sound.spool, sound.form) if sound else None,
            metadata=tags,
            chapters=chapters,
            captions=captions,
        )
        part = part_of(out)
        with turn(part_of(shared_by_films(out)), breathe), turn(part, breathe):
            joiner.join(parts, part, breathe)
            joiner.check(part, end - start, sound=sound is not None)
            breathe()
            former = files_told(out.stem, out.parent) if options.sidecar else set()
            _place(ready, names, out.parent)
            part.replace(out)
            _clear(out.parent, former.difference(names))
        return [out.name, *names]


def _place(source: Path, names: Sequence[str], target: Path) -> None:
    """Copy files to where they belong, all of them or none: no former one makes way before all are copied."""
    made: list[Path] = []
    try:
        for name in names:
            path = target / name
            path.parent.mkdir(exist_ok=True)
            made.append(part_of(path))
            shutil.copyfile(source / name, made[-1])
        for index, name in enumerate(names):
            made[index] = made[index].replace(target / name)
    except BaseException:
        for path in made:
            path.unlink(missing_ok=True)
        raise


def _clear(folder: Path, names: Iterable[str]) -> None:
    """Remove files, and the folder that they leave empty."""
    for path in [folder / name for name in names]:
        with contextlib.suppress(OSError):  # the new video is in its place: tidying is no reason to fail
            path.unlink(missing_ok=True)
            if path.parent != folder:
                path.parent.rmdir()  # refused while anything is in it
