"""How much memory a process has needed."""

from __future__ import annotations

from pathlib import Path


def peak_mb(pid: int | str = "self") -> float:
    """The most resident memory (MB) since the process's program was started.

    Not getrusage's ru_maxrss: Linux begins that with what the parent held when it
    started the process.
    """
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1]) * 1024 / 1e6
