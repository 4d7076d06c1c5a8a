"""Long recordings for benchmarks: the load of a real lecture, whatever its length.

Per minute about six drawings in some forty versions, two to four pointer events
a second for most of the time, a slide every 70 to 110 seconds, three chat
messages; the webcam is 640x480 at 15 frames per second in VP9 and moves in every
frame, the screen share 1280x720 at 5. Half a minute of webcam and a minute of
screen are encoded once and repeated: a decoder works as hard as for a real one.
"""

from __future__ import annotations

import math
import random
from dataclasses import replace
from pathlib import Path

from tests.samples import build, drawing, files
from tests.samples.build import SLIDE, Sample, sample_of
from tests.samples.drawing import Display, Version
from tests.samples.files import Identity, tenth
from tests.samples.media import VP9, Film, write_media
from tests.samples.pictures import WORDS

CAMERA_CLIP, SCREEN_CLIP = 32.0, 60.0  # seconds that are encoded
COLOURS = ("ff0000", "0000ff", "008000", "000000", "ffa500")


def _vp9(film: Film) -> Film:
    return replace(film, codec="libvpx-vp9", options=dict(VP9))


def _intervals(
    seconds: float, share: tuple[float, float] | None, rng: random.Random
) -> list[tuple[float, float, int]]:
    """(start, end, slide number) one after the other; number 0 is the screen share."""
    found: list[tuple[float, float, int]] = []
    at, number = 0.0, 0
    while at < seconds - 1:
        if share and at == share[0]:
            found.append((*share, 0))
            at = share[1]
            continue
        end = tenth(min(seconds, at + rng.uniform(70, 110)))
        if share and at < share[0] < end:
            end = share[0]
        number += 1
        found.append((at, end, number))
        at = end
    return found


def _drawings(start: float, end: float, rng: random.Random) -> list[Version]:
    """Six drawings a minute, each in several versions 0.2 s apart; some are undone."""
    versions: list[Version] = []
    for n in range(max(0, round((end - start) / 10))):
        at = tenth(rng.uniform(start + 2, max(start + 2.1, end - 6)))
        undo = tenth(min(end, at + rng.uniform(5, 15))) if rng.random() < 0.15 else -1
        versions += _one(f"{n + 1}", at, undo, rng)
    return [version for version in versions if version.at < end]


def _one(number: str, at: float, undo: float, rng: random.Random) -> list[Version]:
    """One drawing: half of them freehand lines, else boxes, lines and typed text."""
    x, y = rng.uniform(100, SLIDE[0] - 500), rng.uniform(180, SLIDE[1] - 300)
    colour = rng.choice(COLOURS)
    kind = rng.choices(["pencil", "rect", "text", "line"], [50, 24, 14, 12])[0]
    steps = rng.randint(6, 14)
    if kind == "text":
        text = " ".join(rng.choices(WORDS, k=steps))
        made = drawing.typed(f"text{number}", at, (x, y), text, colour)
    elif kind == "pencil":
        points = [(x + 5 * k, y + 9 * math.sin(k / 5) + rng.uniform(-3, 3)) for k in range(steps * 6)]
        style = f"stroke:#{colour};stroke-linecap:round;stroke-linejoin:round;stroke-width:4.3;fill:none"
        made = [
            Version(f"pencil{number}", tenth(at + 0.2 * k), style, drawing.path(points[: 6 * (k + 1)]))
            for k in range(steps)
        ]
    elif kind == "line":
        made = [
            drawing.line(f"line{number}", at + 0.2 * k, (x, y), (x + 30 * (k + 1), y + 14 * k), colour)
            for k in range(steps)
        ]
    else:
        made = [
            drawing.rectangle(f"rect{number}", at + 0.2 * k, (x, y, 25 * (k + 1), 14 * (k + 1)), colour)[-1]
            for k in range(steps)
        ]
        made = [replace(version, at=tenth(at + 0.2 * k)) for k, version in enumerate(made)]
    return [replace(version, undo=undo) for version in made]


def _views(
    intervals: list[tuple[float, float, int]],
) -> list[tuple[float, tuple[float, float, float, float]]]:
    """Every other slide is zoomed into in four steps, and back after 25 s."""
    w, h = SLIDE
    views: dict[float, tuple[float, float, float, float]] = {}
    for n, (start, end, number) in enumerate(intervals):
        views[start] = (0, 0, w, h)
        if number and n % 2 and end - start > 45:
            for step, part in enumerate((0.85, 0.7, 0.6, 0.55)):
                views[tenth(start + 15 + 0.3 * step)] = (
                    w * (1 - part) / 3,
                    h * (1 - part) / 2,
                    w * part,
                    h * part,
                )
            views[tenth(start + 40)] = (0, 0, w, h)
    return sorted(views.items())


def _pointer(
    seconds: float, share: tuple[float, float] | None, rng: random.Random
) -> list[tuple[float, float, float]]:
    """Bursts of five to fifteen seconds with two to four events each second."""
    events = {0.0: (-1.0, -1.0)}
    at, x, y = 1.0, 0.5, 0.5
    while at < seconds - 2:
        end = min(seconds - 1, at + rng.uniform(5, 15))
        while at < end:
            x, y = (min(0.98, max(0.02, v + rng.gauss(0, 0.03))) for v in (x, y))
            if not (share and share[0] <= at < share[1]):
                events[tenth(at)] = (round(x, 5), round(y, 5))
            at += rng.uniform(0.25, 0.5)
        at += rng.uniform(2, 8)
    return [(time, *where) for time, where in sorted(events.items())]


def _recording(
    root: Path, who: Identity, kind: str, share: tuple[float, float] | None, *, moving: bool
) -> Sample:
    rng = random.Random(7)  # noqa: S311 - the same recording every time
    seconds = who.seconds
    folder = build.new_folder(root, who)
    intervals = _intervals(seconds, share, rng)
    slides = max(number for _, _, number in intervals)
    build.write_slides(folder, who, slides, photo=True)
    build.write_plain_files(folder, [share] if share else [])
    shown: list[Display] = [
        build.display(who, number, start, end, _drawings(start, end, rng) if number else ())
        for start, end, number in intervals
    ]
    (folder / "shapes.svg").write_text(drawing.shapes_svg(shown), encoding="utf-8")
    (folder / "panzooms.xml").write_text(files.panzooms_xml(_views(intervals)))
    (folder / "cursor.xml").write_text(files.cursor_xml(_pointer(seconds, share, rng)))
    chat = sorted((rng.uniform(0, seconds), f"User {rng.randint(1, 9)}", " ".join(rng.choices(WORDS, k=8)))
                  for _ in range(round(seconds / 20)))  # fmt: skip
    (folder / "slides_new.xml").write_text(files.chat_xml(chat))
    cues = [(6.0 * k, 6.0 * k + 5, " ".join(rng.choices(WORDS, k=8))) for k in range(int(seconds // 6))]
    files.write_captions(folder, {"en": ("English", cues)})
    camera = build.camera_film(seconds, clip=CAMERA_CLIP) if moving else build.white_film(seconds)
    build.write_camera(folder, _vp9(camera), build.speech_of(seconds))
    if share:
        screen = _vp9(build.screen_film(seconds, [share], clip=SCREEN_CLIP))
        write_media(folder / "deskshare" / "deskshare.webm", replace(screen, key_frame_every=120))
    build.write_metadata(folder, who, slides=slides)
    return sample_of(
        kind, root, who, tuple(start for start, _, _ in intervals[1:]), (share,) if share else ()
    )


def _middle(seconds: float, length: float) -> tuple[float, float]:
    start = tenth((seconds - length) / 2)
    return start, tenth(start + length)


def webcam(root: Path, who: Identity) -> Sample:
    """Slides and drawings, a moving webcam, and a screen share of up to three minutes in the middle."""
    share = _middle(who.seconds, 180) if who.seconds > 240 else None
    return _recording(root, who, "bench-webcam", share, moving=True)


def white(root: Path, who: Identity) -> Sample:
    """The same without any camera: webcams.webm is white, as BBB writes it."""
    share = _middle(who.seconds, 180) if who.seconds > 240 else None
    return _recording(root, who, "bench-white", share, moving=False)


def screen_share(root: Path, who: Identity) -> Sample:
    """A screen share for four fifths of the time, and a moving webcam."""
    return _recording(root, who, "bench-share", _middle(who.seconds, tenth(who.seconds * 0.8)), moving=True)


def screen_alone(root: Path, who: Identity) -> Sample:
    """A screen share for four fifths of the time, without any camera."""
    share = _middle(who.seconds, tenth(who.seconds * 0.8))
    return _recording(root, who, "bench-screen", share, moving=False)
