"""One shape of shapes.svg as drawing operations."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pod.bbb.playback.drawing import Fill, Op, Picture, Stroke, Text
from pod.bbb.playback.style import colour, matrix
from pod.bbb.playback.svg_shape import LazyOps, ops
from tests.unit.playback.writing import SVG, shape


def drawn(markup: str) -> list[Op]:
    """The operations of a shape's markup."""
    return list(ops(etree.fromstring(f"{SVG}{markup}</svg>".encode())[0]))


PENCIL = "stroke:#0000ff;stroke-linecap:round;stroke-linejoin:round;stroke-width:2.60163;fill:none"


def test_a_pencil_is_a_round_stroke_without_fill() -> None:
    """The style on the group counts for its path."""
    (op,) = drawn(shape("image1-pencil1", "0", style=PENCIL))
    assert op == Stroke(
        (("M", 0.0, 0.0), ("L", 9.0, 9.0)), (0, 0, 255, 255), 2.60163, cap="round", join="round"
    )


def test_a_single_point_is_a_filled_circle() -> None:
    """A pencil that did not move is a dot of its colour without outline."""
    (op,) = drawn(shape("p", "0", body='<circle cx="8" cy="3" r="1.3"/>', style="stroke:none;fill:#0000ff"))
    assert isinstance(op, Fill)
    assert op.colour == (0, 0, 255, 255)
    assert op.path[0] == ("M", 9.3, 3.0)


def test_a_line_keeps_its_flat_ends() -> None:
    """BBB >= 2.0 writes butt caps for lines."""
    body = '<line x1="1" y1="2" x2="3" y2="4"/>'
    (op,) = drawn(
        shape("line1", "0", body=body, style="stroke:#000;stroke-width:3;stroke-linecap:butt;fill:none")
    )
    assert op == Stroke((("M", 1.0, 2.0), ("L", 3.0, 4.0)), (0, 0, 0, 255), 3.0, cap="butt", join="miter")


def test_a_filled_rectangle_is_filled_and_then_stroked() -> None:
    """The outline lies over the fill."""
    style = "stroke:#ff0000;fill:#ff0000;stroke-linejoin:miter"
    kinds = [type(op) for op in drawn(shape("r", "0", body='<path d="M0 0L9 0L9 9Z"/>', style=style))]
    assert kinds == [Fill, Stroke]


@pytest.mark.parametrize(
    ("body", "commands"),
    [
        ('<polyline points="0,0 5,5 9,1"/>', 3),
        ('<polygon points="0,0 5,5 9,1"/>', 4),
        ('<rect x="1" y="1" width="5" height="5"/>', 5),
        ('<ellipse cx="5" cy="5" rx="3" ry="2"/>', 6),
    ],
)
def test_the_primitives_of_old_versions_are_outlines(body: str, commands: int) -> None:
    """BBB <= 1.0 wrote polylines, polygons, circles and rectangles."""
    (op,) = drawn(shape("line1", "0", body=body, style="stroke:#000000;fill:none"))
    assert isinstance(op, Stroke)
    assert len(op.path) == commands


@pytest.mark.parametrize(
    "body", ['<rect width="NaN" height="5"/>', '<circle cx="1" cy="1" r="-2"/>', "<path/>"]
)
def test_a_primitive_without_extent_draws_nothing(body: str) -> None:
    """Broken sizes leave nothing, and fail nothing."""
    assert drawn(shape("r", "0", body=body)) == []


def text_of(inner: str, style: str = "color:#008000;font-family:Arial;font-size:23.17597px") -> Text:
    """The text operation of a paragraph."""
    body = (
        '<switch><foreignObject width="334.9" height="141.6" x="548.7" y="359.1">'
        f'<p xmlns="http://www.w3.org/1999/xhtml" style="margin:0;padding:0">{inner}</p>'
        "</foreignObject></switch>"
    )
    (op,) = drawn(shape("image1-text1", "0", body=body, style=style))
    assert isinstance(op, Text)
    return op


def test_a_text_has_its_box_colour_and_size() -> None:
    """Place and width are those of the foreignObject, colour and size those of the style."""
    op = text_of("Temas a tratar")
    assert (op.text, op.x, op.y, op.width) == ("Temas a tratar", 548.7, 359.1, 334.9)
    assert (op.colour, op.size, op.family) == ((0, 128, 0, 255), 23.17597, "arial")


@pytest.mark.parametrize("inner", ["a&#13;b", "a<br/>b", "a&#13;&#10;b", "a <br/> b"])
def test_lines_break_at_br_and_at_carriage_returns(inner: str) -> None:
    """Flash and the first HTML5 clients wrote carriage returns, later ones br."""
    assert text_of(inner).text == "a\nb"


def test_an_empty_line_stays() -> None:
    """Two carriage returns leave a line free."""
    assert text_of("23&#13;&#13;Clase").text == "23\n\nClase"


def test_blanks_are_joined_as_html_does() -> None:
    """Newlines and runs of blanks in the source are one blank; a no-break space stays."""
    assert text_of("  a \n\t b\u00a0\u00a0c ").text == "a b\u00a0\u00a0c"


def test_a_text_is_cut_off_at_its_box() -> None:
    """Browsers show nothing outside of a foreignObject."""
    op = text_of("a")
    assert (op.height, op.clip) == (141.6, True)


def test_a_paragraph_of_bbb_0_81_has_a_margin() -> None:
    """It does not say otherwise, so a line's height is left free above; the box stays where it is."""
    body = '<switch><foreignObject width="99" height="80" x="5" y="10"><p>a</p></foreignObject></switch>'
    (op,) = drawn(shape("text1", "0", body=body, style="font-size:30px"))
    assert isinstance(op, Text)
    assert (op.y, op.height) == (40, 50)


def test_a_text_without_letters_draws_nothing() -> None:
    """A text shape that was begun and left empty."""
    body = '<switch><foreignObject width="3" height="1" x="5" y="3"><p/></foreignObject></switch>'
    assert drawn(shape("t", "0", body=body)) == []


@pytest.mark.parametrize("size", ["font-size:NaNpx", "font-size:0px", "font-size:-5px", ""])
def test_a_broken_font_size_is_that_of_browsers(size: str) -> None:
    """Text of size zero would be lost; it gets the usual 16 pixels."""
    assert text_of("x", f"color:#000;{size}").size == 16


def test_an_absurd_font_size_is_cut() -> None:
    """No letter is larger than 2000 slide pixels."""
    assert text_of("x", "font-size:999999px").size == 2000


def test_a_poll_is_a_picture() -> None:
    """BBB >= 2.3: the result's own file."""
    body = '<image width="544.0" height="119.88" x="1056.0" y="780.12" xlink:href="presentation/d/p5.svg"/>'
    assert drawn(shape("image1-poll5", "0", body=body, style="")) == [
        Picture("presentation/d/p5.svg", 1056.0, 780.12, 544.0, 119.88)
    ]


def test_an_old_poll_is_a_rectangle_with_a_turned_picture() -> None:
    """BBB <= 2.2: the plot was made on its side, a transform sets it up."""
    body = (
        '<rect x="1200" y="950" width="350" height="200" fill="white" stroke="black" stroke-width="4"/>'
        '<image xlink:href="presentation/d/poll_result1.svg" height="350" width="200" x="1550" y="950" '
        'transform="rotate(90, 1550, 950)"/>'
    )
    fill, stroke, picture = drawn(shape("image1-poll1", "0", body=body, style=""))
    assert isinstance(fill, Fill)
    assert fill.colour == (255, 255, 255, 255)
    assert isinstance(stroke, Stroke)
    assert stroke.width == 4
    assert isinstance(picture, Picture)
    assert picture.matrix is not None
    a, b, c, d, e, f = picture.matrix
    corner = (a * 1550 + c * 1300 + e, b * 1550 + d * 1300 + f)  # the picture's lower left corner
    assert corner == pytest.approx((1200, 950))


@pytest.mark.parametrize(
    "href", ["file:///etc/passwd", "../../secret.svg", "https://elsewhere.example/a.svg", ""]
)
def test_a_picture_from_elsewhere_is_not_drawn(href: str) -> None:
    """Only files of the recording are pictures."""
    body = f'<image width="5" height="5" x="0" y="0" xlink:href="{href}"/>'
    assert drawn(shape("poll1", "0", body=body)) == []


def test_lazy_operations_are_those_of_the_markup() -> None:
    """What is kept packed opens to the same operations, as often as asked."""
    markup = shape("image1-pencil1", "0", style=PENCIL)
    lazy = LazyOps(markup.replace("<path", '<path xmlns="http://www.w3.org/2000/svg"'), "")
    assert list(lazy) == drawn(markup)
    assert len(lazy) == 1
    assert lazy[0] == drawn(markup)[0]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("#0000ff", (0, 0, 255, 255)),
        ("#F00", (255, 0, 0, 255)),
        ("white", (255, 255, 255, 255)),
        ("rgb(1, 2, 3)", (1, 2, 3, 255)),
        ("16711680", (255, 0, 0, 255)),
        ("none", None),
        ("transparent", None),
        ("#12", None),
        ("url(#a)", None),
    ],
)
def test_colours_of_all_ages(text: str, value: tuple[int, ...] | None) -> None:
    """CSS colours, and the decimal numbers of Flash; anything else paints nothing."""
    assert colour(text) == value


@given(st.text(max_size=30))
def test_no_colour_text_fails(text: str) -> None:
    """Any text is a colour of four bytes, or none."""
    value = colour(text)
    assert value is None or all(0 <= part <= 255 for part in value)


@pytest.mark.parametrize("text", [None, "", "rotate(x)", "skewX(3)", "rotate(1,2)", "matrix(1,2)"])
def test_a_broken_transform_is_none(text: str | None) -> None:
    """What cannot be understood changes nothing."""
    assert matrix(text) is None


def test_transforms_apply_from_right_to_left() -> None:
    """translate(..) scale(..) scales first."""
    assert matrix("translate(10, 20) scale(2)") == (2, 0, 0, 2, 10, 20)


@given(st.text(alphabet="rotatescalemix(),. 0123456789-e", max_size=60))
def test_any_transform_is_finite_or_none(text: str) -> None:
    """No transform makes the reader fail."""
    value = matrix(text)
    assert value is None or all(math.isfinite(part) for part in value)
