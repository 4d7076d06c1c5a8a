"""A whole folder as a Playback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pod.bbb.contents import probe
from pod.bbb.errors import PlaybackError
from pod.bbb.playback.model import CursorSpace, SlideKind, Whiteboard
from pod.bbb.playback.read import read_playback
from pod.bbb.render.timing.timeline import Timeline
from tests.unit.playback.writing import (
    RECORD,
    canvas,
    image,
    panzoom,
    shape,
    write_events,
    write_film,
    write_metadata,
    write_shapes,
    write_sound,
)


def test_a_recording_is_read(folder: Path) -> None:
    """Every part arrives, nothing is noted."""
    found = read_playback(folder)
    assert (found.record_id, found.title, found.start_ms) == (RECORD, "Lecture", 1700000000000)
    assert (found.whiteboard, found.cursor_space) == (Whiteboard.SVG, CursorSpace.VIEW)
    assert [(one.image, one.start, one.end) for one in found.slides] == [
        ("image1", 0, 8),
        ("image2", 8, found.duration),
    ]
    assert len(found.views) == 2
    assert found.notes == ()


def test_one_time_stamp_days_away_does_not_make_days_of_video(folder: Path) -> None:
    """Media that claim far more than metadata.xml are cut where that says, with a note."""
    write_sound(folder / "audio/audio.ogg", 700)
    (folder / "video/webcams.webm").unlink()
    write_metadata(folder, duration_ms=20_000)
    found = read_playback(folder)
    assert found.duration == 20
    assert any("cut there" in note for note in found.notes)


def test_the_recording_lasts_as_long_as_its_media(folder: Path) -> None:
    """metadata.xml and the times past the end do not count."""
    write_metadata(folder, duration_ms=999_000)
    found = read_playback(folder)
    assert found.duration == pytest.approx(20, abs=0.1)
    assert [one.start for one in found.cursors] == [1.0]
    assert any("metadata.xml says 999.0 s" in note for note in found.notes)


def test_media_of_a_moment_do_not_tell_how_long_the_meeting_was(folder: Path) -> None:
    """A film that breaks off at once leaves the slides their time."""
    (folder / "video/webcams.webm").unlink()
    write_film(folder / "video/webcams.webm", 0.4)
    found = read_playback(folder)
    assert found.duration == 20
    assert found.webcams is not None
    assert any("last only" in note for note in found.notes)


@pytest.mark.parametrize(("metadata_s", "agreed"), [(20, True), (999, False), (None, False)])
def test_slides_go_on_where_the_media_break_off(
    folder: Path, metadata_s: int | None, *, agreed: bool
) -> None:
    """To the end that their header and metadata.xml agree on; a header alone may be damage, too."""
    webcams = folder / "video/webcams.webm"
    webcams.write_bytes(webcams.read_bytes()[: webcams.stat().st_size // 2])
    write_metadata(folder, duration_ms=metadata_s and metadata_s * 1000)
    found = read_playback(folder)
    assert (found.duration == pytest.approx(20, abs=0.1)) == agreed
    assert any("Slides go on without sound" in note for note in found.notes) == agreed


def test_a_moment_is_all_there_is_when_nobody_says_more(folder: Path) -> None:
    """Without metadata.xml the media alone tell."""
    (folder / "video/webcams.webm").unlink()
    write_film(folder / "video/webcams.webm", 0.4)
    write_metadata(folder, duration_ms=None)
    assert 0.1 < read_playback(folder).duration < 0.7


def test_sound_alone_is_enough(folder: Path) -> None:
    """Recordings without webcams have audio/ in place of video/."""
    (folder / "video/webcams.webm").unlink()
    write_sound(folder / "audio/audio.webm", 20)
    found = read_playback(folder)
    assert found.webcams is None
    assert found.audio is not None
    assert found.duration == pytest.approx(20, abs=0.1)


def test_where_the_webcams_break_off_the_sound_beside_them_goes_on(folder: Path) -> None:
    """Old servers publish both: the recording lasts as long as the longer one."""
    write_film(folder / "video/webcams.webm", 40)
    webcams = folder / "video/webcams.webm"
    webcams.write_bytes(webcams.read_bytes()[: webcams.stat().st_size // 2])
    write_sound(folder / "audio/audio.ogg", 20)
    found = read_playback(folder)
    if (found.webcams is None) or (found.audio is None):
        pytest.fail("both are there")
    assert (found.webcams.path.name, found.audio.path.name) == ("webcams.webm", "audio.ogg")
    assert found.duration == found.audio.duration == pytest.approx(20, abs=0.1)
    assert any("breaks off" in note for note in found.notes)


def test_without_media_the_metadata_tell_the_duration(folder: Path) -> None:
    """A silent video is better than none; it is noted."""
    (folder / "video/webcams.webm").unlink()
    found = read_playback(folder)
    assert found.duration == 20
    assert any("silent" in note for note in found.notes)


def test_without_any_duration_nothing_can_be_made(folder: Path) -> None:
    """The error says what to check."""
    (folder / "video/webcams.webm").unlink()
    write_metadata(folder, duration_ms=None)
    with pytest.raises(PlaybackError, match="neither a playable webcams or audio file nor a duration"):
        read_playback(folder)


def test_what_is_no_folder_is_an_error(tmp_path: Path) -> None:
    """Named by its last part only."""
    with pytest.raises(PlaybackError, match="nothing-here is not a folder"):
        read_playback(tmp_path / "nothing-here")


def test_a_slide_lasts_until_the_next_one_whatever_its_out_says(folder: Path) -> None:
    """There are gaps in old files; the player ignores `out`."""
    write_shapes(folder, image(1, "2.0", "3.0"), image(2, "8.0", "9.0"))
    assert [(one.start, round(one.end)) for one in read_playback(folder).slides] == [(2, 8), (8, 20)]


def test_slides_with_several_intervals_come_up_again(folder: Path) -> None:
    """BBB <= 1.0; the same image, the same canvas."""
    write_shapes(
        folder, image(1, "0.0 9.0", "4.0 12.0"), image(2, "4.0", "9.0"), canvas(1, shape("line1", "1"))
    )
    found = read_playback(folder)
    assert [one.image for one in found.slides] == ["image1", "image2", "image1"]
    assert len(Timeline(found).at(10).shapes) == 1


def test_slides_out_of_order_are_sorted(folder: Path) -> None:
    """By time; of two at once the later in the file is seen."""
    write_shapes(folder, image(3, "9", "10"), image(1, "0", "5"), image(2, "0", "5"))
    assert [one.image for one in read_playback(folder).slides] == ["image2", "image3"]


def test_a_slide_past_the_end_is_none(folder: Path) -> None:
    """Old versions wrote slides past the media's end."""
    write_shapes(folder, image(1, "0", "5"), image(2, "500", "600"))
    assert [one.image for one in read_playback(folder).slides] == ["image1"]


def test_a_slide_without_a_usable_size_has_that_of_its_picture(folder: Path) -> None:
    """A size of zero would divide by zero; a note tells."""
    from PIL import Image  # noqa: PLC0415 - only this test needs it

    (folder / "presentation/deck").mkdir(parents=True)
    Image.new("RGB", (320, 200)).save(folder / "presentation/deck/slide-1.png")
    write_shapes(folder, image(1, "0", "5", size=("0", "NaN")), image(2, "5", "6", size=("0", "0")))
    found = read_playback(folder)
    assert [(one.width, one.height) for one in found.slides] == [(320, 200), (1600, 1200)]
    assert any("no usable size" in note for note in found.notes)


def test_tldraw_is_told_by_its_file_and_version(folder: Path) -> None:
    """Version 3 and later are tldraw v2, 2.6 and 2.7 v1; 2.6.0 has the larger board."""
    boards = {}
    for version in ("2.6.0", "2.6.1", "2.7.5", "3.0.0-beta.1", "3.1.2"):
        (folder / "tldraw.json").write_text(json.dumps({"bbb_version": version}))
        found = read_playback(folder)
        boards[version] = (found.whiteboard.value, found.fitted[0])
    assert boards == {
        "2.6.0": ("tldraw-v1", 2048),
        "2.6.1": ("tldraw-v1", 1440),
        "2.7.5": ("tldraw-v1", 1440),
        "3.0.0-beta.1": ("tldraw-v2", 1440),
        "3.1.2": ("tldraw-v2", 1440),
    }


def test_tldraw_without_a_version_is_told_by_its_shapes(folder: Path) -> None:
    """Records with props are v2's."""
    for data, board in (({"props": {}}, Whiteboard.TLDRAW_V2), ({"point": [0, 0]}, Whiteboard.TLDRAW_V1)):
        entry = {"timestamp": 1, "undo": -1, "shape_data": {"id": "a", "type": "draw", **data}}
        (folder / "tldraw.json").write_text(json.dumps({"1": {"shapes": [entry]}}))
        assert read_playback(folder).whiteboard is board


def test_the_mark_in_panzooms_is_enough_for_tldraw(folder: Path) -> None:
    """tldraw.json may be lost; the numbers are a camera all the same."""
    write_events(folder, "panzooms.xml", panzoom("0", "-10 0 1600 900"), attributes=' tldraw="true"')
    found = read_playback(folder)
    assert found.whiteboard is Whiteboard.TLDRAW_V1
    assert found.views[0].rect.x == 10


@pytest.mark.parametrize("name", ["video/webcams.webm", "notes.html", "caption_fr.vtt"])
def test_a_file_that_a_link_leads_out_to_is_said(folder: Path, name: str) -> None:
    """It looks as if it were there: whoever keeps films on another disk must be told why there is none."""
    (folder / "captions.json").write_text('[{"locale": "fr"}]')
    path = folder / name
    away = folder.parent / f"{folder.name}-away"
    if path.exists():
        path.rename(away)
    else:
        away.write_text("WEBVTT\n")
    path.symlink_to(away)
    found = read_playback(folder)
    assert f"{name} is reached by a link that leads out of the recording: it is not used." in found.notes


def test_a_screen_share_without_its_video_is_noted_and_not_shown(folder: Path) -> None:
    """The slide before it stays."""
    write_shapes(folder, image(1, "0", "5"), image(2, "5", "9", "presentation/deskshare.png"))
    write_events(folder, "deskshare.xml", '<event start_timestamp="5" stop_timestamp="9"/>')
    found = read_playback(folder)
    assert found.shares == ()
    assert any("video is missing" in note for note in found.notes)
    assert [one.kind for one in found.slides] == [SlideKind.SLIDE, SlideKind.DESKSHARE]


def test_a_recording_of_webcams_alone_has_no_content(folder: Path) -> None:
    """The player gives them the whole page."""
    write_shapes(folder, image(1, "0", "5", "presentation/logo.png"))
    assert not read_playback(folder).has_content


def test_a_record_id_that_is_none_is_the_folders_name(folder: Path) -> None:
    """metadata.xml is not trusted with names of files."""
    (folder / "metadata.xml").write_text("<recording><id>../../etc</id></recording>")
    assert read_playback(folder).record_id == folder.name


def test_probe_is_plain_data(folder: Path) -> None:
    """It can be written as JSON, and names what is missing."""
    found = json.loads(json.dumps(probe(read_playback(folder))))
    assert found["counts"]["shape_versions"] == 2
    assert found["counts"]["shapes"] == 1
    assert found["counts"]["cursor_events"] == 2
    assert found["shape_kinds"] == {"pencil": 2}
    assert "presentation/deck/slide-1.png" in found["files"]["missing"]
    assert "slides_new.xml" in found["files"]["missing"]


def test_probe_names_unknown_shapes(folder: Path) -> None:
    """Each type that cannot be drawn, by name."""
    shapes = [
        {"timestamp": 1, "undo": -1, "shape_data": {"id": str(number), "type": kind, "props": {"geo": geo}}}
        for number, (kind, geo) in enumerate([("geo", "star"), ("geo", "dodecahedron"), ("hologram", "")])
    ]
    (folder / "tldraw.json").write_text(json.dumps({"bbb_version": "3.0.4", "1": {"shapes": shapes}}))
    assert probe(read_playback(folder))["unknown_shapes"] == ["geo dodecahedron", "hologram"]


def test_webcams_too_large_beside_the_screen_are_not_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two films that may be decoded each take too much memory together: the screen stays."""
    write_metadata(tmp_path)
    write_film(tmp_path / "video/webcams.webm", 4)
    write_film(tmp_path / "deskshare/deskshare.webm", 4)
    assert read_playback(tmp_path).webcams is not None
    monkeypatch.setattr("pod.bbb.playback.media.MOST_PIXELS", 2 * 64 * 64 - 1)
    found = read_playback(tmp_path)
    assert (found.webcams is None, found.deskshare is None) == (True, False)
    assert "too large together" in " ".join(found.notes)
