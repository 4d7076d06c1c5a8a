"""Strokes that grow: each version as if it were the only one."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

import pytest

from pod.bbb.playback.drawing import Fill, PackedPath
from pod.bbb.playback.model import TldrawShape, Whiteboard
from pod.bbb.render import tldraw

Point = tuple[float, float, float]
Maker = Callable[..., dict[str, Any]]


def pen(rng: random.Random, count: int) -> list[Point]:
    """A pen that goes on, rests, turns back and draws zigzags and circles, pressed as it may be."""
    x = y = 0.0
    heading, step, way = rng.uniform(0, 6), rng.choice([0.3, 1, 4, 12, 40]), "on"
    found: list[Point] = []
    for _ in range(count):
        if rng.random() < 0.05:
            way = rng.choice(["on", "rest", "back", "zigzag", "circle"])
        if way == "back":
            heading, way = heading + math.pi, "on"
        heading += {"zigzag": rng.choice([1, -1]) * rng.uniform(1.5, 3.1), "circle": 0.4}.get(way, 0.0)
        heading += rng.gauss(0, 0.2)
        if way != "rest":
            x, y = x + step * math.cos(heading), y + step * math.sin(heading)
        found.append((round(x, 2), round(y, 2), round(min(1.0, max(0.0, rng.gauss(0.5, 0.3))), 2)))
    return found


def versions(rng: random.Random) -> list[tuple[list[Point], bool]]:
    """How much of a stroke each of its versions has, and whether it is finished; some begin anew."""
    points = pen(rng, rng.choice([1, 3, 8, 60, 200]))
    found = []
    for _ in range(12):
        part = points[: rng.randint(1, len(points))] if rng.random() < 0.2 else points
        moved = [(x + 0.5, y, z) for x, y, z in part] if rng.random() < 0.1 else part
        found.append((moved, rng.random() < 0.1))
        points = [*points, *((points[-1][0] + x, points[-1][1] + y, z) for x, y, z in pen(rng, 9))]
    return found


def v2(name: str, points: list[Point], style: tuple[str, str, bool], *, done: bool) -> dict[str, Any]:
    """A stroke of tldraw 2; the last third of some is straight."""
    dash, size, real = style
    listed = [{"x": x, "y": y, "z": z if real else 0.5} for x, y, z in points]
    segments = [{"type": "free", "points": listed}]
    if done and len(listed) > 6:
        segments = [segments[0], {"type": "straight", "points": [listed[-1], listed[0]]}]
    props = {"color": "red", "fill": "solid", "dash": dash, "size": size, "isComplete": done,
             "isClosed": real, "isPen": real, "segments": segments}  # fmt: skip
    return {"id": name, "type": "draw", "x": 5, "y": 7, "props": props, "index": "a1", "typeName": "shape"}


def v1(name: str, points: list[Point], style: tuple[str, str, bool], *, done: bool) -> dict[str, Any]:
    """A stroke of tldraw 1."""
    dash, _size, real = style
    listed = [[x, y, z if real else 0.5] for x, y, z in points]
    look = {"color": "red", "size": "small", "dash": dash, "isFilled": real}
    return {"id": name, "type": "draw", "childIndex": 1, "points": listed, "point": [3, 4],
            "isComplete": done, "style": look}  # fmt: skip


def drawn(data: dict[str, Any], board: Whiteboard) -> list[tuple[bytes, bytes]]:
    """The paths of a stroke."""
    found = tldraw.draw(TldrawShape(data["id"], 1, 0.0, 9.0, data), board).ops
    paths = [op.path for op in found if isinstance(op, Fill) or hasattr(op, "path")]
    assert all(isinstance(path, PackedPath) for path in paths)
    return [(path.codes, path.points.tobytes()) for path in paths if isinstance(path, PackedPath)]


@pytest.mark.parametrize(("make", "board"), [(v1, Whiteboard.TLDRAW_V1), (v2, Whiteboard.TLDRAW_V2)])
def test_a_version_looks_the_same_whatever_was_drawn_before(make: Maker, board: Whiteboard) -> None:
    """Taking over what the version before was made of changes no number of the outline."""
    rng = random.Random(21)  # noqa: S311 - the same strokes every time
    for number in range(60):
        style = (rng.choice(["draw", "draw", "solid", "dashed"]), rng.choice("sml"), rng.random() < 0.4)
        for at, (points, done) in enumerate(versions(rng)):
            grown = drawn(make(f"stroke{number}", points, style, done=done), board)
            alone = drawn(make(f"alone{number}-{at}", points, style, done=done), board)
            if len(points) > 1:  # a dot's size comes from its name
                assert grown == alone


def counted(make: Callable[..., Any], made: list[object]) -> Callable[..., Any]:
    """The same, each thing that it makes being noted."""

    def noted(*parts: Any) -> Any:
        made.append(1)
        return make(*parts)

    return noted


def test_a_version_costs_what_it_adds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a stroke that has thousands of points already, only those that came are reckoned with."""
    from pod.bbb.render.tldraw import freehand, freehand_v1  # noqa: PLC0415 - only counted here

    made: list[object] = []
    for module in (freehand, freehand_v1):
        monkeypatch.setattr(module, "Node", counted(module.Node, made))
    rng = random.Random(3)  # noqa: S311 - the same stroke every time
    points = [(4.0 * x, 20 * math.sin(x / 9) + rng.random(), 0.5) for x in range(3000)]
    for make, board in ((v1, Whiteboard.TLDRAW_V1), (v2, Whiteboard.TLDRAW_V2)):
        made.clear()
        for count in range(1000, 3000, 20):
            drawn(make("long", points[:count], ("draw", "m", False), done=False), board)
        assert len(made) < 5000  # 200,000 without
