"""Keeps out of messages and logs what opens something: signatures, tokens, passwords in addresses.

A signed query has neither a nonce nor an expiry, and a recording's token opens it for an hour:
whoever reads one in a log can use it.
"""

from __future__ import annotations

import logging
import re

_NAMES = "token|signature|checksum|secret|password"
_WHOLE_NAMES = "sig|jwt|key"
# each word is looked at once, and only before a "=": a hostile server's text may hold nothing but names
_IN_TEXT = re.compile(
    r"(?i)(?<![\w-])(?=[\w-]++=)"
    rf"([\w-]*?(?:{_NAMES})[\w-]*+|{_WHOLE_NAMES})="
    r"(?:\"[^\"]*\"|'[^']*'|[^\s&\"'<>)]*)"
)
_PARAMETER = re.compile(rf"(?i){_NAMES}|^(?:{_WHOLE_NAMES})$")
_HTTP_LIBRARIES = (
    "urllib3.connectionpool",
    "urllib3.connection",
    "urllib3.poolmanager",
    "urllib3.response",
    "urllib3.util.retry",
    "requests",
)


def scrub(text: str) -> str:
    """`text` with *** in place of checksums, tokens and passwords."""
    return _IN_TEXT.sub(r"\1=***", text)


def is_secret(parameter: str) -> bool:
    """Whether the value of an address's parameter opens something: of Scalelite, object stores, BBB."""
    return _PARAMETER.search(parameter) is not None


class _NoQueries(logging.Filter):
    """Takes the queries out of what the HTTP libraries log, and secrets out of the rest."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                part.partition("?")[0] if isinstance(part, str) else part for part in record.args
            )
        said = record.getMessage()
        clean = scrub(said)
        if clean != said:
            record.msg, record.args = clean, ()
        return True


_NO_QUERIES = _NoQueries()


def guard_logs() -> None:
    """Guard the HTTP libraries' loggers: at DEBUG they write every address in full."""
    for name in _HTTP_LIBRARIES:
        logging.getLogger(name).addFilter(_NO_QUERIES)
