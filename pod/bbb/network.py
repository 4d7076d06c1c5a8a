"""Reading what a server sends, and why it failed.

The reason is in words of our own: those of the libraries hold the address, and so its tokens.
"""

from __future__ import annotations

import errno
import socket
import ssl
import time
from collections.abc import Callable, Iterator

import requests
import urllib3


class SlowError(urllib3.exceptions.HTTPError):
    """A server that sends, but so little that it would never end."""


BROKEN = (
    requests.ConnectionError,
    urllib3.exceptions.ProtocolError,
    urllib3.exceptions.SSLError,
)
_SAID: tuple[tuple[type[BaseException], str], ...] = (
    (
        requests.exceptions.ProxyError,
        "the proxy cannot be reached, or does not let it through (check HTTPS_PROXY and NO_PROXY)",
    ),
    (ssl.SSLError, "no TLS connection with the server came about"),
    (socket.gaierror, "the server's name is not found (DNS)"),
    (ConnectionRefusedError, "the server refused the connection"),
    (requests.ConnectTimeout, "no connection with the server in time (a firewall?)"),
    (TimeoutError, "the server did not answer in time"),
    (SlowError, "the server sends hardly anything"),
    (urllib3.exceptions.DecodeError, "what the server compressed cannot be unpacked"),
)
SLOWEST_S = 120.0  # for one piece of a body: what drips never makes a socket's time-out pass


def pieces(response: requests.Response, size: int, breathe: Callable[[], None]) -> Iterator[bytes]:
    """The body in pieces of `size` bytes, in however many drips they come; less at its end, or at a cut.

    `breathe` is called at each drip. Raises SlowError and other errors of urllib3.
    """
    piece, begun = bytearray(), time.monotonic()
    try:
        while came := response.raw.read1(size - len(piece), decode_content=True):
            breathe()
            piece += came
            if len(piece) == size:
                yield bytes(piece)
                piece, begun = bytearray(), time.monotonic()
            elif time.monotonic() - begun > SLOWEST_S:
                raise SlowError
    except urllib3.exceptions.HTTPError:
        if piece:
            yield bytes(piece)
        raise
    if piece:
        yield bytes(piece)


def reason(error: Exception) -> str:
    """What stands behind "Asking for a file: ", without a full stop."""
    said = next(filter(None, map(_words, _behind(error))), "")
    if not said and isinstance(error, BROKEN):
        said = "the connection broke before the answer was whole"
    return said or f"the request failed ({type(error).__name__})"


def is_untrusted(error: Exception) -> bool:
    """Whether a request failed for the server's certificate, and not for what else TLS ends with."""
    return any(isinstance(one, ssl.SSLCertVerificationError) for one in _behind(error))


def is_late(error: Exception) -> bool:
    """Whether there was a connection, but no answer in time, or not all of it."""
    late = (urllib3.exceptions.ReadTimeoutError, SlowError)
    return any(isinstance(one, late) for one in _behind(error))


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that it was made of, the libraries' before the system's."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _words(error: BaseException) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        why = error.verify_message.rstrip(".")
        return f"the server's certificate is not accepted: {why} (check it, or REQUESTS_CA_BUNDLE)"
    if isinstance(error, OSError) and error.errno in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return "the network does not reach the server"
    return next((said for kind, said in _SAID if isinstance(error, kind)), "")
