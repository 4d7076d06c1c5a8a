"""Why a request failed, in words of our own: those of the libraries hold its address, and so its tokens."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3

BROKEN = (
    requests.ConnectionError,
    requests.exceptions.ChunkedEncodingError,
    urllib3.exceptions.ProtocolError,
    ConnectionError,
)


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
    return any(isinstance(one, urllib3.exceptions.ReadTimeoutError) for one in _behind(error))


def _behind(error: BaseException | None) -> Iterator[BaseException]:
    """An error and those that it was made of, the libraries' before the system's."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _words(error: BaseException) -> str:
    said = ""
    match error:
        case requests.exceptions.ProxyError():
            said = "the proxy cannot be reached, or does not let it through (check HTTPS_PROXY and NO_PROXY)"
        case ssl.SSLCertVerificationError(verify_message=why):
            why = why.rstrip(".")
            said = f"the server's certificate is not accepted: {why} (check it, or REQUESTS_CA_BUNDLE)"
        case ssl.SSLError():
            said = "no TLS connection with the server came about"
        case socket.gaierror():
            said = "the server's name is not found (DNS)"
        case ConnectionRefusedError():
            said = "the server refused the connection"
        case OSError(errno=errno.ENETUNREACH | errno.EHOSTUNREACH):
            said = "the network does not reach the server"
        case requests.ConnectTimeout():
            said = "no connection with the server in time (a firewall?)"
        case TimeoutError() | urllib3.exceptions.ReadTimeoutError():
            said = "the server did not answer in time"
        case requests.exceptions.ContentDecodingError() | urllib3.exceptions.DecodeError():
            said = "what the server compressed cannot be unpacked"
    return said
