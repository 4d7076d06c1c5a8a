"""Patterns of slides made of PDF files: their tiles join, and lie where they belong."""

from __future__ import annotations

import io

import numpy as np
import pytest
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from pod.bbb.render.images.svg import read_svg
from tests.unit.render.picture_files import Notes

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'width="360" height="90" viewBox="0 0 360 90">'
)
UPSIDE_DOWN = 'patternTransform="matrix(1,0,0,-1,0,90)"'
SIZED = 'width="77" height="90"'
FILLED = '<rect width="360" height="90" fill="url(#p)"/>'
PIXELS = (473, 118)  # 1.314 a unit: a tile of 9 units has 11.8


def hatched(tile: str, pattern: str = UPSIDE_DOWN, filled: str = FILLED, more: str = "") -> str:
    """A slide filled with a pattern as cairo writes it."""
    return (
        f'{HEAD}<defs><clipPath id="c"><rect width="9" height="9"/></clipPath>'
        f'<g id="s" clip-path="url(#c)">{tile}</g></defs>'
        f'<pattern id="p" patternUnits="userSpaceOnUse" width="9" height="9" {pattern}>'
        f'<use xlink:href="#s"/></pattern>{more}{filled}</svg>'
    )


def drawn(text: str) -> NDArray[np.int16]:
    """The pixels of an SVG, drawn larger."""
    svg = read_svg(text.encode(), Notes().append)
    png = resvg_py.svg_to_bytes(svg_string=svg.outer(PIXELS, (0.0, 0.0, float(PIXELS[0]), float(PIXELS[1]))))
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"), np.int16)


def test_tiles_join_without_a_gap() -> None:
    """Tiles of one colour fill all of what they fill, though none of them ends on a whole pixel."""
    assert (drawn(hatched('<rect width="9" height="9"/>'))[..., 3] >= 254).all()


def test_the_last_tile_lies_where_it_belongs() -> None:
    """After forty tiles the stripes are where they are when each is drawn by itself."""
    alone = "".join(f'<rect x="{9 * at}" width="4.5" height="90"/>' for at in range(40))
    there = drawn(hatched('<rect width="4.5" height="9"/>'))[..., 3]
    assert np.abs(there - drawn(f"{HEAD}{alone}</svg>")[..., 3]).mean() < 255 * 0.06


def test_a_hatching_far_from_where_its_pattern_begins_lies_where_it_belongs() -> None:
    """Twenty tiles away, of which none is a whole number of pixels: that of a bar in a chart."""
    pattern = 'patternTransform="matrix(1,0,0,1,-1540,0)" viewBox="0 0 77 90" x="0" y="0"'
    bar = '<path fill="url(#p)" d="M 30 20 L 110 20 L 110 70 L 30 70 Z M 30 20 "/>'
    file = hatched('<rect x="10" width="30" height="90"/>', pattern, bar).replace(
        'width="9" height="9"', SIZED
    )
    alone = '<rect x="30" y="20" width="10" height="50"/><rect x="87" y="20" width="23" height="50"/>'
    beside = np.abs(drawn(file) - drawn(f"{HEAD}{alone}</svg>"))[..., 3]
    assert beside.sum() < 255 * 66 * 1.5  # three edges of 66 pixels, half a pixel each


def test_tiles_of_cairo_1_18_join_without_a_gap() -> None:
    """It names the viewBox of a tile, which is the tile."""
    named = f'{UPSIDE_DOWN} x="0" y="0" viewBox="0 0 9 9"'
    assert (drawn(hatched('<rect width="9" height="9"/>', named))[..., 3] >= 254).all()


def test_paper_of_a_hatching_larger_than_the_page_is_cut() -> None:
    """Cairo 1.18 clips it twice: nine pictures of twice the page for each tile took 19 seconds."""
    paper = '<rect x="-90" y="-20" width="500" height="300" fill="red"/>'
    tile = f'<g clip-path="url(#d)">{paper}<path d="M 0 0 L 9 9"/></g>'
    again = '<clipPath id="d"><path d="M 0 0 L 9 0 L 9 9 L 0 9 Z M 0 0 "/></clipPath>'
    file = hatched(tile, more=again)
    text = read_svg(file.encode(), Notes().append).text
    assert 'width="500"' not in text
    assert text.count("clip-path=") == 1
    assert (drawn(file) == drawn(hatched('<rect width="9" height="9" fill="red"/>'))).all()


@pytest.mark.parametrize(
    "tile",
    [
        '<path d="M 0 0 L 9 0 L 0 9 L 9 9 Z M 0 0 "/>',
        '<circle r="20"/>',
        '<rect width="8" height="9"/>',
        '<rect width="9" height="9" transform="scale(.5)"/>',
    ],
    ids=["crossed", "round", "narrow", "smaller"],
)
def test_a_clip_within_a_tile_stays(tile: str) -> None:
    """It is dropped only where it shows all of the tile."""
    file = hatched(
        '<g clip-path="url(#d)"><rect width="9" height="9"/></g>', more=f'<clipPath id="d">{tile}</clipPath>'
    )
    assert 'clip-path="url(#d)"' in read_svg(file.encode(), Notes().append).text


@pytest.mark.parametrize(
    "file",
    [
        hatched('<rect width="4" height="9"/>', more="<style>rect { fill: red }</style>"),
        hatched('<rect width="4" height="9"/>', 'patternContentUnits="objectBoundingBox"'),
        hatched('<rect width="4" height="9"/>', 'viewBox="0 0 5 5"'),
        hatched('<rect width="4" height="9"/>', 'patternTransform="scale(0)"'),
        hatched('<rect width="4" height="9"/>', filled=""),
        hatched('<rect width="9" height="9" fill="url(#q)"/>', more='<pattern id="q"/>'),
        hatched('<rect width="4" height="9"/>', more='<g id="tile-of-p"/>'),
        hatched('<rect width="4" height="9"/>', 'patternTransform="scale(1e-200)"'),
        hatched('<rect width="4" height="9"/>', filled=f'<g transform="scale(10)">{FILLED}</g>'),
        hatched(
            '<rect width="4" height="9"/>',
            filled=f'<g id="f">{FILLED}</g><use xlink:href="#f" transform="rotate(9)"/>',
        ),
        hatched('<rect width="1" height="1"/>' * 13_000),
        hatched('<rect width="4" height="9"/>', filled=FILLED * 4000),
    ],
    ids=[
        "styled",
        "of boxes",
        "with a view",
        "flat",
        "unused",
        "nested",
        "name taken",
        "tiny",
        "drawn larger",
        "used turned",
        "large",
        "used often",
    ],
)
def test_any_other_pattern_stays_as_it_is(file: str) -> None:
    """What may mean something else, or would take long to draw so often, is left to resvg."""
    assert not read_svg(file.encode(), Notes().append).tiles


def test_many_patterns_share_the_work() -> None:
    """Those of a map with a pattern for each field are put together of fewer tiles than one alone."""
    one = hatched('<rect width="4" height="9"/>')
    pattern = one[one.index("<pattern") : one.index("</pattern>")] + "</pattern>"
    others = [(pattern.replace('"p"', f'"p{n}"'), FILLED.replace("#p", f"#p{n}")) for n in range(999)]
    many = one.replace("</svg>", "".join(map("".join, others)) + "</svg>")
    alone, shared = (read_svg(file.encode(), Notes().append).tiles for file in (one, many))
    assert (len(shared), alone["p"].most, shared["p"].most) == (1000, 16, 3)


def test_a_pattern_that_shows_what_looks_like_a_tile_is_drawn() -> None:
    """A file may have such a name by itself, and miss what it names."""
    named = '<pattern id="q"><use xlink:href="#tile-of-q"/></pattern>'
    file = hatched('<rect width="9" height="9"/>', more=named)
    assert (drawn(file) == drawn(file.replace(named, ""))).all()


def test_a_mirrored_line_is_drawn_with_its_pattern() -> None:
    """As cairo writes lines: upside down, in the page's own size."""
    line = f'<g transform="matrix(1,0,0,-1,0,90)">{FILLED}</g>'
    assert read_svg(hatched('<rect width="4" height="9"/>', filled=line).encode(), Notes().append).tiles


def test_a_pattern_with_a_name_like_a_letter_of_markup_is_drawn() -> None:
    """Names are written into the file again only where they need no escapes."""
    strange = hatched('<rect width="9" height="9"/>').replace('"p"', '"p&lt;"').replace("#p)", "#p&lt;)")
    assert not read_svg(strange.encode(), Notes().append).tiles
