"""What is written to terminals that do not know every letter."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

MANAGE = str(Path(__file__).parents[2] / "manage.py")


def test_a_letter_that_the_terminal_lacks_ends_no_command() -> None:
    """In French, say, where the encoding is not UTF-8: a question mark stands for it."""
    environment = {**os.environ, "POD_ISOLATED": "1", "LANGUAGE_CODE": "fr", "PYTHONIOENCODING": "ascii"}
    environment["DJANGO_SETTINGS_MODULE"] = "pod.settings"
    command = [sys.executable, MANAGE, "apply_owners", "--help"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "propri?taires" in done.stdout or "nomm?es" in done.stdout
