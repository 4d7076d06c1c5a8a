"""Verbosity 3: requests, queries and the converter's messages, with secrets masked."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

from django.db import connection

from pod.bbb.secrecy import scrub

DETAILS = ("pod.bbb", "pod.bbb_migration", "pod.conversion", "django.db.backends")


class Mask(logging.Filter):
    """Takes secrets out of what is logged; lets everything pass."""

    def __init__(self, secret: str) -> None:
        super().__init__()
        self._secret = secret

    def filter(self, record: logging.LogRecord) -> bool:
        """Write the message anew, without secrets."""
        text = scrub(record.getMessage())
        record.msg = text.replace(self._secret, "***") if self._secret else text
        record.args = ()
        return True


@contextlib.contextmanager
def told_by_verbosity(verbosity: int, secret: str) -> Iterator[None]:
    """Show more while the block runs, if more is asked for."""
    if verbosity < 3:
        yield
        return
    loggers = [logging.getLogger(name) for name in DETAILS]
    before = [(logger, logger.level) for logger in loggers]
    handlers = list(logging.getLogger().handlers)
    mask = Mask(secret)
    connection.force_debug_cursor = True
    for handler in handlers:
        handler.addFilter(mask)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        connection.force_debug_cursor = False
        for logger, level in before:
            logger.setLevel(level)
        for handler in handlers:
            handler.removeFilter(mask)
