"""SVG files: what of them is read, and what never is."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from PIL import Image

from pod.bbb.render.images import rasters
from pod.bbb.render.images import svg as svg_files
from pod.bbb.render.images.svg import UnusableSvgError, read_svg
from tests.unit.render.picture_files import HEAD, Notes, data_url, png


@pytest.fixture
def said() -> Notes:
    """What was noted."""
    return Notes()


def svg(body: str, said: Notes) -> str:
    """What is left of an SVG."""
    return read_svg(f"{HEAD}{body}</svg>".encode(), said).text


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="1440pt" height="810pt" viewBox="0 0 1440 810"', (1920, 1080)),
        ('viewBox="0 0 40 20"', (40, 20)),
        ('width="80" viewBox="0 0 40 20"', (80, 40)),
        ('width="100%" height="100%" viewBox="0,0,40,20"', (40, 20)),
        ('version="1.1" width="1600" height="1600"', (1600, 1600)),
    ],
)
def test_size_of_an_svg(attributes: str, size: tuple[float, float], said: Notes) -> None:
    """Width, height and viewBox give the size as in a browser."""
    found = read_svg(f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}/>'.encode(), said)
    assert (found.width, found.height) == pytest.approx(size)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no xml",
        "<html/>",
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        f"{HEAD}<rect",
        f"{HEAD}<g></svg>",
    ],
)
def test_what_is_no_svg_is_refused(text: str, said: Notes) -> None:
    """A broken file gives one clear reason."""
    with pytest.raises(UnusableSvgError):
        read_svg(text.encode(), said)


@pytest.mark.parametrize(
    "reference",
    [
        "file:///etc/passwd", "/etc/passwd", "other.png", "http://example.org/x.png", "//example.org/x.png",
        "data:image/svg+xml;base64,PHN2Zy8+", "data:text/html,x",
    ],
)  # fmt: skip
def test_references_out_of_the_file_are_taken_out(reference: str, said: Notes) -> None:
    """An SVG reaches neither files nor the network, nor another SVG inside itself."""
    text = svg(f'<image width="9" height="9" xlink:href="{reference}"/><image href="{reference}"/>', said)
    assert reference not in text
    assert said


def test_scripts_styles_and_handlers_reach_nothing(said: Notes) -> None:
    """Scripts, imports, external paints and event handlers are taken out; the rest stays."""
    text = svg(
        '<script>x</script><style>@import "http://example.org"; rect{fill:url(http://example.org/#a)}</style>'
        '<rect onload="x()" style="fill:url(file:///a)" width="1" height="1" id="kept"/>'
        '<rect fill="url(#own)"/>',
        said,
    )
    assert "example.org" not in text
    assert "file:" not in text
    assert "script" not in text
    assert "onload" not in text
    assert 'id="kept"' in text
    assert "url(#own)" in text


@pytest.mark.parametrize("reference", ["url(#own)", "url('#own')", "url(&quot;#own&quot;)", "url( #own )"])
def test_references_within_the_file_stay(reference: str, said: Notes) -> None:
    """In quotes or not: what is filled so would have no colour."""
    assert "#own" in svg(f'<rect fill="{reference}"/><rect style="fill:{reference}"/>', said)


def test_an_address_that_never_ends_costs_nothing(said: Notes) -> None:
    """However many blanks it has."""
    svg(f'<rect fill="url({" " * 100_000}"/>', said)


def test_entities_are_not_read_from_files(said: Notes, tmp_path: Path) -> None:
    """An external entity is not resolved."""
    (tmp_path / "secret").write_text("very secret")
    document = f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file://{tmp_path}/secret">]>{HEAD}<text>&x;</text></svg>'
    assert "secret" not in read_svg(document.encode(), said).text


@pytest.mark.parametrize("place", ["<text>&a9;</text>", '<text x="&a9;"/>'])
def test_entity_bombs_are_refused_or_left_out(place: str, said: Notes) -> None:
    """Entities that grow without bound do not."""
    entities = '<!ENTITY a0 "aaaaaaaaaa">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    try:
        text = read_svg(f"<!DOCTYPE svg [{entities}]>{HEAD}{place}</svg>".encode(), said).text
    except UnusableSvgError:
        return
    assert len(text) < 1000


def test_references_that_grow_without_bound_are_refused(said: Notes) -> None:
    """Forty elements that use one another twice would be a million million."""
    uses = "".join(f'<g id="a{n}"><use href="#a{n - 1}"/><use href="#a{n - 1}"/></g>' for n in range(1, 40))
    with pytest.raises(UnusableSvgError, match="too many elements"):
        svg(f'<rect id="a0"/>{uses}', said)


@pytest.mark.parametrize(
    "fill",
    [
        'fill="url(#p{})"',
        "fill=\"url('#p{}')\"",
        'fill="url(#p{}) none"',
        'style="stroke:none;fill:url( #p{} )"',
    ],
    ids=["plain", "quoted", "fallback", "style"],
)
def test_paints_that_grow_without_bound_are_refused(fill: str, said: Notes) -> None:
    """Patterns in patterns, however they are written."""
    patterns = "".join(
        f'<pattern id="p{n}"><rect {fill.format(n - 1)}/><rect {fill.format(n - 1)}/></pattern>'
        for n in range(1, 40)
    )
    with pytest.raises(UnusableSvgError, match="too many elements"):
        svg(f'<pattern id="p0"/>{patterns}', said)


def test_a_reference_to_itself_is_refused(said: Notes) -> None:
    """Circles of references have no end."""
    with pytest.raises(UnusableSvgError):
        svg('<g id="a"><use href="#a"/></g>', said)


def test_deep_nesting_is_refused(said: Notes) -> None:
    """Renderers go down by recursion."""
    with pytest.raises(UnusableSvgError):
        svg("<g>" * 500 + "</g>" * 500, said)


def test_what_has_a_refused_filter_is_drawn_without_it(said: Notes) -> None:
    """A blur is not computed, but what it was meant for stays visible."""
    blur = '<filter id="f"><feGaussianBlur stdDeviation="8"/></filter>'
    found = svg(f'{blur}<rect width="9" height="9" filter="url(#f)"/>', said)
    assert "<rect" in found
    assert "url(#f)" not in found


def test_a_filter_of_colours_stays(said: Notes) -> None:
    """Its cost does not grow with its figures."""
    colours = '<filter id="a"><feColorMatrix values="0 0 0 0 0 0 0 0 0 1 0 0 0 0 1 0 0 0 1 0"/></filter>'
    mask = '<mask id="m"><g filter="url(#a)"><rect width="9" height="9" fill-opacity=".5"/></g></mask>'
    found = svg(f'{colours}{mask}<rect width="9" height="9" mask="url(#m)"/>', said)
    assert 'filter="url(#a)"' in found


def test_embedded_raster_is_drawn(said: Notes) -> None:
    """A photograph inside a slide stays."""
    text = svg(f'<image width="100" height="50" xlink:href="{data_url(png())}"/>', said)
    assert "base64" in text
    assert not said


def test_a_scanned_page_of_600_dots_per_inch_stays_legible(said: Notes) -> None:
    """A4 in a JPEG keeps at least 200 of them: one zooms in to read."""
    page = io.BytesIO()
    Image.new("L", (4960, 7016)).save(page, "JPEG")
    text = svg(f'<image xlink:href="{data_url(page.getvalue())}"/>', said)
    with Image.open(io.BytesIO(base64.b64decode(text.split("base64,")[1].split('"')[0]))) as image:
        assert image.width * image.height <= svg_files.MAX_EMBEDDED_PIXELS
        assert image.width >= 4960 / 3


@pytest.mark.parametrize("mode", ["1", "L", "RGB", "RGBA", "P"])
def test_embedded_raster_with_too_many_pixels_is_scaled_down(
    said: Notes, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    """A page scanned at 600 dots per inch, or a large photograph, is the whole slide."""
    monkeypatch.setattr(svg_files, "MAX_EMBEDDED_PIXELS", 100)
    monkeypatch.setattr(rasters, "KEPT_SIDE", 10)
    text = svg(f'<image xlink:href="{data_url(png((20, 40), mode))}"/>', said)
    encoded = text.split("base64,")[1].split('"')[0]
    with Image.open(io.BytesIO(base64.b64decode(encoded))) as image:
        assert image.size == (5, 10)
    assert not said


def test_embedded_raster_that_memory_does_not_hold_is_left_out(
    said: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it is decoded; the rest of the slide is shown."""
    monkeypatch.setattr(svg_files, "MAX_EMBEDDED_PIXELS", 100)
    monkeypatch.setattr(rasters, "_MAX_DECODED_BYTES", 1000)
    assert "base64" not in svg(f'<image xlink:href="{data_url(png((20, 20)))}"/>', said)
    assert said
