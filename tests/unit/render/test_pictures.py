"""Picture files: trusted only as far as needed."""

from __future__ import annotations

import errno
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from pod.bbb.errors import Cancelled
from pod.bbb.render.images import levels, picture_process, pictures, rasters
from pod.bbb.render.images.damaged import decode
from pod.bbb.render.images.picture_process import DrawingFailedError, DrawnPicture, PictureProcess
from pod.bbb.render.images.pictures import Pictures
from pod.bbb.render.images.rasters import Place
from tests.sampling import examples
from tests.unit.render.picture_files import HEAD, SVG, Notes, png

AREA = 1280, 720


@pytest.fixture
def said() -> Notes:
    """What was noted."""
    return Notes()


@pytest.mark.parametrize("href", ["../secret.png", "/etc/passwd", "a/../../secret.png", "%2e%2e/secret.png"])
def test_nothing_outside_the_recording_is_opened(tmp_path: Path, said: Notes, href: str) -> None:
    """A reference that leads out of the folder is refused, however it is written."""
    (tmp_path / "secret.png").write_bytes(png())
    folder = tmp_path / "recording"
    folder.mkdir()
    assert Pictures(folder, said).get(href, 100) is None
    assert len(said) == 1


def test_a_link_out_of_the_recording_is_not_followed(tmp_path: Path, said: Notes) -> None:
    """A symbolic link does not lead outside either."""
    (tmp_path / "secret.png").write_bytes(png())
    folder = tmp_path / "recording"
    folder.mkdir()
    (folder / "slide.png").symlink_to(tmp_path / "secret.png")
    assert Pictures(folder, said).get("slide.png", 100) is None


def test_picture_with_too_many_pixels_is_refused(
    tmp_path: Path, said: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The size that a header promises is checked before anything is decoded."""
    (tmp_path / "slide.png").write_bytes(png((300, 300)))
    monkeypatch.setattr(rasters, "MAX_DECODED_PIXELS", 80_000)
    assert Pictures(tmp_path, said).get("slide.png", 100) is None
    assert "300x300" in said[0]


def test_large_picture_is_scaled_down_with_a_note(
    tmp_path: Path, said: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is larger than any slide is kept smaller."""
    (tmp_path / "slide.png").write_bytes(png((300, 150)))
    monkeypatch.setattr(rasters, "KEPT_SIDE", 100)
    raster = Pictures(tmp_path, said).get("slide.png", 100)
    assert raster is not None
    assert raster.image.size == (100, 50)
    assert (raster.width, raster.height) == (300, 150)
    assert "scaled down" in said[0]


def test_a_picture_of_50000_pixels_each_way_is_refused_without_decoding(tmp_path: Path, said: Notes) -> None:
    """2.5 thousand million pixels would need ten gigabytes."""
    header = bytearray(png((1, 1)))
    header[16:24] = (50_000).to_bytes(4) * 2
    (tmp_path / "slide.png").write_bytes(bytes(header))
    assert Pictures(tmp_path, said).get("slide.png", 100) is None
    assert len(said) == 1


def test_decoded_pictures_are_kept_within_bounds(
    tmp_path: Path, said: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The oldest are forgotten when there are too many bytes of them."""
    for number in range(6):
        (tmp_path / f"{number}.png").write_bytes(png((50, 50)))
    monkeypatch.setattr(pictures, "CACHE_BYTES", 25_000)
    store = Pictures(tmp_path, said)
    for number in range(6):
        assert store.get(f"{number}.png", 50) is not None
    assert len(store._rasters) == 2


@given(cut=st.integers(0, 400), noise=st.binary(max_size=30))
@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_damaged_png_gives_a_note_or_a_picture(tmp_path: Path, cut: int, noise: bytes) -> None:
    """No damaged file breaks the painter; what cannot be shown wholly is said."""
    said = Notes()
    whole = png((40, 40))
    (tmp_path / "slide.png").write_bytes(whole[:cut] + noise + whole[cut + len(noise) :])
    raster = Pictures(tmp_path, said).get("slide.png", 100)
    assert said or raster is not None


@pytest.mark.parametrize("colours", [None, 256])
def test_png_that_breaks_off_is_shown_as_far_as_it_goes(
    tmp_path: Path, said: Notes, colours: int | None
) -> None:
    """Of a slide whose file was cut, the rows before the cut are drawn, and a note says so."""
    random = np.random.default_rng(3)
    noise = Image.fromarray(random.integers(0, 200, (60, 40, 3), np.uint8))
    picture = noise.quantize(colours) if colours else noise
    picture.save(tmp_path / "whole.png")
    whole = (tmp_path / "whole.png").read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[: len(whole) // 2 + 400])
    store = Pictures(tmp_path, said)
    expected, got = store.get("whole.png", 40), store.get("cut.png", 40)
    assert expected is not None
    assert got is not None
    first, second = np.asarray(expected.image), np.asarray(got.image)
    assert (second[:15] == first[:15]).all()
    assert (second[-10:, :, :3] == second[-1, -1, :3]).all()
    assert second[-1, -1, :3].sum() > 500
    assert said == ["The picture cut.png is damaged: it is shown as far as it can be read."]


def test_vector_pictures_are_drawn_larger_when_zoomed(tmp_path: Path, said: Notes) -> None:
    """An SVG slide is drawn again for a closer view, up to a limit."""
    (tmp_path / "slide1.svg").write_text(f"{HEAD}<rect width='100' height='50'/></svg>")
    store = Pictures(tmp_path, said)
    near, far, nearest = (store.get("slide1.svg", width) for width in (2000, 100, 1e9))
    assert near is not None
    assert far is not None
    assert nearest is not None
    assert 2000 <= near.image.width < 2900
    assert 100 <= far.image.width < 150
    assert nearest.image.width * nearest.image.height < 2.1 * levels.MAX_PIXELS


def test_text_of_an_svg_has_letters_without_system_fonts(tmp_path: Path, said: Notes) -> None:
    """`font-family: Arial` inside a slide is drawn with the packaged font."""
    (tmp_path / "a.svg").write_text(
        f'{HEAD}<text x="5" y="40" font-family="Arial" font-size="40">Ab</text></svg>'
    )
    raster = Pictures(tmp_path, said).get("a.svg", 100)
    assert raster is not None
    assert not raster.opaque
    assert raster.image.getchannel(3).getextrema()[1] == 255


def write_svg(path: Path, body: str, size: str = 'width="100" height="50"') -> Path:
    """Write an SVG file."""
    path.write_text(f'<{SVG} xmlns:xlink="http://www.w3.org/1999/xlink" {size}>{body}</svg>')
    return path


def test_drawing_that_takes_too_long_is_stopped(tmp_path: Path) -> None:
    """A file that would be drawn for minutes is given up, and the next one is drawn again."""
    process = PictureProcess(tmp_path, credit=0.5)
    endless = write_svg(tmp_path / "a.svg", '<circle cx="50" cy="25" r="50" fill-opacity=".1"/>' * 90_000)
    with pytest.raises(DrawingFailedError, match="too long"):
        process.svg(endless, 4000, AREA)
    drawn = process.svg(write_svg(tmp_path / "b.svg", '<rect width="9" height="9"/>'), 100, AREA)
    assert drawn.raster.image.width >= 100
    assert not drawn.notes


HUNGRY = {
    "layers": '<g opacity=".9">' * 110 + '<rect width="100" height="50"/>' + "</g>" * 110,
    "tile": (
        '<pattern id="p" width="9000" height="9000" patternUnits="userSpaceOnUse"><path d="M0 0h9v9z"/>'
        '</pattern><rect width="100" height="50" fill="url(#p)"/>'
    ),
    "text": f"<desc>{'x' * 9_000_000}</desc>" * 5,
}


@pytest.mark.parametrize("kind", HUNGRY)
def test_what_needs_too_much_memory_is_refused_by_the_process_that_draws(
    tmp_path: Path, said: Notes, kind: str
) -> None:
    """Layers upon layers, huge tiles, text without end: one note, and the next picture is drawn."""
    write_svg(tmp_path / "a.svg", HUNGRY[kind])
    write_svg(tmp_path / "b.svg", '<rect width="9" height="9"/>')
    store = Pictures(tmp_path, said)
    assert store.get("a.svg", 3200) is None
    assert len(said) == 1
    assert "memory" in said[0]
    assert store.get("b.svg", 100) is not None


def test_a_slide_too_costly_for_a_closer_view_is_drawn_smaller(tmp_path: Path, said: Notes) -> None:
    """Its layers fit into memory at the size at which it is seen whole: it stays, less sharp."""
    layers = '<g opacity=".9">' * 20 + '<rect width="1280" height="720"/>' + "</g>" * 20
    write_svg(tmp_path / "a.svg", layers, 'width="1280" height="720"')
    store = Pictures(tmp_path, said)
    whole = 0.0, 0.0, 1280.0, 720.0
    assert store.get("a.svg", 1280, whole) is not None
    closer = store.get("a.svg", 3200)
    assert closer is not None
    assert closer.image.width >= 1280
    assert store.get("a.svg", 1280, whole) is not None
    assert not said


def test_a_tall_slide_too_costly_when_first_seen_closely_is_drawn_smaller(
    tmp_path: Path, said: Notes
) -> None:
    """Nobody knows its shape by then: seen whole it is far narrower than the content's area."""
    layers = '<g opacity=".9">' * 20 + '<rect width="595" height="842"/>' + "</g>" * 20
    write_svg(tmp_path / "a.svg", layers, 'width="595" height="842"')
    closer = Pictures(tmp_path, said).get("a.svg", 1500)
    assert closer is not None
    assert closer.image.width >= 595 * 720 / 842
    assert not said


class Taking(PictureProcess):
    """Says that drawing takes so many seconds at any size, and so many more for each million of pixels."""

    at_any_size, a_million = 0.0, 0.0

    def svg(
        self, path: Path, scale_to: float, area: tuple[int, int], place: Place | None = None
    ) -> DrawnPicture:
        """Draw it as ever."""
        drawn = super().svg(path, scale_to, area, place)
        width, height = drawn.raster.image.size
        return replace(drawn, seconds=self.at_any_size + self.a_million * width * height / 1e6)


@pytest.mark.parametrize(
    ("at_any_size", "a_million", "widths"),
    [(0.0, 0.1, (3200, 4400)), (4.0, 0.1, (3200, 4400)), (0.0, 4.0, (2100, 2400)), (0.0, 9.0, (1280, 1280))],
)
def test_a_closer_view_is_no_larger_than_the_time_for_its_pixels_allows(
    tmp_path: Path,
    said: Notes,
    monkeypatch: pytest.MonkeyPatch,
    at_any_size: float,
    a_million: float,
    widths: tuple[int, int],
) -> None:
    """By what drawing it whole took, less what it takes at any size, as decoding photographs does."""
    monkeypatch.setattr(Taking, "at_any_size", at_any_size)
    monkeypatch.setattr(Taking, "a_million", a_million)
    monkeypatch.setattr(pictures, "PictureProcess", Taking)
    write_svg(tmp_path / "a.svg", '<circle cx="50" cy="25" r="20"/>')
    store = Pictures(tmp_path, said)
    assert store.get("a.svg", 1280, (0.0, 0.0, 1280.0, 640.0)) is not None
    closer = store.get("a.svg", 3200)
    assert closer is not None
    assert widths[0] <= closer.image.width <= widths[1]
    assert not said


def test_a_closer_view_that_is_too_costly_is_the_one_that_is_there(
    tmp_path: Path, said: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Drawing the same once more would take the time that later slides need."""
    monkeypatch.setattr(Taking, "a_million", 4.0)
    monkeypatch.setattr(pictures, "PictureProcess", Taking)
    write_svg(tmp_path / "a.svg", '<circle cx="50" cy="25" r="20"/>')
    store = Pictures(tmp_path, said)
    store.get("a.svg", 1280, (0.0, 0.0, 1280.0, 640.0))
    closer = store.get("a.svg", 1800)
    assert closer is not None
    assert store.get("a.svg", 3200) is closer


def test_a_picture_earns_time_when_first_drawn(tmp_path: Path) -> None:
    """However many slides of photographs a lecture has: those at its end are drawn, too."""
    process = PictureProcess(tmp_path, credit=0.0)
    small = write_svg(tmp_path / "a.svg", '<rect width="9" height="9"/>')
    process.svg(small, 100, AREA)
    first = process._credit.left
    process.svg(small, 200, AREA)
    again = process._credit.left - first
    assert first > 1.0 > again


def test_closer_views_leave_time_for_the_slides_after_them(tmp_path: Path) -> None:
    """However many there are: each may take a part of what is left, never more than a few seconds.

    What every picture may take is left to them, too: cheap slides stay sharp after costly ones.
    """
    assert PictureProcess(tmp_path, credit=20.0).allowance == pytest.approx(2.0)
    assert PictureProcess(tmp_path, credit=600.0).allowance == pytest.approx(10.0)
    assert PictureProcess(tmp_path, credit=-1.0).allowance == picture_process.SHORTEST


def test_drawing_can_be_cancelled(tmp_path: Path) -> None:
    """Whoever waits for a drawing asks now and then whether it is still wanted."""

    def cancelled() -> None:
        raise Cancelled("enough")

    process = PictureProcess(tmp_path, cancelled)
    slow = write_svg(tmp_path / "a.svg", '<circle cx="50" cy="25" r="50" fill-opacity=".1"/>' * 90_000)
    with pytest.raises(Cancelled):
        process.svg(slow, 4000, AREA)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "L"])
def test_a_picture_larger_than_slides_is_decoded_apart_and_looks_the_same(
    tmp_path: Path, said: Notes, mode: str
) -> None:
    """What has more pixels than a slide is drawn by the process that is bounded."""
    whole = Image.new("RGBA", (2600, 2000), (200, 40, 20, 255))
    whole.paste((20, 40, 200, 255), (0, 0, 1300, 1000))
    small = whole.resize((260, 200), Image.Resampling.NEAREST)
    whole.convert(mode).save(tmp_path / "large.png")
    small.convert(mode).save(tmp_path / "small.png")
    store = Pictures(tmp_path, said)
    large, expected = store.get("large.png", 100), store.get("small.png", 100)
    assert large is not None
    assert expected is not None
    assert large.image.resize((260, 200), Image.Resampling.NEAREST).tobytes() == expected.image.tobytes()
    assert not said


def test_grey_of_sixteen_bits_keeps_its_tones(tmp_path: Path, said: Notes) -> None:
    """A slide in 65536 greys is not white."""
    Image.new("I;16", (20, 10), 0x4000).save(tmp_path / "slide.png")
    raster = Pictures(tmp_path, said).get("slide.png", 100)
    assert raster is not None
    assert raster.image.getpixel((3, 3)) == (0x40, 0x40, 0x40)


def test_a_picture_that_the_disk_gives_no_further_is_not_taken_for_one_that_breaks_off() -> None:
    """Read again later, it is whole."""
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(3).integers(0, 200, (300, 400, 3), np.uint8)).save(file, "PNG")

    class Unanswered(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 100_000:
                raise OSError(errno.EIO, "Input/output error")
            return super().read(size)

    with Image.open(Unanswered(file.getvalue())) as image, pytest.raises(OSError, match="Input/output error"):
        decode(image)
