"""Photographs and scanned pages inside SVG slides."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pod.bbb.render.images.pictures import Pictures
from pod.bbb.render.images.svg import Svg, read_svg
from tests.unit.render.picture_files import SVG, Notes, data_url

PAGE = 800, 400  # of the slide: pixels of the scanned page are drawn half as large, or a quarter
WHOLE = 'width="400" height="200" viewBox="0 0 800 400"'
HEAD = f'<{SVG} xmlns:xlink="http://www.w3.org/1999/xlink" {WHOLE}>'


def scanned(lines: int = 4) -> str:
    """A page of fine upright lines: black, then three white ones."""
    page = Image.new("L", PAGE, 255)
    for x in range(0, PAGE[0], lines):
        page.paste(0, (x, 0, x + 1, PAGE[1]))
    file = io.BytesIO()
    page.save(file, "PNG")
    return f'<image id="i" width="800" height="400" xlink:href="{data_url(file.getvalue())}"/>'


def read(body: str) -> Svg:
    """An SVG slide."""
    return read_svg(f"{HEAD}{body}</svg>".encode(), Notes())


def test_a_scanned_page_drawn_smaller_keeps_its_fine_lines(tmp_path: Path) -> None:
    """Four lines of its pixels become one: all are as grey as the four together, not black or white."""
    (tmp_path / "a.svg").write_text(f"{HEAD}{scanned()}</svg>")
    raster = Pictures(tmp_path, Notes(), area=(200, 100)).get("a.svg", 200, (0.0, 0.0, 200.0, 100.0))
    assert raster is not None
    row = np.asarray(raster.image.convert("L"), int)[50, 5:-5]
    assert row.min() > 150
    assert row.max() < 230


@pytest.mark.parametrize(
    ("body", "scale"),
    [
        ("{}", 0.5),
        ('<g transform="matrix(0.5 0 0 0.5 9 9)">{}</g>', 0.25),
        ('<defs>{}</defs><use xlink:href="#i" transform="scale(.2) translate(3, 4)"/>', 0.1),
        ('<defs>{}<mask id="m"><use xlink:href="#i"/></mask></defs><g mask="url(#m)"/>', 0.5),
        ('<g transform="rotate(90) scale(0.5, 0.25)">{}</g>', 0.25),
        ('{}<use transform="scale(2)" xlink:href="#i"/>', 1.0),
    ],
)
def test_how_large_a_picture_is_drawn_is_known(body: str, scale: float) -> None:
    """By all that it lies in, and where it is shown largest; the slide itself shows two units a pixel."""
    (photo,) = read(body.format(scanned())).photos
    assert photo.scale == pytest.approx(scale)


@pytest.mark.parametrize(
    "body",
    [
        "<pattern id='p'>{}</pattern>",
        "<defs>{}</defs>",
        '<g transform="skewX(9)">{}</g>',
        '<g transform="scale(1 2 3)">{}</g>',
    ],
)
def test_a_picture_of_unknown_size_stays_as_it_is(body: str) -> None:
    """In patterns, slanted, or shown nowhere."""
    assert read(body.format(scanned())).photos == ()


def test_a_picture_drawn_as_large_as_it_is_stays_as_it_is() -> None:
    """For a closer view none of its pixels is lost."""
    svg = read(scanned())
    near, far = (svg.outer(size, (0.0, 0.0, *size)) for size in ((800, 400), (200, 100)))
    assert svg.text in near
    assert svg.text not in far


@pytest.mark.parametrize("box", ["0 0 0 0", "a b c d", "1", "0 0 nan 5"])
def test_a_slide_with_a_damaged_view_box_is_read(box: str) -> None:
    """Its pictures stay as they are, as browsers pass over such a box."""
    head = HEAD.replace("0 0 800 400", box)
    svg = read_svg(f"{head}{scanned()}</svg>".encode(), Notes())
    assert scanned().split('"')[7] in svg.outer((40, 20), (0.0, 0.0, 40.0, 20.0))
