"""Keeping a long conversion's memory from growing."""

from __future__ import annotations

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # malloc.h of the GNU C library
_LARGE = 4 * 1024 * 1024  # bytes: decoded slides, not the pictures of 1280x720 that are made all the time


def return_large_blocks() -> None:
    """Let decoded slides go back to the system as soon as they are freed.

    The GNU C library takes larger and larger blocks from its heap once such
    blocks were freed, and slides of different sizes then leave holes in it: a
    process of a long recording grew by a fifth. Other C libraries are left alone.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(_M_MMAP_THRESHOLD, _LARGE)
    mallopt(_M_TRIM_THRESHOLD, 2 * _LARGE)  # else each freed picture is asked for again, page by page
