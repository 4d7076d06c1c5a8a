"""Running one job: take it, convert, check, put the file in its place, deliver it.

Safe to run twice: a job is taken by an optimistic update, a file that already
stands whole at its target is not made again, and a delivery does its work once.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from pod.bbb.errors import BBBError, Cancelled
from pod.bbb.places import part_of
from pod.bbb.secrecy import scrub
from pod.conversion import putting_off
from pod.conversion.causes import Cause, cause_of
from pod.conversion.checks_media import check_playable
from pod.conversion.deliveries import deliver, place_of
from pod.conversion.dispatching import dispatch_or_log
from pod.conversion.engines import Made, Work, engine_named
from pod.conversion.errors import ConversionError, TakenOverError, made_of
from pod.conversion.folders import job_folder, remove_all, remove_fetched
from pod.conversion.hosts import allowed_hosts
from pod.conversion.models import Conversion
from pod.conversion.signals import tell_ended
from pod.conversion.space import shared_space
from pod.conversion.taking import held, note, take, write
from pod.conversion.working import Shared, watched
from pod.main.patience import DATABASE_AWAY, patiently
from pod.main.states import State
from pod.video.storage import require_media

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3


def run(conversion_id: int, *, later: bool = True) -> State:
    """Run the job if it is queued and due; return the state it then has.

    What goes wrong is written into the row (`cause` for the user, `error` and `detail` for support), not
    raised. Raised are an interruption of this process and a database that is away, after the job was
    queued again. `later`: what fails for a passing reason is put off (see `putting_off`). Without it, for
    a command that somebody watches, such a job fails, and one that was put off before is taken.
    """
    conversion = take(conversion_id, later=later)
    if conversion is not None:
        _work(conversion, later=later)
    return state_of(conversion_id)


def run_next() -> Conversion | None:
    """Run the first of the jobs that wait, as `run` does; return it as it was taken, or None."""
    waiting = Conversion.objects.waiting
    while (first := waiting().values_list("pk", flat=True).first()) is not None:
        conversion = take(first, later=True)
        if conversion is not None:  # else another worker was faster
            _work(conversion, later=True)
            return conversion
    return None


def state_of(conversion_id: int) -> State:
    """Return the job's state; one whose row is gone is discarded."""
    found = Conversion.objects.filter(pk=conversion_id).values_list("state", flat=True).first()
    return State(found) if found else State.DISCARDED


def _work(conversion: Conversion, *, later: bool) -> None:
    """Bring a job that was taken to its end."""
    with _outcome_written(conversion, later=later):
        path, report = _file_for(conversion)
        note(conversion, state=State.CHECKING)
        conversion.refresh_from_db(fields=["context"])  # whose it is may have been said meanwhile
        deliver(conversion, path, report)
        # before it is done: nobody looks at it any more then. What was delivered stays, also of a deleted job
        if write(conversion) or state_of(conversion.pk) is State.DISCARDED:
            remove_fetched(conversion)
        _finish(conversion, State.DONE, done_s=F("total_s"))


@contextmanager
def _outcome_written(conversion: Conversion, *, later: bool) -> Iterator[None]:
    """Write down how the job ended, whatever happens inside."""
    try:
        yield
    except Cancelled:
        _discard(conversion)
    except TakenOverError as error:
        log.warning("%s", error)
        if not Conversion.objects.filter(pk=conversion.pk).exists():
            remove_all(conversion)
    except (BBBError, ConversionError, OSError) as error:
        detail = getattr(error, "detail", "") or made_of(error)
        # other programs say which address they were given, with its token
        _fail(conversion, cause_of(error), {"error": scrub(str(error)), "detail": scrub(detail)}, later=later)
    except (KeyboardInterrupt, SystemExit):
        if write(conversion, state=State.QUEUED, worker="", attempts=F("attempts") - 1):
            dispatch_or_log(conversion)  # its message was acknowledged when it arrived
        raise
    except DATABASE_AWAY as error:
        if conversion.attempts >= MOST_ATTEMPTS:
            _fail(conversion, Cause.UNEXPECTED, {"error": str(error)}, later=False)
        else:  # nothing is wrong with the recording
            write(conversion, state=State.QUEUED, worker="")
        raise
    except Exception as error:
        log.exception("conversion %s failed unexpectedly", conversion.pk)
        _finish(
            conversion,
            State.FAILED,
            cause=Cause.UNEXPECTED,
            error="The conversion failed unexpectedly; the log of the server says more.",
            detail=scrub(f"{type(error).__name__}: {error}"),
        )


def _fail(conversion: Conversion, cause: Cause, said: dict[str, str], *, later: bool) -> None:
    """Write down why the job failed; put it off if its trouble may pass, queue it again if it crashed."""
    if cause is Cause.CRASH and conversion.attempts < MOST_ATTEMPTS:
        if write(conversion, state=State.QUEUED, worker=""):
            dispatch_or_log(conversion)
        return
    now = timezone.now()
    pause = putting_off.pause(conversion, cause, now) if later else None
    if pause is None:
        log.warning("conversion %s failed: %s", conversion.pk, said["error"])
        _finish(conversion, State.FAILED, cause=cause, **said)
        return
    # who cancels it just now finds it at work, and leaves the rest to whom it stops
    put_off = patiently(
        held(conversion).filter(cancel_requested=False).update,
        state=State.QUEUED,
        worker="",
        attempts=conversion.attempts - 1,
        done_s=0,
        cause=cause,
        **said,
        heartbeat_at=now,
        not_before=now + pause,
        failing_since=conversion.failing_since or now,
    )
    if not put_off:
        _discard(conversion)
        return
    log.warning("conversion %s is tried again in %s: %s", conversion.pk, pause, said["error"])


def _discard(conversion: Conversion) -> None:
    """End a job that was cancelled. What it left goes first: once the row says so, it may be retried."""
    if write(conversion):
        remove_all(conversion)
        _finish(conversion, State.DISCARDED)


def _file_for(conversion: Conversion) -> tuple[Path, dict[str, Any]]:
    """Return the finished file at its target and the engine's report."""
    target = _target(conversion)
    size = conversion.report.get("size_bytes")
    if size and target.is_file() and target.stat().st_size == size:
        return target, conversion.report  # an earlier run got this far before it died
    if target.exists() and not conversion.options.get("replaces"):
        raise ConversionError(
            f"There is already a file at {target} that this job did not make: move it away, then retry."
        )
    shared = Shared(total_s=conversion.total_s)
    with shared_space(conversion):
        made = watched(conversion, shared, lambda: _convert(conversion, shared))
    report = {**made.report, "size_bytes": made.path.stat().st_size}
    # written before the file appears: after a crash in between, the file is known as ours
    note(conversion, state=State.CHECKING, report=report)
    target = _target(conversion)  # asked again: converting may have taken hours
    _place(made.path, target, conversion, shared)
    return target, report


def _convert(conversion: Conversion, shared: Shared) -> Made:
    """Run the engine and check what it made."""
    folder = job_folder(conversion)
    folder.mkdir(parents=True, exist_ok=True)
    work = Work(
        source_url=conversion.source_url,
        title=conversion.title,
        folder=folder,
        name=f"conversion-{conversion.pk}",
        duration_hint_s=conversion.duration_hint_s,
        allowed_hosts=allowed_hosts(conversion.options.get("trusted_hosts", ())),
        options=conversion.options,
        record_id=conversion.record_id,
    )
    engine = engine_named(conversion.engine)
    made = engine.convert(work, progress=shared.progress, cancelled=shared.cancelled)
    check_playable(made.path)
    return made


def _target(conversion: Conversion) -> Path:
    """Return where the file goes; the row follows a folder that moved since the job was asked for.

    Raises OSError while the disk of that folder is not mounted.
    """
    target = place_of(conversion)
    if target.is_relative_to(settings.MEDIA_ROOT):
        require_media()
    if str(target) != conversion.target:
        note(conversion, target=str(target))
        conversion.target = str(target)
    return target


def _place(made: Path, target: Path, conversion: Conversion, shared: Shared) -> None:
    """Move the file to its target, whole or not at all, also across file systems, which may take minutes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = part_of(target)
    shared.progress("checking", shared.total_s, shared.total_s)
    part.unlink(missing_ok=True)  # a worker that was taken for dead may still write into that one
    try:
        watched(conversion, shared, lambda: shutil.move(made, part))
        note(conversion)  # is it still ours to be placed?
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _finish(conversion: Conversion, state: State, **values: Any) -> bool:  # noqa: ANN401 - column values
    """Write down how the job ended, and tell; False when it is another worker's by now."""
    finished = write(conversion, state=state, finished_at=timezone.now(), cancel_requested=False, **values)
    if finished:
        tell_ended(conversion.pk)
    return finished
