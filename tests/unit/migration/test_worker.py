"""The process of one conversion that the command starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")
LOGS = """
import logging, sys
import django
django.setup()
from pod.bbb_migration.worker import work
from pod.conversion import services
services.run = lambda _job, later: logging.getLogger("pod").warning("something")
work(1, log=sys.argv[1])
"""


@pytest.mark.skipif(not FULL.exists(), reason="no /dev/full")
def test_a_log_that_finds_no_space_puts_no_trace_on_the_screen() -> None:
    """The disk is full, and the command says so in a sentence of its own."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", LOGS, str(FULL)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
