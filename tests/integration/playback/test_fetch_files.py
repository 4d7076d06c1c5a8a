"""Which files are fetched, and what is none: absent ones, web pages, media that do not play."""

from __future__ import annotations

from pathlib import Path

import pytest

from pod.bbb.errors import FetchError, ProtectedError
from pod.bbb.playback.fetch import fetch
from pod.bbb.playback.locate import locate
from pod.bbb.playback.read import read_playback
from tests.fake_bbb.behaviour import LOGIN_PAGE, Fault
from tests.fake_bbb.server import FakeBBB
from tests.integration.playback.bringing import QUICK, bring


def test_optional_files_may_be_absent(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """A recording of an old version lacks many."""
    for name in ("cursor.xml", "slides_new.xml", "captions.json", "presentation_text.json"):
        (sample / name).unlink(missing_ok=True)
    found = bring(bbb, sample, tmp_path / "job")
    assert {"cursor.xml", "slides_new.xml"} <= set(found.absent)


def test_without_webcams_the_sound_is_fetched(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """The webcams' mp4 and the audio files are tried in turn."""
    (sample / "audio").mkdir()
    (sample / "video/webcams.webm").rename(sample / "audio/audio.ogg")
    found = bring(bbb, sample, tmp_path / "job")
    assert "audio/audio.ogg" in found.files


def test_without_any_media_there_is_a_clear_error(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """It says what to do."""
    (sample / "video/webcams.webm").unlink()
    with pytest.raises(FetchError, match=r"neither webcams nor audio.*administrator"):
        bring(bbb, sample, tmp_path / "job")


def test_a_recording_that_is_not_there_is_named(bbb: FakeBBB, tmp_path: Path) -> None:
    """With what may be the reason, after one round only."""
    location = locate(f"{bbb.url}/playback/presentation/2.3/{'0' * 40}-1700000000000")
    with pytest.raises(FetchError, match=r"There is no recording 0000.*unpublished"):
        fetch(location, tmp_path / "job", options=QUICK)


def withhold(bbb: FakeBBB, path: str) -> None:
    """Answer 403 from now on."""
    bbb.behaviour.faults.append(Fault(path=path, times=-1, status=403))


@pytest.mark.parametrize("status", [403, 200])
def test_a_permission_that_ends_half_way_loses_no_slide(
    bbb: FakeBBB, sample: Path, tmp_path: Path, status: int
) -> None:
    """Once a cookie expires, files are withheld, or become log-in pages: none passes for absent."""
    for path, skip in (("metadata.xml", 1), ("slide-1.png", 0)):
        bbb.behaviour.faults.append(Fault(path, skip=skip, times=-1, status=status, body=LOGIN_PAGE))
    with pytest.raises(ProtectedError, match="the permission ended"):
        bring(bbb, sample, tmp_path / "job")
    bbb.behaviour.faults.clear()
    assert any(name.endswith("slide-1.png") for name in bring(bbb, sample, tmp_path / "job").files)


def test_a_permission_that_ended_is_said_also_when_the_first_files_were_lost(
    bbb: FakeBBB, sample: Path, tmp_path: Path
) -> None:
    """Those that the server gave once tell whether it gives anything still."""
    bring(bbb, sample, tmp_path / "job")
    for name in ("metadata.xml", "shapes.svg"):
        (tmp_path / "job" / name).unlink()
    withhold(bbb, "/")
    with pytest.raises(ProtectedError, match="is protected"):
        bring(bbb, sample, tmp_path / "job")


def test_a_single_file_that_is_withheld_passes_for_absent(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """Some stores answer so to whatever they do not have."""
    withhold(bbb, "cursor.xml")
    assert "cursor.xml" in bring(bbb, sample, tmp_path / "job").absent


def test_media_that_are_withheld_are_not_said_to_be_lost(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """To rebuild the recording would not help."""
    withhold(bbb, "webcams")
    with pytest.raises(ProtectedError, match="rights to these files"):
        bring(bbb, sample, tmp_path / "job")


@pytest.mark.parametrize("name", ["metadata.xml", "shapes.svg", "webcams.webm"])
@pytest.mark.parametrize("kind", ["text/html", "application/octet-stream"])
def test_a_login_page_is_no_file(bbb: FakeBBB, sample: Path, tmp_path: Path, name: str, kind: str) -> None:
    """Whatever type the server gives it."""
    bbb.behaviour.faults.append(Fault(path=name, times=-1, status=200, body=LOGIN_PAGE, content_type=kind))
    with pytest.raises(FetchError, match="web page"):
        bring(bbb, sample, tmp_path / "job")
    assert not list((tmp_path / "job").rglob(name))


def test_a_web_page_in_place_of_an_optional_file_is_no_file(
    bbb: FakeBBB, sample: Path, tmp_path: Path
) -> None:
    """Some servers answer so to whatever they do not have: the rest is brought, and it is said, later too."""
    for name in ("cursor.xml", "slide-1.png"):
        bbb.behaviour.faults.append(
            Fault(path=name, times=-1, status=200, body=LOGIN_PAGE, content_type="text/html")
        )
    for _again in range(2):
        found = bring(bbb, sample, tmp_path / "job")
        assert "cursor.xml" in found.absent
        assert len(found.notes) == 1
        assert "web page instead of cursor.xml, presentation/" in found.notes[0]
    assert not list((tmp_path / "job").rglob("cursor.xml*"))


def test_the_sound_is_found_behind_a_web_page_for_the_webcams(
    bbb: FakeBBB, sample: Path, tmp_path: Path
) -> None:
    """The next name is tried, as after an absent file."""
    (sample / "audio").mkdir()
    (sample / "video/webcams.webm").rename(sample / "audio/audio.webm")
    bbb.behaviour.faults.append(
        Fault(path="webcams", times=-1, status=200, body=LOGIN_PAGE, content_type="text/html")
    )
    assert "audio/audio.webm" in bring(bbb, sample, tmp_path / "job").files


@pytest.mark.parametrize("body", ["", '{"error": "not found"}'])
def test_media_that_do_not_play_are_passed_over(
    bbb: FakeBBB, sample: Path, tmp_path: Path, body: str
) -> None:
    """Beside an empty file, or an answer that only looks like one, the next name is tried."""
    (sample / "video/webcams.webm").rename(sample / "video/webcams.mp4")
    bbb.behaviour.faults.append(
        Fault(path=r"webcams\.webm", times=-1, status=200, body=body, content_type="video/webm")
    )
    playback = read_playback(bring(bbb, sample, tmp_path / "job").folder)
    assert playback.webcams is not None
    assert playback.webcams.path.name == "webcams.mp4"
    assert any("webcams.webm" in note for note in playback.notes)


def test_a_part_that_nobody_asked_for_is_not_the_file(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """What Content-Range says of the whole counts, not that the answer has all that it announces."""
    bbb.behaviour.faults.append(
        Fault(
            path=r"shapes\.svg",
            status=206,
            body="<svg",
            content_type="image/svg+xml",
            headers={"Content-Range": "bytes 0-3/5000"},
        )
    )
    found = bring(bbb, sample, tmp_path / "job").folder
    assert (found / "shapes.svg").read_bytes() == (sample / "shapes.svg").read_bytes()
