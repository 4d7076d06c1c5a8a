"""What can go wrong with importing; messages are for the user."""

from __future__ import annotations


class ImportVideoError(Exception):
    """An external recording could not be added or imported; the message says what to do next."""
