"""Why a conversion failed, as its user reads it: the kinds of failure, and their sentences.

What the programs said stays in English beside it, as the detail for support.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext_lazy as _
from requests import ConnectionError as NoConnectionError
from requests import RequestException, Timeout

from pod.bbb.errors import (
    ApiError,
    AwayError,
    BBBError,
    FetchError,
    GoneError,
    KilledError,
    NoMediaError,
    PlaybackError,
    ProtectedError,
)
from pod.conversion.errors import (
    DamagedError,
    EngineMissingError,
    HungError,
    NotGivenError,
    TooLargeError,
    UnknownEngineError,
)
from pod.video.errors import FULL, UNWRITABLE


class Cause(models.TextChoices):
    """The kinds of failure, each with its sentence."""

    AWAY = "away", _("The recording’s server does not answer, or is refusing requests for now.")
    FETCH = "fetch", _("The old server did not provide all files of the recording.")
    GONE = "gone", _("The recording is no longer on the old server, or is not published there.")
    PROTECTED = "protected", _("The old server does not provide this recording without permission.")
    NO_MEDIA = "no_media", _("The recording has neither webcams nor sound that could be converted.")
    SOURCE = "source", _("The published files of the recording are incomplete or damaged.")
    TOO_LARGE = "too_large", _("The video is larger than is allowed here.")
    RENDER = "render", _("The video could not be made from this recording.")
    RESULT = "result", _("The result is not a usable video, or could not be stored.")
    FULL = "full", _("The server has no space left for the video.")
    DISK = "disk", _("The server could not write the file.")
    ENGINE = "engine", _("The converter is not installed or not set up on this server.")
    CRASH = "crash", _("The converter stopped unexpectedly several times on this recording.")
    UNEXPECTED = "unexpected", _("The conversion failed unexpectedly.")


# Not the recording's fault: it may pass, and until then other recordings fail for it, too.
PASSING = frozenset({Cause.AWAY, Cause.FULL, Cause.DISK})

# The first that fits: the narrow kinds before the wide ones.
KINDS: tuple[tuple[type[Exception], Cause], ...] = (
    (GoneError, Cause.GONE),
    (ProtectedError, Cause.PROTECTED),
    (NoMediaError, Cause.NO_MEDIA),
    (FetchError, Cause.FETCH),
    (ApiError, Cause.FETCH),
    (PlaybackError, Cause.SOURCE),
    (KilledError, Cause.CRASH),
    (BBBError, Cause.RENDER),
    (NotGivenError, Cause.FETCH),
    (DamagedError, Cause.SOURCE),
    (TooLargeError, Cause.TOO_LARGE),
    (HungError, Cause.RENDER),
    (EngineMissingError, Cause.ENGINE),
    (UnknownEngineError, Cause.ENGINE),
    (OSError, Cause.DISK),
)


def cause_of(error: BaseException) -> Cause:
    """Return the kind of a failure.

    An unavailable server, or a full or unwritable disk, among the errors that led to this one comes first.
    """
    numbers = {each.errno for each in _chain(error) if isinstance(each, OSError)}
    if numbers & FULL:
        return Cause.FULL
    if numbers & UNWRITABLE:
        return Cause.DISK
    if any(isinstance(each, AwayError | NoConnectionError | Timeout) for each in _chain(error)):
        return Cause.AWAY
    if any(isinstance(each, RequestException) for each in _chain(error)) and not isinstance(error, BBBError):
        return Cause.FETCH
    return next((cause for kind, cause in KINDS if isinstance(error, kind)), Cause.RESULT)


def sentence(cause: str) -> str:
    """Return the sentence for a row's cause; older rows without one get the general sentence."""
    known = cause in Cause.values
    return str(Cause(cause).label if known else Cause.UNEXPECTED.label)


def with_detail(cause: str, detail: str) -> str:
    """Return the sentence, then what the programs said, for reports that administrators read."""
    return f"{sentence(cause)} {detail}".strip()


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield the error and those that it was made of."""
    while error is not None:
        yield error
        error = error.__cause__
