"""shapes.svg: slides, and versions of drawings."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.playback.model import SlideKind
from pod.bbb.playback.notes import Notes
from pod.bbb.playback.shapes import Shapes, kind_of, read_shapes
from pod.bbb.playback.versions import Version, intervals
from tests.unit.playback.writing import SVG, canvas, image, shape, write_shapes


def read(folder: Path) -> tuple[Shapes, tuple[str, ...]]:
    """Shapes and notes."""
    notes = Notes()
    return read_shapes(folder, "ID", notes), notes.sentences()


def times(found: Shapes, name: str) -> list[tuple[str, float, float]]:
    """Identity, start and end of each version on an image."""
    return [(one.shape, one.start, one.end) for one in found.by_image[name]]


def test_an_image_has_one_start_for_each_interval(tmp_path: Path) -> None:
    """BBB <= 1.0 wrote lists into in and out, one entry for each display."""
    write_shapes(tmp_path, image(1, "8.0 1789.3", "1786.3 2218.2"))
    (found,) = read(tmp_path)[0].images
    assert found.starts == (8.0, 1789.3)


def test_the_logo_of_old_versions_is_no_slide(tmp_path: Path) -> None:
    """BBB <= 1.0 begins with an image that has no link."""
    write_shapes(tmp_path, '<image id="image0" in="0" out="8" src="logo.png"/>', image(1, "8.0", "9.0"))
    assert [found.id for found in read(tmp_path)[0].images] == ["image1"]


def test_place_holders_are_told_from_slides(tmp_path: Path) -> None:
    """deskshare.png and logo.png are not slides."""
    write_shapes(
        tmp_path,
        image(1, "0", "1", "presentation/logo.png"),
        image(2, "1", "2", "presentation/deskshare.png"),
        image(3, "2", "3"),
    )
    kinds = [found.kind for found in read(tmp_path)[0].images]
    assert kinds == [SlideKind.LOGO, SlideKind.DESKSHARE, SlideKind.SLIDE]


def test_the_place_holder_of_bbb_1_1_is_no_slide(tmp_path: Path) -> None:
    """It lies in a folder like a presentation's; somebody's own presentation may be called like that, too."""
    own = "presentation/deskshare-1/slide-1.png"
    write_shapes(tmp_path, image(1, "0", "5", "presentation/deskshare/slide-1.png"), image(2, "5", "9", own))
    kinds = [one.kind for one in read(tmp_path)[0].images]
    assert kinds == [SlideKind.DESKSHARE, SlideKind.SLIDE]


def test_a_version_ends_when_the_next_begins(tmp_path: Path) -> None:
    """Earlier versions keep undo="-1" in the file; the later one takes their place."""
    write_shapes(tmp_path, canvas(1, shape("image1-pencil1", "1.0"), shape("image1-pencil1", "2.0")))
    found = read(tmp_path)[0]
    assert times(found, "image1") == [("image1-pencil1", 1.0, 2.0), ("image1-pencil1", 2.0, math.inf)]


def test_versions_count_by_shape_and_not_by_neighbour(tmp_path: Path) -> None:
    """Two users drawing at once leave no stale versions, though theirs alternate."""
    write_shapes(tmp_path, canvas(1, shape("a", "1"), shape("b", "1.5"), shape("a", "2"), shape("b", "2.5")))
    ends = {(name, start): end for name, start, end in times(read(tmp_path)[0], "image1")}
    assert ends == {("a", 1): 2, ("b", 1.5): 2.5, ("a", 2): math.inf, ("b", 2.5): math.inf}


def test_a_shape_undone_at_the_very_beginning_is_never_seen(tmp_path: Path) -> None:
    """undo="0" is a time; only negative numbers mean never."""
    write_shapes(tmp_path, canvas(1, shape("a", "0", "0.0")))
    assert times(read(tmp_path)[0], "image1") == [("a", 0.0, 0.0)]


def test_a_canvas_that_names_no_image_has_its_number(tmp_path: Path) -> None:
    """The canvas "canvas7" is that of "image7"."""
    write_shapes(tmp_path, f'<g class="canvas" id="canvas7">{shape("a", "1")}</g>')
    assert list(read(tmp_path)[0].by_image) == ["image7"]


def test_undoing_the_last_version_undoes_the_shape(tmp_path: Path) -> None:
    """The version before it does not come back."""
    write_shapes(tmp_path, canvas(1, shape("a", "1"), shape("a", "2", "5.0")))
    assert times(read(tmp_path)[0], "image1") == [("a", 1, 2), ("a", 2, 5)]


def test_a_version_undone_as_it_comes_is_never_seen_but_replaces_the_one_before(tmp_path: Path) -> None:
    """An undo equal to the timestamp occurs."""
    write_shapes(tmp_path, canvas(1, shape("a", "20"), shape("a", "23.7", "23.7")))
    assert times(read(tmp_path)[0], "image1") == [("a", 20, 23.7), ("a", 23.7, 23.7)]


def test_counters_by_kind_are_scoped_by_slide(tmp_path: Path) -> None:
    """BBB <= 1.0: ellipse1 of one slide and ellipse1 of another are two shapes, ellipse1 and rect1 too."""
    write_shapes(
        tmp_path, canvas(1, shape("ellipse1", "1"), shape("rect1", "2")), canvas(2, shape("ellipse1", "3"))
    )
    found = read(tmp_path)[0]
    assert times(found, "image1") == [("ellipse1", 1, math.inf), ("rect1", 2, math.inf)]
    assert times(found, "image2") == [("ellipse1", 3, math.inf)]


def test_versions_out_of_order_are_sorted_by_time(tmp_path: Path) -> None:
    """The later time wins, wherever it stands in the file."""
    write_shapes(tmp_path, canvas(1, shape("a", "9"), shape("a", "3")))
    assert times(read(tmp_path)[0], "image1") == [("a", 9, math.inf), ("a", 3, 9)]


def test_the_pictures_of_polls_are_no_slides(tmp_path: Path) -> None:
    """An image inside a shape is the shape's."""
    poll = shape("image1-poll1", "1", body='<image xlink:href="presentation/d/p.svg" width="5" height="5"/>')
    write_shapes(tmp_path, image(1, "0", "9"), canvas(1, poll))
    found = read(tmp_path)[0]
    assert len(found.images) == 1
    assert len(found.by_image["image1"][0].ops) == 1


def test_a_slide_from_elsewhere_is_left_out_with_a_note(tmp_path: Path) -> None:
    """file: and other hosts are not followed."""
    write_shapes(tmp_path, image(1, "0", "9", "file:///etc/passwd"), image(2, "1", "9", "../x.png"))
    found, notes = read(tmp_path)
    assert found.images == []
    assert "outside the recording" in notes[0]


def test_an_absolute_address_of_the_recording_is_reduced(tmp_path: Path) -> None:
    """Some servers wrote whole addresses; what follows the record id is the file."""
    write_shapes(tmp_path, image(1, "0", "9", "https://host/presentation/ID/presentation/d/slide-1.png"))
    assert read(tmp_path)[0].images[0].href == "presentation/d/slide-1.png"


def test_sizes_of_zero_or_absurd_are_unknown(tmp_path: Path) -> None:
    """0, NaN, negative and 10^9 are no sizes."""
    for number, size in enumerate(("0", "NaN", "-5", "1000000000"), 1):
        write_shapes(tmp_path, image(number, "0", "9", size=(size, "900")))
        assert read(tmp_path)[0].images[0].width is None


def test_shapes_of_bbb_0_81_have_their_time_in_the_id(tmp_path: Path) -> None:
    """There is no attribute for it: draw12.3 was drawn in second 12.3."""
    body = '<g class="shape" id="draw12.3" undo="20.5" shape="rect1"><rect width="9" height="5"/></g>'
    write_shapes(tmp_path, image(1, "0", "30"), canvas(1, body))
    found, notes = read(tmp_path)
    assert times(found, "image1") == [("rect1", 12.3, 20.5)]
    assert notes == ()


@pytest.mark.parametrize(
    "stroke",
    [
        '<g class="shape" timestamp="1" shape="line1" style="fill: none"><polyline points="0,0 5,5"/></g>',
        '<g class="shape" id="draw1.0" shape="line1" style="stroke:#f00"><line x2="5" y2="5"/></g>',
        '<g class="shape" timestamp="1" shape="line1" style="fill: none"><path d="M 0 0 L 5 5"/></g>',
        '<g class="shape" timestamp="1" shape="line1" style="fill:#f00"><circle cx="5" cy="5" r="2"/></g>',
    ],
)
def test_strokes_of_old_recordings_are_no_lines(tmp_path: Path, stroke: str) -> None:
    """BBB <= 1.1 counts each for itself and names both line1: the later one replaces nothing."""
    line = '<g class="shape" timestamp="2" shape="line1" style="fill:none"><line x2="9" y2="5"/></g>'
    write_shapes(tmp_path, image(1, "0", "30"), canvas(1, stroke, line))
    assert times(read(tmp_path)[0], "image1") == [("pencil1", 1, math.inf), ("line1", 2, math.inf)]


def test_a_file_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    """A truncated shapes.svg still shows its first slides and shapes, with a note."""
    text = SVG + image(1, "0", "9") + canvas(1, shape("a", "1"), shape("b", "2"))
    (tmp_path / "shapes.svg").write_text(text[: text.index('shape="b"') + 20])
    found, notes = read(tmp_path)
    assert len(found.images) == 1
    assert times(found, "image1") == [("a", 1, math.inf)]
    assert "damaged" in notes[0]


def test_the_kind_of_a_shape_is_in_its_name() -> None:
    """With and without the image's prefix."""
    assert kind_of("image3-pencil12") == kind_of("pencil3") == "pencil"


VERSIONS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 30), st.one_of(st.just(math.inf), st.integers(0, 40))),
    max_size=30,
)


@given(VERSIONS, st.integers(0, 45))
def test_at_most_one_version_of_each_shape_is_seen(raw: list[tuple[int, int, float]], second: int) -> None:
    """At any second: of each shape the latest begun version, unless it is undone; nothing else."""
    versions = [Version(name, order, start, undo, None) for order, (name, start, undo) in enumerate(raw)]
    seen = {one.order for one, end in intervals(versions) if one.start <= second < end}
    expected = set()
    for name in {one.shape for one in versions}:
        begun = [one for one in versions if one.shape == name and one.start <= second]
        if begun:
            latest = max(begun, key=lambda one: (one.start, one.order))
            if latest.undo > second:
                expected.add(latest.order)
    assert seen == expected
