"""Which processes can be looked for from here, and whether one lives."""

from __future__ import annotations

import os
import socket
from functools import cache
from hashlib import sha256
from pathlib import Path

BOOT = Path("/proc/sys/kernel/random/boot_id")
NAMESPACE = Path("/proc/self/ns/pid")


@cache
def here() -> str:
    """Return what is the same for all processes that see one another by their numbers, at most 73 characters.

    The host's name alone is not: containers may share it, and each has its own process number 1. So the
    machine's start and the namespace of process numbers follow it, where the system tells them.
    """
    try:
        seen = f"{BOOT.read_text(encoding='ascii')}{NAMESPACE.readlink()}"
    except OSError:
        return socket.gethostname()
    return f"{socket.gethostname()}/{sha256(seen.encode()).hexdigest()[:8]}"


def process_lives(pid: int) -> bool:
    """Whether a process of this number runs here."""
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # it runs, as another user
        return True
    return True
