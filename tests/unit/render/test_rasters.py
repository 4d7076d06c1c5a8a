"""Raster files as pixels in the canvas's order."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pod.bbb.render.images.pictures import Pictures
from pod.bbb.render.images.rasters import load_raster


def _picture(mode: str) -> Image.Image:
    """A gradient in every colour, in the mode."""
    across, down = np.meshgrid(np.arange(64), np.arange(48))
    colours = np.stack([across * 4, down * 5, 255 - across * 3, 255 - down * 4], axis=2).astype(np.uint8)
    whole = Image.fromarray(colours)
    return whole.quantize(200) if mode == "PA" else whole.convert("RGB").convert(mode)


@pytest.mark.parametrize("mode", ["1", "L", "P", "PA", "RGB", "RGBA"])
def test_every_kind_of_picture_has_its_own_colours(tmp_path: Path, mode: str) -> None:
    """Blue, green and red times alpha, and alpha, whether a table holds the colours or each pixel."""
    path = tmp_path / "slide.png"
    _picture(mode).save(path)
    with Image.open(path) as saved:
        expected = np.asarray(saved.convert("RGBA").convert("RGBa"))[..., [2, 1, 0, 3]]
    raster = load_raster(path, pytest.fail)
    shown = np.frombuffer(raster.image.convert("RGBX").tobytes(), np.uint8).reshape(expected.shape)
    assert np.array_equal(shown, expected)
    assert raster.opaque == bool((expected[..., 3] == 255).all())


def test_what_is_no_picture_is_said_without_its_place_on_this_machine(tmp_path: Path) -> None:
    """Notes are shown to people who have nothing to do with the server's folders."""
    (tmp_path / "slide.png").write_bytes(b"BM no picture")
    said: list[str] = []
    assert Pictures(tmp_path, said.append).get("slide.png", 100) is None
    assert said == ["The picture slide.png cannot be shown: it is not a picture in a format of slides."]


def test_a_missing_picture_is_said_without_the_name_of_an_error(tmp_path: Path) -> None:
    """What Python calls it means nothing to those who read notes."""
    said: list[str] = []
    assert Pictures(tmp_path, said.append).get("slide.png", 100) is None
    assert said == ["The picture slide.png cannot be shown: the file is missing."]
