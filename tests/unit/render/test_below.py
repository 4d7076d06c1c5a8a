"""What lies below the shapes that change: painted once, and the same to the pixel."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pod.bbb.playback.model import Rect
from pod.bbb.render.painting import below, items, painter
from pod.bbb.render.painting.painter import Painter
from tests.unit.render.boards import BLUE, SIZE, block, line, playback, scene, shape, white_slide


def test_a_growing_stroke_costs_the_same_on_a_crowded_board(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shapes below one that grows are not drawn with each of its versions."""
    drawn: list[items.Item] = []

    def noted(item: items.Item, *others: Any) -> None:
        drawn.append(item)
        items.draw(item, *others)

    monkeypatch.setattr(painter, "draw", noted)
    shown = white_slide(tmp_path)
    crowd = [shape(number, line(0, number, 160, 90 - number, colour=BLUE)) for number in range(40)]
    board = Painter(playback(tmp_path), *SIZE)
    for version in range(100):
        board.paint(scene(shown, *crowd, shape(100, line(10, 10, 20 + version, 80))))
    assert len(drawn) < 100 + 7 * len(crowd)


def test_changes_high_and_low_leave_the_board_as_painted_afresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever shapes come, go and change, in however many views, the picture is that of a new painter."""
    monkeypatch.setattr(below, "_PAYS", 0)
    rng = random.Random(4)  # noqa: S311 - the same film every time
    shown = white_slide(tmp_path)
    pool = [
        shape(number, line(rng.randrange(160), rng.randrange(90), rng.randrange(160), rng.randrange(90), 9))
        if number % 2
        else shape(number, block(rng.randrange(140), rng.randrange(80), 40, 30, (0, 120, 0, 128)))
        for number in range(12)
    ]
    views = [Rect(0, 0, *SIZE), Rect(33.3, 12.7, 71.1, 40.2)]
    board, kept = Painter(playback(tmp_path), *SIZE), pool[:6]
    for step in range(80):
        at = rng.randrange(len(kept) + 1)
        kept = [*kept[:at], rng.choice(pool), *kept[at + rng.randrange(2) :]][:9]
        kept = list(dict.fromkeys(kept))
        now = scene(shown, *kept, view=views[step // 20 % 2])
        afresh = Painter(playback(tmp_path), *SIZE).paint(now)
        assert np.array_equal(board.paint(now).pixels, afresh.pixels)
