"""The recordings that are measured: made once, kept in a folder."""

from __future__ import annotations

import random
from dataclasses import dataclass
from pathlib import Path

from tests.samples import make_recording
from tests.samples.files import cursor_xml, deskshare_xml

POINTER_EVENTS, STROKES = 20_000, 5_000


@dataclass(frozen=True)
class Recording:
    """A published recording on this machine."""

    kind: str
    folder: Path
    seconds: float


def recording(folder: Path, kind: str, seconds: float) -> Recording:
    """Give a recording of a kind and length, made if it is not there yet."""
    root = folder / f"{kind}-{seconds:g}"
    done = root / "done"
    if not done.is_file():
        made = make_recording(root, "bench-white" if kind == "bench-slides" else kind, seconds)
        if kind == "bench-slides":
            _without_share(made.folder)
        done.write_text(made.record_id)
    return Recording(kind, root / "presentation" / done.read_text(), seconds)


def _without_share(folder: Path) -> None:
    """Take the screen share out: what is left are slides, strokes and the pointer."""
    (folder / "deskshare.xml").write_text(deskshare_xml([]))
    (folder / "deskshare" / "deskshare.webm").unlink(missing_ok=True)


def long_recording(folder: Path, hours: float) -> Recording:
    """Give a recording of many hours with 20,000 pointer events and at least 5,000 strokes."""
    seconds = hours * 3600
    made = recording(folder, "bench-webcam", seconds)
    rng = random.Random(11)  # noqa: S311 - the same recording every time
    times = sorted(round(rng.uniform(0, seconds), 1) for _ in range(POINTER_EVENTS))
    (made.folder / "cursor.xml").write_text(cursor_xml([(t, rng.random(), rng.random()) for t in times]))
    _more_strokes(made.folder / "shapes.svg", rng)
    return made


def _more_strokes(path: Path, rng: random.Random) -> None:
    """Add lines to the first slide's canvas until there are 5,000 shapes."""
    text = path.read_text()
    missing = STROKES - text.count('class="shape"')
    if missing <= 0:
        return
    head, mark, tail = text.partition('<g class="canvas"')
    opening, _, rest = tail.partition(">")
    image = opening.partition('image="')[2].partition('"')[0]
    lines = [
        f'<g id="{image}-draw{number}" class="shape" timestamp="{rng.uniform(0, 60):.1f}" undo="-1" '
        f'shape="{image}-line{number}" style="stroke:#0000ff;stroke-width:2;visibility:hidden;fill:none">'
        f'<line x1="{rng.randrange(1600)}" y1="{rng.randrange(1200)}" x2="{rng.randrange(1600)}" '
        f'y2="{rng.randrange(1200)}"/></g>'
        for number in range(100_000, 100_000 + missing)
    ]
    path.write_text(f"{head}{mark}{opening}>{''.join(lines)}{rest}")
