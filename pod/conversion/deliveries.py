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
Place = Callable[[Conversion], Path]

_handlers: dict[str, Handler] = {}
_places: dict[str, Place] = {}


def register(name: str, handler: Handler, place: Place | None = None) -> None:
    """Give files of jobs with `delivery=name` to `handler(conversion, path, report)`.

    `place(conversion)` returns where the file belongs by today's settings: the folder that the job was asked
    for may have moved to a larger disk since. Without it, the file goes where it was asked for. It may raise
    Cancelled: nobody needs the file any more.
    """
    _handlers[name] = handler
    if place is not None:
        _places[name] = place


def known() -> list[str]:
    """Return the names under which handlers are registered."""
    return sorted(_handlers)


def place_of(conversion: Conversion) -> Path:
    """Return where the job's file goes."""
    place = _places.get(conversion.delivery)
    return place(conversion) if place else Path(conversion.target)


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
