"""The environment in which a child process finds the modules of this project."""

from __future__ import annotations

import os
from pathlib import Path

import pod


def project_environment() -> dict[str, str]:
    """Give this process's environment, with the project's modules on Python's path."""
    root = str(Path(next(iter(pod.__path__))).parent)
    paths = [root, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
