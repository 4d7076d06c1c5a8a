"""What can go wrong with a video's file; messages are for the user."""

from __future__ import annotations


class VideoError(Exception):
    """A video could not be made or changed; the message says what to do next."""


class PasswordError(VideoError):
    """What was typed is not the video's password."""


class TooManyGuessesError(PasswordError):
    """What was typed was not looked at: too much else was wrong before."""
