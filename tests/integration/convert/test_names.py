"""Odd names of recordings and of what is made of them, and names that cannot be."""

from __future__ import annotations

import errno
import json
import os
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pod.bbb import command as door
from pod.bbb.choices import ConvertOptions
from pod.bbb.convert import convert, still
from pod.bbb.errors import RenderError
from pod.bbb.render import production
from tests.integration.convert.conftest import Video
from tests.samples import make_recording

SMALL = ConvertOptions(size=(320, 180), jobs=1)


@pytest.fixture
def unmade(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever begins to convert has come too far."""

    def begun(*_args: object, **_more: object) -> None:
        pytest.fail("the work has begun")

    monkeypatch.setattr("pod.bbb.render.production.Production.make", begun)


@pytest.mark.parametrize("name", ["n" * 240 + ".mp4", "n" * 250 + ".mp4", "json.mp4", "slides.mp4"])
def test_a_file_that_cannot_be_written_is_said_before_the_work(
    lecture: Video, tmp_path: Path, unmade: None, name: str
) -> None:
    """Also the captions' and the sidecar's: their names are longer, and others may stand in their place."""
    (tmp_path / "json.json").mkdir()
    (tmp_path / "slides.slides").touch()
    with pytest.raises(RenderError):
        convert(str(lecture.sample.folder), tmp_path / name, replace(SMALL, sidecar=True))
    assert {path.name for path in tmp_path.iterdir()} == {"json.json", "slides.slides"}


def test_a_full_disk_is_said_before_the_work(
    lecture: Video, tmp_path: Path, unmade: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour's work would end with it."""
    monkeypatch.setattr("pod.bbb.places.SMALLEST_FILE", 10**15)
    with pytest.raises(RenderError, match="no space"):
        convert(str(lecture.sample.folder), tmp_path / "v.mp4", SMALL)


@pytest.mark.parametrize("name", ["video/webcams.webm", "captions.mp4"])
def test_no_file_of_the_recording_is_replaced(tmp_path: Path, unmade: None, name: str) -> None:
    """Neither by the video nor by its sidecar, which is captions.json for the second."""
    folder = make_recording(tmp_path, "lecture", 2.0).folder
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with pytest.raises(RenderError, match="would replace a file of the recording"):
        convert(str(folder), folder / name, replace(SMALL, sidecar=True))
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_new_sidecar_takes_the_place_of_all_of_the_former(lecture: Video, tmp_path: Path) -> None:
    """Captions and slides that are none any more go with the former film; what is somebody else's stays."""
    out, sidecar = tmp_path / "v.mp4", replace(SMALL, sidecar=True)
    strangers = {tmp_path / name for name in ("v.de.vtt", "w.fr.vtt", "v.slides/9.jpg", "v.slides/own.txt")}
    convert(str(lecture.sample.folder), out, sidecar)
    before = {path for path in tmp_path.rglob("*") if path.is_file()}
    for path in strangers:
        path.touch()
    folder = tmp_path / lecture.sample.record_id
    shutil.copytree(lecture.sample.folder, folder, ignore=shutil.ignore_patterns("caption*"))
    report = convert(str(folder), out, replace(sidecar, end=1.0))
    shutil.rmtree(folder)
    after = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert {path.name for path in before - after} == {"v.fr.vtt", "v.en.vtt", "2.jpg", "3.jpg"}
    assert after == {tmp_path / name for name in report.files} | strangers


def test_files_beside_the_video_that_are_of_another_cut_are_told(lecture: Video, tmp_path: Path) -> None:
    """They stay: without --sidecar nobody asked for them to go. What fits the video is not spoken of."""
    source, out = str(lecture.sample.folder), tmp_path / "v.mp4"
    convert(source, out, replace(SMALL, sidecar=True, end=1.0))
    again = convert(source, out, replace(SMALL, end=1.0))
    (tmp_path / "v.de.vtt").touch()
    before = (tmp_path / "v.json").read_bytes()
    other = convert(source, out, replace(SMALL, start=1.0, end=2.0))
    assert (tmp_path / "v.json").read_bytes() == before
    assert not [note for note in again.notes if "Beside" in note]
    assert [note for note in other.notes if "Beside" in note] == [
        "Beside the video, these files were made for another one, or by somebody else: v.json, v.de.vtt."
    ]


def test_a_json_of_somebody_else_is_not_spoken_of(lecture: Video, tmp_path: Path) -> None:
    """It tells of no recording."""
    (tmp_path / "v.json").write_text("{}")
    report = convert(str(lecture.sample.folder), tmp_path / "v.mp4", replace(SMALL, end=1.0))
    assert not [note for note in report.notes if "Beside" in note]


@pytest.mark.parametrize(
    "told",
    [
        "",
        "[1]",
        '{"poster": "w.poster.jpg", "slides": [{"thumbnail": "../v.slides/1.jpg"}, 5], "captions": 7}',
        '{"poster": "v.mp4", "captions": [{"file": "sub/v.fr.vtt"}, {"file": ["v.fr.vtt"]}]}',
    ],
)
def test_a_json_of_somebody_else_makes_nothing_go(lecture: Video, tmp_path: Path, told: str) -> None:
    """Only names that a conversion to this very name gives are believed."""
    kept = [
        tmp_path / name for name in ("v.fr.vtt", "v.txt", "w.poster.jpg", "sub/v.fr.vtt", "v.slides/9.jpg")
    ]
    for path in kept:
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / "v.json").write_text(told)
    shown = replace(SMALL, sidecar=True, end=1.0)
    convert(str(lecture.sample.folder), tmp_path / "v.mp4", shown)
    assert all(path.is_file() for path in kept)


def test_a_disk_that_fills_up_leaves_the_former_files(
    lecture: Video, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The former film keeps its captions until all new files are there."""
    out, sidecar = tmp_path / "v.mp4", replace(SMALL, sidecar=True, end=1.0)
    convert(str(lecture.sample.folder), out, sidecar)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    copy = shutil.copyfile

    def full(source: Path, target: Path) -> Path:
        if target.name.startswith("v.poster"):
            raise OSError(errno.ENOSPC, "No space left on device")
        return copy(source, target)

    monkeypatch.setattr("pod.bbb.render.production.shutil.copyfile", full)
    with pytest.raises(RenderError, match="No space"):
        convert(str(lecture.sample.folder), out, sidecar)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_films_of_one_name_take_turns_to_write_what_lies_beside_both(
    lecture: Video, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """NAME.mp4 and NAME.webm have one NAME.json: neither takes away what the other is just writing."""
    place, busy, turns = production._place, threading.Lock(), []

    def placed(*given: Any) -> None:
        turns.append(busy.acquire(blocking=False))
        time.sleep(2.0 if len(turns) == 1 else 0.0)
        place(*given)
        busy.release()

    monkeypatch.setattr(production, "_place", placed)
    wanted = replace(SMALL, sidecar=True, end=1.0)
    with ThreadPoolExecutor() as pool:
        made = [
            pool.submit(convert, str(lecture.sample.folder), tmp_path / name, wanted)
            for name in ("v.mp4", "v.webm")
        ]
    assert {one.result().files[0] for one in made} == {"v.mp4", "v.webm"}
    assert turns == [True, True]
    assert not list(tmp_path.glob("*.part"))


def test_a_file_that_only_looks_like_a_part_of_the_film_stays(lecture: Video, tmp_path: Path) -> None:
    """v.part is somebody's: the parts of a film have the names of what becomes of them."""
    (tmp_path / "v.part").write_text("mine", encoding="utf-8")
    convert(str(lecture.sample.folder), tmp_path / "v.mp4", replace(SMALL, end=0.5))
    assert {path.name for path in tmp_path.iterdir()} >= {"v.part", "v.mp4"}


def test_that_films_cannot_take_turns_is_said_before_the_work(
    lecture: Video, tmp_path: Path, unmade: None
) -> None:
    """Not after an hour."""
    (tmp_path / "v.turn.part").mkdir()
    with pytest.raises(RenderError, match="cannot be written"):
        convert(str(lecture.sample.folder), tmp_path / "v.mp4", SMALL)


def test_no_slide_is_replaced_by_a_still(tmp_path: Path) -> None:
    """A still may not take the name of a file that it is drawn from."""
    folder = make_recording(tmp_path, "lecture", 2.0).folder
    slide = next((folder / "presentation").glob("*/slide-1.png"))
    before = slide.read_bytes()
    with pytest.raises(RenderError, match="would replace a file of the recording"):
        still(str(folder), 1.0, (64, 48), slide)
    assert slide.read_bytes() == before


def test_names_that_are_no_text_are_names(lecture: Video, tmp_path: Path) -> None:
    """Old disks have Latin-1 in the names of folders; what is made there says their very bytes."""
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xe9t\xe9"))
    shutil.copytree(lecture.sample.folder, folder)
    (folder / "metadata.xml").unlink()  # the folder's name takes the place of its id
    out = folder / os.fsdecode(b"le\xe7on.mp4")
    report = convert(str(folder), out, replace(SMALL, sidecar=True, end=1.0))
    assert report.record_id == "\ufffdt\ufffd"
    poster = json.loads(out.with_suffix(".json").read_text())["poster"]
    assert os.fsencode(poster) == b"le\xe7on.poster.jpg"
    assert (folder / poster).is_file()


@pytest.mark.parametrize("source", ["~nobody-of-that-name/x", "n" * 300, "n" * 5000])
@pytest.mark.parametrize("command", [("probe",), ("still", "x.png", "--at=1"), ("convert", "x.mp4")])
def test_a_source_that_cannot_be_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    source: str,
    command: tuple[str, ...],
) -> None:
    """No traceback, whatever the system says to such a name."""
    monkeypatch.chdir(tmp_path)
    assert door.main([command[0], source, *command[1:]]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
