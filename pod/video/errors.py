"""What can go wrong with a video's file; messages are for the user."""

from __future__ import annotations

import errno

from pod.bbb.errors import UNANSWERED

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
UNWRITABLE = UNANSWERED | {errno.EACCES, errno.EPERM, errno.EROFS}


class VideoError(Exception):
    """A video could not be made or changed; the message says what to do next."""


class PasswordError(VideoError):
    """What was typed is not the video's password."""


class TooManyGuessesError(PasswordError):
    """What was typed was not looked at: too much else was wrong before."""


def is_of_disk(error: BaseException) -> bool:
    """Whether a disk is full, read-only or away: no fault of the film. FFmpeg's errors have numbers, too."""
    return isinstance(error, OSError) and error.errno in FULL | UNWRITABLE
