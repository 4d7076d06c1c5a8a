"""The end of a run: counts, what failed and why, where the report is, what to do next; the exit code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pod.bbb_migration import exit_codes, preflight, wording
from pod.bbb_migration.catalogue import Catalogue
from pod.bbb_migration.conf import Conf
from pod.bbb_migration.engine import Engine
from pod.bbb_migration.models import RunState
from pod.bbb_migration.notice import Notifier
from pod.bbb_migration.options import Options
from pod.bbb_migration.plan import Mode, Outcome, Selection
from pod.bbb_migration.report import CONVERTER_LOG, OWNERS, PAGE
from pod.bbb_migration.screen import Screen
from pod.bbb_migration.sinks.moodle_notice import CFG_UNDO, NoticeOutcome, cfg_lines
from pod.bbb_migration.tally import Tally

CODES = {
    RunState.DONE: exit_codes.DONE,
    RunState.STOPPED: exit_codes.CANNOT,
    RunState.FAILURES: exit_codes.FAILURES,
    RunState.INTERRUPTED: exit_codes.INTERRUPTED,
}
SHOWN_ACCOUNTS = 30
SHOWN_REASONS = 8


@dataclass
class Ending:
    """Collects what there is to say, for the screen, the page and the ledger."""

    options: Options
    conf: Conf
    mode: Mode
    screen: Screen
    started: datetime
    report_dir: Path | None
    total: int = 0
    state: RunState = RunState.RUNNING
    code: int = 0
    stopped: str = ""  # why the run could not go on
    missing: list[str] = field(default_factory=list)  # ids that were asked for, and that nothing has
    page: dict[str, Any] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    _facts: list[tuple[str, str]] = field(default_factory=list)
    _next: list[str] = field(default_factory=list)

    def begin(self, catalogue: Catalogue, selection: Selection) -> None:
        """Say how many recordings there are, and how many of them are worked on."""
        self.total, everything = catalogue.count(selection), len(catalogue) + len(catalogue.problems)
        self.screen.heading(
            ngettext(
                "%(mode)s: %(total)d of %(all)d recording to be processed",
                "%(mode)s: %(total)d of %(all)d recordings to be processed",
                everything,
            )
            % {"mode": wording.mode(self.mode), "total": self.total, "all": everything}
        )
        self.missing = catalogue.missing(selection)
        for record_id in self.missing:
            told = _("%(id)s, which --record-id names, is not in the catalogue.") % {"id": record_id}
            self.screen.say(told, "ERROR", least=0)
        self.screen.begin(self.total)

    def settle(self, engine: Engine, notifier: Notifier | None, how: RunState, *, csv: Path | None) -> int:
        """Decide how the run ended, and what there is to say about it; return the exit code."""
        self.tally = engine.tally
        unnoticed = notifier.outcomes[NoticeOutcome.FAILED] if notifier else 0
        failures = self.tally.failed + self.tally.unsent + unnoticed + len(self.missing)
        self.state = RunState.FAILURES if how == RunState.DONE and failures else how
        self.code = CODES[self.state]
        self._facts = list(self._told(notifier, csv))
        self._next = list(self._advice(notifier))
        self.page = self._page()
        return self.code

    def tell(self) -> None:
        """Write the ending on the screen."""
        self.screen.heading(_("Interrupted") if self.state == RunState.INTERRUPTED else _("Outcome"))
        for word, count in self._counts():
            self.screen.say(f"{count:>8}  {word}")
        rows, recordings = sum(self.tally.outcomes.values()), len(self.tally.recordings)
        if rows != recordings:
            self.screen.say(
                ngettext(
                    "%(recordings)d recording, %(rows)d lines: it has several owners",
                    "%(recordings)d recordings, %(rows)d lines: some have several owners",
                    recordings,
                )
                % {"recordings": recordings, "rows": rows}
            )
        for name, value in self._facts:
            self.screen.say(wording.labelled(name, value))
        self._tell_accounts()
        self._tell_failures()
        if self._next:
            self.screen.heading(_("What to do next"))
            for line in self._next:
                if line.startswith(" "):
                    self.screen.copyable(line.strip())
                else:
                    self.screen.say(f"  • {line}")
        if self.stopped:
            self.screen.say()
            self.screen.say(self.stopped, "ERROR", least=0)
        if self.options.dry_run:
            self.screen.say()
            self.screen.say(_("DRY RUN: nothing was changed."), "WARNING")
        unfound = {"not_found": self.missing} if self.missing else {}
        self.screen.summary({**self.tally.as_dict(), "exit_code": self.code, "total": self.total, **unfound})

    # --- what is said -----------------------------------------------------------------------
    def _counts(self) -> list[tuple[str, int]]:
        counts = [(str(outcome), self.tally.outcomes[outcome]) for outcome in Outcome]
        return [(word, count) for word, count in counts if count] or [(_("recordings"), 0)]

    def _told(self, notifier: Notifier | None, csv: Path | None) -> Iterator[tuple[str, str]]:
        yield from self._estimates()
        left = self.total - len(self.tally.places)
        if left > 0 and self.state in (RunState.STOPPED, RunState.INTERRUPTED):
            yield (
                _("Left as they were"),
                ngettext("%(left)d of %(total)d recording", "%(left)d of %(total)d recordings", self.total)
                % {"left": left, "total": self.total},
            )
        for reason, count in self.tally.skipped.most_common():
            yield _("Skipped"), f"{count} × {reason}"
        claim = self.mode is Mode.MANUAL_CLAIM
        label = _("Without a probable owner") if claim else _("To the administrator")
        for reason, count in self.tally.nobodys.most_common(SHOWN_REASONS):
            yield label, f"{count} × {reason}"
        if notifier is not None:
            done = sum(notifier.outcomes[one] for one in (NoticeOutcome.WRITTEN, NoticeOutcome.REPLACED))
            there = notifier.outcomes[NoticeOutcome.UNCHANGED]
            if done or there:
                yield _("Notice in Moodle"), _activities(done, there)
        if csv is not None:
            whole = self.state in (RunState.DONE, RunState.FAILURES)
            yield _("CSV file"), str(csv) if whole else _("not written, for it would not be whole")
        if self.report_dir is not None:
            yield _("Report"), str(self.report_dir / PAGE)
            log = self.report_dir / CONVERTER_LOG
            if log.is_file() and log.stat().st_size:
                yield _("Messages of the converter"), str(log)

    def _estimates(self) -> Iterator[tuple[str, str]]:
        tally, dry = self.tally, self.options.dry_run
        if self.mode is Mode.MANUAL_CLAIM and (tally.bytes or tally.media_s):
            label = _("To be fetched (as announced)") if dry else _("Downloaded")
            if tally.bytes:
                yield label, wording.size(tally.bytes)
            if tally.media_s and dry:
                told = _("%(media)s of meetings, about %(work)s of converting, %(jobs)d at a time")
                work = tally.work_s / self.options.jobs
                values = {"media": wording.span(tally.media_s), "work": wording.span(work)}
                yield _("To be converted"), told % {**values, "jobs": self.options.jobs}
        yield _("Time"), wording.span((timezone.now() - self.started).total_seconds())

    def _tell_accounts(self) -> None:
        accounts = list(self.tally.accounts.values())
        if not accounts:
            return
        self.screen.heading(
            ngettext("%(count)d new account", "%(count)d new accounts", len(accounts))
            % {"count": len(accounts)}
        )
        for owner in accounts[:SHOWN_ACCOUNTS]:
            self.screen.say(wording.labelled(f"  {owner.label}", wording.told(owner.reason)))
        if len(accounts) > SHOWN_ACCOUNTS:
            self.screen.say(_("  … and %(count)d more") % {"count": len(accounts) - SHOWN_ACCOUNTS})

    def _tell_failures(self) -> None:
        if not self.tally.failures:
            return
        self.screen.heading(_("Failures"))
        for result in self.tally.failures:
            named = f"{result.name} ({result.record_id})" if result.name else result.record_id
            self.screen.say(wording.labelled(f"  {named}", result.said), "ERROR", least=0)
        more = self.tally.failed - len(self.tally.failures)
        if more > 0:
            self.screen.say(_("  … and %(count)d more, see the report") % {"count": more}, least=0)

    # --- what to do next --------------------------------------------------------------------
    def _advice(self, notifier: Notifier | None) -> Iterator[str]:
        if self.state == RunState.INTERRUPTED:
            yield _("Run the same command again: it continues from here.")
        if self.missing:
            yield _("Not in the catalogue: %(ids)s. Correct --record-id.") % {"ids": ", ".join(self.missing)}
            if not self.options.include_deleted:
                yield _("What was deleted on the old server is listed with --include-deleted only.")
        if not self.total and not self.tally.failed:
            yield _("No recording matches: check the server, and the options that select recordings.")
        elif self.options.dry_run:
            yield from self._advice_dry()
        else:
            yield from self._advice_after(notifier)

    def _advice_after(self, notifier: Notifier | None) -> Iterator[str]:
        if self.tally.failed > self.tally.untried:
            yield _("Fix the cause of the failures, then run the command again with --retry-failed.")
        elif self.tally.failed and not self.stopped:
            yield _("Fix the cause of the failures, then run the same command again.")
        if self.tally.unsent:
            yield ngettext(
                "%(count)d conversion is queued, but no worker was told of it: start the broker, "
                "then run `manage.py run_conversions --dispatch`.",
                "%(count)d conversions are queued, but no worker was told of them: start the broker, "
                "then run `manage.py run_conversions --dispatch`.",
                self.tally.unsent,
            ) % {"count": self.tally.unsent}
        yield from self._advice_waiting()
        yield from self._advice_protected()
        nobodys = self.tally.nobodys.total()
        if nobodys and self.report_dir is not None:
            yield ngettext(
                "No owner is known for %(count)d recording: see %(file)s.",
                "No owner is known for %(count)d recordings: see %(file)s.",
                nobodys,
            ) % {"count": nobodys, "file": self.report_dir / OWNERS}
        for failure in notifier.failures[:SHOWN_REASONS] if notifier else ():
            yield failure.said
        yield from self._advice_moodle(notifier)

    def _advice_waiting(self) -> Iterator[str]:
        """Say what is not here yet, though its line says `exists`: the old server is still needed."""
        if told := self.tally.queued - self.tally.unsent:
            yield ngettext(
                "%(count)d conversion waits for Celery: `celery -A pod.main.celery worker` works it off.",
                "%(count)d conversions wait for Celery: `celery -A pod.main.celery worker` works them off.",
                told,
            ) % {"count": told}

    def _advice_protected(self) -> Iterator[str]:
        """Say of which server the site must know: it asks that one for the links anew."""
        if self.tally.protected:
            yield _(
                "Some recordings are protected: users can import them only while SCRIPT_BBB_SERVER_URL names "
                "%(server)s for the web site, too."
            ) % {"server": self.conf.server}

    def _advice_dry(self) -> Iterator[str]:
        if self.mode is Mode.MANUAL_CLAIM:
            recorder_path = self.conf.recorder_path
            free = preflight.free_space(recorder_path)
            if self.tally.bytes > free:
                yield _("%(needed)s are to be fetched, but only %(free)s are free in %(folder)s.") % {
                    "needed": wording.size(self.tally.bytes),
                    "free": wording.size(free),
                    "folder": recorder_path,
                }
        if self.tally.failed:
            yield _(
                "The recordings that fail above would stay on the old server: fix the causes, or leave them "
                "there."
            )
        yield from self._advice_waiting()
        yield from self._advice_protected()
        yield _("If this is right, run the same command without --dry.")

    def _advice_moodle(self, notifier: Notifier | None) -> Iterator[str]:
        """Give the way to tell teachers that writes into no activity."""
        if not (self.options.moodle and self.mode is Mode.IMPORT_VIDEO and self.conf.inform):
            return
        if notifier is None or notifier.outcomes[NoticeOutcome.FAILED]:
            yield _("To show the notice without writing into activities, run in Moodle's folder:")
            yield from (f"  {line}" for line in cfg_lines(self.conf.inform))
            yield _("And to take it away one day:")
            yield f"  {CFG_UNDO}"

    def _page(self) -> dict[str, Any]:
        return {
            "title": _("Migration of %(day)s: %(mode)s")
            % {"day": wording.day(self.started), "mode": wording.mode(self.mode)},
            "dry_run": self.options.dry_run,
            "facts": [
                (_("Server"), self.conf.server or str(self.options.xml or "")),
                (_("Recordings to be processed"), self.total),
                *self._facts,
            ],
            "counts": self._counts(),
            "next": self._next,
        }


def _activities(done: int, there: int) -> str:
    """Return how many activities get the notice, and how many had it."""
    gets = ngettext("%(count)d activity gets it", "%(count)d activities get it", done) % {"count": done}
    has = ngettext("%(count)d has it already", "%(count)d have it already", there) % {"count": there}
    return f"{gets}, {has}"
