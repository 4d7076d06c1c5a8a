"""Several processes encode one recording.

Processes, not threads: painting holds the interpreter lock, and one more process
needs little more memory than its own pictures. This process encodes segments as
the helpers do (helpers.py); they are told over their standard input what to do,
and answer with a line for every step.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from pod.bbb.errors import KilledError, RenderError, end_if
from pod.bbb.render.media.audio import spool_audio
from pod.bbb.render.media.audio_format import AudioFormat
from pod.bbb.render.media.spool import SpoolWriter
from pod.bbb.render.process.memory import return_large_blocks
from pod.bbb.render.timing.segments import Segment
from pod.bbb.render.work.helpers import Helper
from pod.bbb.render.work.pipeline import SegmentEncoder, Work
from pod.bbb.render.work.schedule import Schedule

AUDIO_SHARE = 0.15  # of the progress: what the sound costs of the whole
REPORT_S = 0.2
LOOK_S = 0.05
MOST_LOOKS = 72_000  # without a word of any helper: an hour, which after a suspension no clock tells


@dataclass(frozen=True)
class AudioWork:
    """The sound to encode: from which file, how, which seconds of it, into which spool."""

    path: Path
    form: AudioFormat
    span: tuple[float, float]
    spool: Path


Task = Segment | AudioWork  # what one process does next: a part of the pictures, or the sound


class Worker:
    """Does tasks in this process."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._encoder: SegmentEncoder | None = None
        self._unheard: tuple[str, ...] = ()

    def run(self, task: Task, watch: Callable[[float], None]) -> int:
        """Do a task; `watch` is called with the seconds done. Gives the number of packets."""
        if isinstance(task, AudioWork):
            with SpoolWriter(task.spool) as spool:
                self._unheard += spool_audio(task.path, task.form, task.span, spool, watch)
                return spool.count
        if self._encoder is None:
            self._encoder = SegmentEncoder(self._work)
        return self._encoder.encode(task, lambda ms: watch(ms / 1000))

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be shown, heard or decoded, in plain sentences."""
        return (*(self._encoder.notes if self._encoder else ()), *self._unheard)

    def close(self) -> None:
        """Close the recorded media that the encoder reads."""
        if self._encoder is not None:
            self._encoder.close()


class Progress:
    """Adds up what all processes have done, in seconds of the recording."""

    def __init__(self, total_s: float, *, audio: bool, tell: Callable[[float], None]) -> None:
        self._audio_share = AUDIO_SHARE if audio else 0.0
        self.total_s = total_s
        self._done: dict[Task, float] = {}
        self._tell = tell
        self._last = 0.0
        self._lock = threading.Lock()

    def at(self, task: Task, seconds: float) -> None:
        """Note how far a task is."""
        with self._lock:
            self._done[task] = max(seconds, self._done.get(task, 0.0))

    def report(self, *, now: bool = False) -> None:
        """Tell the caller, a few times a second at most."""
        if not now and time.monotonic() - self._last < REPORT_S:
            return
        self._last = time.monotonic()
        with self._lock:
            done = sum(
                seconds * (self._audio_share if isinstance(task, AudioWork) else 1 - self._audio_share)
                for task, seconds in self._done.items()
            )
        self._tell(min(self.total_s, done))


class Pool:
    """Does all tasks of a conversion in this process and the helpers."""

    def __init__(
        self, work: Work, helpers: Sequence[Helper], progress: Progress, cancelled: Callable[[], bool]
    ) -> None:
        return_large_blocks()
        self._worker = Worker(work)
        self._helpers = helpers
        self._work = work
        self._progress = progress
        self._cancelled = cancelled
        self._schedule: Schedule[Task] = Schedule([], 1)
        self._talks: list[_Talk] = []
        self._failed: BaseException | None = None
        self._lock = threading.Lock()
        self._looks = 0  # since a helper last said something
        self.pictures = 0  # encoded so far

    def run(self, video: Sequence[Segment], audio: AudioWork | None) -> tuple[str, ...]:
        """Do the tasks; give what could not be shown, heard or decoded, in plain sentences.

        The sound is the longest task: a helper begins with it; without helpers,
        this process does it last.
        Raises Cancelled, or RenderError when a process ended before its work, or hangs.
        """
        talking = min(len(self._helpers), max(0, len(video) + bool(audio) - 1))
        self._schedule = Schedule(video, 1 + talking)
        if audio and talking:
            self._schedule.put_first(1, audio)
        elif audio:
            self._schedule.put_last(0, audio)
        self._talks = [
            _Talk(number, self._helpers[number - 1], self._work, self) for number in range(1, talking + 1)
        ]
        try:
            self._own()
            self._await_helpers()
            self._raise()
            self._progress.report(now=True)
            notes = (*self._worker.notes, *(note for talk in self._talks for note in talk.notes))
            return tuple(dict.fromkeys(notes))
        finally:
            self._worker.close()
            for talk in self._talks:
                talk.stop()

    def next(self, worker: int) -> Task | None:
        """Take the next task of a process: 0 is this one, 1 the first helper."""
        return self._schedule.take(worker)

    def fail(self, error: BaseException) -> None:
        """Note that a process failed; the first failure counts."""
        self._failed = self._failed or error

    def progressed(self, task: Task, seconds: float) -> None:
        """Note how far a task is."""
        self._looks = 0
        self._progress.at(task, seconds)

    def finished(self, task: Task, packets: int) -> None:
        """Note that a task is done."""
        self._looks = 0
        self._progress.at(task, _length(task))
        if isinstance(task, Segment):
            with self._lock:
                self.pictures += packets

    def _own(self) -> None:
        while (task := self.next(0)) is not None:
            self.finished(task, self._worker.run(task, partial(self._watch, task)))

    def _await_helpers(self) -> None:
        while any(talk.busy for talk in self._talks):
            self._breathe(LOOK_S)
            self._looks += 1
            if self._looks > MOST_LOOKS:
                raise RenderError(
                    "A process that encodes a part of the recording has hung for an hour, and was ended: the "
                    "recording's media may be damaged, or a disk does not answer."
                )

    def _watch(self, task: Task, seconds: float) -> None:
        self._progress.at(task, seconds)
        self._breathe()

    def _breathe(self, pause: float = 0.0) -> None:
        if pause:
            time.sleep(pause)
        end_if(self._cancelled)
        self._raise()
        self._progress.report()

    def _raise(self) -> None:
        if self._failed is not None:
            raise self._failed


def _length(task: Task) -> float:
    if isinstance(task, AudioWork):
        return task.span[1] - task.span[0]
    return (task.end - task.start) / 1000


class _Talk:
    """The thread that tells a helper what to do and hears how far it is."""

    def __init__(self, number: int, helper: Helper, work: Work, pool: Pool) -> None:
        self._number = number
        self._helper = helper
        self._pool = pool
        self.stopping = False
        self.notes: tuple[str, ...] = ()
        self._thread = threading.Thread(target=self._talk, args=(work,), daemon=True)
        self._thread.start()

    @property
    def busy(self) -> bool:
        """Whether it still works."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End the helper and the talk."""
        self.stopping = True
        self._helper.stop()
        self._thread.join()

    def _talk(self, work: Work) -> None:
        try:
            self._helper.send(work)
            while (task := self._pool.next(self._number)) is not None:
                self._helper.send(task)
                self._listen(task)
            self._helper.send(None)
        except (OSError, EOFError, ValueError) as error:
            if not self.stopping:
                self._pool.fail(self._failure(error))

    def _failure(self, error: Exception) -> RenderError:
        if self._helper.was_killed():
            return KilledError(
                "A process that encoded a part of the recording was killed: is the machine short of memory?"
            )
        said = self._helper.said() or str(error)
        kind = KilledError if "MemoryError" in said else RenderError
        return kind(f"A process that encoded a part of the recording failed: {said}.")

    def _listen(self, task: Task) -> None:
        for line in self._helper.lines():
            word, _, value = line.partition(" ")
            if word == "at":
                self._pool.progressed(task, float(value))
            elif word == "done":
                packets, *notes = json.loads(value)
                self.notes = tuple(notes)
                self._pool.finished(task, packets)
                return
        raise EOFError("it ended")
