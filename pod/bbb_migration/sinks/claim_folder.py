"""The claim folder: each recording becomes one whole file there, with its row, claimable at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any
from urllib.parse import urlsplit

from pod.bbb.api import Recording
from pod.bbb.errors import BBBError, FetchError, PlaybackError
from pod.bbb.places import part_of
from pod.bbb.video_format import SUFFIXES, Film, FilmDownloader, NoFilmError, discard, require_film
from pod.bbb_migration import naming
from pod.bbb_migration.models import Item
from pod.bbb_migration.plan import (
    PRESENTATION,
    VIDEO,
    Bring,
    Convert,
    Download,
    Exists,
    Outcome,
    Owner,
    duration_of,
    start_of,
)
from pod.bbb_migration.results import Placed, Result, result_of, too_long
from pod.bbb_migration.sinks import describe
from pod.bbb_migration.sinks.claim_delivery import DELIVERY, arrive, named, renew, spec_of
from pod.bbb_migration.wording import Note, people
from pod.conversion.causes import Cause, cause_of
from pod.conversion.errors import ConversionError, DispatchError
from pod.conversion.hosts import is_allowed
from pod.conversion.models import Conversion
from pod.conversion.services import ConversionRequest, dispatch, request, retry, target_suffix
from pod.main.states import State
from pod.recorder.errors import ClaimError
from pod.recorder.models import Recorder, RecordingFileTreatment
from pod.recorder.models import Recording as ClaimedFile
from pod.recorder.newcomers import NAMED
from pod.recorder.services import ClaimSpec

log = logging.getLogger(__name__)

TOKEN = "token="  # noqa: S105 - the name of a parameter


@dataclass
class ClaimFolder:
    """Brings recordings into `folder`. `marked` are the record ids whose plain names collide.

    `fresh(record id, format)` asks the server for an address anew: the tokens of protected
    recordings (Scalelite) open them once, and within an hour of the listing.
    """

    server: str
    recorder: Recorder
    folder: Path
    marked: frozenset[str] = frozenset()
    celery: bool = False
    retry_failed: bool = False
    force: bool = False
    speed: float = 1.0  # media seconds a second, for a preview
    progress: Callable[[str, int, int], None] = lambda _name, _here, _all: None
    fresh: Callable[[str, str], str] = lambda _record_id, _kind: ""
    waiting: list[tuple[Placed, int]] = field(default_factory=list)

    def preview(self, placed: Sequence[Placed]) -> Iterator[Result]:
        """Yield what would be done, and how much there is to fetch and to convert; change nothing."""
        there = self._there(placed)
        for one in placed:
            action, recording = one.action, one.recording
            here = there.get(str(self.folder / self.stem(recording)))
            if isinstance(action, Bring) and (found := here or self._left(one, action)):
                yield _exists(one, str(found))
            elif isinstance(action, Download):
                yield result_of(
                    one,
                    Outcome.DOWNLOAD,
                    target=str(self.target(recording, ".*")),
                    **_probably(action.probable),
                    bytes=_announced(recording),
                )
            elif isinstance(action, Convert):
                yield too_long(one, action.url) or result_of(
                    one,
                    Outcome.CONVERT,
                    target=str(self.target(recording, target_suffix())),
                    **_probably(action.probable),
                    bytes=_announced(recording),
                    work_s=duration_of(recording) / self.speed,
                )

    def apply(self, placed: Sequence[Placed]) -> Iterator[Result]:
        """Download what is ready; ask for the conversion of the rest, which `waiting` then holds."""
        there = self._there(placed)
        for one in placed:
            action = one.action
            here = there.get(str(self.folder / self.stem(one.recording)))
            if isinstance(action, Bring) and here:
                yield _exists(one, here)
            elif isinstance(action, Bring) and (left := self._left(one, action)):
                yield self._adopted(one, action, left)
            elif isinstance(action, Download):
                yield from self._download(one, action)
            elif isinstance(action, Convert):
                yield from self._convert(one, action)

    def tell_jobs(self, placed: Sequence[Placed]) -> None:
        """Tell the jobs that workers have whose their recordings are by now."""
        contexts = {}
        for one in placed:
            if isinstance(one.action, Exists) and one.action.pending:
                key = naming.job_key(self.server, one.recording.record_id)
                contexts[key] = self._context(one.recording, one.action.probable)
        for job in Conversion.objects.active().filter(key__in=contexts).only("key", "context"):
            renewed = renew(job.context, contexts[job.key])
            if renewed != job.context:
                Conversion.objects.active().filter(pk=job.pk).update(context=renewed)

    def stem(self, recording: Recording) -> str:
        """Return the file's name without extension."""
        return naming.stem(
            recording.name,
            start_of(recording),
            recording.record_id,
            folder=self.folder,
            marked=recording.record_id in self.marked,
        )

    def target(self, recording: Recording, suffix: str) -> Path:
        """Return where the file goes."""
        return self.folder / f"{self.stem(recording)}{suffix}"

    def _left(self, one: Placed, action: Bring) -> Path | None:
        """Return the whole file that no row tells of: its run was killed, or the database is an older one.

        That of a conversion only if its job is as little known: else the job delivers the file.
        """
        if self.force:
            return None
        suffixes = sorted(SUFFIXES) if isinstance(action, Download) else [target_suffix()]
        targets = (self.target(one.recording, suffix) for suffix in suffixes)
        left = next((path for path in targets if path.is_file()), None)
        if left is None or isinstance(action, Download):
            return left
        key = naming.job_key(self.server, one.recording.record_id)
        return None if Conversion.objects.filter(key=key).exists() else left

    def _there(self, placed: Sequence[Placed]) -> dict[str, str]:
        """Return, by path without suffix, these recordings' files that need not be brought: four queries.

        A run was killed after the file's row and before the ledger's; or the ledger was lost; or
        the file was claimed in between. A path that another recording holds gets a mark instead.
        """
        mine = {str(self.folder / self.stem(one.recording)): one.recording.record_id for one in placed}
        wanted = [f"{stem}{suffix}" for stem in mine for suffix in sorted(SUFFIXES)]
        there: dict[str, str] = {}
        for path, record_id in self._holders(wanted):
            stem = str(PurePath(path).with_suffix(""))
            if record_id in (None, "", mine[stem]):
                there[stem] = path
            else:
                self.marked |= {mine[stem]}
        jobs = Conversion.objects.filter(target__in=wanted).values_list("target", "record_id")
        for path, record_id in jobs:  # of this recording it is the job to go on with, not yet a file
            stem = str(PurePath(path).with_suffix(""))
            if record_id != mine[stem][:100]:
                self.marked |= {mine[stem]}
        return {} if self.force else there

    def _holders(self, paths: Sequence[str]) -> Iterator[tuple[str, str | None]]:
        """Yield (path, record id or None when it is not known) of all that stands or will stand there."""
        # a row that says no more than the path is the watcher's, of a file whose run was killed before it
        # wrote down whose it is: it is made claimable anew, else it would stay everybody's
        waiting = RecordingFileTreatment.objects.filter(file__in=paths, detail__record_id__gt="")
        yield from waiting.values_list("file", "detail__record_id")
        claimed = ClaimedFile.objects.filter(source_file__in=paths)
        yield from ((path, None) for path in claimed.values_list("source_file", flat=True))
        others = Item.objects.filter(target__in=paths, done=True)
        yield from others.values_list("target", "record_id")

    def _download(self, one: Placed, action: Download) -> Iterator[Result]:
        recording = one.recording
        try:
            path = self._bring(recording, action)
            size = path.stat().st_size  # once it is offered, somebody may claim it
            arrive(self._spec(recording, path, action.probable))
        except (BBBError, ClaimError, OSError) as error:
            if action.instead and _is_lost(error):
                log.warning("%s: %s Its presentation is converted instead.", recording.record_id, error)
                yield from self._convert(replace(one, action=action.instead), action.instead)
            else:
                yield result_of(one, Outcome.FAIL, **_said(error, self.folder))
            return
        yield result_of(
            one,
            Outcome.DOWNLOAD,
            done=True,
            target=str(path),
            **_probably(action.probable),
            bytes=size,
        )

    def _bring(self, recording: Recording, action: Download) -> Path:
        """Fetch the film beside its place, see that it plays, put it there."""
        host = urlsplit(action.url).hostname or ""
        downloader = FilmDownloader(
            lambda url: is_allowed(url, (host,)),
            progress=lambda here, everything: self.progress(recording.name, here, everything),
        )
        try:
            film = downloader.find(self._current(action.url, recording, VIDEO))
            return self._fetch(downloader, film, recording)
        finally:
            downloader.close()

    def _current(self, url: str, recording: Recording, kind: str) -> str:
        """Return the address with a token that still opens it, if it has one."""
        return self.fresh(recording.record_id, kind) or url if TOKEN in url else url

    def prepare(self, one: Placed, job: int) -> None:
        """Get a conversion ready to start in this command: its address may hold a token that is old."""
        url = one.action.url if isinstance(one.action, Convert) else ""
        try:
            current = self._current(url, one.recording, PRESENTATION)
        except BBBError as error:  # the conversion itself will fail, and say why in its row
            log.warning("asking for a new address of %s: %s", one.recording.record_id, error)
            return
        if current != url:
            Conversion.objects.filter(pk=job, state=State.QUEUED).update(source_url=current)

    def _fetch(self, downloader: FilmDownloader, film: Film, recording: Recording) -> Path:
        target = self.target(recording, film.suffix)
        target.parent.mkdir(parents=True, exist_ok=True)
        part = part_of(target)
        try:
            downloader.download(film, part)
            require_film(part)
        except BBBError:  # after an interruption the next run goes on with what is here
            discard(part)
            raise
        part.replace(target)
        return target

    def _convert(self, one: Placed, action: Convert) -> Iterator[Result]:
        if unfit := too_long(one, action.url):
            yield unfit
            return
        try:
            conversion, sent = self._job(one.recording, action)
        except (ConversionError, OSError) as error:
            yield result_of(one, Outcome.FAIL, **_said(error, self.folder))
            return
        if conversion.state in (State.FAILED, State.DISCARDED):
            yield _failed(one, conversion)
        elif conversion.state == State.DONE:
            yield converted(one, conversion)
        elif self.celery:
            yield result_of(
                one,
                Outcome.CONVERT,
                conversion_id=conversion.pk,
                target=conversion.target,
                why=Note.QUEUED if sent else Note.UNSENT,
            )
        else:
            self.waiting.append((one, conversion.pk))

    def _adopted(self, one: Placed, action: Bring, target: Path) -> Result:
        try:
            arrive(self._spec(one.recording, target, action.probable))
        except (ClaimError, OSError) as error:
            return result_of(one, Outcome.FAIL, **_said(error, self.folder))
        return _exists(one, str(target))

    def _job(self, recording: Recording, action: Convert) -> tuple[Conversion, bool]:
        """Return the job, and whether the workers could be told of it."""
        target = self.target(recording, target_suffix())
        wanted = ConversionRequest(
            key=naming.job_key(self.server, recording.record_id),
            delivery=DELIVERY,
            source_url=action.url,
            target=target,
            title=describe.title_of(recording),
            record_id=recording.record_id[:100],
            recorded_at=start_of(recording),
            duration_hint_s=duration_of(recording) or None,
            trusted_hosts=(urlsplit(action.url).hostname or "",),
            context=self._context(recording, action.probable),
        )
        if self.retry_failed and not target.exists():  # what it made went from the folder
            Conversion.objects.filter(key=wanted.key, state=State.DONE).delete()
        conversion, created = request(replace(wanted, replaces=self.force and self._forget(wanted)))
        again = self.retry_failed and conversion.state in (State.FAILED, State.DISCARDED)
        sent = True
        try:
            if not created:  # whose it is may be known by now
                Conversion.objects.filter(pk=conversion.pk).exclude(state=State.DONE).update(
                    source_url=wanted.source_url, context=renew(conversion.context, wanted.context)
                )
            if again:
                retry(conversion)
            elif created:
                dispatch(conversion)
        except DispatchError as error:
            log.warning("%s: %s", recording.record_id, error)
            sent = False
        if again:
            conversion.refresh_from_db()
        return conversion, sent

    @staticmethod
    def _forget(wanted: ConversionRequest) -> bool:
        """Forget the old job, unless it is at work right now; whether there was one.

        Its file stays until the new one is whole: the old server may have lost the recording since.
        """
        ended = (State.DONE, State.FAILED, State.DISCARDED)
        return bool(Conversion.objects.filter(key=wanted.key, state__in=ended).delete()[0])

    def _spec(self, recording: Recording, path: Path, probable: Sequence[Owner]) -> ClaimSpec:
        return spec_of(self._context(recording, probable), path, start_of(recording), {})

    def _context(self, recording: Recording, probable: Sequence[Owner]) -> dict[str, Any]:
        """Return what the row needs, as JSON: a job may end in another process, days later."""
        return {
            "recorder_id": self.recorder.pk,
            "title": describe.title_of(recording),
            "record_id": recording.record_id,
            "server": self.server,
            "duration_s": duration_of(recording),
            "course": describe.course_of(recording),
            "listed": describe.is_listed(recording),
            "thumbnail_url": describe.thumbnail_of(recording),
            "slide_text": describe.slide_text_of(recording),
            NAMED: named(probable),
        }


def converted(one: Placed, conversion: Conversion) -> Result:
    """Return the result of a conversion that is over."""
    if conversion.state != State.DONE:
        return _failed(one, conversion)
    probable = one.action.probable if isinstance(one.action, Convert) else ()
    return result_of(
        one,
        Outcome.CONVERT,
        done=True,
        target=conversion.target,
        conversion_id=conversion.pk,
        **_probably(probable),
        work_s=_took(conversion),
    )


def _exists(one: Placed, target: str) -> Result:
    return result_of(one, Outcome.EXISTS, done=True, target=target, why=Note.THERE)


def _failed(one: Placed, conversion: Conversion) -> Result:
    why, reason = str(Note.CANCELLED), ""
    if conversion.state != State.DISCARDED:
        why, reason = conversion.cause or str(Cause.UNEXPECTED), conversion.error
    return result_of(one, Outcome.FAIL, why=why, reason=reason, conversion_id=conversion.pk)


def _took(conversion: Conversion) -> float:
    if conversion.started_at is None or conversion.finished_at is None:
        return 0.0
    return (conversion.finished_at - conversion.started_at).total_seconds()


def _announced(recording: Recording) -> int:
    """Return the bytes that the catalogue announces for what would be fetched."""
    sizes = {playback.type: playback.size or 0 for playback in recording.formats}
    return sizes.get(VIDEO) or sizes.get(PRESENTATION) or recording.size or 0


def _probably(owners: Sequence[Owner]) -> dict[str, str]:
    told = people(owners)
    return {"why": Note.PROBABLE, "reason": told} if told else {}


def _is_lost(error: Exception) -> bool:
    """Whether there is no film, or one that does not play: another attempt would not do better."""
    unplayable = isinstance(error, PlaybackError) and not isinstance(error, FetchError)
    return unplayable or isinstance(error, NoFilmError)


def _said(error: BaseException, folder: Path) -> dict[str, str]:
    """Return word and detail of a failure; what a claim says of itself is said in the command's language."""
    if isinstance(error, OSError):  # one that comes while a file is being written does not say which
        return {"why": cause_of(error), "reason": f"{error.filename or folder}: {error.strerror or error}"}
    cause = cause_of(error)
    return {"why": "" if cause is Cause.RESULT else cause, "reason": str(error)}
