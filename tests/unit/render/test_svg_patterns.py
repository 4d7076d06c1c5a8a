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
FILLED = '<rect width="360" height="90" fill="url(#p)"/>'
PIXELS = (473, 118)  # 1.314 a unit: a tile of 9 units has 11.8


def hatched(tile: str, pattern: str = UPSIDE_DOWN, filled: str = FILLED, more: str = "") -> str:
    """A slide filled with a pattern as cairo writes it."""
    return (
        f'{HEAD}<clipPath id="c"><rect width="9" height="9"/></clipPath>'
        f'<g id="s" clip-path="url(#c)">{tile}</g>'
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
