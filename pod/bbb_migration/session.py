"""One call of the command, from its options to its exit code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import gettempdir
from typing import Any

from django.contrib.auth.models import User
from django.db import Error as PodDatabaseError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pod.bbb.api import Client, recordings_from_file
from pod.bbb.errors import ApiError
from pod.bbb_migration import conf as settings_conf
from pod.bbb_migration import lock, preflight
from pod.bbb_migration.administration.mails import Hearers, announce, problems
from pod.bbb_migration.catalogue import Catalogue, Found
from pod.bbb_migration.conf import Conf, ConfError
from pod.bbb_migration.ending import Ending
from pod.bbb_migration.engine import Engine, Sink
from pod.bbb_migration.estimate import speed_of
from pod.bbb_migration.exit_codes import CANNOT, DONE, FAILURES, INTERRUPTED
from pod.bbb_migration.interrupting import interrupted_by_signals
from pod.bbb_migration.ledger import Ledger
from pod.bbb_migration.models import Run, RunState
from pod.bbb_migration.notice import Notifier
from pod.bbb_migration.options import Options
from pod.bbb_migration.owners.accounts import Accounts
from pod.bbb_migration.owners.base import OwnerSource
from pod.bbb_migration.owners.greenlight import GreenlightOwners
from pod.bbb_migration.owners.moodle import MoodleOwners
from pod.bbb_migration.owners.pod_meetings import PodMeetings
from pod.bbb_migration.plan import Mode
from pod.bbb_migration.report import CONVERTER_LOG, Report
from pod.bbb_migration.screen import Screen
from pod.bbb_migration.sinks.claim_folder import ClaimFolder
from pod.bbb_migration.sinks.csv_export import COLUMNS, CsvExport, SafeCsv, Show
from pod.bbb_migration.sinks.external_videos import ExternalVideos
from pod.bbb_migration.sinks.moodle_notice import MoodleNotice
from pod.bbb_migration.stopping import StoppedError
from pod.bbb_migration.verbose import told_by_verbosity
from pod.bbb_migration.whose import Whose
from pod.main.patience import away, patiently
from pod.recorder.models import Recorder

FIRST_ROWS = 10  # of the CSV file, that a dry run shows


@dataclass
class Session:
    """Runs the command; everything that is opened is closed by `_stack`."""

    options: Options
    screen: Screen
    started: datetime
    report_dir: Path | None = None
    began: bool = False  # with the recordings; what is done then stays done
    stopped: bool = False  # and said why, and how to go on

    def run(self) -> int:
        """Return the exit code."""
        try:
            conf = settings_conf.load(self.options.needs())
        except ConfError as error:
            return self._refuse(error)
        try:
            with told_by_verbosity(self.options.verbosity, conf.secret), interrupted_by_signals():
                return self._run(conf)
        except (lock.AnotherRunError, ApiError) as error:
            self.screen.say(str(error), "ERROR", least=0)
        except BrokenPipeError:  # nobody reads on: what is done stays done, and there is nobody to tell
            return INTERRUPTED
        except OSError as error:
            # one that comes while a file is being written does not say which: it is one of these
            place = error.filename or " / ".join(map(str, filter(None, (self.report_dir, gettempdir()))))
            told = _("%(file)s: %(cause)s") % {"file": place, "cause": error.strerror or error}
            self.screen.say(told, "ERROR", least=0)
        except PodDatabaseError as error:
            self.screen.say(away(error), "ERROR", least=0)
        except KeyboardInterrupt:  # before the first recording, or while leaving
            return INTERRUPTED
        return CANNOT

    def _run(self, conf: Conf) -> int:
        """Check, then work."""
        if self.options.dry_run:
            self.screen.say(_("DRY RUN: nothing will be changed."), "WARNING")
        lines = self._check(conf)
        if any(line.stops for line in lines):
            self.screen.say(
                _("Nothing was started: fix what is marked, then run the command again."), "ERROR", least=0
            )
            return CANNOT
        if self.options.check or self.options.mode is None:
            return DONE
        self.report_dir = self._report_dir(conf, self.options.mode)
        return self._locked(conf, self.options.mode, notice=preflight.may_write(lines))

    def _refuse(self, error: ConfError) -> int:
        self.screen.say(_("The settings need fixing:"), "ERROR", least=0)
        for problem in error.problems:
            line = preflight.Line(problem.setting, ok=False, detail=problem.message, hint=problem.hint)
            self.screen.checked(line)
        return CANNOT

    def _check(self, conf: Conf) -> list[preflight.Line]:
        self.screen.heading(_("What is needed"))
        lines = []
        for line in preflight.check(conf, self.options):
            self.screen.checked(line)
            lines.append(line)
        return lines

    def _report_dir(self, conf: Conf, mode: Mode) -> Path | None:
        """Return where the report goes; a dry run writes one only where it is told to."""
        if self.options.report is not None:
            return self.options.report
        if self.options.dry_run:
            return None
        return conf.migration_dir / "runs" / f"{self.started:%Y-%m-%d-%H%M%S}-{mode}"

    def _locked(self, conf: Conf, mode: Mode, *, notice: bool) -> int:
        if self.options.dry_run:
            return self._work(conf, mode, None, notice=notice)
        columns = {
            "mode": mode,
            "server": self._server(conf),
            "options": _told(self.options),
            "report_dir": str(self.report_dir or ""),
            "started_at": self.started,
        }
        with lock.held(**columns) as held:
            try:
                return self._work(conf, mode, held, notice=notice)
            except (ApiError, OSError) as error:
                _end(held.run, RunState.STOPPED, error=str(error))
                raise

    def _server(self, conf: Conf) -> str:
        """Return the ledger's name of the server; a saved answer is one of the configured server."""
        return conf.server or "saved-answer"

    def _work(self, conf: Conf, mode: Mode, held: lock.Holder | None, *, notice: bool) -> int:
        ending = Ending(self.options, conf, mode, self.screen, self.started, self.report_dir)
        with ExitStack() as stack:
            catalogue = stack.enter_context(Catalogue())
            stack.enter_context(self.screen)
            self._read(catalogue, conf)
            report = stack.enter_context(Report(self.report_dir)) if self.report_dir else None
            notice = notice and self._informs(conf, mode)
            engine = self._engine(conf, mode, catalogue, held, stack, notice=notice)
            if report is not None:
                engine.audience = [*engine.audience, report]
            notifier = self._notifier(conf, engine.whose) if notice else None
            if notifier is not None:
                engine.inform = notifier.tell
            hearers = Hearers()
            if self.options.notify and held is None:
                engine.audience = [*engine.audience, hearers]
            ending.begin(catalogue, self.options.selection)
            self.began = True
            if held is not None:
                Run.objects.filter(pk=held.run.pk).update(total=ending.total)
            how = RunState.STOPPED
            try:
                how = self._worked(engine, catalogue, ending)
            finally:
                code = ending.settle(engine, notifier, how, csv=self._csv(mode))
                if report is not None:
                    report.summary = ending.page
                if held is not None:
                    _write_down(held.run, ending)
        unsent = self.options.notify and how == RunState.DONE and not self._announce(conf, mode, hearers)
        ending.tell()
        return code or (FAILURES if unsent else DONE)

    def _worked(self, engine: Engine, catalogue: Catalogue, ending: Ending) -> RunState:
        """Do the work and return how it ended; a CSV file that is not whole gets no name."""
        try:
            engine.work(catalogue, self.options.selection)
        except KeyboardInterrupt:
            how = RunState.INTERRUPTED
        except StoppedError as error:
            how, ending.stopped, self.stopped = RunState.STOPPED, str(error), True
        except PodDatabaseError as error:
            how, ending.stopped = RunState.STOPPED, away(error)
        else:
            return RunState.DONE
        if isinstance(engine.sink, CsvExport):
            engine.sink.give_up()
        return how

    def _announce(self, conf: Conf, mode: Mode, hearers: Hearers) -> bool:
        """Write to the owners, or say in a dry run to how many; False when a mail could not go."""
        server = self._server(conf)
        if self.options.dry_run:
            count = hearers.count(server, mode)
            told = ngettext(
                "%(count)d mail would go to an owner.", "%(count)d mails would go to owners.", count
            )
            self.screen.say(told % {"count": count})
            return True
        sent = announce(server, mode)
        told = ngettext(
            "%(count)d mail was sent to an owner.", "%(count)d mails were sent to owners.", sent.sent
        )
        self.screen.say(told % {"count": sent.sent})
        mute, failed = problems(sent)
        if mute:
            self.screen.say(mute, "WARNING")
        if failed:
            self.screen.say(failed, "ERROR", least=0)
        return not sent.failed

    def _read(self, catalogue: Catalogue, conf: Conf) -> None:
        if self.options.xml is not None:
            catalogue.read(recordings_from_file(self.options.xml))
            return
        cache = self._cache(conf)
        self.screen.begin_listing(conf.server)
        with Client(conf.server_url, conf.secret, conf.checksum or None, cache=cache) as client:
            states = ("any",) if self.options.include_deleted else ()
            found: Found = client.recordings(
                states=states, progress=self.screen.listing, refresh=self.options.refresh
            )
            catalogue.read(found)

    def _cache(self, conf: Conf) -> Path | None:
        """Return the folder of kept answers; a dry run reads there, but makes nothing."""
        folder = conf.migration_dir / "answers"
        if not conf.use_cache or (self.options.dry_run and not folder.is_dir()):
            return None
        return folder

    def _engine(
        self,
        conf: Conf,
        mode: Mode,
        catalogue: Catalogue,
        held: lock.Holder | None,
        stack: ExitStack,
        *,
        notice: bool,
    ) -> Engine:
        whose = self._whose(conf, mode)
        stack.callback(whose.close)
        return Engine(
            rules=self.options.rules(conf, inform=notice),
            sink=self._sink(conf, mode, catalogue, whose, stack),
            whose=whose,
            ledger=Ledger(self._server(conf), mode),
            audience=[self.screen],
            run=held.run if held else None,
            jobs=self.options.jobs,
            log=str(self.report_dir / CONVERTER_LOG) if self.report_dir else "",
            begin_converting=self.screen.begin_converting,
            watch=self.screen.conversions,
            alive=lambda: _still_held(held),
        )

    def _whose(self, conf: Conf, mode: Mode) -> Whose:
        accounts = Accounts(create=conf.create_users, staff=conf.created_users_are_staff)
        administrator = User.objects.get(pk=conf.admin_id) if mode is Mode.IMPORT_VIDEO else None
        sources: list[OwnerSource] = [PodMeetings(conf.site_url)]
        if self.options.moodle:
            sources.append(MoodleOwners(conf.db_params))
        if self.options.greenlight:
            sources.append(GreenlightOwners(conf.greenlight_db_params))
        return Whose(sources, accounts, administrator)

    def _sink(self, conf: Conf, mode: Mode, catalogue: Catalogue, whose: Whose, stack: ExitStack) -> Sink:
        if mode is Mode.IMPORT_VIDEO:
            return ExternalVideos(self._server(conf), whose.make_accounts)
        if mode is Mode.MANUAL_CLAIM:
            return self._claim_folder(conf, catalogue)
        path = self._csv(mode)
        if path is None:
            return CsvExport(None, _first(FIRST_ROWS, self.screen.row))
        return CsvExport(stack.enter_context(SafeCsv(path, COLUMNS)))

    def _claim_folder(self, conf: Conf, catalogue: Catalogue) -> ClaimFolder:
        recorder = Recorder.objects.get(pk=conf.recorder_id)
        folder = conf.recorder_path / recorder.directory
        return ClaimFolder(
            server=self._server(conf),
            recorder=recorder,
            folder=folder,
            marked=catalogue.marked(folder),
            celery=conf.celery,
            retry_failed=self.options.retry_failed,
            force=self.options.force,
            speed=speed_of(conf.engine),
            progress=self.screen.download,
            fresh=self._fresh(conf),
        )

    def _fresh(self, conf: Conf) -> Callable[[str, str], str]:
        """Return what asks the server for a recording's address as it is now."""

        def ask(record_id: str, kind: str) -> str:
            if self.options.xml is not None and not conf.secret:
                return ""
            with Client(conf.server_url, conf.secret, conf.checksum or None) as client:
                recording = client.recording(record_id)
            return recording.url(kind) if recording else ""

        return ask

    def _csv(self, mode: Mode) -> Path | None:
        """Return where the CSV file goes; None when none is written."""
        if mode is not Mode.EXPORT_CSV or self.options.dry_run:
            return None
        return self.options.csv or (self.report_dir or Path()) / "recordings.csv"

    def _informs(self, conf: Conf, mode: Mode) -> bool:
        return self.options.moodle and mode is Mode.IMPORT_VIDEO and bool(conf.inform)

    def _notifier(self, conf: Conf, whose: Whose) -> Notifier:
        return Notifier(MoodleNotice(conf.db_params, conf.inform, dry_run=self.options.dry_run), whose)


def _end(run: Run, state: RunState, **columns: Any) -> None:  # noqa: ANN401 - column values
    Run.objects.filter(pk=run.pk).update(state=state, finished_at=timezone.now(), **columns)


def _write_down(run: Run, ending: Ending) -> None:
    """Write the run's end down. Without a database, whose loss is told already, the lock's end does."""
    counts = ending.tally.as_dict()
    try:
        patiently(_end, run, ending.state, counts=counts, total=ending.total, error=ending.stopped)
    except PodDatabaseError:
        if not ending.stopped:
            raise


def _still_held(held: lock.Holder | None) -> None:
    if held is not None and held.lost.is_set():
        raise StoppedError(
            _("Another migration took over, because this one had not moved for long: it ends here.")
        )


def _first(count: int, show: Show) -> Show:
    """Return what shows the first `count` rows."""
    left = iter(range(count))

    def show_if_left(row: Mapping[str, str]) -> None:
        if next(left, None) is not None:
            show(row)

    return show_if_left


def _told(options: Options) -> dict[str, Any]:
    """Return the options as the ledger keeps them."""
    plain = replace(options, report=None, csv=None, xml=None)
    told = {name: value for name, value in vars(plain).items() if value and name != "selection"}
    told["xml"] = str(options.xml or "")
    told["positions"] = [options.selection.first, options.selection.last]
    return {name: value for name, value in told.items() if value}
