"""What can go wrong with a video's file; messages are for the user."""

from __future__ import annotations


class VideoError(Exception):
    """A video could not be made or changed; the message says what to do next."""
