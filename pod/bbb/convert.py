"""The converter's door: a published recording in, a finished video out.

No file of the caller's is touched before the video is complete: all work is
done in a temporary folder, the file is joined as `.part` beside its final name,
read back and checked, and only then renamed.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pod.bbb.choices import LARGEST, LAYOUTS, SMALLEST, ConvertOptions, can_be_encoded
from pod.bbb.errors import BBBError, KilledError, PlaybackError, RenderError, end_if
from pod.bbb.places import require_space, require_writable, shared_by_films
from pod.bbb.playback.locate import locate
from pod.bbb.render.work.helpers import Helper, helpers, usable_cpus
from pod.bbb.work_folder import work_folder

if TYPE_CHECKING:
    from pod.bbb.playback.model import Playback
    from pod.bbb.render.production import Production

Progress = Callable[[str, float, float], None]  # phase, media seconds done, media seconds in all
SHORTEST_S = 0.05
PROCESSES = 2  # when nobody says how many: a job stays within 300 MB on any machine


@dataclass(frozen=True)
class ConvertReport:
    """What came of a conversion. `notes` are sentences on what was missing, unknown or repaired."""

    record_id: str
    title: str
    duration: float  # seconds
    size: int  # bytes
    width: int
    height: int
    slides: int  # different ones
    pictures: int  # encoded pictures
    sound: str  # "aac", "opus" or ""
    folder: str = ""  # where the files are
    sidecar: str = ""  # the JSON's name, if one was asked for
    files: tuple[str, ...] = ()  # the video's name first
    notes: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return it as what JSON can hold."""
        return asdict(self)


def convert(
    source: str,
    out: Path,
    options: ConvertOptions | None = None,
    *,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    work_dir: Path | None = None,
) -> ConvertReport:
    """Convert the recording at `source` (a playback URL or a folder) into `out`, .mp4 or .webm.

    `progress(phase, done_s, total_s)` is called with the phases "fetching",
    "converting" and "checking". `cancelled()` is asked often; once it is true,
    Cancelled is raised and nothing is left behind but what `work_dir` keeps: the
    fetched files, for another attempt. Raises PlaybackError when the recording
    cannot be used, RenderError when the video cannot be made.
    """
    chosen = options or ConvertOptions()
    tell, stop = progress or _silent, cancelled or _never
    with _one_clear_error(f"Converting to {out.name}"):
        out = out.absolute()  # a relative name with a colon in it could be taken for an address
        validate(chosen, out)
        with work_folder(work_dir) as folder:
            files = (work_dir or folder) / "files"  # kept with `work_dir`: a retry does not fetch again
            found, odd = _bring(source, files, chosen.allowed_hosts, tell, stop)
            with helpers((chosen.jobs or min(usable_cpus(), PROCESSES)) - 1, folder) as others:
                playback = _read(found, odd, stop)
                playback = replace(playback, title=chosen.title or playback.title)
                return _produce(_planned(playback, chosen, out, folder, stop), others, tell)


@contextlib.contextmanager
def _one_clear_error(doing: str) -> Iterator[None]:
    """Turn whatever goes wrong into one of our errors: recordings are other people's data."""
    try:
        yield
    except BBBError:
        raise
    except OSError as error:
        raise RenderError(
            f"{doing} failed: {error.strerror or error}. "
            "Check that the disk has space and that the folder can be written to."
        ) from error
    except MemoryError as error:
        raise KilledError(
            f"{doing} failed for want of memory. Free some, or allow this process more, then try again."
        ) from error
    except Exception as error:
        raise RenderError(
            f"{doing} failed because of something in the recording ({type(error).__name__}: {error}). "
            "Please report it with the recording's id."
        ) from error


def validate(options: ConvertOptions, out: Path) -> None:
    """Refuse options that cannot work and names that cannot be written, saying why. Raises RenderError."""
    if not can_be_encoded(options.size):
        raise RenderError(
            f"The size {options.size[0]}x{options.size[1]} cannot be encoded: "
            f"each side must be even, from {SMALLEST} to {LARGEST}."
        )
    if options.layout not in LAYOUTS:
        raise RenderError(f"There is no layout {options.layout!r}: use side, overlay, content or webcams.")
    if options.audio not in {"aac", "copy"}:
        raise RenderError(f"There is no sound option {options.audio!r}: use aac or copy.")
    if options.jobs < 0:
        raise RenderError(f"{options.jobs} processes cannot convert: use 0 or more.")
    if (
        math.isnan(options.start)
        or options.start < 0
        or (options.end is not None and not options.end > options.start)
    ):
        raise RenderError("The cut ends before it begins: give a beginning of at least 0 and a later end.")
    if out.suffix.lower() not in {".mp4", ".webm"}:
        raise RenderError(f"{out.name}: only .mp4 and .webm files are written.")
    if not out.parent.is_dir():
        raise RenderError(f"The folder {out.parent} does not exist; make it first.")
    beside = [f"{out.stem}{end}" for end in (".json", ".poster.jpg", ".slides/1.jpg")]
    require_writable(out, [out.name, shared_by_films(out).name, *(beside if options.sidecar else [])])


def _planned(
    playback: Playback, options: ConvertOptions, out: Path, work: Path, stop: Callable[[], bool]
) -> Production:
    """Give what makes the video, once it is sure that its files can be written."""
    from pod.bbb.playback import media, needed  # noqa: PLC0415 - as in _read
    from pod.bbb.render.production import Production  # noqa: PLC0415 - as in _read

    start, end = span_of(playback, options)
    require_writable(out, [f"{out.stem}.{track.locale}.vtt" for track in playback.captions])
    require_space(out, work, end - start)
    own = (*needed.DESCRIPTION, *media.WEBCAMS, *media.AUDIO, *media.DESKSHARE)
    for path in (out, *([out.with_suffix(".json")] if options.sidecar else [])):
        if any(_same(path, playback.folder / name) for name in own):
            raise RenderError(f"{path.name} would replace a file of the recording: choose another name.")
    return Production(playback, options, (start, end), out, work, stop)


def _same(path: Path, other: Path) -> bool:
    return path.exists() and other.exists() and path.samefile(other)


def _bring(
    source: str, files: Path, allowed_hosts: frozenset[str] | None, tell: Progress, stop: Callable[[], bool]
) -> tuple[Path, tuple[str, ...]]:
    """Give the folder of the recording, and what was odd about fetching it, in sentences.

    Its files are fetched into `files` if it is not on this machine.
    """
    location = locate(source, allowed_hosts)
    if location.folder is not None:
        return location.folder, ()
    from pod.bbb.playback.fetch import fetch  # noqa: PLC0415 - loading it takes longer than reading a folder

    tell("fetching", 0.0, 0.0)
    return files, fetch(location, files, allowed_hosts=allowed_hosts, cancelled=stop).notes


def _read(folder: Path, odd: tuple[str, ...], stop: Callable[[], bool]) -> Playback:
    # Loading takes a third of a second: the helpers were started before, so that they load at the same time.
    from pod.bbb.playback.read import read_playback  # noqa: PLC0415 - see above

    playback = read_playback(folder, partial(end_if, stop))
    return replace(playback, notes=(*odd, *playback.notes))


def _produce(production: Production, others: Sequence[Helper], tell: Progress) -> ConvertReport:
    from pod.bbb.render.beside.chapters import slides_within  # noqa: PLC0415 - as in _read
    from pod.bbb.render.beside.sidecar import of_other_cuts  # noqa: PLC0415 - as in _read

    playback, options, (start, end) = production.playback, production.options, production.span
    out = production.out
    made = production.make(others, lambda done: tell("converting", done, end - start))
    tell("checking", 0.0, end - start)
    files = production.finish(made, metadata_of(playback))
    tell("checking", end - start, end - start)
    notes = [*playback.notes, *made.notes]
    if odd := of_other_cuts(out.stem, out.parent, files, playback.record_id, (start, end)):
        which = ", ".join(odd)
        notes.append(
            f"Beside the video, these files were made for another one, or by somebody else: {which}."
        )
    return ConvertReport(
        record_id=playback.record_id,
        title=playback.title,
        duration=end - start,
        size=out.stat().st_size,
        width=options.size[0],
        height=options.size[1],
        slides=len({slide.href for slide, *_ in slides_within(playback, start, end)}),
        pictures=made.pictures,
        sound=made.sound,
        folder=str(out.parent.resolve()),
        sidecar=f"{out.stem}.json" if options.sidecar else "",
        files=tuple(files),
        notes=tuple(dict.fromkeys(notes)),
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
    """Report progress to nobody."""


def _never() -> bool:
    """Never stop."""
    return False


def still(source: str, at: float, size: tuple[int, int], out: Path) -> tuple[str, ...]:
    """Draw the content area at second `at`, fitted and centred, into the PNG `out`.

    Gives sentences on what could not be shown. Raises PlaybackError or RenderError.
    """
    from pod.bbb.render.beside.stills import draw_still  # noqa: PLC0415 - the painter's libraries load when they are needed

    if any(not 1 <= side <= LARGEST for side in size):
        raise RenderError(
            f"The size {size[0]}x{size[1]} cannot be drawn: each side from 1 to {LARGEST} pixels."
        )
    if out.suffix.lower() != ".png":
        raise RenderError(f"{out.name}: a still is a .png file.")
    with _one_clear_error(f"Drawing {out.name}"):
        require_writable(out, [out.name])
        with work_folder(None) as folder:
            playback = _look(source, folder)
            if any(_same(out, playback.folder / slide.href) for slide in playback.slides):
                raise RenderError(f"{out.name} would replace a file of the recording: choose another name.")
            return draw_still(playback, at, size, out)


def probe(source: str) -> dict[str, object]:
    """Say what a recording has and what it lacks, without converting it. Raises PlaybackError."""
    from pod.bbb import contents  # noqa: PLC0415 - as above

    with _one_clear_error("Looking into the recording"), work_folder(None) as folder:
        return contents.probe(_look(source, folder))


def _look(source: str, folder: Path) -> Playback:
    found, odd = _bring(source, folder / "files", None, _silent, _never)
    return _read(found, odd, _never)
