"""What is loaded before it is needed costs each conversion its time."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("module", ["pod.bbb.command", "pod.bbb.convert", "pod.bbb.contents"])
def test_a_folder_is_converted_without_what_fetches(module: str) -> None:
    """The HTTP library, a third of the time until the first picture, loads only for an address."""
    code = f"import sys, {module}; print(*{{'requests', 'urllib3'}} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == ""


def test_help_answers_without_the_media_libraries() -> None:
    """Who asks what there is does not wait for FFmpeg and numpy."""
    code = "import sys, pod.bbb.command; print(*{'av', 'numpy', 'lxml'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == ""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the system does not list threads")
def test_numpy_starts_no_threads_of_its_own() -> None:
    """Loading numpy takes no second thread, whose waiting costs each process of a conversion its time."""
    code = "import pod.bbb, numpy, pathlib; print(len(list(pathlib.Path('/proc/self/task').iterdir())))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "1"
