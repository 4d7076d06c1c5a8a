"""Who gets the finished file: the apps above register a handler under a name.

A job may be run again after a crash, so a handler is called at least once per
job and must do its work once (it gets the same path and job again).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pod.conversion.errors import UnknownDeliveryError
from pod.conversion.models import Conversion

Handler = Callable[[Conversion, Path, dict[str, Any]], None]

_handlers: dict[str, Handler] = {}


def register(name: str, handler: Handler) -> None:
    """Give files of jobs with `delivery=name` to `handler(conversion, path, report)`."""
    _handlers[name] = handler


def known() -> list[str]:
    """Return the names under which handlers are registered."""
    return sorted(_handlers)


def deliver(conversion: Conversion, path: Path, report: dict[str, Any]) -> None:
    """Hand the checked file over; whatever the handler raises fails the job."""
    try:
        handler = _handlers[conversion.delivery]
    except KeyError as error:
        raise UnknownDeliveryError(
            f"Nothing is registered to receive “{conversion.delivery}”: "
            "add the app that asked for this conversion to INSTALLED_APPS."
        ) from error
    handler(conversion, path, report)
