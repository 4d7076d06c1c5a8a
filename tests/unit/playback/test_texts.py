"""Slide texts, captions, shared notes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pod.bbb.playback import texts
from pod.bbb.playback.notes import Notes
from pod.bbb.playback.texts import SlideTexts, caption_text, read_captions, read_shared_notes


def test_a_slides_text_is_in_presentation_text(tmp_path: Path) -> None:
    """Both for PNG slides and for the SVG slides of BBB >= 2.6, whose names have no dash."""
    (tmp_path / "presentation_text.json").write_text(json.dumps({"deck": {"slide-2": "Two\n"}}))
    texts = SlideTexts(tmp_path, Notes())
    assert texts.of("presentation/deck/slide-2.png", "") == "Two"
    assert texts.of("presentation/deck/svgs/slide2.svg", "") == "Two"
    assert texts.of("presentation/other/slide-2.png", "") == ""


def test_without_it_the_slides_own_text_file_counts(tmp_path: Path) -> None:
    """BBB < 1.0 has only textfiles/."""
    (tmp_path / "presentation").mkdir()
    (tmp_path / "presentation/slide-1.txt").write_text("One")
    assert SlideTexts(tmp_path, Notes()).of("presentation/slide-1.png", "presentation/slide-1.txt") == "One"


def test_captions_that_are_there_are_listed(tmp_path: Path) -> None:
    """A track whose file is missing is noted; a locale that is no name is nothing."""
    entries = [{"locale": "fr", "localeName": "français"}, {"locale": "de"}, {"locale": "../x"}, 5]
    (tmp_path / "captions.json").write_text(json.dumps(entries))
    (tmp_path / "caption_fr.vtt").write_text("WEBVTT\n")
    notes = Notes()
    (track,) = read_captions(tmp_path, notes)
    assert (track.locale, track.name, track.path.name) == ("fr", "français", "caption_fr.vtt")
    assert notes.sentences() == ("The captions in de are announced but absent.",)


@pytest.mark.parametrize("listed", [None, "[{", "null"])
def test_without_a_list_the_captions_that_are_there_count(tmp_path: Path, listed: str | None) -> None:
    """captions.json may be lost or damaged while the captions are not."""
    if listed is not None:
        (tmp_path / "captions.json").write_text(listed)
    for locale in ("pt-BR", "fr", "a b"):
        (tmp_path / f"caption_{locale}.vtt").write_text("WEBVTT\n")
    assert [(one.locale, one.name) for one in read_captions(tmp_path, Notes())] == [
        ("fr", "fr"),
        ("pt-BR", "pt-BR"),
    ]


def test_captions_that_are_named_twice_are_one_track(tmp_path: Path) -> None:
    """Else the video would have them twice; names have no line breaks, and an end."""
    entries = [{"locale": "fr", "localeName": f"a\0\nb{'c' * 500}"}] * 3 + [{"locale": "en", "localeName": 5}]
    (tmp_path / "captions.json").write_text(json.dumps(entries))
    for locale in ("fr", "en"):
        (tmp_path / f"caption_{locale}.vtt").write_text("WEBVTT\n")
    french, english = read_captions(tmp_path, Notes())
    assert (french.locale, french.name[:5], len(french.name)) == ("fr", "a bcc", 100)
    assert (english.locale, english.name) == ("en", "en")


VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n{}\n"


@pytest.mark.parametrize(
    ("encoding", "said"),
    [
        ("utf-8", "Déjà vu"),
        ("utf-8-sig", "字幕 é"),
        ("utf-16", "Déjà vu"),
        ("utf-16-le", "字幕"),
        ("utf-16-be", "été"),
        ("latin-1", "Déjà vu à l'été"),
        ("cp1252", "« c’est »"),
    ],
)
def test_captions_are_read_whatever_their_encoding(tmp_path: Path, encoding: str, said: str) -> None:
    """Editors write UTF-16 and Windows' letters, with and without a mark."""
    (tmp_path / "captions.json").write_text('[{"locale": "fr"}]')
    (tmp_path / "caption_fr.vtt").write_bytes(VTT.format(said).encode(encoding))
    notes = Notes()
    (track,) = read_captions(tmp_path, notes)
    assert caption_text(track.path) == VTT.format(said)
    assert not notes.sentences()


def test_damaged_utf_8_stays_utf_8(tmp_path: Path) -> None:
    """A file that breaks off in a letter is none of Windows' letters: the others are right."""
    (tmp_path / "caption_fr.vtt").write_bytes("Déjà vu".encode() + b"\xc3")
    assert caption_text(tmp_path / "caption_fr.vtt") == "Déjà vu\ufffd"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"WEBVTT\nLanguage: fr\n\n", ""),
        (b"", "caption_fr.vtt holds no captions that can be read."),
        (b"<html>404</html>", "caption_fr.vtt holds no captions that can be read."),
        (
            f"{VTT.format('a')}\nsoon --> later\nb\n".encode(),
            "caption_fr.vtt: captions whose times cannot be read are left out (1).",
        ),
    ],
)
def test_captions_that_cannot_be_read_are_said(tmp_path: Path, content: bytes, said: str) -> None:
    """No caption is lost in silence; a file that only begins is merely empty."""
    (tmp_path / "captions.json").write_text('[{"locale": "fr"}]')
    (tmp_path / "caption_fr.vtt").write_bytes(content)
    notes = Notes()
    read_captions(tmp_path, notes)
    assert notes.sentences() == ((said,) if said else ())


def test_shared_notes_are_harmless_html(tmp_path: Path) -> None:
    """Scripts and event handlers do not pass."""
    (tmp_path / "notes.html").write_text(
        '<html><body>\nShared<br><script>alert(1)</script><b onclick="x()">bold</b>\n</body></html>'
    )
    assert read_shared_notes(tmp_path, Notes()) == "Shared<br><b>bold</b>"


def test_of_a_page_of_notes_its_body_is_taken(tmp_path: Path) -> None:
    """A title is none of it; what has no body is notes as a whole."""
    body = "<p>Shared</p>"
    for page in (f"<html><head><title>Notes</title></head><body>{body}</body></html>", body):
        (tmp_path / "notes.html").write_text(page)
        assert read_shared_notes(tmp_path, Notes()) == body


def test_notes_that_are_too_large_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page that shows the video would hold them."""
    monkeypatch.setattr(texts, "LARGEST_TEXT", 9)
    (tmp_path / "notes.html").write_text("x" * 10)
    notes = Notes()
    assert read_shared_notes(tmp_path, notes) == ""
    assert notes.sentences() == ("notes.html is too large: it is not used.",)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_lines_of_captions_end_alike(tmp_path: Path, end: str) -> None:
    """Whichever system wrote them (WebVTT, section 4)."""
    (tmp_path / "caption_fr.vtt").write_bytes(f"WEBVTT{end}{end}Hi{end}".encode())
    assert caption_text(tmp_path / "caption_fr.vtt") == "WEBVTT\n\nHi\n"


def test_a_text_that_may_not_be_read_costs_only_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server's rights may be wrong, and its disk: captions, notes and texts of slides are noted."""
    (tmp_path / "captions.json").write_text('[{"locale": "fr"}]')
    names = ("caption_fr.vtt", "notes.html", "slide-1.txt")
    for name in names:
        (tmp_path / name).write_text(VTT)
    really = Path.open

    def refused(path: Path, *arguments: Any, **more: Any) -> Any:
        if path.name in names:
            raise PermissionError(13, "Permission denied")
        return really(path, *arguments, **more)

    monkeypatch.setattr(Path, "open", refused)
    notes = Notes()
    assert read_captions(tmp_path, notes) == ()
    assert read_shared_notes(tmp_path, notes) == ""
    assert SlideTexts(tmp_path, notes).of("presentation/slide-1.png", "slide-1.txt") == ""
    assert notes.sentences() == tuple(
        f"{name} cannot be read (Permission denied): it is not used." for name in names
    )


def test_notes_of_endless_tags_are_not_used(tmp_path: Path) -> None:
    """Cleaning them would take minutes."""
    (tmp_path / "notes.html").write_text("<body>" + "<div>" * 100_000 + "</body>")
    notes = Notes()
    assert read_shared_notes(tmp_path, notes) == ""
    assert "too many tags" in notes.sentences()[0]


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.4\n1 0 obj\n", b"PK\x03\x04" + bytes(range(256)) * 9, b"\x1f\x8b\x08\0" + bytes(range(256))],
)
def test_notes_that_are_another_kind_of_file_are_not_used(tmp_path: Path, content: bytes) -> None:
    """A PDF or an archive would be shown as strange letters."""
    (tmp_path / "notes.html").write_bytes(content)
    notes = Notes()
    assert read_shared_notes(tmp_path, notes) == ""
    assert "another kind of file" in notes.sentences()[0]
