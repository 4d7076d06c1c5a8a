"""The painted whiteboard, pixel by pixel."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pod.bbb.playback.drawing import Fill, Layer, Picture, Text
from pod.bbb.playback.model import Rect, ScreenShare, TldrawShape, Whiteboard
from pod.bbb.render.painting import painter as painting
from pod.bbb.render.painting.painter import Painter
from pod.bbb.render.timing.scene import Scene
from tests.unit.render.boards import (
    BLUE,
    LETTERBOX,
    RED,
    SIZE,
    block,
    line,
    playback,
    rgb,
    scene,
    shape,
    slide,
    white_slide,
)


def test_view_is_fitted_and_centred(tmp_path: Path) -> None:
    """A 4:3 slide in a 16:9 area stands in the middle, the player's grey at both sides."""
    shown = white_slide(tmp_path, (120, 90))
    pixels = Painter(playback(tmp_path), 160, 90).paint(scene(shown, view=Rect(0, 0, 120, 90))).pixels
    assert [rgb(pixels, x, 45) for x in (0, 19, 20, 139, 140, 159)] == [
        LETTERBOX, LETTERBOX, (255, 255, 255), (255, 255, 255), LETTERBOX, LETTERBOX,
    ]  # fmt: skip


def test_nothing_is_drawn_beside_the_view(tmp_path: Path) -> None:
    """Shapes and pointer are cut off at the view, not only at the picture's edge."""
    shown = white_slide(tmp_path, (120, 90))
    drawn = shape(1, block(-100, 0, 400, 90))
    pixels = (
        Painter(playback(tmp_path), 160, 90)
        .paint(scene(shown, drawn, view=Rect(0, 0, 120, 90), cursor=(0, 45)))
        .pixels
    )
    assert rgb(pixels, 19, 45) == LETTERBOX
    assert rgb(pixels, 60, 45) == RED[:3]


def test_view_beyond_the_slide_shows_background(tmp_path: Path) -> None:
    """Where the view reaches beyond the slide there is the player's background."""
    shown = white_slide(tmp_path)
    pixels = Painter(playback(tmp_path), 160, 90).paint(scene(shown, view=Rect(80, 45, 160, 90))).pixels
    assert rgb(pixels, 10, 10) == (255, 255, 255)
    assert rgb(pixels, 120, 70) == LETTERBOX


def test_zoom_enlarges_slide_and_strokes(tmp_path: Path) -> None:
    """At half the view a stroke is twice as wide, at its place."""
    shown = white_slide(tmp_path)
    drawn = shape(1, line(80, 0, 80, 90, width=4))
    pixels = Painter(playback(tmp_path), 160, 90).paint(scene(shown, drawn, view=Rect(40, 0, 80, 45))).pixels
    assert [rgb(pixels, x, 45) for x in (75, 76, 83, 84)] == [
        (255, 255, 255), RED[:3], RED[:3], (255, 255, 255),
    ]  # fmt: skip


def test_later_shapes_lie_above(tmp_path: Path) -> None:
    """Shapes are drawn in the scene's order."""
    shown = white_slide(tmp_path)
    drawn = (shape(1, block(0, 0, 50, 50)), shape(2, block(25, 25, 50, 50, BLUE)))
    pixels = Painter(playback(tmp_path), *SIZE).paint(scene(shown, *drawn)).pixels
    assert rgb(pixels, 30, 30) == BLUE[:3]


def test_pointer_of_the_old_whiteboard_grows_with_the_zoom(tmp_path: Path) -> None:
    """Its radius is 8 units of the slide."""
    shown = white_slide(tmp_path)
    painter = Painter(playback(tmp_path), *SIZE)
    pixels = painter.paint(scene(shown, cursor=(80, 45), view=Rect(40, 22.5, 80, 45))).pixels
    red = (pixels == np.array([33, 39, 223, 255])).all(axis=2)
    assert red.sum() == pytest.approx(np.pi * 16**2, rel=0.1)
    assert red[45, 80 - 15 : 80 + 15].all()


def test_pointer_of_tldraw_v1_keeps_its_size(tmp_path: Path) -> None:
    """It is a disc of ten pixels of the player's window at any zoom."""
    shown = white_slide(tmp_path)
    areas = []
    for view in (Rect(0, 0, 160, 90), Rect(40, 22.5, 80, 45)):
        painter = Painter(playback(tmp_path, Whiteboard.TLDRAW_V1), 1262, 710)
        pixels = painter.paint(scene(shown, cursor=(80, 45), view=view)).pixels
        areas.append(int((pixels[..., 1] < 128).sum()))
    assert areas[0] == areas[1] == pytest.approx(np.pi * 25, rel=0.2)


def test_missing_slide_is_white_and_noted(tmp_path: Path) -> None:
    """Strokes stay readable on a slide whose file is missing; a note says so, once."""
    painter = Painter(playback(tmp_path), *SIZE)
    pixels = painter.paint(scene(slide(), shape(1, block(0, 0, 10, 10)))).pixels.copy()
    painter.paint(scene(slide(), view=Rect(0, 0, 80, 45)))
    assert rgb(pixels, 80, 45) == (255, 255, 255)
    assert rgb(pixels, 5, 5) == RED[:3]
    assert len(painter.notes) == 1
    assert "slide-1.png" in painter.notes[0]


@pytest.mark.parametrize(
    "other",
    [
        Scene(0.0),
        Scene(0.0, share=ScreenShare(0, 5, 16, 9)),
    ],
)
def test_without_whiteboard_only_the_background_is_painted(tmp_path: Path, other: Scene) -> None:
    """Before the whiteboard starts, and while something else takes its place, nothing of it remains."""
    shown = white_slide(tmp_path)
    painter = Painter(playback(tmp_path), *SIZE)
    painter.paint(scene(shown, shape(1, block(0, 0, 160, 90)), cursor=(50, 50)))
    pixels = painter.paint(other).pixels
    assert (pixels == np.array([*LETTERBOX[::-1], 255])).all()
    again = painter.paint(scene(shown)).pixels
    assert rgb(again, 50, 50) == (255, 255, 255)


def test_poll_picture_is_drawn_and_fitted(tmp_path: Path) -> None:
    """A poll's SVG stands in its box, its aspect kept, above the slide."""
    shown = white_slide(tmp_path)
    (tmp_path / "presentation/p/poll_result1.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
        '<rect width="40" height="40" fill="blue"/></svg>'
    )
    poll = Picture("presentation/p/poll_result1.svg", 0, 0, 80, 40)
    pixels = Painter(playback(tmp_path), *SIZE).paint(scene(shown, shape(1, poll))).pixels
    assert [rgb(pixels, x, 20) for x in (10, 40, 70)] == [(255, 255, 255), (0, 0, 255), (255, 255, 255)]


def test_turned_poll_picture_of_old_recordings(tmp_path: Path) -> None:
    """A picture with a transformation (BBB <= 2.2) is turned."""
    shown = white_slide(tmp_path)
    picture = Image.new("RGB", (40, 20), "blue")
    picture.paste((0, 128, 0), (0, 0, 20, 20))  # green left, blue right
    picture.save(tmp_path / "presentation/p/poll.png")
    turned = Picture("presentation/p/poll.png", 0, 0, 40, 20, matrix=(0.0, 1.0, -1.0, 0.0, 60.0, 20.0))
    pixels = Painter(playback(tmp_path), *SIZE).paint(scene(shown, shape(1, turned))).pixels
    assert rgb(pixels, 50, 28) == (0, 128, 0)  # what was left is above now
    assert rgb(pixels, 50, 52) == (0, 0, 255)
    assert rgb(pixels, 30, 40) == (255, 255, 255)


def test_transparent_slide_shows_the_background(tmp_path: Path) -> None:
    """A slide with transparency lets the player's background through."""
    shown = white_slide(tmp_path)
    Image.new("RGBA", SIZE, (0, 0, 0, 0)).save(tmp_path / shown.href)
    pixels = Painter(playback(tmp_path), *SIZE).paint(scene(shown)).pixels
    assert rgb(pixels, 80, 45) == LETTERBOX


def test_character_without_font_is_a_box_and_noted(tmp_path: Path) -> None:
    """A character that no font has is seen as a box, and the note names it."""
    shown = white_slide(tmp_path)
    text = Text("\U000e0fff", 20, 20, None, 30, RED)
    painter = Painter(playback(tmp_path), *SIZE)
    pixels = painter.paint(scene(shown, shape(1, text))).pixels
    assert ((pixels[..., 2] == 255) & (pixels[..., 1] < 40)).any()
    assert any("U+E0FFF" in note for note in painter.notes)


@pytest.mark.parametrize(
    "view",
    [Rect(0, 0, 1e-320, 1e-320), Rect(-1e12, 1e12, 1e12, 1e12), Rect(0, 0, 1e-3, 1e9), Rect(1e300, 0, 1, 1)],
)
def test_senseless_views_are_painted_somehow(tmp_path: Path, view: Rect) -> None:
    """No view, however odd, breaks the painter or takes for ever."""
    shown = white_slide(tmp_path)
    drawn = (shape(1, line(0, 0, 160, 90)), shape(2, Text("text", 10, 10, None, 20, RED)))
    pixels = Painter(playback(tmp_path), *SIZE).paint(scene(shown, *drawn, view=view, cursor=(80, 45))).pixels
    assert (pixels[..., 3] == 255).all()


def test_text_is_cut_off_at_its_box(tmp_path: Path) -> None:
    """With `clip` nothing is painted below the box, and what comes after is painted there all the same."""
    text = Text("M\nM\nM", 10, 10, 60, 20, (0, 0, 0, 255), height=25, clip=True)
    shown = white_slide(tmp_path)
    after = line(10, 80, 60, 80)
    pixels = Painter(playback(tmp_path), *SIZE).paint(scene(shown, shape(1, text), shape(2, after))).pixels
    assert pixels[12:35, 10:40, 0].min() == 0
    assert pixels[36:76, :, 0].min() == 255
    assert pixels[80, 30, 2] > pixels[80, 30, 0]


@pytest.mark.parametrize(("zoom", "lightest"), [(1.0, 255), (0.5, 0)])
def test_text_is_cut_off_around_its_shape(tmp_path: Path, zoom: float, lightest: int) -> None:
    """With `within` nothing is painted further than 64 units, or pixels of the player, outside of the box."""
    shown = white_slide(tmp_path, (1262, 710))
    text = Text("M\nM\nM\nM\nM", 10, 10, None, 40, (0, 0, 0, 255), line_height=1.0, within=(10, 10, 60, 50))
    view = Rect(0, 0, 1262 / zoom, 710 / zoom)
    pixels = (
        Painter(playback(tmp_path), round(1262 / zoom), round(710 / zoom))
        .paint(scene(shown, shape(1, text), view=view))
        .pixels
    )
    assert pixels[90:113, 10:60, 0].min() == 0
    assert pixels[120:170, 10:60, 0].min() == lightest


def test_a_layer_covers_itself_and_is_laid_down_at_once(tmp_path: Path) -> None:
    """Where two of its parts lie over one another the upper one alone is seen, through it what lies below."""
    shown = white_slide(tmp_path)
    layer = Layer(
        (line(10, 45, 150, 45, width=40, colour=BLUE), line(80, 0, 80, 90, width=20, colour=RED)), 0.5
    )
    bar = line(0, 10, 160, 10, width=10, colour=(0, 0, 0, 255))
    drawn = [shape(1, bar), shape(2, layer)]
    pixels = Painter(playback(tmp_path), *SIZE).paint(scene(shown, *drawn)).pixels
    half = [tuple(round((255 + c) / 2) for c in colour[:3]) for colour in (BLUE, RED)]
    assert rgb(pixels, 30, 45) == pytest.approx(half[0], abs=1)
    assert rgb(pixels, 80, 45) == pytest.approx(half[1], abs=1)
    assert rgb(pixels, 80, 10) == pytest.approx(tuple(c // 2 for c in RED[:3]), abs=1)


def test_a_layer_repainted_in_part_is_the_same(tmp_path: Path) -> None:
    """What is drawn again within the box of a shape that goes is bit for bit what is painted afresh."""
    shown = white_slide(tmp_path)
    layer = Layer((line(10, 40, 150, 53, width=9), line(80, 0, 77, 90, width=7, colour=BLUE)), 0.37)
    staying, going = shape(1, layer), shape(2, line(70, 30, 90, 60, width=3))
    painter = Painter(playback(tmp_path), *SIZE)
    painter.paint(scene(shown, staying, going))
    again = painter.paint(scene(shown, staying)).pixels.copy()
    assert np.array_equal(again, Painter(playback(tmp_path), *SIZE).paint(scene(shown, staying)).pixels)


def test_outline_of_a_long_stroke_is_filled_whole(tmp_path: Path) -> None:
    """A pen that went round for minutes leaves free what it went round: its outline is not cut short."""
    turns = np.exp(1j * np.linspace(0, 2 * np.pi, 12_500))
    ring = np.concatenate([40 * turns, 36 * turns[::-1]]) + (80 + 45j)
    first, *rest = [(point.real, point.imag) for point in ring.tolist()]
    outline = (("M", *first), *(("L", *point) for point in rest), ("Z",))
    painter = Painter(playback(tmp_path), *SIZE)
    pixels = painter.paint(scene(white_slide(tmp_path), shape(1, Fill(outline, RED)))).pixels
    assert tuple(pixels[45, 80, :3]) == (255, 255, 255)
    assert tuple(pixels[45, 118, :3]) == (0, 0, 255)
    assert not painter.notes


def test_outline_that_crosses_itself_all_over_is_cut(tmp_path: Path) -> None:
    """Twenty thousand lines across each other take the rasteriser half a minute, and nothing stops it."""
    ends = [(80 + 60 * math.cos(2.4 * at), 45 + 40 * math.sin(2.4 * at)) for at in range(20_000)]
    star = Fill((("M", *ends[0]), *(("L", *end) for end in ends[1:]), ("Z",)), RED)
    painter = Painter(playback(tmp_path), *SIZE)
    painter.paint(scene(white_slide(tmp_path), shape(1, star)))
    [note] = painter.notes
    assert 2000 < int(note.split()[5]) < 4000


def test_text_with_a_halo_stands_free(tmp_path: Path) -> None:
    """Its edge covers what lies below close to the letters."""
    bar = line(0, 45, 160, 45, width=60, colour=(0, 0, 0, 255))
    text = Text("I", 60, 30, None, 30, (0, 0, 0, 255), halo=(249, 250, 251, 255))
    shown = white_slide(tmp_path)
    pixels = Painter(playback(tmp_path), *SIZE).paint(scene(shown, shape(1, bar), shape(2, text))).pixels
    assert pixels[20:70, 50:80, 0].max() > 100
    assert pixels[20:70, 100:150, 0].max() == 0


def test_text_without_end_is_cut(tmp_path: Path) -> None:
    """A text of a million characters is cut, with a note."""
    painter = Painter(playback(tmp_path), *SIZE)
    painter.paint(scene(white_slide(tmp_path), shape(1, Text("ab " * 400_000, 0, 0, 160.0, 10, RED))))
    assert any("was cut" in note for note in painter.notes)


@pytest.mark.parametrize(("whiteboard", "first"), [(Whiteboard.TLDRAW_V1, 0), (Whiteboard.TLDRAW_V2, 10)])
def test_slide_of_tldraw_v2_is_moved_by_one_unit(tmp_path: Path, whiteboard: Whiteboard, first: int) -> None:
    """The official player's picture has the slide one whiteboard unit to the right and down."""
    shown = white_slide(tmp_path)
    rect = Rect(0, 0, 16, 9)
    pixels = Painter(playback(tmp_path, whiteboard), 160, 90).paint(
        Scene(0.0, slide=shown, slide_rect=rect, view=rect)
    ).pixels  # fmt: skip
    white = (pixels[45] == 255).all(axis=1)
    assert int(white.argmax()) == first


def test_unknown_tldraw_shapes_are_named(tmp_path: Path) -> None:
    """A type that is not known is said in the notes; the others are drawn."""
    shown = white_slide(tmp_path)
    odd = TldrawShape(
        "shape:a", 1, 0.0, 9.0, {"id": "shape:a", "type": "hologram", "x": 1, "y": 1, "props": {}}
    )
    painter = Painter(playback(tmp_path, Whiteboard.TLDRAW_V2), *SIZE)
    rect = Rect(0, 0, *SIZE)
    painter.paint(Scene(0.0, slide=shown, slide_rect=rect, view=rect, shapes=(odd,)))
    assert any("hologram" in note for note in painter.notes)


def test_painting_time_comes_with_the_time_of_the_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without any time left drawings are left out, said once; the seconds that pass bring them back."""
    monkeypatch.setattr(painting, "_CREDIT", 0.0)
    monkeypatch.setattr(painting, "_EARNED", 5.0)
    shown, drawn = white_slide(tmp_path), shape(1, block(0, 0, 160, 90))
    painter = Painter(playback(tmp_path), 160, 90)
    for _again in range(2):
        still = painter.paint(scene(shown, drawn))
        assert rgb(still.pixels, 60, 45) == (255, 255, 255)
        painter.paint(scene(shown))
    assert [note for note in painter.notes if "too long" in note] == [
        "The drawings take too long to paint: some are left out."
    ]
    later = painter.paint(replace(scene(shown, drawn), start=2.0))
    assert rgb(later.pixels, 60, 45) == RED[:3]
