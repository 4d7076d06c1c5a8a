"""Keeping the memory of a long conversion from growing, and that of the drawing process below a limit."""

from __future__ import annotations

import contextlib
import ctypes
import os
from pathlib import Path

try:
    import resource
except ImportError:  # not on every system; the limit is a second line of defence
    resource = None  # type: ignore[assignment]

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


def limit_memory(size: int) -> None:
    """Let this process have `size` bytes of memory of its own, files mapped into it not counted."""
    if resource is not None:
        with contextlib.suppress(OSError, ValueError):  # a smaller limit is in force already
            resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def resident() -> int:
    """Bytes of memory that this process has now; 0 where the system does not say."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf(
            "SC_PAGE_SIZE"
        )
    except (OSError, ValueError, IndexError):
        return 0
