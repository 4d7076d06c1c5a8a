"""Masks of slides made of PDF files: drawn another way, they show the same."""

from __future__ import annotations

import io

import numpy as np
import pytest
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from pod.bbb.render.images.svg import read_svg
from tests.unit.render.picture_files import HEAD, Notes, data_url

WHITE = "0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 1 0"
FADING = (
    '<linearGradient id="l"><stop stop-opacity="0"/><stop offset="1" stop-opacity=".8"/></linearGradient>'
)


def picture() -> str:
    """A picture of 40 x 40 whose transparency grows to the right, as data."""
    shade = Image.new("RGBA", (40, 40), "red")
    shade.putalpha(Image.linear_gradient("L").resize((40, 40)))
    file = io.BytesIO()
    shade.save(file, "PNG")
    return data_url(file.getvalue())


SHOWN = {
    "even": '<rect width="100" height="50" fill="black" fill-opacity=".5"/>',
    "gradient": f'{FADING}<rect x="10" y="5" width="70" height="40" fill="url(#l)"/>',
    "picture": f'<image width="60" height="50" xlink:href="{picture()}"/>',
    "styled": '<rect width="50" height="50" style="fill:rgb(0%,90%,0%);fill-opacity:0.3;stroke:none;"/>',
}


def masked(shown: str, values: str = WHITE, mask: str = "", wide: str = "100%") -> str:
    """A slide with a shape masked as cairo writes it."""
    return (
        f'{HEAD}<filter id="alpha" x="0%" y="0%" width="{wide}" height="100%"><feColorMatrix type="matrix"'
        f' in="SourceGraphic" values="{values}"/></filter><mask id="m" {mask}><g filter="url(#alpha)">{shown}'
        '</g></mask><g id="s"><rect x="8" y="8" width="80" height="30" fill="blue"/><circle r="20"/></g>'
        '<use xlink:href="#s" transform="translate(5 3)" mask="url(#m)"/></svg>'
    )


def drawn(text: str) -> NDArray[np.int16]:
    """The pixels of an SVG."""
    png = resvg_py.svg_to_bytes(svg_string=text, skip_system_fonts=True)
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA")).astype(np.int16)


@pytest.mark.parametrize("kind", SHOWN)
def test_a_mask_without_its_filter_shows_the_same(kind: str) -> None:
    """The filter, computed over the whole page for each mask, is gone; the pixels are the same, rounded."""
    file, said = masked(SHOWN[kind]), Notes()
    simpler = read_svg(file.encode(), said).text
    assert 'filter="url' not in simpler
    assert drawn(file).any()
    assert abs(drawn(simpler) - drawn(file)).max() <= 1


@pytest.mark.parametrize(
    "file",
    [
        masked(SHOWN["even"], values="1 0 0 0 0 0 1 0 0 0 0 0 1 0 0 0 0 0 1 0"),
        masked(SHOWN["even"], values="0 0 0 0 1 0 0 0 0 1 0 0 0 0 1 0 0 0 0.5 0"),
        masked(SHOWN["even"], values="none"),
        masked('<path d="M5 5h40" stroke="black" stroke-width="9"/>'),
        masked('<path d="M5 5h40" style="fill:none;stroke:black"/>'),
        masked(SHOWN["even"], wide="50%"),
        masked(SHOWN["even"], mask='mask-type="luminance"'),
        masked(f"{SHOWN['even']}</g><g>{SHOWN['styled']}"),
        masked(SHOWN["even"], mask='stroke="black"'),
        masked('<use xlink:href="#s"/>').replace("<circle", '<circle stroke="black"'),
        masked('<g filter="url(#o)"><rect width="9" height="9"/></g>'),
        masked(SHOWN["even"]).replace("</svg>", "<style>g {filter: none}</style></svg>"),
        masked(SHOWN["even"]).replace("<g filter", '<g style="filter:none" filter'),
        masked(SHOWN["even"]).replace("<feColorMatrix", '<feColorMatrix width="20"'),
        masked(SHOWN["even"]).replace("<filter", '<filter id="alpha"/><filter'),
    ],
)
def test_any_other_mask_stays_as_it_is(file: str) -> None:
    """The filter is needed where it does something else, or might: most of these would show others.

    Other colours, a part only, strokes and shifted things that it cuts off, style sheets, doubtful names.
    """
    assert 'filter="url(#alpha)"' in read_svg(file.encode(), Notes()).text
