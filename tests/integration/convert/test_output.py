"""What a converted recording is: a file ready to be published, in time."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from PIL import Image

from pod.bbb import command as door
from pod.bbb.choices import ConvertOptions
from pod.bbb.convert import convert, probe
from pod.bbb.playback.read import read_playback
from pod.bbb.render.beside.stills import content_at
from tests.integration.convert.conftest import Video
from tests.samples import make_recording


def boxes(path: Path) -> list[str]:
    """Give the names of an MP4's outer boxes in their order."""
    data, at, names = path.read_bytes(), 0, []
    while at < len(data):
        size, name = struct.unpack_from(">I4s", data, at)
        names.append(name.decode())
        at += size or len(data)
    return names


def test_the_file_is_what_every_player_takes(lecture: Video) -> None:
    """H.264 High yuv420p in BT.709, and AAC."""
    with av.open(lecture.path) as container:
        video, sound = container.streams.video[0], container.streams.audio[0]
        context = video.codec_context
        assert (context.name, context.profile, context.pix_fmt) == ("h264", "High", "yuv420p")
        assert (context.color_range, context.colorspace, context.color_primaries, context.color_trc) == (
            1,
            1,
            1,
            1,
        )
        assert (video.width, video.height) == (640, 360)
        assert (sound.codec_context.name, sound.codec_context.profile) == ("aac", "LC")


def test_it_plays_while_it_loads(lecture: Video) -> None:
    """The index stands before the media."""
    names = boxes(lecture.path)
    assert names.index("moov") < names.index("mdat")


def test_it_lasts_as_long_as_the_recorded_media(lecture: Video) -> None:
    """The sound defines the length, to a tenth of a second; picture and sound both last so long."""
    expected = read_playback(lecture.sample.folder).duration
    with av.open(lecture.path) as container:
        assert abs(float(container.duration or 0) / av.time_base - expected) < 0.1
    for kind in ("video", "audio"):
        last = lecture.packets(kind)[-1]
        assert abs(last[0] + last[1] - expected) < 0.1


def test_each_slide_change_is_a_key_frame(lecture: Video) -> None:
    """A player that jumps to a slide shows it at once."""
    keys = [at for at, _, key, _ in lecture.packets() if key]
    for change in lecture.sample.slide_changes:
        assert min(abs(at - change) for at in keys) < 0.002


def test_key_frames_are_never_more_than_ten_seconds_apart(beeps: Video, lecture: Video) -> None:
    """Seeking stays quick in long still stretches."""
    for video in (beeps, lecture):
        keys = [at for at, _, key, _ in video.packets() if key]
        assert keys[0] == 0
        assert max(np.diff([*keys, video.report.duration])) <= 10.001


def test_title_and_date_are_those_of_the_meeting(lecture: Video) -> None:
    """The file tells what it is."""
    with av.open(lecture.path) as container:
        assert container.metadata["title"] == "Algebra & more"
        assert container.metadata["date"] == "2023-11-14"


def test_there_is_a_chapter_for_each_slide(lecture: Video) -> None:
    """Chapters begin where slides do and carry their text."""
    told = json.loads((lecture.path.parent / "lecture.json").read_text())
    with av.open(lecture.path) as container:
        chapters: Any = container.chapters()
    assert [float(c["start"] * c["time_base"]) for c in chapters] == [c["start"] for c in told["chapters"]]
    assert [c["metadata"]["title"] for c in chapters] == [s["text"].splitlines()[0] for s in told["slides"]]


def test_captions_are_in_the_file_and_beside_it(lecture: Video) -> None:
    """Each recorded language is a track of the file and a WebVTT file."""
    with av.open(lecture.path) as container:
        tracks = [(s.codec_context.name, s.language) for s in container.streams if s.type == "subtitle"]
    locales = [track.locale for track in read_playback(lecture.sample.folder).captions]
    assert locales
    assert [language for _, language in tracks] == [{"fr": "fra", "en": "eng"}[x[:2]] for x in locales]
    assert {codec for codec, _ in tracks} == {"mov_text"}
    for locale in locales:
        assert (lecture.path.parent / f"lecture.{locale}.vtt").read_text().startswith("WEBVTT")


def test_captions_stand_at_their_seconds(lecture: Video) -> None:
    """The track's first text is shown when the recording's is."""
    told = json.loads((lecture.path.parent / "lecture.json").read_text())
    first = told["captions"][0]["cues"][0]
    texts = [(at, data) for at, _, _, data in lecture.packets("subtitle") if len(data) > 2]
    assert abs(texts[0][0] - first["start"]) < 0.002
    assert texts[0][1][2:].decode() == first["text"]


def test_the_sidecar_tells_what_the_recording_holds(lecture: Video) -> None:
    """Slides, chat, polls, notes, captions with their seconds; pictures that are there."""
    folder = lecture.path.parent
    told = json.loads((folder / lecture.report.sidecar).read_text())
    playback = read_playback(lecture.sample.folder)
    assert [m["text"] for m in told["chat"]] == [m.text for m in playback.chat]
    assert len(told["polls"]) == len(playback.polls) > 0
    assert "second line" in told["notes"]
    assert told["external_videos"][0]["url"].startswith("https://")
    for name in (told["poster"], *(slide["thumbnail"] for slide in told["slides"])):
        assert (folder / name).read_bytes().startswith(b"\xff\xd8")
    assert all((folder / name).is_file() for name in lecture.report.files)


def test_the_poster_of_a_cut_is_of_the_cut(lecture: Video, tmp_path: Path) -> None:
    """Where it shows no slide, the shared screen as it is then, not as much later again."""
    options = ConvertOptions(size=(320, 180), jobs=1, sidecar=True, start=11.0, end=13.0)
    convert(str(lecture.sample.folder), tmp_path / "cut.mp4", options)
    with Image.open(tmp_path / "cut.poster.jpg") as poster:
        seen = np.asarray(poster.convert("RGB"), np.int16)
    wanted, _notes = content_at(read_playback(lecture.sample.folder), 11.0, (320, 180))
    assert np.abs(seen - wanted).mean() < 5


@pytest.mark.parametrize("number", range(6))
def test_slide_changes_and_sound_stay_together(beeps: Video, number: int) -> None:
    """At each change of slide the recording beeps: in the video both are within a tenth of a second."""
    change = beeps.sample.slide_changes[number]
    rate, samples = beeps.sound()
    near = np.abs(samples[int((change - 0.5) * rate) : int((change + 0.5) * rate)])
    beep = change - 0.5 + int(np.argmax(near > 0.2)) / rate
    assert near.max() > 0.2
    before, at = beeps.at(change - 0.06), beeps.at(change + 0.06)
    assert np.abs(before.astype(int) - at).max() > 100
    shown = next(t for t, *_ in beeps.packets() if t >= change - 0.06)
    assert abs(shown - beep) < 0.1
    assert abs(shown - change) < 0.002


def test_a_picture_of_the_video_is_the_painted_picture(beeps: Video) -> None:
    """Colours and letters survive the encoding."""
    playback = read_playback(beeps.sample.folder)
    for second in (1.0, 5.0, 11.0):
        painted, _ = content_at(playback, second, (640, 360))
        shown = beeps.at(second)
        assert np.abs(painted.astype(int) - shown).mean() < 2.5
        flat = np.abs(np.median(painted.reshape(-1, 3), axis=0) - np.median(shown.reshape(-1, 3), axis=0))
        assert flat.max() <= 2


def test_what_does_not_change_is_not_encoded(beeps: Video) -> None:
    """Slides alone cost a picture a change, and the key frames."""
    assert len(beeps.packets()) <= len(beeps.sample.slide_changes) + 1 + 14 // 10


def test_faces_are_finer_than_what_moves_without_them(lecture: Video, beeps: Video) -> None:
    """x264 notes its quantiser: 29 where webcams are shown, 32 where none are."""
    assert b" qp=29 " in lecture.packets()[0][3]
    assert b" qp=32 " in beeps.packets()[0][3]


def test_the_report_counts_pictures(beeps: Video) -> None:
    """What the report says is what the file has."""
    assert beeps.report.pictures == len(beeps.packets())
    assert beeps.report.size == beeps.path.stat().st_size


def test_a_slide_that_comes_back_counts_once(lecture: Video) -> None:
    """The report and `probe` tell the same number."""
    counts = probe(str(lecture.sample.folder))["counts"]
    assert isinstance(counts, dict)
    assert lecture.report.slides == counts["slides"] == 3


def test_the_command_says_what_was_made_and_what_could_not_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Seconds, megabytes and slides in a line; a layout that cannot be had in a note."""
    folder = make_recording(tmp_path, "audio-only", 2.0).folder
    out = tmp_path / "video.mp4"
    cut = ["--layout", "webcams", "--to", "0.5", "--size", "320x180", "--jobs", "1"]
    assert door.main(["convert", str(folder), str(out), *cut]) == 0
    said = capsys.readouterr()
    assert said.out == f"{out}: 0.5 s, 0.0 MB, 1 slide\n"
    assert said.err == "note: No webcam moves: the content is shown instead.\n"
