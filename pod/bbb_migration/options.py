"""The command's options: declared, read into one object, refused where they make no sense together."""

from __future__ import annotations

from argparse import ArgumentTypeError, _ActionsContainer
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _

from pod.bbb_migration.conf import Conf
from pod.bbb_migration.plan import Mode, Rules, Selection


class UsageError(Exception):
    """The options do not go together; the message says which, and what to write instead."""


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line; `mode` is None where `--check` looks at all that is set up."""

    mode: Mode | None
    moodle: bool
    greenlight: bool
    selection: Selection
    dry_run: bool
    check: bool
    report: Path | None
    csv: Path | None
    xml: Path | None
    refresh: bool
    json: bool
    progress: bool
    verbosity: int
    jobs: int
    retry_failed: bool
    force: bool
    include_unpublished: bool
    include_deleted: bool
    include_breakout: bool
    notify: bool = False

    def rules(self, conf: Conf, *, inform: bool) -> Rules:
        """Return the plan's rules, of options and settings."""
        if self.mode is None:
            raise UsageError(_("Give a mode."))
        return Rules(
            mode=self.mode,
            include_unpublished=self.include_unpublished,
            include_deleted=self.include_deleted,
            include_breakout=self.include_breakout,
            ignored_servers=conf.ignored_servers,
            playback_23=conf.playback_23,
            retry_failed=self.retry_failed,
            force=self.force,
            inform=inform,
            celery=conf.celery,
        )

    @property
    def claim(self) -> bool:
        """Whether the claim folder is used."""
        return self.mode in (Mode.MANUAL_CLAIM, None)

    @property
    def external(self) -> bool:
        """Whether external videos are made."""
        return self.mode in (Mode.IMPORT_VIDEO, None)

    def needs(self) -> frozenset[str]:
        """Return which settings must be there."""
        needs = set()
        if self.xml is None:
            needs.add("bbb")
        if self.moodle:
            needs.add("moodle")
        if self.greenlight:
            needs.add("greenlight")
        if self.claim:
            needs.add("claim")
        return frozenset(needs)


def add_dry(parser: _ActionsContainer, help: str) -> None:  # noqa: A002 - argparse's word
    """Declare `--dry` under all the names that people try."""
    parser.add_argument("--dry", "-n", "--dry-run", action="store_true", dest="dry_run", help=help)


def declare(parser: CommandParser) -> None:
    """Declare the options: the documented ones under their names, then ours."""
    _declare_modes(parser)
    _declare_selection(parser)
    work = parser.add_argument_group(_("How"))
    add_dry(work, _("say what would be done, and change nothing at all"))
    work.add_argument("--check", action="store_true", help=_("only check that everything needed is there"))
    work.add_argument(
        "--jobs", type=_positive, default=1, metavar="N",
        help=_("convert N recordings at a time (default: 1; only without Celery)"),
    )  # fmt: skip
    work.add_argument(
        "--retry-failed", action="store_true", help=_("try again what failed in an earlier run")
    )
    work.add_argument("--force", action="store_true", help=_("do again what has been done already"))
    work.add_argument(
        "--xml", type=Path, metavar="FILE",
        help=_("read a saved answer of getRecordings (a file, or a folder of them) instead of asking"),
    )  # fmt: skip
    work.add_argument(
        "--refresh",
        action="store_true",
        help=_("with USE_CACHE: ask the server again, even if its answer was kept"),
    )
    told = parser.add_argument_group(_("Reports and messages"))
    told.add_argument(
        "--notify", action="store_true",
        help=_("mail the owners that their recordings are here; nobody is told twice of the same one"),
    )  # fmt: skip
    told.add_argument("--report", type=Path, metavar="DIR", help=_("write the report into this folder"))
    told.add_argument(
        "--csv", type=Path, metavar="FILE", help=_("with --use-export-csv: write the lines into this file")
    )
    told.add_argument(
        "--json",
        action="store_true",
        help=_("one JSON object per line on stdout, messages for people on stderr"),
    )
    told.add_argument("--no-progress", action="store_true", help=_("show no progress bar"))


def _declare_modes(parser: CommandParser) -> None:
    modes = parser.add_argument_group(_("Where recordings go (one of these)"))
    modes.add_argument(
        "--use-manual-claim", action="store_true",
        help=_("as video files in the claim folder, downloaded or converted"),
    )  # fmt: skip
    modes.add_argument(
        "--use-import-video", action="store_true",
        help=_("as entries under their owners' \"My external videos\""),
    )  # fmt: skip
    modes.add_argument(
        "--use-export-csv", "--use_export_csv", action="store_true", dest="use_export_csv",
        help=_("as lines in a CSV file"),
    )  # fmt: skip
    modes.add_argument(
        "--use-database-moodle", action="store_true",
        help=_("with one of these: ask Moodle's database (DB_PARAMS) who owns the recordings"),
    )  # fmt: skip
    modes.add_argument(
        "--use-database-greenlight", action="store_true",
        help=_("the same with Greenlight's database (GREENLIGHT_DB_PARAMS); both may be given"),
    )  # fmt: skip


def _declare_selection(parser: CommandParser) -> None:
    which = parser.add_argument_group(_("Which recordings (default: all)"))
    which.add_argument(
        "--min-value-record-process", type=int, default=1, metavar="N",
        help=_("first position in the list, newest first, counted from 1 (default: 1)"),
    )  # fmt: skip
    which.add_argument(
        "--max-value-record-process", type=int, default=None, metavar="N",
        help=_("last position, included (default: the last one)"),
    )  # fmt: skip
    which.add_argument(
        "--record-id", action="append", default=[], metavar="ID",
        help=_("only this record id, or all of a room (the part before the dash); can be repeated"),
    )  # fmt: skip
    which.add_argument("--since", type=_day, metavar="DATE", help=_("only from this day on (YYYY-MM-DD)"))
    which.add_argument("--until", type=_day, metavar="DATE", help=_("only up to this day, included"))
    for state, help_text in (
        ("unpublished", _("unpublished recordings, too")),
        ("deleted", _("deleted recordings, too")),
        ("breakout", _("recordings of breakout rooms, too")),
    ):
        which.add_argument(f"--include-{state}", action="store_true", help=help_text)


def read(given: dict[str, Any]) -> Options:
    """Return the options; raise UsageError where they contradict each other."""
    mode = _mode(given)
    if given["csv"] and mode is not Mode.EXPORT_CSV:
        raise UsageError(_("--csv names the file of --use-export-csv: add that mode."))
    if given["csv"] and given["csv"].is_dir():
        raise UsageError(_("--csv names a folder: give the file's name, too."))
    if given["notify"] and mode is Mode.EXPORT_CSV:
        raise UsageError(
            _(
                "--notify goes with --use-import-video or --use-manual-claim: a CSV file gives nobody "
                "anything."
            )
        )
    return Options(
        mode=mode,
        moodle=given["use_database_moodle"],
        greenlight=given["use_database_greenlight"],
        selection=_selection(given),
        dry_run=given["dry_run"],
        check=given["check"],
        # the administration reads the report from another folder than this one
        report=given["report"] and given["report"].absolute(),
        csv=given["csv"] and given["csv"].absolute(),
        xml=given["xml"],
        refresh=given["refresh"],
        json=given["json"],
        progress=not given["no_progress"],
        verbosity=given["verbosity"],
        jobs=given["jobs"],
        retry_failed=given["retry_failed"],
        force=given["force"],
        include_unpublished=given["include_unpublished"],
        include_deleted=given["include_deleted"],
        include_breakout=given["include_breakout"],
        notify=given["notify"],
    )


def _selection(given: dict[str, Any]) -> Selection:
    first, last = given["min_value_record_process"], given["max_value_record_process"]
    _check_positions(first, last)
    since, until = given["since"], given["until"]
    if since and until and since > until:
        raise UsageError(_("--since is later than --until: swap them."))
    ids = {part.strip() for value in given["record_id"] for part in value.split(",")}
    if "" in ids:
        raise UsageError(_("--record-id names no recording: give its id, or leave the option out."))
    return Selection(
        first=first,
        last=last,
        record_ids=frozenset(ids),
        since=_midnight(since) if since else None,
        until=_day_after(until) if until else None,
    )


def _mode(given: dict[str, Any]) -> Mode | None:
    asked = {
        "--use-manual-claim": (given["use_manual_claim"], Mode.MANUAL_CLAIM),
        "--use-import-video": (given["use_import_video"], Mode.IMPORT_VIDEO),
        "--use-export-csv": (given["use_export_csv"], Mode.EXPORT_CSV),
    }
    chosen = [(name, mode) for name, (wanted, mode) in asked.items() if wanted]
    if len(chosen) > 1:
        names = ", ".join(name for name, _mode in chosen)
        raise UsageError(_("%(names)s exclude each other: give one of them.") % {"names": names})
    if chosen:
        return chosen[0][1]
    if given["check"]:
        return None
    for option in ("--use-database-moodle", "--use-database-greenlight"):
        if given[option.strip("-").replace("-", "_")]:
            raise UsageError(
                _("%(option)s says where owners are looked up, not what is done: add %(modes)s.")
                % {"option": option, "modes": " / ".join(asked)}
            )
    raise UsageError(_("Say where recordings go: %(modes)s.") % {"modes": " / ".join(asked)})


def _check_positions(first: int, last: int | None) -> None:
    if first < 1:
        raise UsageError(_("--min-value-record-process counts from 1."))
    if last is not None and last < first:
        raise UsageError(
            _("--min-value-record-process (%(first)d) is above --max-value-record-process (%(last)d).")
            % {"first": first, "last": last}
        )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentTypeError(_("“%(text)s” is not a whole number from 1 on") % {"text": text})
    return int(text)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(_("“%(text)s” is not a day as YYYY-MM-DD") % {"text": text}) from error


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _day_after(day: date) -> datetime | None:
    """Return the moment that ends the day; None for the calendar's last one, which leaves nothing out."""
    return _midnight(day + timedelta(days=1)) if day < date.max else None
