"""Bringing a published recording's files into a folder."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pod.bbb.errors import Cancelled, FetchError, GoneError, NoMediaError, ProtectedError, end_if
from pod.bbb.playback import media, needed
from pod.bbb.playback.download import Downloader
from pod.bbb.playback.locate import Kind, Location
from pod.bbb.playback.manifest import Manifest
from pod.bbb.playback.model import Media
from pod.bbb.playback.needed import Wanted
from pod.bbb.playback.notes import Notes
from pod.bbb.transfer.client import (
    AbsentError,
    Client,
    HostAwayError,
    SilentError,
    TransientError,
    UntrustedError,
    WithheldError,
    host_of,
    is_html,
)
from pod.bbb.transfer.resume import Patience, WebPageError, web_page

_TICK = 0.1  # seconds between two looks at `cancelled`
_GRACE = 0.5  # seconds that threads get to stop by themselves
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How to fetch. Times are seconds."""

    parallel: int = 6
    attempts: int = 5  # for each file, without any byte arriving
    backoff: float = 0.5  # before the second attempt; doubles each time
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    stall: float = 600.0  # without a piece of any file: longer than all pauses before the last attempt


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was brought: `folder` is ready for `read_playback`."""

    folder: Path
    files: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()  # asked for, and not on the server
    notes: tuple[str, ...] = ()  # what was odd, in plain sentences
    bytes: int = 0  # that travelled this time


def fetch(
    location: Location,
    folder: Path,
    *,
    allowed_hosts: Collection[str] | None = None,
    cancelled: Callable[[], bool] | None = None,
    options: FetchOptions | None = None,
) -> Fetched:
    """Bring the files of a "presentation" recording into `folder`, which belongs to this recording alone.

    What an earlier call brought there is not fetched again; what another recording's
    left goes. A recording that is a folder already stays where it is. Redirects may lead to
    the location's own hosts and to `allowed_hosts`. `cancelled` is asked ten times a second.

    Raises FetchError (what could not be brought, and what to do), or Cancelled within
    a second. What came is kept for another call: the folder is its owner's to remove,
    who may be another process by then.
    """
    if location.folder is not None:
        return Fetched(location.folder)
    if location.kind is not Kind.PRESENTATION:
        raise FetchError(
            f"A recording of the format {location.kind.value} cannot be converted: only presentations can."
        )
    return _Job(location, folder, allowed_hosts, cancelled, options or FetchOptions()).run()


class _Job:
    """One recording's fetching."""

    def __init__(
        self,
        location: Location,
        folder: Path,
        allowed_hosts: Collection[str] | None,
        cancelled: Callable[[], bool] | None,
        options: FetchOptions,
    ) -> None:
        self._location = location
        self._folder = folder
        self._options = options
        self._cancelled = cancelled or (lambda: False)
        self._stopped = threading.Event()
        self._bytes = 0
        self._withheld: set[str] = set()
        self._bytes_lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._manifest = Manifest(folder, location.record_id)
        hosts = frozenset({location.host, *(name.lower() for name in allowed_hosts or ())})
        self._client = Client(
            lambda url: host_of(url) in hosts,
            self._stopped.is_set,
            (options.connect_timeout, options.read_timeout),
        )
        self._patience = Patience(options.attempts, options.backoff)
        self._downloader = Downloader(self._client, folder, self._manifest, self._patience, self._count)

    def run(self) -> Fetched:
        """Fetch everything that is not here yet. Raises FetchError, Cancelled."""
        try:
            if not (self._manifest.complete and all(map(self._manifest.has, self._manifest.files()))):
                self._run()
        finally:
            self._end()
            self._client.close()
        absent, pages = sorted(self._manifest.absent), sorted(self._manifest.pages)
        return Fetched(
            self._folder, self._manifest.files(), tuple(absent), _notes_on(pages), bytes=self._bytes
        )

    def _end(self) -> None:
        """Stop the threads: none may touch the folder any more, but for the piece that it is writing."""
        self._stopped.set()
        until = time.monotonic() + _GRACE
        while self._threads:
            self._threads.pop().join(max(0.0, until - time.monotonic()))

    def _run(self) -> None:
        self._work([self._find_base])
        self._all(needed.description())
        record_id = self._location.record_id
        self._all(needed.referenced(self._folder, record_id), [self._media, self._screen_share])
        self._manifest.finish_all()
        log.info(
            "recording %s: %d files, %d bytes fetched", record_id, len(self._manifest.files()), self._bytes
        )

    def _count(self, size: int) -> None:
        with self._bytes_lock:
            self._bytes += size

    # --- where -------------------------------------------------------------------------
    def _find_base(self) -> None:
        """Find the base URL below which the files are: that which has metadata.xml, or shapes.svg."""
        if self._location.entry:
            self._client.enter(self._location.entry)
        if self._manifest.base and any(map(self._manifest.has, needed.CORE)):
            return
        error: FetchError | None = None
        once = replace(self._patience, attempts=1)
        for patience in (once, self._patience):  # a wrong guess must not cost a long wait
            error = self._try_bases(patience)
            if error is None:
                return
            if isinstance(error, AbsentError | WithheldError):
                break
        raise self._not_found(error) from error

    def _try_bases(self, patience: Patience) -> FetchError | None:
        """Try each base URL; None when one has the recording, else the error that says most.

        Raises UntrustedError.
        """
        error: FetchError | None = None
        for name in needed.CORE:
            for base in self._location.bases:
                try:
                    self._downloader.fetch(base, Wanted(name), patience)
                except UntrustedError:
                    raise
                except FetchError as failure:
                    error = failure if error is None or isinstance(error, AbsentError) else error
                    if patience.attempts > 1 and _of_all_addresses(failure.__cause__):
                        # everything was asked for once before, and all attempts are spent here
                        return failure
                else:
                    self._manifest.located(base)
                    return None
        return error

    def _not_found(self, error: FetchError | None) -> FetchError:
        where = f"recording {self._location.record_id} on {self._location.host}"
        if error is None or isinstance(error, AbsentError):
            return GoneError(
                f"There is no {where}: it may be unpublished, deleted, or still being processed."
            )
        if isinstance(error, WithheldError):
            advice = "its link opens it no more; take a new one" if self._location.entry else "take the link"
            return ProtectedError(f"The {where} is protected: {advice} that getRecordings gives. ({error})")
        return FetchError(f"The {where} cannot be fetched. {error}")

    # --- what --------------------------------------------------------------------------
    def _one(self, wanted: Wanted) -> bool:
        """Bring one file; False when it is not there."""
        try:
            self._downloader.fetch(self._manifest.base, wanted)
        except AbsentError:
            self._manifest.miss(wanted.href)
            return False
        except (WithheldError, WebPageError) as error:  # some servers answer so to whatever they do not have
            if isinstance(error, WebPageError) and wanted.core:
                raise
            if self._is_over():
                raise ProtectedError(
                    f"{self._location.host} gives nothing of the recording {self._location.record_id} any "
                    "more: the permission ended before all its files had come. Try again with a new link; "
                    "what came is kept."
                ) from error
            if isinstance(error, WithheldError):
                self._withheld.add(wanted.href)
            self._manifest.miss(wanted.href, page=isinstance(error, WebPageError))
            return False
        return True

    def _is_over(self) -> bool:
        """Whether the server by now withholds even what it gave before, as when a cookie has expired.

        It may also ask for a login instead.
        """
        known = next(name for name in needed.CORE if self._manifest.has(name))
        try:
            with self._client.get(self._manifest.base + known, known) as answer:
                return is_html(answer)
        except WithheldError:
            return True

    def _media(self) -> None:
        """The webcams' video, or the sound alone in its place."""
        found = self._first(media.WEBCAMS)
        if found is None or not (found.has_audio and found.whole):
            found = self._first(media.AUDIO) or found
        if found is not None or any(map(self._manifest.has, (*media.WEBCAMS, *media.AUDIO))):
            return  # reading says what is wrong with those that do not play
        if not self._withheld.isdisjoint((*media.WEBCAMS, *media.AUDIO)):
            raise ProtectedError(
                f"{self._location.host} gives the recording {self._location.record_id}, but neither its "
                "webcams nor its sound: ask that server's administrator for the rights to these files."
            )
        pages = [name for name in (*media.WEBCAMS, *media.AUDIO) if name in self._manifest.pages]
        if pages:
            raise web_page(pages[0])
        raise NoMediaError(
            f"The recording {self._location.record_id} has neither webcams nor audio "
            f"on {self._location.host}: ask that server's administrator to rebuild it."
        )

    def _screen_share(self) -> None:
        """The screen share's video, if there was one; a lost one is noted when the recording is read."""
        if needed.has_screen_share(self._folder):
            self._first(media.DESKSHARE)

    def _first(self, names: tuple[str, ...]) -> Media | None:
        """Bring media files up to the first that plays and is whole: broken ones stand beside good ones."""
        notes = Notes(partial(end_if, self._stopped.is_set))
        found: Media | None = None
        for wanted in needed.alternatives(names):
            try:
                if not self._one(wanted):
                    continue
            except FetchError:
                if found is None:
                    raise
                break  # what is there plays
            one = media.first_media(self._folder, (wanted.href,), notes)
            found = media.longer(found, one, notes)
            if one is not None and one.whole:
                break
        return found

    # --- how ---------------------------------------------------------------------------
    def _all(self, files: Iterable[Wanted], tasks: Iterable[Callable[[], object]] = ()) -> None:
        def bring(wanted: Wanted) -> Callable[[], object]:
            return lambda: self._one(wanted)

        self._work([*(bring(wanted) for wanted in files), *tasks])

    def _work(self, tasks: list[Callable[[], object]]) -> None:
        """Do tasks in a few threads; the first failure ends all.

        The threads are daemons: one that hangs in a dead connection holds up
        neither a cancelled job nor the end of the process, and touches no file
        once the job was stopped.
        """
        waiting: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        done: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
        for task in tasks:
            waiting.put(task)
        for _number in range(min(self._options.parallel, len(tasks))):
            thread = threading.Thread(target=self._worker, args=(waiting, done), daemon=True)
            self._threads.append(thread)
            thread.start()
        left = len(tasks)
        last, have = time.monotonic(), self._bytes
        while left:
            if self._cancelled():
                self._stopped.set()
                raise Cancelled("Fetching was stopped.")
            try:
                error = done.get(timeout=_TICK)
            except queue.Empty:
                error = None
            else:
                left -= 1
                last = time.monotonic()
            if self._bytes != have:
                last, have = time.monotonic(), self._bytes
            elif time.monotonic() - last > self._options.stall:
                self._stopped.set()
                raise HostAwayError(
                    f"Fetching from {self._location.host}: nothing arrived for {self._options.stall:.0f} s. "
                    "Try again later; what came is kept."
                )
            if error is not None:
                self._stopped.set()
                raise error

    def _worker(
        self,
        waiting: queue.SimpleQueue[Callable[[], object]],
        done: queue.SimpleQueue[Exception | None],
    ) -> None:
        while not self._stopped.is_set():
            try:
                task = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                task()
            except Exception as error:  # noqa: BLE001 - handed to the caller, who raises it
                done.put(error)
            else:
                done.put(None)


def _of_all_addresses(cause: BaseException | None) -> bool:
    """Whether an error holds for all addresses of the server: it is silent, or asks to wait."""
    return isinstance(cause, SilentError) or (isinstance(cause, TransientError) and cause.wait is not None)


def _notes_on(pages: Sequence[str]) -> tuple[str, ...]:
    """The note on files in whose place web pages came."""
    if not pages:
        return ()
    named = ", ".join(pages[:5]) + (f" and {len(pages) - 5} more" if len(pages) > 5 else "")
    return (f"The server sent a web page instead of {named}: what they hold is missing.",)
