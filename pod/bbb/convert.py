"""The converter's door: a published recording in, a finished video out.

Nothing of the caller's is touched before the video is complete: all work is
done in a temporary folder, the file is joined beside its place as `.part`,
read back and checked, and only then moved there.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pod.bbb.errors import Cancelled, PlaybackError, RenderError
from pod.bbb.playback.fetch import fetch
from pod.bbb.playback.locate import locate
from pod.bbb.playback.model import Playback, SlideKind
from pod.bbb.playback.read import read_playback

log = logging.getLogger(__name__)

Report = Callable[[str, float, float], None]
SMALLEST, LARGEST = 64, 4096  # pixels, each side of the output
SHORTEST_S = 0.2


@dataclass(frozen=True)
class ConvertOptions:
    """How a recording is to be converted.

    `layout` is "side", "overlay", "content" or "webcams". `start` and `end` cut
    (seconds of the recording). `jobs` is the number of processes; 0 means as
    many as there are processors. `allowed_hosts` (lower case) are the only ones
    that a link may lead to, and rule a folder out; None allows any. `title`
    replaces the recording's own.
    """

    size: tuple[int, int] = (1280, 720)
    layout: str = "side"
    chat: bool = False
    audio: str = "aac"
    sidecar: bool = False
    jobs: int = 0
    start: float = 0.0
    end: float | None = None
    allowed_hosts: frozenset[str] | None = None
    title: str = ""


@dataclass(frozen=True)
class ConvertReport:
    """What came of a conversion. `notes` are sentences on what was missing, unknown or repaired."""

    record_id: str
    title: str
    duration: float  # seconds
    size: int  # bytes
    width: int
    height: int
    slides: int
    pictures: int  # encoded pictures
    sound: str  # "aac", "opus" or ""
    files: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return asdict(self)


def convert(
    source: str,
    out: Path,
    options: ConvertOptions | None = None,
    *,
    progress: Report | None = None,
    cancelled: Callable[[], bool] | None = None,
    work_dir: Path | None = None,
) -> ConvertReport:
    """Convert the recording at `source` (a playback URL or a folder) into `out`, an MP4.

    `progress(phase, done_s, total_s)` is called with the phases "fetching",
    "converting" and "checking". `cancelled()` is asked often; once it is true,
    Cancelled is raised and nothing is left behind. `work_dir` keeps fetched
    files between attempts. Raises PlaybackError when the recording cannot be
    used, RenderError when the video cannot be made.
    """
    chosen = options or ConvertOptions()
    validate(chosen, out)
    tell = progress or (lambda _phase, _done, _total: None)
    stop = cancelled or (lambda: False)
    try:
        with _folder(work_dir) as folder:
            files = (work_dir or folder) / "files"  # kept with `work_dir`: a retry does not fetch again
            playback = _read(source, files, chosen, tell, stop)
            return _convert(playback, out, chosen, folder, tell, stop)
    except OSError as error:
        raise RenderError(
            f"Converting to {out.name} failed: {error.strerror or error}. "
            "See that there is space and that the folder may be written."
        ) from error


def validate(options: ConvertOptions, out: Path) -> None:
    """Refuse options that cannot work, with a sentence. Raises RenderError."""
    if any(side % 2 or not SMALLEST <= side <= LARGEST for side in options.size):
        raise RenderError(
            f"The size {options.size[0]}x{options.size[1]} cannot be encoded: "
            f"each side must be even, from {SMALLEST} to {LARGEST}."
        )
    if options.layout not in {"side", "overlay", "content", "webcams"}:
        raise RenderError(f"There is no layout {options.layout!r}: use side, overlay, content or webcams.")
    if options.audio not in {"aac", "copy"}:
        raise RenderError(f"There is no sound option {options.audio!r}: use aac or copy.")
    if options.start < 0 or (options.end is not None and options.end <= options.start):
        raise RenderError("The cut ends before it begins: give a beginning of at least 0 and a later end.")
    if out.suffix.lower() != ".mp4":
        raise RenderError(f"{out.name}: only .mp4 files are written.")
    if not out.parent.is_dir():
        raise RenderError(f"The folder {out.parent} does not exist; make it first.")


@contextlib.contextmanager
def _folder(work_dir: Path | None) -> Iterator[Path]:
    if work_dir is not None:
        work_dir.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="pod-bbb-", dir=work_dir))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(
    source: str, files: Path, options: ConvertOptions, tell: Report, stop: Callable[[], bool]
) -> Playback:
    location = locate(source, options.allowed_hosts)
    if location.folder is None:
        tell("fetching", 0.0, 0.0)
        fetch(location, files, allowed_hosts=options.allowed_hosts, cancelled=stop)
    playback = read_playback(location.folder or files)
    return replace(playback, title=options.title) if options.title else playback


def _convert(
    playback: Playback,
    out: Path,
    options: ConvertOptions,
    folder: Path,
    tell: Report,
    stop: Callable[[], bool],
) -> ConvertReport:
    from pod.bbb.render import audio as sound  # noqa: PLC0415 - the encoder's libraries load when they are needed
    from pod.bbb.render import joiner, parallel  # noqa: PLC0415 - as above
    from pod.bbb.render.layout import Layout, plan  # noqa: PLC0415 - as above
    from pod.bbb.render.liveness import live_intervals  # noqa: PLC0415 - as above
    from pod.bbb.render.pipeline import Work  # noqa: PLC0415 - as above
    from pod.bbb.render.segments import cut  # noqa: PLC0415 - as above

    start, end = span_of(playback, options)
    live = live_intervals(playback.webcams, playback.duration)
    stages = plan(playback, options.size, Layout(options.layout), live, chat=options.chat)
    starts = [round(slide.start * 1000) for slide in playback.slides if slide.kind is SlideKind.SLIDE]
    segments = cut(round(start * 1000), round(end * 1000), starts)
    work = Work(playback, options.size, stages, segments, folder)
    audio = None
    if playback.audio is not None:
        form = sound.choose_format(playback.audio.path, copy=options.audio == "copy")
        audio = parallel.AudioWork(playback.audio.path, form, (start, end), folder / "audio.spool")
    total = end - start
    progress = parallel.Progress(
        total, audio=audio is not None, tell=lambda done: tell("converting", done, total)
    )
    pool = parallel.Pool(work, options.jobs or parallel.usable_cpus(), progress, stop)
    broken = pool.run(
        [parallel.Task(segment) for segment in segments], parallel.Task(audio=audio) if audio else None
    )
    tell("checking", 0.0, total)
    parts = joiner.Parts(
        size=options.size,
        video=[work.spool(segment) for segment in segments],
        audio=audio.spool if audio else None,
        audio_format=audio.form if audio else None,
        duration_ms=round(total * 1000),
        metadata=metadata_of(playback),
    )
    part = out.with_name(out.name + ".part")
    try:
        joiner.join(parts, part)
        joiner.check(part, total, sound=audio is not None)
        if stop():
            raise Cancelled("The conversion was cancelled; nothing was left behind.")
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    tell("checking", total, total)
    notes = list(playback.notes)
    if broken:
        notes.append(f"{broken} pieces of the recorded media could not be decoded and were left out.")
    return ConvertReport(
        record_id=playback.record_id,
        title=playback.title,
        duration=total,
        size=out.stat().st_size,
        width=options.size[0],
        height=options.size[1],
        slides=len(starts),
        pictures=0,
        sound=audio.form.codec if audio else "",
        files=(out.name,),
        notes=tuple(notes),
    )


def span_of(playback: Playback, options: ConvertOptions) -> tuple[float, float]:
    """Give the seconds of the recording that are converted. Raises PlaybackError when there are none."""
    end = playback.duration if options.end is None else min(options.end, playback.duration)
    if end - options.start < SHORTEST_S:
        raise PlaybackError(
            f"The recording lasts {playback.duration:.1f} s: nothing is left to convert "
            f"from second {options.start:g} on."
        )
    return options.start, end


def metadata_of(playback: Playback) -> dict[str, str]:
    """Give the tags of the file: title, and the date of the meeting."""
    tags = {"title": playback.title or playback.record_id}
    if playback.start_ms is not None:
        begun = datetime.fromtimestamp(playback.start_ms / 1000, UTC)
        tags |= {"date": begun.date().isoformat(), "creation_time": begun.isoformat(timespec="seconds")}
    return tags


def _silent(_phase: str, _done: float, _total: float) -> None:
    """Tell nobody how far it is."""


def _never() -> bool:
    """Never stop."""
    return False


def still(source: str, at: float, size: tuple[int, int], out: Path) -> tuple[str, ...]:
    """Draw the content area at second `at`, fitted and centred, into the PNG `out`.

    Gives sentences on what could not be shown. Raises PlaybackError or RenderError.
    """
    from pod.bbb.render.stills import draw_still  # noqa: PLC0415 - the painter's libraries load when they are needed

    if any(not 1 <= side <= LARGEST for side in size):
        raise RenderError(f"The size {size[0]}x{size[1]} cannot be drawn: each side up to {LARGEST} pixels.")
    with _folder(None) as folder:
        playback = _read(source, folder, ConvertOptions(), _silent, _never)
        try:
            return draw_still(playback, at, size, out)
        except OSError as error:
            raise RenderError(f"Writing {out.name} failed: {error.strerror or error}.") from error


def probe(source: str) -> dict[str, object]:
    """Say what a recording has and what it lacks, without converting it. Raises PlaybackError."""
    from pod.bbb.render.stills import describe  # noqa: PLC0415 - as above

    with _folder(None) as folder:
        playback = _read(source, folder, ConvertOptions(), _silent, _never)
        return describe(playback)
