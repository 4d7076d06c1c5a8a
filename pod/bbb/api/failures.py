"""Kinds of ApiError that decide what is tried next; callers outside catch ApiError."""

from __future__ import annotations

from pod.bbb.errors import ApiError, AwayError


class ApiAwayError(ApiError, AwayError):
    """No connection, or one that broke; a server that is too busy to answer anybody."""


class FailedAnswerError(ApiError):
    """The server answered FAILED; `key` is its messageKey."""

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.key = key

    @property
    def is_about_checksum(self) -> bool:
        """Whether another hash might be accepted (BBB: checksumError; BBBLB: "Unsupported checksum type")."""
        return "checksum" in f"{self.key} {self}".lower()


class OverloadedError(ApiError):
    """The answer takes the server too long: time-outs, 502, 503, 504, or nginx's 404 page for them."""

    def __init__(self, message: str, *, maybe_wrong_address: bool = False) -> None:
        super().__init__(message)
        self.maybe_wrong_address = maybe_wrong_address


class BrokenServerError(ApiError):
    """HTTP 500 and the like: the server stumbled over this very request."""
