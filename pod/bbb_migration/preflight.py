"""The check before the work: everything a run will need, with the next step for what is missing.

Looks only; a folder that does not exist yet is judged by the nearest one that does.
"""

from __future__ import annotations

import os
import pwd
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from kombu import Connection
from kombu.exceptions import KombuError

from pod.bbb.api import Client
from pod.bbb.errors import ApiError
from pod.bbb_migration import lock, wording
from pod.bbb_migration.conf import Conf
from pod.bbb_migration.naming import PATH_LENGTH, SHORTEST_SLUG, slug_length
from pod.bbb_migration.options import Options
from pod.bbb_migration.owners.base import CheckLine, OwnersError
from pod.bbb_migration.owners.greenlight import GreenlightOwners
from pod.bbb_migration.owners.moodle import MoodleOwners
from pod.bbb_migration.owners.pod_meetings import PodMeetings
from pod.conversion.checks import wrong
from pod.recorder.models import Recorder
from pod.recorder.services import waiting_in_vain

LITTLE_SPACE = 2_000_000_000  # less is worth a word whatever comes
BROKER_S = 3
RECORDER = "bbb-recorder"


@dataclass(frozen=True)
class Line:
    """One thing that was looked at. `ok` False stops the run, unless `warning`.

    `notice`: only the notice in Moodle needs it.
    """

    what: str
    ok: bool
    detail: str = ""
    hint: str = ""
    warning: bool = False
    notice: bool = False

    @property
    def stops(self) -> bool:
        """Whether the run cannot start like this."""
        return not self.ok and not self.warning


def check(conf: Conf, options: Options) -> Iterator[Line]:
    """Yield one line after the other: some take a while. Without a mode, all that is set up is looked at."""
    yield _database()
    yield _lock(options)
    if options.xml is None:
        yield _bbb(conf)
    yield _meetings(conf)
    if options.moodle or (options.mode is None and conf.db_params):
        yield from _moodle(conf, options)
    if options.greenlight or (options.mode is None and conf.greenlight_db_params):
        yield from _greenlight(conf)
    if options.external:
        yield _administrator(conf)
    if options.claim:
        yield from _claim(conf)
    if options.report is not None:
        yield _writable(options.report, _("Folder of reports"), "--report")
    elif not options.dry_run:
        yield _writable(conf.migration_dir, _("Folder of reports"), "MIGRATION_DIR")
    if options.csv is not None and not options.dry_run:
        yield _writable(options.csv.parent, _("Folder of the CSV file"), "--csv")


def _database() -> Line:
    what = _("Pod's database")
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        hint = _("Check DATABASE_URL, and that the database server is up.")
        return Line(what, ok=False, detail=str(error).splitlines()[0], hint=hint)
    if missing:
        count = ngettext("%(count)d migration is missing", "%(count)d migrations are missing", len(missing))
        detail = count % {"count": len(missing)}
        return Line(what, ok=False, detail=detail, hint=_("Run `python manage.py migrate`."))
    return Line(what, ok=True, detail=connection.vendor)


def _lock(options: Options) -> Line:
    what = _("No other migration")
    try:
        run = lock.holder()
    except DatabaseError:  # the line above says why
        return Line(what, ok=True)
    if run is None:
        return Line(what, ok=True)
    detail = _("run %(run)d has been working since %(since)s (process %(pid)d on %(host)s)") % {
        "run": run.pk,
        "since": wording.day(run.started_at),
        "pid": run.pid,
        "host": run.machine,
    }
    hint = _("Wait for it, or stop it there with Ctrl-C.")
    return Line(what, ok=False, detail=detail, hint=hint, warning=options.dry_run)


def _bbb(conf: Conf) -> Line:
    what = _("BigBlueButton")
    try:
        with Client(conf.server_url, conf.secret, conf.checksum or None) as client:
            version = client.check()
    except ApiError as error:
        hint = _(
            "Check SCRIPT_BBB_SERVER_URL, SCRIPT_BBB_SECRET_KEY and SCRIPT_BBB_CHECKSUM, or give a saved "
            "answer by --xml."
        )
        return Line(what, ok=False, detail=str(error), hint=hint)
    answers = _("%(server)s answers, and accepts the checksum") % {"server": conf.server}
    return Line(what, ok=True, detail=f"{answers} ({version})" if version else answers)


def _meetings(conf: Conf) -> Line:
    what = _("Pod's own meetings")
    try:
        (line,) = PodMeetings(conf.site_url).check()
    except DatabaseError:
        return Line(what, ok=False, detail=_("cannot be looked up"), hint=_("See Pod's database above."))
    return Line(what, line.ok, line.what)


def _moodle(conf: Conf, options: Options) -> Iterator[Line]:
    writing = bool(conf.inform) and options.external
    try:
        with MoodleOwners(conf.db_params) as moodle:
            lines = moodle.check(writing=writing)
    except OwnersError as error:
        yield Line("Moodle", ok=False, detail=str(error), hint=_("Correct DB_PARAMS."))
        return
    yield from (_moodle_line(line) for line in lines)
    if options.external and not conf.inform:
        detail = _("SCRIPT_INFORM is empty: nothing will be written into Moodle")
        yield Line(_("Notice in Moodle"), ok=True, detail=detail)


def _greenlight(conf: Conf) -> Iterator[Line]:
    try:
        greenlight = GreenlightOwners(conf.greenlight_db_params)
    except OwnersError as error:
        yield Line("Greenlight", ok=False, detail=str(error), hint=_("Correct GREENLIGHT_DB_PARAMS."))
        return
    with closing(greenlight):
        for line in greenlight.check():
            yield Line("Greenlight", line.ok, line.what, line.hint, warning=line.needed == "more")


def _moodle_line(line: CheckLine) -> Line:
    name = line.source.replace("moodle:", "Moodle ")
    hint = line.hint or _("Check this entry of DB_PARAMS.")
    return Line(
        name,
        line.ok,
        line.what,
        "" if line.ok else hint,
        warning=line.needed != "read",
        notice=line.needed == "write",
    )


def may_write(lines: list[Line]) -> bool:
    """Whether nothing was found that keeps the notice out of Moodle."""
    return all(line.ok for line in lines if line.notice)


def _administrator(conf: Conf) -> Line:
    what = _("Administrator")
    try:
        user = User.objects.filter(pk=conf.admin_id).first()
    except DatabaseError:
        return Line(what, ok=False, detail=_("cannot be looked up"), hint=_("See Pod's database above."))
    if user is None:
        detail = _("no account has the number SCRIPT_ADMIN_ID=%(id)d") % {"id": conf.admin_id}
        hint = _(
            "Set it to the account that receives recordings without a known owner; a new database has none: "
            "`python manage.py createsuperuser`."
        )
        return Line(what, ok=False, detail=detail, hint=hint)
    detail = _("%(name)s receives recordings without a known owner") % {"name": user.get_username()}
    if not (user.is_staff and user.is_active):
        hint = _("Make that account active and staff: otherwise it will not see them.")
        return Line(what, ok=False, detail=detail, hint=hint, warning=True)
    return Line(what, ok=True, detail=detail)


def _claim(conf: Conf) -> Iterator[Line]:
    what = _("Recorder")
    try:
        recorder = Recorder.objects.filter(pk=conf.recorder_id).first()
    except DatabaseError:
        yield Line(what, ok=False, detail=_("cannot be looked up"), hint=_("See Pod's database above."))
        return
    if recorder is None:
        detail = _("no recorder has the number SCRIPT_RECORDER_ID=%(id)d") % {"id": conf.recorder_id}
        hint = _("Create one in Django's admin, or set SCRIPT_RECORDER_ID to the number of an existing one.")
        yield Line(what, ok=False, detail=detail, hint=hint)
        return
    if recorder.user_id is not None:
        hint = _("Clear its manager in Django's admin: files of a recorder with a manager cannot be claimed.")
        yield Line(what, ok=False, detail=_("“%(name)s” has a manager") % {"name": recorder}, hint=hint)
    else:
        yield Line(what, ok=True, detail=str(recorder))
    folder = conf.recorder_path / recorder.directory
    yield _writable(folder, _("Claim folder"), "DEFAULT_RECORDER_PATH")
    if waiting := waiting_in_vain(folder):
        detail = _("it is empty, and %(count)d recordings wait there") % {"count": waiting}
        hint = _("Mount its disk; if the files are lost, delete these recordings in Django's admin.")
        yield Line(_("Claim folder"), ok=False, detail=detail, hint=hint)
    if slug_length(folder) < SHORTEST_SLUG:
        detail = _("its path leaves no room for names in %(length)d characters") % {"length": PATH_LENGTH}
        yield Line(_("Claim folder"), ok=False, detail=detail, hint=_("Shorten DEFAULT_RECORDER_PATH."))
    yield _space(folder)
    yield from _engine(conf)
    if conf.celery:
        yield _broker(conf)


def _writable(folder: Path, what: str, setting: str) -> Line:
    place = nearest(folder)
    me = user_name(os.geteuid())
    try:
        state = place.stat()
    except OSError as error:
        return Line(what, ok=False, detail=f"{place}: {error.strerror}", hint=_("Check the path."))
    facts = {"folder": folder, "mode": f"{state.st_mode & 0o777:o}", "owner": user_name(state.st_uid)}
    detail = _("%(folder)s (mode %(mode)s, owner %(owner)s)") % facts
    if not place.is_dir():
        hint = _("%(place)s is no folder: give another path for %(setting)s.")
        return Line(what, ok=False, detail=str(folder), hint=hint % {"place": place, "setting": setting})
    if not os.access(place, os.W_OK | os.X_OK):
        hint = _("User %(me)s may not write there: change owner or mode, or %(setting)s.")
        return Line(what, ok=False, detail=detail, hint=hint % {"me": me, "setting": setting})
    if place != folder:
        detail = _("%(folder)s will be made by %(me)s") % {"folder": folder, "me": me}
    return Line(what, ok=True, detail=detail)


def nearest(folder: Path) -> Path:
    """Return the folder, or the nearest one above it that exists."""
    return next((path for path in (folder, *folder.parents) if path.exists()), Path("/"))


def user_name(number: int) -> str:
    """Return a user's name, or the number where the system has none."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def free_space(folder: Path) -> int:
    """Return the bytes that are free where the folder is or will be."""
    return shutil.disk_usage(nearest(folder)).free


def _space(folder: Path) -> Line:
    free = free_space(folder)
    detail = _("%(free)s free") % {"free": wording.size(free)}
    if free < LITTLE_SPACE:
        hint = _("A dry run estimates what is needed: compare.")
        return Line(_("Space"), ok=False, detail=detail, hint=hint, warning=True)
    return Line(_("Space"), ok=True, detail=detail)


def _engine(conf: Conf) -> Iterator[Line]:
    what = _("Converter")
    unusable = [
        Line(what, ok=False, detail=f"{setting}={getattr(settings, setting)!r}", hint=hint)
        for _number, setting, hint in wrong()
    ]
    if unusable:
        yield from unusable
        return
    missing = [] if conf.engine != RECORDER else [*_missing_plugin(conf.plugin)]
    if missing:
        hint = _("Install it, correct IMPORT_VIDEO_BBB_RECORDER_PLUGIN, or set CONVERSION_ENGINE=native.")
        yield Line(what, ok=False, detail=f"{conf.engine}: {', '.join(missing)}", hint=hint)
        return
    yield Line(what, ok=True, detail=conf.engine)


def _missing_plugin(plugin: Path) -> Iterator[str]:
    if not (plugin / "export.js").is_file():
        yield _("no %(file)s") % {"file": plugin / "export.js"}
    if shutil.which("node") is None:
        yield _("no Node.js")


def _broker(conf: Conf) -> Line:
    what = _("Celery's broker")
    try:
        with Connection(conf.broker_url, connect_timeout=BROKER_S) as broker:
            broker.ensure_connection(max_retries=1, timeout=BROKER_S)
            return Line(what, ok=True, detail=broker.as_uri())
    except (ImportError, KeyError) as error:  # no such kind of broker, or its package is not installed
        detail, hint = str(error), _("Correct CELERY_BROKER_URL, or install what this kind of broker needs.")
        return Line(what, ok=False, detail=detail, hint=hint)
    except (OSError, KombuError) as error:
        hint = _("Start it, correct CELERY_BROKER_URL, or set CELERY_TO_ENCODE=False to convert here.")
        return Line(what, ok=False, detail=type(error).__name__, hint=hint)
