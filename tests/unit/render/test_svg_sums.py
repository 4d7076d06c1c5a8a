"""Filters by which cairo 1.18 lays something into a translucent group: a picture plus what was there."""

from __future__ import annotations

import io

import numpy as np
import pytest
import resvg_py
from numpy.typing import NDArray
from PIL import Image

from pod.bbb.render.images.svg import read_svg
from tests.unit.render.picture_files import HEAD, Notes

NOTHING = '<g transform="translate(20 5)"/>'
SOMETHING = '<rect width="30" height="50" fill="red"/>'
AREA = 'x="0" y="0" width="144" height="72"'


def summed(below: str, k3: str = "1", area: str = AREA) -> str:
    """A slide with a soft shape laid over `below` within a group, as cairo writes it."""
    return (
        f'{HEAD}<filter id="f" x="0%" y="0%" width="100%" height="100%">'
        f'<feImage xlink:href="#one" result="source" {AREA}/>'
        f'<feImage xlink:href="#two" result="destination" {AREA}/>'
        '<feComposite in="source" in2="destination" operator="arithmetic" k1="0" k2="1"'
        f' k3="{k3}" k4="0" color-interpolation-filters="sRGB"/></filter>'
        '<linearGradient id="l"><stop/><stop offset="1" stop-color="white"/></linearGradient>'
        '<mask id="m"><rect width="100" height="50" fill="url(#l)"/></mask>'
        '<g id="one" mask="url(#m)"><g transform="translate(20 5)"><circle cx="30" cy="20" r="15"/></g></g>'
        f'<g id="two">{below}</g><g id="s"><g filter="url(#f)" transform="translate(-20 -5)">'
        f'<rect {area} fill="black"/></g></g><use xlink:href="#s" transform="translate(25 8)"/></svg>'
    )


def drawn(text: str) -> NDArray[np.int16]:
    """The pixels of an SVG."""
    png = resvg_py.svg_to_bytes(svg_string=text, skip_system_fonts=True)
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA")).astype(np.int16)


def test_a_picture_plus_nothing_is_drawn_without_its_filter() -> None:
    """A soft shadow alone in its group shows the same, and no filter is computed for the whole page."""
    file = summed(NOTHING)
    simpler = read_svg(file.encode(), Notes()).text
    assert 'filter="url' not in simpler
    assert np.abs(drawn(simpler) - drawn(file)).max() <= 1
    assert drawn(simpler)[..., 3].max() > 100


@pytest.mark.parametrize(
    "file",
    [
        summed(SOMETHING),
        summed(NOTHING, k3="0.5"),
        summed(NOTHING, area='width="50" height="50"'),
        summed(NOTHING).replace('width="100%"', 'width="40%"'),
    ],
    ids=["something-below", "another-sum", "smaller-area", "cut-off"],
)
def test_another_sum_is_computed_as_it_is(file: str) -> None:
    """What lay below is there, and neither is hidden behind the black area that the filter replaces."""
    kept = read_svg(file.encode(), Notes()).text
    assert 'filter="url(#f)"' in kept
    assert np.array_equal(drawn(kept), drawn(file))
    assert drawn(kept)[..., 3].min() == 0


def test_in_files_with_style_sheets_filters_show_no_picture() -> None:
    """What a sheet refers to is not counted: a picture that shows itself ends the process that draws it."""
    kept = read_svg(summed(SOMETHING).replace("</svg>", "<style/></svg>").encode(), Notes()).text
    assert "feImage" not in kept
    assert 'filter="url(#f)"' not in kept


def test_pictures_of_filters_come_from_within_the_file() -> None:
    """A filter fetches nothing: what it names outside of the file is taken out."""
    file = summed(SOMETHING).replace('"#one"', '"file:///etc/hostname"')
    assert "hostname" not in read_svg(file.encode(), Notes()).text
