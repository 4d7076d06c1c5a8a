"""The whiteboards against the official player's pictures, and paths as they are kept."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pod.bbb.playback.drawing import PackedPath
from pod.bbb.render.canvas import compile_path
from pod.bbb.render.tldraw import paths


def test_packed_path_is_the_same_path() -> None:
    """Packed, a path gives the same commands and compiles to the same arrays."""
    path = paths.ellipse(10 + 10j, 5, 4)
    packed = PackedPath(path)
    assert [command[0] for command in packed] == [command[0] for command in path]
    assert packed[1][1:] == pytest.approx(path[1][1:])
    one, other = compile_path(packed), compile_path(path)
    assert np.array_equal(one.commands, other.commands)
    assert np.array_equal(one.points, other.points)


@pytest.mark.shared_data
@pytest.mark.slow
def test_stills_are_near_the_official_players_pictures(shared: Path, tmp_path: Path) -> None:
    """Every picture of a tldraw recording: mean ink 0.93 or more, none under 0.85, in the right colours."""
    expected = tmp_path / "expected"
    expected.mkdir()
    for path in (shared / "data/player").glob("*.png"):
        if path.name.startswith(("55f1", "7b647dc31662")):
            (expected / path.name).write_bytes(path.read_bytes())
    command = [sys.executable, "-m", "pod.bbb", "still", "--at", "{seconds}", "{recording}", "{out}"]
    tool = [sys.executable, str(shared / "tools/compare_stills.py")]
    done = subprocess.run(
        [*tool, str(expected), str(shared / "data/playback"), *command],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[4],
    )
    rows = [line.split() for line in done.stdout.splitlines() if ".png" in line]
    inks = [float(row[2]) for row in rows]
    assert len(inks) >= 5
    assert sum(inks) / len(inks) >= 0.93, done.stdout
    assert min(inks) >= 0.85, done.stdout
    assert min(float(row[4]) for row in rows) >= 0.95, done.stdout
