"""Django system checks: settings that can only be a mistake, told by `manage.py check` and at each start."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, register

from pod.bbb_migration import conf
from pod.main.dates import available_until

TAG = "bbb_migration"


@register(TAG)
def settings_make_sense(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django's signature
    **_kwargs: Any,  # noqa: ANN401 - Django's signature
) -> list[CheckMessage]:
    """Report what is wrong in the migration's settings; what is merely not set is no error here.

    A site that does not migrate (any more) must start; the command itself asks for what it needs.
    """
    return [
        Error(problem.message, hint=problem.hint, id=f"{TAG}.{problem.id}")
        for problem in conf.problems(frozenset())
    ]


@register(TAG)
def last_day_is_a_day(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django's signature
    **_kwargs: Any,  # noqa: ANN401 - Django's signature
) -> list[CheckMessage]:
    """Report a last day of the old server that cannot be read: the teachers' list could not be shown."""
    try:
        available_until()
    except ValueError:
        message = "EXTERNAL_RECORDINGS_AVAILABLE_UNTIL is not a day."
        return [Error(message, hint="Write it as YYYY-MM-DD, or leave it empty.", id=f"{TAG}.last_day")]
    return []
