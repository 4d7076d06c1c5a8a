"""Running one job: take it, convert, check, put the file in its place, deliver it.

Safe to run twice: a job is taken by an optimistic update, a file that already
stands whole at its target is not made again, and a delivery does its work once.
The database is touched by the calling thread only; the engine works in another,
so that signs of life go on while it computes.
"""

from __future__ import annotations

import logging
import os
import shutil
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Case, F, When
from django.utils import timezone

from pod.bbb.errors import BBBError, Cancelled
from pod.conversion import putting_off
from pod.conversion.causes import Cause, cause_of
from pod.conversion.checks_media import check_playable
from pod.conversion.deliveries import deliver
from pod.conversion.dispatching import dispatch_or_log
from pod.conversion.engines import Made, Work, engine_named
from pod.conversion.errors import ConversionError, made_of
from pod.conversion.hosts import allowed_hosts
from pod.conversion.models import Conversion
from pod.conversion.signals import tell_ended
from pod.main.patience import DATABASE_AWAY, patiently
from pod.main.states import State

log = logging.getLogger(__name__)

SIGN_OF_LIFE_S = 1.0
MOST_ATTEMPTS = 3
PHASES = {
    "fetching": State.FETCHING,
    "converting": State.CONVERTING,
    "checking": State.CHECKING,
}


@dataclass
class Shared:
    """What the engine's thread says, and is told; plain assignments, no lock needed."""

    phase: str = "fetching"
    done_s: float = 0.0
    total_s: float = 0.0
    stop: threading.Event = field(default_factory=threading.Event)

    def progress(self, phase: str, done_s: float, total_s: float) -> None:
        """Remember how far the engine is."""
        self.phase, self.done_s, self.total_s = phase, done_s, total_s


def run(conversion_id: int, *, later: bool = True) -> State:
    """Run the job if it is queued and due; return the state it then has.

    What goes wrong is written into the row (`cause` for the user, `error` and `detail` for support), not
    raised. Raised are an interruption of this process and a database that is away, after the job was
    queued again. `later`: what fails for a passing reason is put off (see `putting_off`). Without it, for
    a command that somebody watches, such a job fails, and one that was put off before is taken.
    """
    conversion = _take(conversion_id, later=later)
    if conversion is not None:
        with _outcome_written(conversion, later=later):
            path, report = _file_for(conversion)
            _update(conversion, state=State.CHECKING, report=report)
            conversion.refresh_from_db(fields=["context"])  # whose it is may have been said meanwhile
            deliver(conversion, path, report)
            _finish(conversion, State.DONE, done_s=F("total_s"), cause="", error="", detail="")
            shutil.rmtree(job_folder(conversion) / "playback", ignore_errors=True)
    found = Conversion.objects.filter(pk=conversion_id).values_list("state", flat=True).first()
    return State(found) if found else State.DISCARDED


def job_folder(conversion: Conversion) -> Path:
    """Return the job's own folder: its cache of fetched files, its sidecar."""
    return Path(settings.CONVERSION_DIR) / str(conversion.pk)


def _take(conversion_id: int, *, later: bool) -> Conversion | None:
    now = timezone.now()
    queued = Conversion.objects.waiting() if later else Conversion.objects.queued()
    taken = (
        queued.order_by()
        .filter(pk=conversion_id)
        .update(
            # before `heartbeat_at`: MariaDB reckons with what it has just assigned
            failing_since=Case(
                When(heartbeat_at__lt=now - putting_off.UNTRIED, then=None), default=F("failing_since")
            ),
            state=State.FETCHING,
            attempts=F("attempts") + 1,
            worker=f"{socket.gethostname()}:{os.getpid()}"[:100],
            started_at=now,
            heartbeat_at=now,
            finished_at=None,
            cause="",
            error="",
            detail="",
            not_before=None,
        )
    )
    return Conversion.objects.get(pk=conversion_id) if taken else None


@contextmanager
def _outcome_written(conversion: Conversion, *, later: bool) -> Iterator[None]:
    """Write down how the job ended, whatever happens inside."""
    try:
        yield
    except Cancelled:
        _discard(conversion)
    except (BBBError, ConversionError, OSError) as error:
        said = {"error": str(error), "detail": getattr(error, "detail", "") or made_of(error)}
        _fail(conversion, cause_of(error), said, later=later)
    except (KeyboardInterrupt, SystemExit):
        _update(conversion, state=State.QUEUED, worker="", attempts=F("attempts") - 1)
        raise
    except DATABASE_AWAY as error:
        if conversion.attempts >= MOST_ATTEMPTS:
            _fail(conversion, Cause.UNEXPECTED, {"error": str(error)}, later=False)
        else:  # nothing is wrong with the recording
            _update(conversion, state=State.QUEUED, worker="")
        raise
    except Exception as error:
        log.exception("conversion %s failed unexpectedly", conversion.pk)
        _finish(
            conversion,
            State.FAILED,
            cause=Cause.UNEXPECTED,
            error="The conversion failed unexpectedly; the log of the server says more.",
            detail=f"{type(error).__name__}: {error}",
        )


def _fail(conversion: Conversion, cause: Cause, said: dict[str, str], *, later: bool) -> None:
    """Write down why the job failed; put it off if its trouble may pass."""
    now = timezone.now()
    pause = putting_off.pause(conversion, cause, now) if later else None
    if pause is None:
        log.warning("conversion %s failed: %s", conversion.pk, said["error"])
        _finish(conversion, State.FAILED, cause=cause, **said)
        return
    # who cancels it just now finds it at work, and leaves the rest to whom it stops
    row = Conversion.objects.filter(pk=conversion.pk, cancel_requested=False)
    put_off = patiently(
        row.update,
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
    dispatch_or_log(conversion, pause)


def _discard(conversion: Conversion) -> None:
    """End a job that was cancelled."""
    shutil.rmtree(job_folder(conversion), ignore_errors=True)
    _finish(conversion, State.DISCARDED)


def _file_for(conversion: Conversion) -> tuple[Path, dict[str, Any]]:
    """Return the finished file at its target and the engine's report."""
    target = Path(conversion.target)
    size = conversion.report.get("size_bytes")
    if size and target.is_file() and target.stat().st_size == size:
        return target, conversion.report  # an earlier run got this far before it died
    if target.exists() and not conversion.options.get("replaces"):
        raise ConversionError(
            f"There is already a file at {target} that this job did not make: move it away, then retry."
        )
    made = _convert(conversion)
    report = {**made.report, "size_bytes": made.path.stat().st_size}
    # written before the file appears: after a crash in between, the file is known as ours
    _update(conversion, state=State.CHECKING, report=report)
    _place(made.path, target)
    return target, report


def _convert(conversion: Conversion) -> Made:
    """Run the engine in a thread; tell the row how far it is; stop it when asked."""
    engine = engine_named(conversion.engine)
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
    shared = Shared(total_s=conversion.total_s)
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="engine") as pool:
        future = pool.submit(engine.convert, work, progress=shared.progress, cancelled=shared.stop.is_set)
        try:
            _watch(conversion, future, shared)
        except BaseException:
            shared.stop.set()
            raise
        made = future.result()
    check_playable(made.path)
    return made


def _watch(conversion: Conversion, future: Future[Made], shared: Shared) -> None:
    while not wait([future], timeout=SIGN_OF_LIFE_S).done:
        _update(
            conversion,
            state=PHASES.get(shared.phase, State.CONVERTING),
            done_s=shared.done_s if shared.phase != "fetching" else 0,
            total_s=shared.total_s if shared.phase != "fetching" else conversion.total_s,
        )
        row = Conversion.objects.filter(pk=conversion.pk).values_list("cancel_requested", flat=True)
        asked = patiently(row.first)
        if asked is not False:  # asked to stop, or the row is gone
            shared.stop.set()
    if shared.phase != "fetching":
        _update(conversion, done_s=shared.done_s, total_s=shared.total_s)


def _place(made: Path, target: Path) -> None:
    """Move the file to its target, whole or not at all, also across file systems."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    try:
        shutil.move(made, part)
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _update(conversion: Conversion, **values: Any) -> None:  # noqa: ANN401 - column values
    row = Conversion.objects.filter(pk=conversion.pk)
    patiently(row.update, heartbeat_at=timezone.now(), **values)


def _finish(conversion: Conversion, state: State, **values: Any) -> None:  # noqa: ANN401 - column values
    _update(conversion, state=state, finished_at=timezone.now(), cancel_requested=False, **values)
    tell_ended(conversion.pk)
