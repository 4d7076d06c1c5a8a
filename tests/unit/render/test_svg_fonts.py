"""The fonts of text in SVG files."""

from __future__ import annotations

from pathlib import Path

import pytest

from pod.bbb.render.images import svg_fonts
from pod.bbb.render.images.pictures import Pictures
from pod.bbb.render.images.svg import read_svg
from pod.bbb.render.images.svg_fonts import files_for, fonts_for, with_faces
from pod.bbb.render.text import fonts
from pod.bbb.render.text.fonts import Font, packaged_files

HERE = {"liberation serif": ("/fonts/LiberationSerif.ttf",), "garamond": ("/fonts/Garamond.ttf",)}


@pytest.fixture
def said() -> list[str]:
    """The notes."""
    return []


def drawn(folder: Path, style: str) -> bytes:
    """The pixels of a text in some style."""
    text = f'<text x="5" y="40" font-size="40" font-family="Arial" {style}>Illit</text>'
    name = f"{len(list(folder.iterdir()))}.svg"
    (folder / name).write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50">{text}</svg>'
    )
    raster = Pictures(folder, lambda _note: None).get(name, 100)
    assert raster is not None
    return raster.image.tobytes()


def test_slanted_text_is_slanted(tmp_path: Path) -> None:
    """Italic letters are other ones than upright letters, also where no font is installed."""
    assert drawn(tmp_path, 'font-style="italic"') != drawn(tmp_path, "")
    assert len([file for file in packaged_files() if "Italic" in file and Path(file).is_file()]) == 3


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        ("Times New Roman", "Liberation Serif"),  # of the same widths
        ("Garamond", "Garamond"),
    ],
)
def test_an_installed_font_goes_before_its_stand_in(
    monkeypatch: pytest.MonkeyPatch, asked: str, taken: str
) -> None:
    """A font that the file names is taken where it is installed, then one of its widths."""
    monkeypatch.setattr(svg_fonts, "families", lambda: HERE)
    assert with_faces(f"font-family:'{asked}'") == f"font-family:'{taken}'"


@pytest.mark.parametrize(
    ("asked", "face"),
    [
        ("Helvetica", "Arimo"),
        ("Times New Roman", "Crimson Pro"),
        ("'Courier New', monospace", "'Source Code Pro', monospace"),
    ],
)
def test_each_kind_of_face_has_its_packaged_font(
    monkeypatch: pytest.MonkeyPatch, asked: str, face: str
) -> None:
    """With and without serifs, and of one width: files name them by the fonts of other systems."""
    monkeypatch.setattr(svg_fonts, "families", dict)
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text font-family="{asked}"/></svg>'
    assert f'font-family="{face}"' in read_svg(svg.encode(), lambda _note: None).text


def test_only_the_installed_fonts_that_a_file_names_are_read(
    monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    """Its own and the default one's; a server may have hundreds."""
    monkeypatch.setattr(svg_fonts, "families", lambda: {**HERE, "other": ("/fonts/Other.ttf",)})
    found = files_for('<text font-family="GARAMOND">a</text>', "a", ["packaged"], said.append)
    assert found == ["packaged", "/fonts/LiberationSerif.ttf", "/fonts/Garamond.ttf"]


def test_a_file_without_letters_looks_for_no_fonts(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    """Most slides are made of outlines; reading all of a machine's fonts takes longer than drawing one."""
    monkeypatch.setattr(svg_fonts, "families", lambda: pytest.fail("looked for"))
    assert fonts_for("<svg><path/></svg>", frozenset(), ["packaged"], said.append) == {}


def test_letters_come_from_whatever_font_has_them(said: list[str]) -> None:
    """As on the whiteboard: packaged ones of their script, here Thai, and no others."""
    found = files_for("", "aก", [], said.append)
    assert [Path(file).name for file in found if "Noto" in file] == ["NotoSansThai[wght].ttf"]
    assert not said


def test_letters_of_an_installed_font_are_drawn_with_it(
    monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    """Chinese is in no packaged font that is required, but in one that an administrator may install."""
    installed = Font(Path(packaged_files()[0]))
    monkeypatch.setattr(fonts, "fallback", lambda letter: installed if letter == "漢" else None)
    assert str(installed.path) in files_for("", "漢", [], said.append)
    assert not said


def test_letters_that_no_font_has_are_noted(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    """Boxes stand for them; blanks and joiners need no font."""
    monkeypatch.setattr(fonts, "fallback", lambda _letter: None)
    files_for("", "漢\u200d\u3000", [], said.append)
    assert said == ["no font has the characters U+6F22: boxes stand for them"]
