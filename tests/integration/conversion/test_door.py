"""The folder that any Esup-Pod can point at: called as its plugin, it converts with ours."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import av
import pytest

from tests.fake_bbb import FakeBBB
from tests.samples import make_recording

PLUGIN = Path(__file__).resolve().parents[3] / "pod" / "conversion" / "bbb_recorder"

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="no Node.js on this machine")


def plugin_in(folder: Path, settings: str) -> Path:
    """Make a copy of the plugin in a clone."""
    plugin = folder / "pod" / "conversion" / "bbb_recorder"
    plugin.mkdir(parents=True)
    shutil.copy(PLUGIN / "export.js", plugin)
    # the project is found two folders above, as in a clone
    (folder / "pod" / "bbb").symlink_to(PLUGIN.parents[1] / "bbb")
    (folder / "pod" / "__init__.py").touch()
    (plugin / ".env").write_text(settings, encoding="utf-8")
    return plugin


def export(folder: Path, *arguments: str, settings: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of the plugin as Pod does: `cd FOLDER; node export.js URL FILE`."""
    return subprocess.run(
        ["node", "export.js", *arguments],
        cwd=plugin_in(folder, settings),
        check=False,
        capture_output=True,
        text=True,
    )


def program(path: Path, commands: str) -> Path:
    """Write a program that takes Python's place."""
    path.write_text(f"#!/bin/sh\n{commands}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@needs_node
@pytest.mark.parametrize(("suffix", "container"), [(".webm", "matroska,webm"), (".mp4", "mov,mp4")])
def test_it_leaves_the_file_that_was_asked_for(tmp_path: Path, suffix: str, container: str) -> None:
    """NAME.webm is a real WebM in the folder of copyToPath, NAME.mp4 an MP4; the code is 0."""
    sample = make_recording(tmp_path / "bbb", "audio-only", 3.0)
    results = tmp_path / "results"
    results.mkdir()
    with FakeBBB(tmp_path / "bbb") as bbb:
        link = f"{bbb.url}/playback/presentation/2.0/playback.html?meetingId={sample.record_id}"
        done = export(
            tmp_path / "clone",
            link,
            f"film{suffix}",
            settings=f"copyToPath={results}/\npython={sys.executable}\noptions=--size 320x180\n",
        )
    assert done.returncode == 0, done.stdout
    assert [path.name for path in results.iterdir()] == [f"film{suffix}"]
    with av.open(str(results / f"film{suffix}")) as film:
        assert film.format.name.startswith(container)
        assert {stream.type for stream in film.streams} >= {"video", "audio"}


@needs_node
def test_a_failure_has_a_code_and_a_cause_on_stdout(tmp_path: Path) -> None:
    """Pod keeps stdout as its log: the cause must stand there, and no file be left."""
    results = tmp_path / "results"
    results.mkdir()
    with FakeBBB(None) as bbb:
        link = f"{bbb.url}/playback/presentation/2.3/{'0' * 40}-{'1' * 13}"
        done = export(
            tmp_path / "clone", link, "film.webm", settings=f"copyToPath={results}\npython={sys.executable}\n"
        )
    assert done.returncode != 0
    assert "failed with code" in done.stdout
    assert list(results.iterdir()) == []


@needs_node
@pytest.mark.parametrize("name", ["../film.webm", "/etc/film.webm", ".hidden.webm"])
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    """The file's name is a name, not a path."""
    done = export(tmp_path / "clone", "https://bbb.example.org/x", name, settings=f"copyToPath={tmp_path}\n")
    assert done.returncode == 2


@needs_node
def test_without_copy_to_path_it_says_what_to_write(tmp_path: Path) -> None:
    """The one setting that it needs is named."""
    done = export(tmp_path / "clone", "https://bbb.example.org/x", "film.webm", settings="\n")
    assert done.returncode == 2
    assert "copyToPath" in done.stdout


@needs_node
def test_a_relative_folder_is_one_below_the_plugin(tmp_path: Path) -> None:
    """As for the plugin whose place it takes; the conversion runs elsewhere."""
    python = program(tmp_path / "python", 'for last; do :; done; echo film > "$last"')
    plugin = plugin_in(tmp_path / "clone", f"copyToPath=media\npython={python}\n")
    (plugin / "media").mkdir()
    subprocess.run(["node", "export.js", "https://bbb.example.org/x", "film.webm"], cwd=plugin, check=True)
    assert (plugin / "media" / "film.webm").read_text(encoding="utf-8") == "film\n"


@needs_node
def test_who_ends_the_plugin_ends_the_conversion(tmp_path: Path) -> None:
    """It tidies up, and does not go on by itself."""
    python = program(
        tmp_path / "python",
        "trap 'echo tidied; exit 143' TERM; echo begun; for _ in $(seq 100); do sleep 0.1; done",
    )
    plugin = plugin_in(tmp_path / "clone", f"copyToPath={tmp_path}\npython={python}\n")
    command = ["node", "export.js", "https://bbb.example.org/x", "film.webm"]
    with subprocess.Popen(command, cwd=plugin, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        process.terminate()
        said = process.stdout.read()
    assert said.splitlines() == ["tidied", "The conversion failed with code 143"]
    assert process.returncode == 143
