"""What can go wrong with claiming; messages are translated, for the user."""

from __future__ import annotations


class ClaimError(Exception):
    """The recording could not be claimed or given back; the message says what to do next."""


class AlreadyClaimedError(ClaimError):
    """Somebody else was quicker."""


class NotYoursError(ClaimError):
    """Others are named for the recording, and only they may claim it here."""


class FileGoneError(ClaimError):
    """The file is not where its row says, or may not be used."""


class NoPictureError(ClaimError):
    """The preview has no picture of this number."""
