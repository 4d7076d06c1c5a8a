"""The slides, small, as a sidecar lists them."""

from __future__ import annotations

import shutil
import subprocess
import weakref
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pod.bbb.playback.model import Slide
from pod.bbb.render.beside.thumbnails import SIZE, Thumbnails, thumbnail_names
from pod.bbb.render.composing.composer import Composer
from pod.bbb.render.composing.layout import Stage
from pod.bbb.render.composing.picture import Area, Picture
from pod.bbb.render.images.picture_process import PictureProcess
from pod.bbb.render.images.pictures import Pictures
from pod.bbb.render.images.vector import Vector
from pod.bbb.render.painting.painter import Painter
from tests.unit.render.boards import playback, scene, slide, white_slide


def test_a_slide_that_is_shown_is_not_decoded_again_for_its_thumbnail(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its thumbnail comes from the picture that was painted, and is the one that is drawn by itself."""
    decoded: list[str] = []

    def counted(of: type, name: str) -> None:
        kept: Callable[..., object] = getattr(of, name)

        def call(self: object, *given: object) -> object:
            decoded.append(name)
            return kept(self, *given)

        monkeypatch.setattr(of, name, call)

    counted(Pictures, "_load")
    counted(Vector, "draw")
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="90"><path d="M9 9h90v40z"/></svg>'
    png, svg = white_slide(tmp_path), slide("presentation/p/slide1.svg")
    (tmp_path / svg.href).write_text(drawing)
    painter = Painter(playback(tmp_path), 640, 360)
    beside = Thumbnails(playback(tmp_path), (640, 360), painter.pictures)
    for shown, way in ((png, "_load"), (svg, "draw")):
        painter.paint(scene(shown))
        beside.draw(shown, tmp_path / "beside.jpg")
        assert decoded == [way]
        Thumbnails(playback(tmp_path), (640, 360)).draw(shown, tmp_path / "alone.jpg")
        assert (tmp_path / "beside.jpg").read_bytes() == (tmp_path / "alone.jpg").read_bytes()
        decoded.clear()
    with Image.open(tmp_path / "beside.jpg") as image:
        assert image.size == SIZE
    assert not list(tmp_path.glob("*.part"))


def empty_picture() -> Picture:
    """A picture of 320 x 180 to compose into."""
    colours = (np.zeros((90, 160), np.uint8), np.zeros((90, 160), np.uint8))
    return Picture((np.zeros((180, 320), np.uint8), *colours))


def test_thumbnails_come_from_the_pictures_of_the_box_that_shows_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the content's box changed since the first: each slide is decoded once for both."""
    decoded: list[str] = []
    kept = Pictures._load

    def counted(self: Pictures, href: str) -> object:
        decoded.append(href)
        return kept(self, href)

    monkeypatch.setattr(Pictures, "_load", counted)
    first = white_slide(tmp_path)
    second = replace(first, href="presentation/p/slide-2.png")
    shutil.copyfile(tmp_path / first.href, tmp_path / second.href)
    composer = Composer(playback(tmp_path))
    composer.start(empty_picture())
    for shown, box in ((first, Area(0, 0, 320, 180)), (second, Area(0, 0, 240, 180))):
        composer.show(1.0, scene(shown), Stage(0.0, 9.0, box, None), refresh=True)
        composer.thumbnail(shown, box, tmp_path / "thumbnail.jpg")
    assert decoded == [first.href, second.href]


def test_a_composer_that_is_closed_leaves_no_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that drew its slides end with the work, not whenever the collector comes by."""
    started: list[subprocess.Popen[bytes]] = []
    running = PictureProcess._running

    def noted(self: PictureProcess) -> subprocess.Popen[bytes]:
        started.append(running(self))
        return started[-1]

    monkeypatch.setattr(PictureProcess, "_running", noted)
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="160" height="90"><path d="M9 9h90v40z"/></svg>'
    shown = slide("presentation/p/slide1.svg")
    (tmp_path / shown.href).parent.mkdir(parents=True)
    (tmp_path / shown.href).write_text(drawing)
    composer, box = Composer(playback(tmp_path)), Area(0, 0, 320, 180)
    composer.start(empty_picture())
    composer.show(1.0, scene(shown), Stage(0.0, 9.0, box, None), refresh=True)
    composer.thumbnail(shown, box, tmp_path / "thumbnail.jpg")
    assert started
    composer.close()
    assert all(process.poll() is not None for process in started)


def test_a_composer_that_is_closed_keeps_what_was_said_and_no_pictures(tmp_path: Path) -> None:
    """Tens of megabytes are given back at once; the notes are asked for afterwards."""
    composer, box = Composer(playback(tmp_path)), Area(0, 0, 320, 180)
    composer.start(empty_picture())
    composer.show(1.0, scene(slide()), Stage(0.0, 9.0, box, None), refresh=True)
    painter = weakref.ref(composer._painter(box))
    composer.thumbnail(slide(), box, tmp_path / "thumbnail.jpg")
    composer.close()
    assert painter() is None
    assert "slide-1.png cannot be shown" in composer.notes[0]


def test_each_slide_has_one_thumbnail_however_often_it_comes(tmp_path: Path) -> None:
    """Slides are numbered in the order in which they come first."""
    hrefs = ["b.png", "a.png", "b.png", "c.png"]
    shown = tuple(_display(href, 2.0 * at) for at, href in enumerate(hrefs))
    recording = replace(playback(tmp_path), slides=shown)
    assert thumbnail_names(recording, 0.0, 10.0) == {"b.png": "1.jpg", "a.png": "2.jpg", "c.png": "3.jpg"}
    assert thumbnail_names(recording, 6.5, 10.0) == {"c.png": "1.jpg"}


def _display(href: str, start: float) -> Slide:
    return replace(slide(href), start=start, end=start + 2.0)
