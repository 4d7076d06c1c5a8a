"""Recordings that are large in one way each: made once, kept in a folder, without sound or webcams.

What they take is reading, painting and encoding alone: there one may cost more than its length says.
"""

from __future__ import annotations

import json
import math
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pod.bbb.playback.metadata import read_metadata
from pod.bbb.playback.notes import Notes
from tests.benchmarks.recordings import Recording
from tests.samples import START_MS, build, drawing, files
from tests.samples.build import SLIDE
from tests.samples.files import Identity, tenth
from tests.samples.pictures import WORDS

MEGABYTE = 1_000_000
POINTS = 300  # of a stroke when it is done: six seconds of a pen
DRAWN = 50  # slides that are drawn; more are copies of them
HOUR = 3600.0
SENT = 0.1  # seconds between two versions of a growing stroke


def _who(kind: str, seconds: float) -> Identity:
    return Identity(f"Heavy {kind}", f"heavy-{kind}", START_MS, seconds)


def _slides(folder: Path, who: Identity, count: int, pictures: int) -> None:
    """`count` displays of so many slides, evenly over the time."""
    build.write_slides(folder, who, min(pictures, DRAWN))
    deck = folder / "presentation" / who.deck
    for number in range(DRAWN + 1, pictures + 1):
        shutil.copyfile(deck / f"slide-{(number - 1) % DRAWN + 1}.png", deck / f"slide-{number}.png")
    build.write_plain_files(folder)
    step = who.seconds / count
    shown = [
        build.display(who, 1 + number % pictures, step * number, step * (number + 1))
        for number in range(count)
    ]
    (folder / "shapes.svg").write_text(drawing.shapes_svg(shown), encoding="utf-8")


def _strokes(rng: random.Random) -> Iterator[tuple[float, list[tuple[float, float]]]]:
    """Strokes that wander over the slide: when each begins, and its points."""
    at = 1.0
    while True:
        x, y, heading = rng.uniform(100, 1300), rng.uniform(100, 700), rng.uniform(0, 6.28)
        points = []
        for _ in range(POINTS):
            heading += rng.gauss(0, 0.25)
            x += 4 * math.cos(heading) + rng.gauss(0, 0.3)
            y += 4 * math.sin(heading) + rng.gauss(0, 0.3)
            points.append((round(x, 2), round(y, 2)))
        yield at, points
        at += POINTS / 50 + 1.5


def _growing(megabytes: float, shape: Callable[..., dict[str, Any]]) -> dict[str, Any]:
    """Versions of growing strokes, the whole of each repeated in each, until they fill so many megabytes."""
    entries: list[Any] = []
    size = 0
    for number, (at, points) in enumerate(_strokes(random.Random(5)), 1):  # noqa: S311 - the same every time
        steps = round(POINTS / 50 / SENT)
        for step in range(1, steps + 1):
            data = shape(number, points[: POINTS * step // steps], done=step == steps)
            entry = {
                "id": len(entries) + 1,
                "timestamp": tenth(at + SENT * step),
                "undo": -1,
                "shape_data": data,
            }
            entries.append(entry)
            size += len(json.dumps(entry))
        if size > megabytes * MEGABYTE:
            return {"shapes": entries, "timestamp": 0.0}
    raise RuntimeError("there is always another stroke")


def _v2(number: int, points: list[tuple[float, float]], *, done: bool) -> dict[str, Any]:
    left, top = points[0]
    listed = [{"x": round(x - left, 2), "y": round(y - top, 2), "z": 0.5} for x, y in points]
    props = {
        "color": "red",
        "fill": "none",
        "dash": "draw",
        "size": "m",
        "isComplete": done,
        "isClosed": False,
        "isPen": False,
        "segments": [{"type": "free", "points": listed}],
    }
    return {
        "id": f"shape:{number}",
        "type": "draw",
        "x": left,
        "y": top,
        "rotation": 0,
        "isLocked": False,
        "opacity": 1,
        "meta": {"createdBy": "w_1"},
        "props": props,
        "parentId": "page:1",
        "index": f"a{number:05}",
        "typeName": "shape",
    }


def _v1(number: int, points: list[tuple[float, float]], *, done: bool) -> dict[str, Any]:
    left, top = min(x for x, _ in points), min(y for _, y in points)
    style = {"color": "red", "size": "small", "dash": "draw", "isFilled": False, "scale": 1}
    listed = [[round(x - left, 2), round(y - top, 2), 0.5] for x, y in points]
    return {
        "id": f"draw{number}",
        "type": "draw",
        "name": "Draw",
        "parentId": "1",
        "childIndex": number,
        "style": style,
        "point": [left, top],
        "points": listed,
        "rotation": 0,
        "isComplete": done,
        "isLocked": False,
    }


def tldraw(root: Path, megabytes: float, version: str) -> Path:
    """A tldraw.json of growing strokes; as long as its drawing takes."""
    board = _growing(megabytes, _v2 if version.startswith("3") else _v1)
    who = _who(f"tldraw-{version}-{megabytes:g}", tenth(board["shapes"][-1]["timestamp"] + 5))
    folder = build.new_folder(root, who)
    _slides(folder, who, 1, 1)
    (folder / "tldraw.json").write_text(json.dumps({"bbb_version": version, "1": board}), encoding="utf-8")
    (folder / "panzooms.xml").write_text(files.panzooms_xml([(0.0, (0, 0, *SLIDE))], tldraw=True))
    (folder / "cursor.xml").write_text(files.cursor_xml([(0.0, -1.0, -1.0)], tldraw=True))
    build.write_metadata(folder, who)
    return folder


def shapes(root: Path, megabytes: float) -> Path:
    """The same strokes in a shapes.svg."""
    versions = []
    size, at = 0, 0.0
    for number, (at, points) in enumerate(_strokes(random.Random(5)), 1):  # noqa: S311 - the same every time
        steps = round(POINTS / 50 / SENT)
        for step in range(1, steps + 1):
            body = drawing.path(points[: max(2, POINTS * step // steps)])
            style = "stroke:#ff0000;stroke-width:4;stroke-linecap:round;stroke-linejoin:round;fill:none"
            versions.append(drawing.Version(f"pencil{number}", tenth(at + SENT * step), style, body))
            size += len(body) + 200
        if size > megabytes * MEGABYTE:
            break
    who = _who(f"shapes-{megabytes:g}", tenth(at + 12))
    folder = build.new_folder(root, who)
    build.write_slides(folder, who, 1)
    build.write_plain_files(folder)
    shown = build.display(who, 1, 0.0, who.seconds, versions)
    (folder / "shapes.svg").write_text(drawing.shapes_svg([shown]), encoding="utf-8")
    build.write_metadata(folder, who)
    return folder


def slides(root: Path, count: int, seconds: float) -> Path:
    """So many slides, each a picture of its own."""
    who = _who(f"slides-{count}-{seconds:g}", seconds)
    folder = build.new_folder(root, who)
    _slides(folder, who, count, count)
    build.write_metadata(folder, who)
    return folder


def displays(root: Path, count: int, seconds: float) -> Path:
    """Ten slides shown in turns so often: as many chapters."""
    who = _who(f"displays-{count}", seconds)
    folder = build.new_folder(root, who)
    _slides(folder, who, count, 10)
    build.write_metadata(folder, who)
    return folder


def pointer(root: Path, count: int, seconds: float) -> Path:
    """So many events of the pointer."""
    who = _who(f"pointer-{count}", seconds)
    folder = build.new_folder(root, who)
    _slides(folder, who, 20, 10)
    rows = "".join(
        f'<event timestamp="{seconds * n / count:.4f}"><cursor>{0.5 + 0.4 * math.sin(n / 97):.5f} '
        f"{0.5 + 0.4 * math.sin(n / 61):.5f}</cursor></event>\n"
        for n in range(count)
    )
    (folder / "cursor.xml").write_text(f'<recording id="cursor_events">{rows}</recording>')
    build.write_metadata(folder, who)
    return folder


def zooms(root: Path, count: int, seconds: float) -> Path:
    """So many changes of the view."""
    who = _who(f"zooms-{count}", seconds)
    folder = build.new_folder(root, who)
    _slides(folder, who, 20, 10)
    width, height = SLIDE
    views = []
    for n in range(count):
        part = 0.6 + 0.35 * math.sin(n / 50)
        views.append(
            (
                seconds * n / count,
                (width * (1 - part) / 2, height * (1 - part) / 2, width * part, height * part),
            )
        )
    (folder / "panzooms.xml").write_text(files.panzooms_xml(views))
    build.write_metadata(folder, who)
    return folder


def chat(root: Path, count: int, seconds: float) -> Path:
    """So many messages."""
    who = _who(f"chat-{count}", seconds)
    folder = build.new_folder(root, who)
    _slides(folder, who, 20, 10)
    rng = random.Random(3)  # noqa: S311 - the same every time
    messages = [
        (seconds * n / count, f"User {n % 30}", " ".join(rng.choices(WORDS, k=8))) for n in range(count)
    ]
    (folder / "slides_new.xml").write_text(files.chat_xml(messages))
    build.write_metadata(folder, who)
    return folder


@dataclass(frozen=True)
class Case:
    """A recording that is large in one way, how it is converted, and what is large about it."""

    meaning: str
    make: Callable[[Path], Path]
    options: tuple[str, ...] = ()


CASES: Mapping[str, Case] = {
    "tldraw-2": Case("50 MB of growing strokes, BBB 3.0", lambda root: tldraw(root, 50, "3.0.4")),
    "tldraw-1": Case("50 MB of growing strokes, BBB 2.6", lambda root: tldraw(root, 50, "2.6.10")),
    "tldraw-200": Case("200 MB of growing strokes, BBB 3.0", lambda root: tldraw(root, 200, "3.0.4")),
    "shapes": Case("50 MB of growing strokes in shapes.svg", lambda root: shapes(root, 50)),
    "slides": Case("200 slides in 4 h", lambda root: slides(root, 200, 4 * HOUR)),
    "slides-3000": Case(
        "3,000 slides in 4 h, with a sidecar", lambda root: slides(root, 3000, 4 * HOUR), ("--sidecar",)
    ),
    "displays": Case("20,000 displays of ten slides in 4 h", lambda root: displays(root, 20_000, 4 * HOUR)),
    "pointer": Case("1,000,000 pointer events in 4 h", lambda root: pointer(root, 1_000_000, 4 * HOUR)),
    "zooms": Case("20,000 changes of the view in 4 h", lambda root: zooms(root, 20_000, 4 * HOUR)),
    "chat": Case("100,000 chat messages in 4 h", lambda root: chat(root, 100_000, 4 * HOUR), ("--chat",)),
    "hours": Case("100 slides in 12 h", lambda root: slides(root, 100, 12 * HOUR)),
}


def heavy_recording(folder: Path, kind: str) -> Recording:
    """Give one of CASES, made if it is not there yet."""
    root = folder / f"heavy-{kind}"
    done = root / "done"
    if not done.is_file():
        made = CASES[kind].make(root)
        done.write_text(made.name)
    made = root / "presentation" / done.read_text()
    return Recording(kind, made, read_metadata(made, Notes()).duration or 0.0)
