"""Ctrl-C while the programs load."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.samples import Sample

MANAGE = str(Path(__file__).parents[2] / "manage.py")


@pytest.mark.parametrize(
    ("command", "loads"),
    [
        (["-m", "pod.bbb", "convert", "RECORDING", "OUT"], "argparse"),
        ([MANAGE, "migrate_bbb_recordings", "--use-export-csv", "--check"], "django.apps"),
    ],
)
def test_ctrl_c_at_once_is_one_line(
    tmp_path: Path, lecture: tuple[Path, Sample], command: list[str], loads: str
) -> None:
    """Whatever module is just being loaded: no traceback, code 130."""
    named = {"RECORDING": str(lecture[1].folder), "OUT": str(tmp_path / "v.mp4")}
    command = [sys.executable, "-X", "importtime", *(named.get(word, word) for word in command)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        said = []
        for line in process.stderr or ():
            if line.startswith("import time:"):
                if line.rpartition("|")[2].strip() == loads:
                    process.send_signal(signal.SIGINT)
            else:
                said.append(line)
    assert process.returncode == 130
    assert len(said) == 1
    assert "nterrupted" in said[0]
    assert not (tmp_path / "v.mp4").exists()
