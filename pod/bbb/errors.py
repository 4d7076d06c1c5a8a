"""The errors of the BigBlueButton library.

Every message says what was being done with what, and what to do next. None of
them ever carries a signed URL, a shared secret or a token.
"""

from __future__ import annotations

import errno
from collections.abc import Callable

# What is said of a disk that does not answer, as that of another machine which is away.
UNANSWERED = frozenset({errno.EIO, errno.ESTALE, errno.ENOTCONN, errno.EHOSTDOWN})


class BBBError(Exception):
    """Base of every error that `pod.bbb` raises on purpose."""


class AwayError(BBBError):
    """The server cannot be reached, or turns everybody away for now: further requests would fail, too.

    Code that gave up after several attempts raises its own error (FetchError) from this one.
    """


class ApiError(BBBError):
    """BigBlueButton's API could not be asked, or refused."""


class PlaybackError(BBBError):
    """A published recording cannot be used: what it needs is absent or unreadable."""


class FetchError(PlaybackError):
    """A file of a published recording could not be brought here."""


class GoneError(FetchError):
    """The server has no such recording: unpublished, deleted, or not processed yet."""


class ProtectedError(FetchError):
    """The server gives the recording only to those who have a token for it."""


class NoMediaError(FetchError):
    """The recording has neither webcams nor sound, and nothing says how long it is."""


class RenderError(BBBError):
    """The video could not be made from a recording that was read."""


class KilledError(RenderError):
    """The machine is short of memory: a process of the converter was killed, or got none. Try again."""


class Cancelled(BBBError):  # noqa: N818 - being stopped on request is no error
    """The caller asked to stop; nothing is left but the fetched files that a `work_dir` keeps."""


def end_if(stop: Callable[[], bool]) -> None:
    """Raise Cancelled once `stop` is true: whoever waits for the conversion wants it no more."""
    if stop():
        raise Cancelled("The conversion was cancelled; nothing was left behind.")


def end_if_unanswered(error: BaseException) -> None:
    """Raise the error of a disk that does not answer: the file is not damaged, and can be read later."""
    if isinstance(error, OSError) and error.errno in UNANSWERED:
        raise error
