"""Stills of whole recordings: our own golden ones, and the official player's pictures."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pod.bbb.convert import still
from pod.bbb.errors import PlaybackError, RenderError
from pod.bbb.places import part_of, turn
from pod.bbb.playback.drawing import Fill, Picture, Text
from pod.bbb.playback.model import Media, Playback, Rect, ScreenShare, Slide, View, Whiteboard
from pod.bbb.render.beside.stills import content_at
from pod.bbb.render.painting.painter import Painter
from pod.bbb.render.timing.scene import Scene
from tests.unit.render.boards import BLUE, block, line, playback, scene, shape, white_slide

GOLDEN = Path(__file__).with_name("golden")


def painted(folder: Path, shown: Scene, size: tuple[int, int]) -> Image.Image:
    """A scene as a picture."""
    pixels = Painter(playback(folder), *size).paint(shown).pixels
    return Image.fromarray(np.ascontiguousarray(pixels[..., 2::-1]))


def small(image: Image.Image) -> NDArray[np.float32]:
    """A picture small enough that anti-aliasing does not matter."""
    return np.asarray(image.resize((160, 90), Image.Resampling.BOX), np.float32)


def lecture(folder: Path) -> Scene:
    """A bit of everything that shapes.svg can hold, zoomed in."""
    shown = white_slide(folder, (640, 360))
    (folder / "presentation/p/poll_result1.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="136" height="60" viewBox="0 0 136 60">'
        '<rect x=".5" y=".5" width="135" height="59" fill="white" stroke="black"/>'
        '<rect x="48" y="9" width="68" height="42" fill="#333"/>'
        '<text x="8" y="39" font-family="Arial" font-size="24">Yes</text></svg>'
    )
    curve = (("M", 60.0, 300.0), ("C", 150.0, 180.0, 250.0, 340.0, 330.0, 240.0))
    pencil = line(0, 0, 0, 0, width=6, colour=BLUE)
    paragraph = "Un texte assez long\nשלום עולם\nBonjour à tous, voilà"
    return scene(
        shown,
        shape(1, type(pencil)(curve, BLUE, 6.0)),
        shape(2, block(400, 60, 120, 80, (255, 200, 0, 128))),
        shape(3, Text(paragraph, 60.0, 60.0, 220.0, 28.0, (0, 0, 0, 255))),
        shape(4, Picture("presentation/p/poll_result1.svg", 380, 220, 200, 90)),
        shape(5, Fill((("M", 400, 60), ("L", 460, 10), ("L", 520, 60), ("Z",)), (0, 130, 60, 255))),
        view=Rect(40, 10, 560, 315),
        cursor=(350, 180),
    )


def test_a_lecture_looks_as_it_did(tmp_path: Path) -> None:
    """A scene with everything is near the picture that was looked at when it was made."""
    got = painted(tmp_path, lecture(tmp_path), (640, 360))
    expected = Image.open(GOLDEN / "lecture.png").convert("RGB")
    assert np.abs(small(got) - small(expected)).mean() < 1.0
    assert np.abs(small(got) - small(expected)).max() < 60


def test_the_picture_is_the_same_at_another_size(tmp_path: Path) -> None:
    """Twice the size shows the same, finer."""
    shown = lecture(tmp_path)
    double = painted(tmp_path, shown, (1280, 720))
    assert np.abs(small(double) - small(painted(tmp_path, shown, (640, 360)))).mean() < 2.0


def share_video(path: Path) -> None:
    """Two seconds at five frames a second, each second of one grey."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libvpx", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(10):
            grey = np.full((48, 64, 3), 60 if number < 5 else 200, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        container.mux(stream.encode())


def sharing(folder: Path) -> Playback:
    """A recording whose second second is a screen share."""
    shown = white_slide(folder)
    return Playback(
        folder, "a-1", "Title", None, "", 40.0, Whiteboard.SVG,
        slides=(shown,), views=(View(0.0, Rect(0, 0, 160, 90)),),
        shares=(ScreenShare(1.0, 2.0, 64, 48), ScreenShare(30.0, 31.0, 64, 48)),
        deskshare=Media(folder / "deskshare.webm", 2.0, 64, 48),
    )  # fmt: skip


@pytest.mark.parametrize(("second", "grey"), [(1.05, 200), (1.9, 200), (30.5, 200)])
def test_screen_share_shows_the_frame_of_the_second(tmp_path: Path, second: float, grey: int) -> None:
    """The frame shown is the last one that began; after the film's end, the last one of all."""
    share_video(tmp_path / "deskshare.webm")
    pixels, notes = content_at(sharing(tmp_path), second, (160, 90))
    assert pixels[45, 80] == pytest.approx((grey,) * 3, abs=8)
    assert notes == ()


def test_screen_share_takes_the_whiteboards_place(tmp_path: Path) -> None:
    """While a share is active its picture is fitted into the content area."""
    share_video(tmp_path / "deskshare.webm")
    during, _ = content_at(sharing(tmp_path), 1.5, (160, 90))
    after, _ = content_at(sharing(tmp_path), 2.5, (160, 90))
    assert during[45, 80] == pytest.approx((200, 200, 200), abs=8)
    assert tuple(during[45, 5]) == (243, 246, 249)
    assert tuple(after[45, 80]) == (255, 255, 255)


def test_broken_screen_share_is_one_clear_error(tmp_path: Path) -> None:
    """A file that is no video is named, with what to do."""
    (tmp_path / "deskshare.webm").write_bytes(b"nonsense")
    with pytest.raises(PlaybackError, match=r"deskshare\.webm.*Fetch"):
        content_at(sharing(tmp_path), 1.5, (160, 90))


def recording(folder: Path) -> Path:
    """The smallest published recording: a slide and its view."""
    shown: Slide = white_slide(folder)
    duration = "<playback><duration>10000</duration></playback>"
    (folder / "metadata.xml").write_text(f"<recording>{duration}</recording>")
    (folder / "shapes.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
        f'<image id="image1" class="slide" in="0" out="10" xlink:href="{shown.href}"'
        ' width="160" height="90"/>'
        '<g class="canvas" id="canvas1" image="image1"><g class="shape" timestamp="2.0" undo="-1"'
        ' shape="image1-line1" style="stroke:#ff0000;stroke-width:10">'
        '<line x1="0" y1="45" x2="160" y2="45"/></g></g></svg>'
    )
    (folder / "panzooms.xml").write_text(
        '<recording><event timestamp="0.0"><viewBox>0 0 160 90</viewBox></event></recording>'
    )
    return folder


def test_still_is_written_whole(tmp_path: Path) -> None:
    """The file is a picture of the size asked for; no half-written one remains beside it."""
    folder = tmp_path / "recording"
    out = tmp_path / "still.png"
    still(str(recording(folder)), 3.0, (320, 180), out)
    with Image.open(out) as image:
        assert image.size == (320, 180)
        assert image.convert("RGB").getpixel((160, 90)) == (255, 0, 0)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["recording", "still.png"]


def test_stills_of_one_name_take_turns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is being written gets its name whole; the next one waits for it."""
    folder, out = recording(tmp_path / "recording"), tmp_path / "still.png"
    waiting = threading.Event()
    monkeypatch.setattr("pod.bbb.places.time.sleep", lambda _seconds: waiting.set())
    with ThreadPoolExecutor(1) as threads:
        with turn(part_of(out), lambda: None):
            part_of(out).write_bytes(b"the other one's")
            second = threads.submit(still, str(folder), 3.0, (320, 180), out)
            assert waiting.wait(20.0)
            assert part_of(out).read_bytes() == b"the other one's"
            part_of(out).replace(out)
        second.result()
    with Image.open(out) as image:
        assert image.size == (320, 180)
    assert not part_of(out).exists()


def test_still_before_a_stroke_does_not_show_it(tmp_path: Path) -> None:
    """A shape appears at its second."""
    out = tmp_path / "still.png"
    still(str(recording(tmp_path / "recording")), 1.9, (320, 180), out)
    with Image.open(out) as image:
        assert image.convert("RGB").getpixel((160, 90)) == (255, 255, 255)


def test_still_behind_the_end_is_the_end_and_says_so(tmp_path: Path) -> None:
    """The last picture, with how long the recording lasts."""
    (note,) = (
        note
        for note in still(str(recording(tmp_path / "recording")), 9999.0, (32, 18), tmp_path / "still.png")
        if "this is its end" in note
    )
    assert note.startswith("The recording lasts ")
    assert (tmp_path / "still.png").is_file()


def test_still_that_cannot_be_written_is_a_clear_error(tmp_path: Path) -> None:
    """A folder that does not exist is named."""
    with pytest.raises(RenderError, match=r"none/still\.png cannot be written"):
        still(str(recording(tmp_path / "recording")), 1.0, (32, 18), tmp_path / "none" / "still.png")


@pytest.mark.shared_data
@pytest.mark.slow
def test_stills_are_near_the_official_players_pictures(shared: Path, tmp_path: Path) -> None:
    """Every picture of a shapes.svg recording: each stroke and letter in place, in its colour."""
    expected = tmp_path / "expected"
    expected.mkdir()
    for path in (shared / "data/player").glob("*.png"):
        if path.name.startswith(("0962", "3bdb", "7b647dc30846")):
            (expected / path.name).write_bytes(path.read_bytes())
    done = subprocess.run(
        [
            sys.executable, str(shared / "tools/compare_stills.py"),
            str(expected), str(shared / "data/playback"),
            sys.executable, "-m", "pod.bbb", "still", "{recording}", "--at", "{seconds}", "{out}",
        ],
        capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    rows = [line.split() for line in done.stdout.splitlines() if ".png" in line]
    assert len(rows) >= 5
    assert min(float(row[2]) for row in rows) >= 0.97, done.stdout
    assert min(float(row[4]) for row in rows) >= 0.97, done.stdout
