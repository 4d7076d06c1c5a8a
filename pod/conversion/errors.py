"""What can go wrong with a conversion job, beside what `pod.bbb` raises."""

from __future__ import annotations


class ConversionError(Exception):
    """A conversion failed; the message is for the user, `detail` for support."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class DispatchError(ConversionError):
    """The job is written down, but the broker could not be told of it."""


class UnknownEngineError(ConversionError):
    """CONVERSION_ENGINE names no engine."""


class UnknownDeliveryError(ConversionError):
    """The app that asked for this conversion is not installed any more."""
