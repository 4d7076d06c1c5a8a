"""What can go wrong with a conversion job, beside what `pod.bbb` raises."""

from __future__ import annotations


class ConversionError(Exception):
    """A conversion failed; message and `detail` are for support; users read its cause."""

    def __init__(self, message: str, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class DispatchError(ConversionError):
    """The job is written down, but the broker could not be told of it."""


class TakenOverError(ConversionError):
    """The job is in another worker's hands by now, or its row is gone."""


class HungError(ConversionError):
    """The engine gave no sign for so long that it will not end."""


class TooLargeError(ConversionError):
    """The video is larger than MAX_UPLOAD_SIZE_ON_IMPORT."""


class NotGivenError(ConversionError):
    """The server of a video does not give it: private, gone, or without a file that can be had."""


class DamagedError(ConversionError):
    """What was brought is no film, or a damaged one."""


class EngineMissingError(ConversionError):
    """What the engine needs is not installed, or not set up."""


class UnknownEngineError(ConversionError):
    """CONVERSION_ENGINE names no engine."""


class UnknownDeliveryError(ConversionError):
    """The app that asked for this conversion is not installed any more."""


def made_of(error: BaseException) -> str:
    """Return the error behind an error, for support; "" when there is none."""
    return "" if error.__cause__ is None else repr(error.__cause__)
