"""The dashboard: how far the migration is, as plots with the tables that say the same."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pod.bbb_migration.administration.figures import STATES, Failures, Pace, by_year, causes, pace
from pod.bbb_migration.administration.plots import Bar, Part, bars, columns, swatch
from pod.bbb_migration.administration.run_state import told
from pod.bbb_migration.models import Run


def dashboard() -> dict[str, Any]:
    """Return what the template shows: eleven queries (twelve while a run works), whatever there is."""
    years, speed, failures = by_year(), pace(), causes()
    last_run = Run.objects.first()
    present = [word for word in STATES if any(counts[word] for counts in years.values())]
    return {
        "last_run": last_run,
        "last_run_state": told(last_run) if last_run else "",
        "legend": [(swatch(word), STATES[word]) for word in present],
        "years_plot": bars("years", _("Recordings by year and state"), _year_bars(years, present), left=60),
        "years_head": [STATES[word] for word in present],
        "years": [
            (year, [counts[word] for word in present], counts.total()) for year, counts in years.items()
        ],
        "years_total": _total(years, present),
        "pace": speed,
        "hours": _hours(speed),
        "hours_plot": bars("hours", _("Hours converted and hours left"), _hour_bars(speed), left=120),
        "days_plot": columns("days", _("Hours converted per day"), _days(speed)),
        "days": [(day, number) for day, number in speed.days if number],
        "end": _end(speed),
        "causes": failures,
        "causes_plot": bars("causes", _("Failures by cause"), _cause_bars(failures)),
    }


def _year_bars(years: dict[int, Counter[str]], present: list[str]) -> list[Bar]:
    return [
        Bar(
            str(year),
            [Part(word, counts[word], str(STATES[word])) for word in present],
            number_format(counts.total(), use_l10n=True),
        )
        for year, counts in years.items()
    ]


def _total(years: dict[int, Counter[str]], present: list[str]) -> tuple[list[int], int]:
    sums = [sum(counts[word] for counts in years.values()) for word in present]
    return sums, sum(sums)


def _hours(speed: Pace) -> list[tuple[str, str, float]]:
    rows = [
        ("done", _("converted"), speed.done),
        ("moving", _("under way"), speed.moving),
        ("waiting", _("waiting"), speed.waiting),
        ("failed", _("failed"), speed.failed),
    ]
    return [row for row in rows if row[2] > 0]


def _hour_bars(speed: Pace) -> list[Bar]:
    return [Bar(label, [Part(kind, hours, label)], _said(hours)) for kind, label, hours in _hours(speed)]


def _days(speed: Pace) -> list[tuple[str, float, str]]:
    # the title says that these are hours: the columns are narrow
    return [(date_format(day, "j/n"), hours, _number(hours)) for day, hours in speed.days]


def _cause_bars(failures: list[Failures]) -> list[Bar]:
    return [
        Bar(_short(each.cause), [Part("failed", each.count, each.cause)], str(each.count))
        for each in failures
    ]


def _short(cause: str) -> str:
    return cause if len(cause) <= 90 else f"{cause[:89]}…"


def _said(hours: float) -> str:
    return f"{_number(hours)} h"


def _number(hours: float) -> str:
    """Return a number that stays short: of hundreds of hours nobody misses the minutes."""
    places = 1 if hours < 100 else 0
    return str(number_format(round(hours, places), decimal_pos=places, use_l10n=True))


def _end(speed: Pace) -> str:
    """Say when the conversions will be over, and what that is computed from."""
    if not speed.left:
        return _("Nothing is left to convert.")
    if speed.end is None:
        return _(
            "No conversion has ended in the last few days: how long the rest will take is not known yet."
        )
    text = ngettext(
        "Predicted end: %(end)s (at %(speed)s times the speed of the meetings, measured on %(measured)d "
        "finished conversion, %(at_once)d at a time)",
        "Predicted end: %(end)s (at %(speed)s times the speed of the meetings, measured on %(measured)d "
        "finished conversions, %(at_once)d at a time)",
        speed.measured,
    )
    return text % {
        "speed": number_format(round(speed.speed, 1), decimal_pos=1, use_l10n=True),
        "measured": speed.measured,
        "at_once": speed.at_once,
        "end": date_format(timezone.localtime(speed.end), "DATETIME_FORMAT"),
    }
