"""One run: batch by batch, decide what is to be done, do each thing once, write down what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Protocol

from django.db import transaction

from pod.bbb.api import Problem, Recording
from pod.bbb_migration import wording
from pod.bbb_migration.catalogue import Catalogue
from pod.bbb_migration.conversions import AtWork, run_all
from pod.bbb_migration.ledger import Ledger
from pod.bbb_migration.models import Run
from pod.bbb_migration.plan import (
    UNKNOWN_START,
    Exists,
    FailedBefore,
    Inform,
    Outcome,
    Ownership,
    OwnerUnknown,
    Rules,
    Selection,
    Skip,
    decide,
    duration_of,
    skip_reason,
)
from pod.bbb_migration.results import Placed, Result, result_of, unasked
from pod.bbb_migration.sinks.claim_folder import ClaimFolder
from pod.bbb_migration.sinks.claim_names import name_owners, told_apart
from pod.bbb_migration.stopping import Row, StoppedError
from pod.bbb_migration.tally import Tally
from pod.bbb_migration.whose import Whose


class Sink(Protocol):
    """A place where recordings go."""

    def preview(self, placed: Sequence[Placed]) -> Iterable[Result]:
        """Return what would come of the actions; change nothing."""

    def apply(self, placed: Sequence[Placed]) -> Iterable[Result]:
        """Do the actions and return what came of them."""


class Audience(Protocol):
    """Who is told: the screen, the reports."""

    def tell(self, result: Result) -> None:
        """Show or write one result."""


@dataclass
class Engine:
    """Everything a run needs; without `run` (the ledger's row) it is a dry run and only previews.

    `inform` tells the front-end which recordings of a batch arrived; `alive` raises when the run
    must stop.
    """

    rules: Rules
    sink: Sink
    whose: Whose
    ledger: Ledger
    audience: Sequence[Audience]
    run: Run | None = None
    jobs: int = 1
    log: str = ""
    begin_converting: Callable[[int, float], None] = lambda _count, _media_s: None
    watch: Callable[[Sequence[AtWork]], None] = lambda _at_work: None
    inform: Callable[[Sequence[str]], None] = lambda _record_ids: None
    alive: Callable[[], None] = lambda: None
    tally: Tally = field(default_factory=Tally)
    _row: Row = field(default_factory=Row)

    def work(self, catalogue: Catalogue, selection: Selection) -> None:
        """Work through the selected part of the catalogue."""
        for problem in catalogue.problems:
            self._tell(unreadable(problem))
        for batch in catalogue.batches(selection):
            self.alive()
            placed, stopped = self._reached(self._decide(batch))
            if self.run is None:
                self._preview(placed)
            elif isinstance(self.sink, ClaimFolder):
                self._claim(self.run, self.sink, placed)
            else:
                self._at_once(self.run, placed)
            if stopped is not None:
                raise stopped
        if isinstance(self.sink, ClaimFolder) and self.run is not None:
            self._convert(self.run, self.sink)

    def _decide(self, batch: Sequence[tuple[int, Recording]]) -> list[Placed]:
        """Return the actions of a batch; owners are asked for only where they matter."""
        wanted = [recording for _at, recording in batch if skip_reason(recording, self.rules) is None]
        owners = self.whose.find(wanted)
        known = self.ledger.known(recording.record_id for recording in wanted)
        placed = []
        for position, recording in batch:
            whose = owners.get(recording.record_id, Ownership())
            actions = decide(recording, whose, known.get(recording.record_id, []), self.rules)
            placed += [Placed(position, action, "; ".join(whose.flagged)) for action in actions]
        return told_apart(placed, self.ledger.server) if isinstance(self.sink, ClaimFolder) else placed

    def _reached(self, placed: Sequence[Placed]) -> tuple[Sequence[Placed], StoppedError | None]:
        """Return what is done of a batch, and why the run then ends: a front-end that answers nobody."""
        for at, one in enumerate(placed, 1):
            if isinstance(one.action, Skip | Exists | FailedBefore | Inform):
                continue  # nobody was asked for these
            try:
                self._row.add(unasked(one) or result_of(one, Outcome.CONVERT))
            except StoppedError as stopped:
                return placed[:at], stopped
        return placed, None

    def _settled(self, placed: Iterable[Placed]) -> Iterator[Result]:
        """Yield the results of actions that are none."""
        for one in placed:
            action = one.action
            self.tally.note(action)
            if isinstance(action, Skip):
                yield result_of(one, Outcome.SKIP, why=action.why, reason=action.detail)
            elif isinstance(action, Exists):
                yield result_of(one, Outcome.EXISTS, noted=True, reason=wording.exists(action))
            elif isinstance(action, FailedBefore):
                yield result_of(one, Outcome.FAIL, noted=True, reason=wording.failed_before(action))
            elif isinstance(action, OwnerUnknown) and (result := unasked(one)):
                yield result

    def _at_once(self, run: Run, placed: Sequence[Placed]) -> None:
        """Do a whole batch and its part of the ledger, or nothing of it."""
        with transaction.atomic():
            results = [*self._settled(placed), *self.sink.apply(placed)]
            self.ledger.write(run, results)
        self._tell_in_order(results)
        self._inform(placed, results)

    def _preview(self, placed: Sequence[Placed]) -> None:
        results = [*self._settled(placed), *self.sink.preview(placed)]
        self._tell_in_order(results)
        self._inform(placed, results)

    def _inform(self, placed: Sequence[Placed], results: Iterable[Result]) -> None:
        """Name the recordings whose front-end is to be told, of those that arrived."""
        arrived = {
            result.record_id for result in results if result.outcome in (Outcome.CREATE, Outcome.EXISTS)
        }
        told = {one.recording.record_id for one in placed if isinstance(one.action, Inform)}
        self.inform(sorted(told & arrived))

    def _claim(self, run: Run, sink: ClaimFolder, placed: Sequence[Placed]) -> None:
        """Bring files one by one, each written down as it arrives."""
        settled = list(self._settled(placed))
        self.ledger.write(run, settled)
        self._tell_in_order(settled)
        sink.tell_jobs(placed)
        name_owners(placed, self.ledger.server)
        before = len(sink.waiting)
        for result in sink.apply(placed):
            self.ledger.write(run, [result])
            self._tell(result)
            self._row.add(result)
            self.alive()
        asked = [result_of(one, Outcome.CONVERT, conversion_id=job) for one, job in sink.waiting[before:]]
        self.ledger.write(run, asked)

    def _convert(self, run: Run, sink: ClaimFolder) -> None:
        waiting, sink.waiting = sink.waiting, []
        if waiting:
            self.begin_converting(len(waiting), sum(duration_of(one.recording) for one, _job in waiting))
        made = run_all(waiting, jobs=self.jobs, log=self.log, watch=self._watch, prepare=sink.prepare)
        with closing(made):  # ends the converters at work, whatever ends the run
            for result in made:
                self.ledger.write(run, [result])
                self._tell(result)
                self._row.add(result)

    def _watch(self, at_work: Sequence[AtWork]) -> None:
        self.alive()
        self.watch(at_work)

    def _tell_in_order(self, results: Iterable[Result]) -> None:
        for result in sorted(results, key=lambda result: result.position):
            self._tell(result)

    def _tell(self, result: Result) -> None:
        self.tally.add(result)
        for listener in self.audience:
            listener.tell(result)


def unreadable(problem: Problem) -> Result:
    """Return the result of what the server lists but cannot describe; it has no place in the order."""
    return Result(
        position=0,
        record_id=problem.which,
        meeting_id="",
        name="",
        start=UNKNOWN_START,
        duration_s=0.0,
        outcome=Outcome.FAIL,
        reason=f"{problem.what}: {problem.why}",
        noted=True,
    )
