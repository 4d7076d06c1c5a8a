"""A recording that tests read, and damage."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.playback.writing import (
    canvas,
    cursor,
    image,
    panzoom,
    shape,
    write_events,
    write_film,
    write_metadata,
    write_shapes,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A recording of twenty seconds, as BBB 2.5 writes it."""
    write_metadata(tmp_path)
    write_film(tmp_path / "video/webcams.webm", 20)
    write_shapes(
        tmp_path,
        image(1, "0.0", "8.0"),
        canvas(1, shape("image1-pencil1", "1.0"), shape("image1-pencil1", "2.0")),
        image(2, "8.0", "400.0"),
    )
    write_events(tmp_path, "panzooms.xml", panzoom("0.0", "0 0 1600 900"), panzoom("5.0", "0 0 800 450"))
    write_events(tmp_path, "cursor.xml", cursor("1.0", "0.5 0.5"), cursor("300.0", "0.1 0.1"))
    return tmp_path
