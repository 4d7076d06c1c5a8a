"""Why a conversion failed, as its user reads it: the kinds of failure, and their sentences.

What the programs said stays in English beside it, as the detail for support.
"""

from __future__ import annotations

import errno
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
    NoMediaError,
    PlaybackError,
    ProtectedError,
)
from pod.conversion.errors import (
    DamagedError,
    EngineMissingError,
    NotGivenError,
    TooLargeError,
    UnknownEngineError,
)

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
UNWRITABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.EIO})


class Cause(models.TextChoices):
    """The kinds of failure, each with its sentence."""

    AWAY = "away", _("The server of the recording does not answer, or turns everybody away for now.")
    FETCH = "fetch", _("The old server did not give all files of the recording.")
    GONE = "gone", _("The recording is not on the old server any more, or not published there.")
    PROTECTED = "protected", _("The old server does not give this recording without a permission.")
    NO_MEDIA = "no_media", _("The recording has neither webcams nor sound that could be converted.")
    SOURCE = "source", _("The published files of the recording are incomplete or damaged.")
    TOO_LARGE = "too_large", _("The video is larger than what is allowed here.")
    RENDER = "render", _("The video could not be made from this recording.")
    RESULT = "result", _("What was made is no usable video, or could not be handed over.")
    FULL = "full", _("The server has no space left for the video.")
    DISK = "disk", _("The server could not write the file.")
    ENGINE = "engine", _("What converts recordings is not installed or not set up on this server.")
    CRASH = "crash", _("The converter ended unexpectedly several times on this recording.")
    UNEXPECTED = "unexpected", _("The conversion failed unexpectedly.")


# What does not lie with the recording: it may be over later, and meanwhile others fail for it, too.
PASSING = frozenset({Cause.AWAY, Cause.FULL, Cause.DISK})

# The first that fits: the narrow kinds before the wide ones.
KINDS: tuple[tuple[type[Exception], Cause], ...] = (
    (GoneError, Cause.GONE),
    (ProtectedError, Cause.PROTECTED),
    (NoMediaError, Cause.NO_MEDIA),
    (FetchError, Cause.FETCH),
    (ApiError, Cause.FETCH),
    (PlaybackError, Cause.SOURCE),
    (BBBError, Cause.RENDER),
    (NotGivenError, Cause.FETCH),
    (DamagedError, Cause.SOURCE),
    (TooLargeError, Cause.TOO_LARGE),
    (EngineMissingError, Cause.ENGINE),
    (UnknownEngineError, Cause.ENGINE),
    (OSError, Cause.DISK),
)


def cause_of(error: BaseException) -> Cause:
    """Return the kind of a failure; a server that is away, a disk that is full or refuses count first.

    Whatever was made of them since.
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
    """Return what a row's cause says to its reader; rows of before, without one, say the general sentence."""
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
