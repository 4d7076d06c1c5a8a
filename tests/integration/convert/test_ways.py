"""Ways of converting: several processes, cuts, layouts, sound kept, cancelling, the command line."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from pod.bbb import command as door
from pod.bbb.choices import ConvertOptions
from pod.bbb.convert import convert, probe, still
from pod.bbb.errors import Cancelled, PlaybackError, RenderError
from tests.integration.convert.conftest import Video
from tests.samples import make_recording

SMALL = ConvertOptions(size=(320, 180), jobs=1)


@pytest.fixture(scope="module")
def long_enough(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A recording of several segments."""
    return make_recording(tmp_path_factory.mktemp("long"), "audio-only", 95.0).folder


def packets(path: Path, kind: str) -> list[tuple[int | None, int | None, bytes]]:
    """Give pts, duration and bytes of each packet of the first stream of a kind."""
    with av.open(path) as container:
        stream = next(s for s in container.streams if s.type == kind)
        return [(p.pts, p.duration, bytes(p)) for p in container.demux(stream) if p.size]


def test_several_processes_give_the_very_same_packets(long_enough: Path, tmp_path: Path) -> None:
    """Segments join without encoding again, to the bit and to the millisecond."""
    one, three = tmp_path / "1.mp4", tmp_path / "3.mp4"
    for jobs, out in ((1, one), (3, three)):
        convert(str(long_enough), out, replace(SMALL, jobs=jobs))
    assert packets(one, "video") == packets(three, "video")
    assert packets(one, "audio") == packets(three, "audio")


def test_a_cut_begins_and_ends_where_it_says(beeps: Video, tmp_path: Path) -> None:
    """--from and --to: the first picture is that of the cut's second, the sound goes with it."""
    out = tmp_path / "cut.mp4"
    report = convert(str(beeps.sample.folder), out, replace(SMALL, start=3.0, end=9.5, layout="content"))
    shown = [at for at in (0, *beeps.sample.slide_changes) if at < 9.5]
    assert report.slides == len([at for at in shown if at > 3.0]) + 1
    with av.open(out) as container:
        assert abs(float(container.duration or 0) / av.time_base - 6.5) < 0.1
    cut = Video(beeps.sample, out, beeps.report)
    rate, samples = cut.sound()
    first = int(np.argmax(np.abs(samples) > 0.2)) / rate
    assert abs(first - 1.0) < 0.1  # the beep of second 4
    changes = [at for at, _, key, _ in cut.packets() if key]
    assert changes[:2] == [0.0, 1.0]


@pytest.mark.parametrize("layout", ["side", "overlay", "content", "webcams"])
def test_each_layout_gives_a_video(lecture: Video, tmp_path: Path, layout: str) -> None:
    """All layouts are encoded in the asked size."""
    out = tmp_path / "video.mp4"
    convert(str(lecture.sample.folder), out, replace(SMALL, layout=layout, end=4.0))
    with av.open(out) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (320, 180)


def test_sound_can_be_kept_as_it_is(beeps: Video, tmp_path: Path) -> None:
    """--audio copy: the Opus packets of the recording, at their times."""
    out = tmp_path / "video.mp4"
    report = convert(str(beeps.sample.folder), out, replace(SMALL, audio="copy"))
    assert report.sound == "opus"
    kept = [data for *_, data in packets(out, "audio")]
    recorded = [data for *_, data in packets(beeps.sample.folder / "video" / "webcams.webm", "audio")]
    assert kept == recorded[: len(kept)]
    assert len(recorded) - len(kept) <= 2
    rate, samples = Video(beeps.sample, out, report).sound()
    assert abs(int(np.argmax(np.abs(samples) > 0.2)) / rate - beeps.sample.slide_changes[0]) < 0.1


def test_a_webm_is_a_real_one(lecture: Video, tmp_path: Path) -> None:
    """A name that ends in .webm gets VP9 and Opus, in time as well."""
    out = tmp_path / "video.webm"
    report = convert(str(lecture.sample.folder), out, replace(SMALL, end=12.0))
    with av.open(out) as container:
        assert container.format.name == "matroska,webm"
        assert [s.codec_context.name for s in container.streams] == ["vp9", "opus"]
        assert abs(float(container.duration or 0) / av.time_base - 12) < 0.1
    assert out.read_bytes()[:64].find(b"webm") > 0
    keys = [at for at, _, key, _ in Video(lecture.sample, out, report).packets() if key]
    assert all(
        min(abs(k - change) for k in keys) < 0.002 for change in lecture.sample.slide_changes if change < 12
    )


def test_an_audio_only_recording_has_slides_and_sound(tmp_path: Path) -> None:
    """BBB's audio/audio.webm takes the webcams' place."""
    sample = make_recording(tmp_path, "audio-only", 6.0)
    out = tmp_path / "video.mp4"
    report = convert(str(sample.folder), out, SMALL)
    assert (report.sound, report.slides) == ("aac", 2)
    assert packets(out, "audio")


def test_progress_ascends_to_the_length_of_the_recording(beeps: Video, tmp_path: Path) -> None:
    """Progress is told in seconds of the recording, phase after phase."""
    told: list[tuple[str, float, float]] = []
    convert(str(beeps.sample.folder), tmp_path / "v.mp4", SMALL, progress=lambda *step: told.append(step))
    converting = [done for phase, done, _ in told if phase == "converting"]
    assert converting == sorted(converting)
    assert converting[-1] == pytest.approx(beeps.report.duration)
    assert told[-1] == ("checking", beeps.report.duration, beeps.report.duration)


def children() -> list[str]:
    """The commands of this process's children, as Linux tells them."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1]
            if int(parent) == os.getpid():
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:  # it has ended since
            continue
    return found


@pytest.mark.parametrize("jobs", [1, 2])
def test_cancelling_leaves_nothing_and_no_process(long_enough: Path, tmp_path: Path, jobs: int) -> None:
    """Cancelled is raised soon, whatever is going on; no file stays, no process goes on."""
    out, work = tmp_path / "out" / "v.mp4", tmp_path / "work"
    out.parent.mkdir()
    asked: list[float] = []

    def cancelled() -> bool:
        asked.append(time.monotonic())
        return len(asked) > 20

    with pytest.raises(Cancelled):
        convert(str(long_enough), out, replace(SMALL, jobs=jobs), cancelled=cancelled, work_dir=work)
    assert len(asked) == 21
    assert not list(out.parent.iterdir())
    assert not list(work.iterdir())
    assert not [command for command in children() if "pod.bbb.render.work.worker" in command]


def test_cancelled_is_asked_often(beeps: Video, tmp_path: Path) -> None:
    """At every picture: no stretch of the work goes on unasked."""
    count = 0

    def cancelled() -> bool:
        nonlocal count
        count += 1
        return False

    report = convert(str(beeps.sample.folder), tmp_path / "v.mp4", SMALL, cancelled=cancelled)
    assert count >= report.pictures


def test_a_failing_conversion_keeps_the_old_file(beeps: Video, tmp_path: Path) -> None:
    """What stood at the target is replaced by a checked file or not at all."""
    out = tmp_path / "v.mp4"
    out.write_bytes(b"the old one")
    with pytest.raises(Cancelled):
        convert(str(beeps.sample.folder), out, SMALL, cancelled=lambda: True)
    assert out.read_bytes() == b"the old one"
    assert [p.name for p in tmp_path.iterdir()] == ["v.mp4"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (replace(SMALL, size=(321, 180)), "even"),
        (replace(SMALL, size=(10_000, 180)), "even"),
        (replace(SMALL, layout="upside-down"), "layout"),
        (replace(SMALL, start=5.0, end=4.0), "cut"),
        (replace(SMALL, audio="mp3"), "sound"),
    ],
)
def test_options_that_cannot_work_are_refused(
    beeps: Video, tmp_path: Path, options: ConvertOptions, words: str
) -> None:
    """With a sentence that names what is wrong."""
    with pytest.raises(RenderError, match=words):
        convert(str(beeps.sample.folder), tmp_path / "v.mp4", options)


def test_a_folder_is_no_file_to_write(beeps: Video, tmp_path: Path) -> None:
    """It is said before the work, and nothing is put beside it."""
    (tmp_path / "v.mp4").mkdir()
    with pytest.raises(RenderError, match="is a folder"):
        convert(str(beeps.sample.folder), tmp_path / "v.mp4", SMALL)
    assert [path.name for path in tmp_path.iterdir()] == ["v.mp4"]


def test_a_name_that_looks_like_an_address_is_one_of_a_file(
    beeps: Video, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FFmpeg takes what stands before a colon for a protocol."""
    monkeypatch.chdir(tmp_path)
    convert(str(beeps.sample.folder), Path("http:v.mp4"), replace(SMALL, end=2.0))
    assert packets(tmp_path / "http:v.mp4", "video")


@pytest.mark.parametrize("name", ["v.mp4", "v.webm"])
def test_a_tenth_of_a_second_is_a_video(beeps: Video, tmp_path: Path, name: str) -> None:
    """As short as a cut may be, it is one that plays."""
    out = tmp_path / name
    report = convert(str(beeps.sample.folder), out, replace(SMALL, start=4.0, end=4.1))
    assert report.duration == pytest.approx(0.1)
    assert packets(out, "video")
    assert packets(out, "audio")


@pytest.mark.parametrize("sound", ["aac", "copy"])
def test_seconds_without_sound_are_a_video_without_sound(tmp_path: Path, sound: str) -> None:
    """Where the sound ends before the pictures, a cut may begin behind it; that is noted."""
    folder = make_recording(tmp_path, "beeps", 8.0).folder
    (path,) = folder.glob("video/webcams.*")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
    out = tmp_path / "v.mp4"
    report = convert(str(folder), out, replace(SMALL, start=6.5, audio=sound))
    assert report.duration == pytest.approx(1.5, abs=0.1)
    assert report.sound == ""
    assert "There is no sound in these seconds." in report.notes
    with av.open(out) as container:
        assert not container.streams.audio


def test_a_cut_behind_the_end_is_refused(beeps: Video, tmp_path: Path) -> None:
    """There is nothing to convert, and it is said."""
    with pytest.raises(PlaybackError, match="nothing is left"):
        convert(str(beeps.sample.folder), tmp_path / "v.mp4", replace(SMALL, start=500.0))


def test_a_still_is_the_content_area_alone(lecture: Video, tmp_path: Path) -> None:
    """`still` draws the content fitted and centred, without webcams."""
    out = tmp_path / "still.png"
    still(str(lecture.sample.folder), 2.0, (640, 360), out)
    from PIL import Image  # noqa: PLC0415 - only here

    with Image.open(out) as picture:
        assert picture.size == (640, 360)
        assert picture.convert("RGB").getpixel((1, 1)) == (243, 246, 249)


def test_probe_says_what_is_there(lecture: Video) -> None:
    """What `probe` gives can be written as JSON and names the parts."""
    told = probe(str(lecture.sample.folder))
    assert json.loads(json.dumps(told))["record_id"] == lecture.sample.record_id
    assert told["screen_shares"]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    command = [sys.executable, "-m", "pod.bbb", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def test_the_command_line_converts(beeps: Video, tmp_path: Path) -> None:
    """Exit code 0, one line on stdout, nothing drawn on a stderr that is no terminal."""
    out = tmp_path / "v.mp4"
    done = run("convert", str(beeps.sample.folder), str(out), "--size", "320x180", "--to", "3", "--jobs", "2")
    assert (done.returncode, done.stderr) == (0, "")
    assert str(out) in done.stdout
    assert out.stat().st_size > 1000


def test_the_command_line_says_what_went_wrong_in_one_line(tmp_path: Path) -> None:
    """Exit code 1, no traceback."""
    done = run("convert", str(tmp_path / "nowhere"), str(tmp_path / "v.mp4"))
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("ending", "code", "said"),
    [
        ("| true", "0", ""),
        (">/dev/full", "1", "pod.bbb probe: Writing the answer failed: No space left on device. Check that"),
        (">&- 2>&-", "0", ""),
    ],
)
def test_the_command_line_keeps_its_word_when_nobody_listens(
    beeps: Video, tmp_path: Path, ending: str, code: str, said: str
) -> None:
    """A reader that has gone, a full disk, closed files: the exit code says what came of the work."""
    errors = tmp_path / "errors"
    script = f'exec 2>{errors}; "{sys.executable}" -m pod.bbb probe "$0" {ending}; echo "${{PIPESTATUS[0]}}"'
    done = subprocess.run(
        ["bash", "-c", script, str(beeps.sample.folder)], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == code
    assert errors.read_text().startswith(said)
    assert len(errors.read_text().splitlines()) == (1 if said else 0)


def test_notes_that_nobody_hears_are_no_failure(beeps: Video, tmp_path: Path) -> None:
    """What was asked for is there; where notes would go, the disk is full."""
    out = tmp_path / "s.png"
    command = [sys.executable, "-m", "pod.bbb", "still", str(beeps.sample.folder), str(out), "--at", "1000"]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, check=False, stderr=full)
    assert done.returncode == 0
    assert out.stat().st_size


def test_a_terminal_that_is_gone_ends_no_conversion(beeps: Video, tmp_path: Path) -> None:
    """Who left it at work finds the video; only the bar has nowhere to be drawn."""
    out = tmp_path / "v.mp4"
    ours, its = os.openpty()
    command = [sys.executable, "-m", "pod.bbb", "convert", str(beeps.sample.folder), str(out), "--jobs", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=its, start_new_session=True) as process:
        os.close(its)
        assert os.read(ours, 1)  # the bar
        os.close(ours)
        said, _none = process.communicate()
    assert process.returncode == 0
    assert str(out) in said.decode()


@pytest.mark.parametrize(
    "arguments", [[], ["convert"], ["convert", "a", "b.mp4", "--size", "big"], ["dance"]]
)
def test_wrong_usage_has_its_own_code(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2 and how to use it."""
    with pytest.raises(SystemExit) as left:
        door.main(arguments)
    assert left.value.code == 2
    assert "usage" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("1.5", 1.5), ("1:02", 62), ("1:02:03.5", 3723.5), ("1h2m3s", 3723), ("2m", 120)],
)
def test_times_are_written_as_people_do(text: str, seconds: float) -> None:
    """Seconds, as on a clock, or with letters as in the player's links."""
    assert door.moment(text) == seconds


@pytest.mark.parametrize(
    "option", ["--from=nan", "--to=inf", "--from=-5", "--from=", "--jobs=-1", "--jobs=1000"]
)
def test_numbers_that_are_none_are_wrong_usage(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """With how to write them."""
    with pytest.raises(SystemExit) as left:
        door.main(["convert", "a", "b.mp4", option])
    assert left.value.code == 2
    assert "is no" in capsys.readouterr().err


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_being_ended_leaves_nothing(long_enough: Path, tmp_path: Path, number: int, code: int) -> None:
    """A service manager or a closed terminal ends all processes of a conversion, and its files go."""
    out, work = tmp_path / "out", tmp_path / "work"
    out.mkdir()
    work.mkdir()
    command = [
        sys.executable,
        "-m",
        "pod.bbb",
        "convert",
        str(long_enough),
        str(out / "v.mp4"),
        "--jobs",
        "2",
    ]
    environment = {**os.environ, "TMPDIR": str(work)}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        while not list(work.glob("*/*.spool")):
            assert process.poll() is None
            time.sleep(0.05)
        process.send_signal(number)
        _out, said = process.communicate()
    assert (process.returncode, len(said.splitlines())) == (code, 1)
    assert not [*work.iterdir(), *out.iterdir()]


def test_interrupting_has_its_own_code(monkeypatch: pytest.MonkeyPatch, beeps: Video, tmp_path: Path) -> None:
    """Exit code 130 after Ctrl-C, and nothing left behind."""

    def interrupt(*_args: object, **_more: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("pod.bbb.render.composing.composer.Composer.show", interrupt)
    out = tmp_path / "v.mp4"
    assert door.main(["convert", str(beeps.sample.folder), str(out), "--jobs", "1"]) == 130
    assert not list(tmp_path.iterdir())
