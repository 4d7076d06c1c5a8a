"""The preflight of a Moodle database: what its account may read, and what it may write.

Every right is tried by the statement that needs it, on no row: the engines
name rights differently, but all refuse such a statement without them.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from pod.bbb_migration.owners.base import CheckLine, OwnersError
from pod.bbb_migration.owners.database import FrontEndDatabase
from pod.bbb_migration.owners.db_params import DatabaseParams
from pod.bbb_migration.owners.moodle_tables import NOTICE_READS, OPTIONAL, TABLES, WRITTEN


def check_reading(params: DatabaseParams, database: FrontEndDatabase) -> list[CheckLine]:
    """Return one line for the connection and one for each table that cannot be read as needed."""
    source = f"moodle:{params.key}"
    try:
        database.rows("SELECT 1")
    except OwnersError as error:
        return [CheckLine(source, _("connection"), ok=False, hint=str(error))]
    connected = CheckLine(source, _("connection"), ok=True)
    lines, why = [], ""
    for table, columns in TABLES.items():
        try:
            database.rows(_select(table, columns))
        except OwnersError as error:
            why = why or str(error)
            lines.append(_unreadable(params, table, columns, error))
    if len(lines) == len(TABLES):  # not a right here and there, but another place, or no rights at all
        hint = _(
            "%(why)s No table with the prefix “%(prefix)s” can be read: write prefix and schema into "
            "%(place)s, or grant the rights that docs/operate.md lists."
        )
        values = {"why": why, "prefix": params.prefix, "place": params.place}
        lines = [CheckLine(source, _("tables"), ok=False, hint=hint % values)]
    return [connected, *lines] if lines else [connected, CheckLine(source, _("tables"), ok=True)]


def check_writing(params: DatabaseParams) -> list[CheckLine]:
    """Return what the notice in Moodle takes: UPDATE of `intro` and of `cacherev`, and reading both."""
    source = f"moodle:{params.key}"
    database = FrontEndDatabase(params, writable=True)
    lines = []
    try:
        for table, (written, read) in WRITTEN.items():
            what = _("writing %(what)s") % {"what": f"{params.prefix}{table}.{written}"}
            try:
                with database.transaction(keep=False):
                    for other, columns in NOTICE_READS.items():
                        database.rows(_select(other, columns))
                    database.rows(_select(table, (written, *read)))
                    database.write(_update(table, written))
                lines.append(CheckLine(source, what, ok=True, needed="write"))
            except OwnersError as error:
                without = _("Without this right, use the lines for admin/cli/cfg.php.")
                hint = f"{error} {without}"
                lines.append(CheckLine(source, what, ok=False, hint=hint, needed="write"))
    finally:
        database.close()
    return lines


def _unreadable(
    params: DatabaseParams, table: str, columns: tuple[str, ...], error: OwnersError
) -> CheckLine:
    source = f"moodle:{params.key}"
    what = _("reading %(what)s") % {"what": f"{params.prefix}{table}"}
    grant = f"GRANT SELECT ({', '.join(columns)}) ON {params.table(table)} TO {params.user}"
    mend = _("%(grant)s, or correct prefix and schema.") % {"grant": grant}
    if table in OPTIONAL:
        hint = _("%(cost)s. Else: %(mend)s") % {"cost": _(OPTIONAL[table]), "mend": mend}
        return CheckLine(source, what, ok=False, hint=hint, needed="more")
    return CheckLine(source, what, ok=False, hint=f"{error} {mend}")


def _select(table: str, columns: tuple[str, ...]) -> str:
    """Return a SELECT of no row; table and columns come from this module's constants only."""
    return f"SELECT {', '.join(columns)} FROM {{{table}}} WHERE 1 = 0"  # noqa: S608 - constants


def _update(table: str, column: str) -> str:
    return f"UPDATE {{{table}}} SET {column} = {column} WHERE 1 = 0"  # noqa: S608 - constants
